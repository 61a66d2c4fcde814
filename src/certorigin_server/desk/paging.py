"""A long list, a page at a time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.sql.where import WhereNode

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE_SIZE = 25
# Nobody turns more pages: what is older is found by searching. Counting further would take the
# longer the more there is.
MOST_ROWS = 1_000


def part_of(rows: QuerySet[Any], start: int, stop: int) -> list[Any]:
    """Return a part of a list: its keys first, in their order, then the rows with what is joined.

    A database that has to join and sort reads every row before it knows which ones are asked for;
    keys it finds in order by an index. The rows are then asked for by their keys and nothing else:
    beside other conditions SQLite would rather go through all rows of a body.
    """
    keys = list(rows.select_related(None).values_list("pk", flat=True)[start:stop])
    chosen = rows.order_by()
    chosen.query.where = WhereNode()
    found = {row.pk: row for row in chosen.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


def count_of(rows: QuerySet[Any]) -> int:
    """Return how many rows of a list there are to page through."""
    return rows.values("pk")[:MOST_ROWS].count()


def part_on(rows: QuerySet[Any], page: str, size: int) -> list[Any]:
    """Return the rows on a page that a machine asks for, from 1 on."""
    return part_of(rows, *bounds_of(page, size))


def bounds_of(page: str, size: int) -> tuple[int, int]:
    """Return where a page begins and where it ends in its list."""
    start = (int(page) - 1) * size
    return start, start + size


class _ShortPaginator(Paginator):  # type: ignore[type-arg]
    """Pages through the first rows of a list, however long it is."""

    @cached_property
    def count(self) -> int:
        """How many rows there are to page through."""
        if isinstance(self.object_list, QuerySet):
            return count_of(self.object_list)
        return min(len(self.object_list), MOST_ROWS)

    def page(self, number: Any) -> Page[Any]:  # noqa: ANN401 - as Django's own
        """Return one page, read by its keys."""
        asked = self.validate_number(number)
        start = (asked - 1) * self.per_page
        stop = min(start + self.per_page, self.count)
        rows = self.object_list
        part = part_of(rows, start, stop) if isinstance(rows, QuerySet) else rows[start:stop]
        return Page(part, asked, self)


def page_of(request: HttpRequest, rows: object, *, size: int = PAGE_SIZE) -> Page[Any]:
    """Return the page that the address asks for (`?page=2`); a wrong number gives the nearest.

    Of a list longer than MOST_ROWS the first so many are paged through.
    """
    pages = _ShortPaginator(rows, size)  # type: ignore[arg-type]
    return pages.get_page(request.GET.get("page", "1")[:6])
