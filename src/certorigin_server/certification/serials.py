"""Serials of a body: given without a gap, each once, and kept locked until the transaction ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from certorigin_server.certification.models import NumberSequence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin_server.users.queries import Organisation

    # A form in a year.
    Series = tuple[str, int]

_TABLE = "certification_numbersequence"
# Whoever takes serials of a series for the first time makes its row; both lock it.
_TAKE = f"""INSERT INTO {_TABLE} (body_id, form, year, last) VALUES (%s, %s, %s, %s)
ON CONFLICT (body_id, form, year) DO UPDATE SET last = {_TABLE}.last + excluded.last
RETURNING last"""  # noqa: S608 - a table's name


def next_serial(body: Organisation, form: str, *, year: int) -> int:
    """Take the next serial and keep its row locked until the transaction ends."""
    return take_serials(body, form, year=year, count=1)


def take_serials(body: Organisation, form: str, *, year: int, count: int) -> int:
    """Take the next serials, at least one; return the first."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [body.pk, form, year, count])
        (last,) = cursor.fetchone()
    return int(last) - count + 1


class Serials:
    """The next serials of a body for many certificates at once: what none bears is given back.

    `counts` says how many are taken of each series, a form in a year.
    """

    def __init__(self, body: Organisation, counts: Mapping[Series, int]) -> None:
        self._body, self._first, self._last = body, {}, {}
        for form, year in sorted(counts):  # in one order, whoever takes of several series
            count = counts[form, year]
            first = take_serials(body, form, year=year, count=count)
            self._first[form, year], self._last[form, year] = first, first + count - 1
        self._next = dict(self._first)

    def begin(self) -> None:
        """Begin again with the first of each series."""
        self._next = dict(self._first)

    def next_of(self, series: Series) -> int:
        """Return the next serial of a series; `use` takes it."""
        return self._next[series]

    def use(self, series: Series) -> None:
        """Let a certificate bear the next serial of a series."""
        self._next[series] += 1

    def give_back(self) -> None:
        """Give back, in the transaction that took them, the serials that no certificate bears."""
        for (form, year), serial in self._next.items():
            rows = NumberSequence.objects.filter(body=self._body, form=form, year=year)
            if serial == 1:  # of this series no number was ever given
                rows.delete()
            elif serial <= self._last[form, year]:
                rows.update(last=serial - 1)
