"""A long list, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE_SIZE = 25


def page_of(request: HttpRequest, rows: object, *, size: int = PAGE_SIZE) -> Page[Any]:
    """Return the page that the address asks for (`?page=2`); a wrong number gives the nearest."""
    return Paginator(rows, size).get_page(request.GET.get("page", "1")[:6])  # type: ignore[arg-type]
