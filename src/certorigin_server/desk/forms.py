"""A form over a nested document: what was typed stays, what is wrong stands beside its field.

    form = Form.from_data(LAYOUT, document, language)      # to show a document
    form = Form.from_post(LAYOUT, request.POST, language)  # what came back
    form.to_data()                                         # the document's members, for the library
    form.show(findings)                                    # each finding to its field

The form judges nothing. It normalises what was typed (line ends, blanks, commas before decimals,
days) and leaves out what is empty.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from certorigin.errors import LimitError
from certorigin.terminal.sentences import say
from certorigin_server.desk.bound import Linked, bind, gather
from certorigin_server.desk.findings import Told, is_within, parent_of, tell
from certorigin_server.desk.layout import Field, Group, Rows, clean, id_of, join
from certorigin_server.desk.named import name_of_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from django.http import QueryDict

    from certorigin.vocabulary.finding import Finding
    from certorigin_server.desk.bound import Bound, Gathered
    from certorigin_server.desk.layout import Layout, Offer, Part

_ORDER = re.compile(r"(add|remove|open|close):([A-Za-z0-9_.\[\]]+)")
# The order of a page that changes its language: to be shown again as it was typed, and no more.
SHOW = "show"
# The rows of long lists that the person opened come back under this name.
OPENED = "_opened"
# So many rows with an error are opened by themselves; more would be a page that nobody reads.
_OPENED_BY_FAULTS = 10


class Form:
    """A layout filled with what a person typed or what a document holds."""

    def __init__(self, layout: Layout, language: str) -> None:
        self.layout = layout
        self.language = language
        self.values: dict[str, str] = {}
        self.counts: dict[str, int] = {}
        self.told: list[Told] = []
        self._beside: dict[str, list[Told]] = {}
        self._in_rows: dict[str, list[Told]] = {}
        # The part that has the focus after a row came or went.
        self.focus = ""
        # Rows of long lists that stand open.
        self.opened: set[str] = set()

    # -- coming in --------------------------------------------------------------------------------

    @classmethod
    def from_data(cls, layout: Layout, data: Mapping[str, Any], language: str) -> Form:
        """Fill the form with a document's members."""
        form = cls(layout, language)
        form._fill(layout, data, "")
        return form

    @classmethod
    def from_post(cls, layout: Layout, post: QueryDict, language: str) -> Form:
        """Fill the form with what was typed. Raises LimitError for too many rows."""
        form = cls(layout, language)
        form._take(layout, post, "", "")
        # Rows are counted anew, so what was opened may have moved: it is matched by what came.
        form.opened = set(post.getlist(OPENED)[:1_000])
        return form

    def _fill(self, parts: Iterable[Part], data: Mapping[str, Any], place: str) -> None:
        for part in parts:
            at = join(place, part.name)
            if isinstance(part, Field):
                known = part.name in data
                typed = part.shown(data[part.name], self.language) if known else part.default
                self.values[at] = typed
            elif isinstance(part, Group):
                inner = data.get(part.name, {}) if part.name else data
                self._fill(part.parts, inner, at)
            else:
                rows = data.get(part.name, [])
                if part.plain:
                    rows = [{part.plain: text} for text in rows]
                self.counts[at] = max(len(rows), part.least)
                for index in range(self.counts[at]):
                    row = rows[index] if index < len(rows) else {}
                    self._fill(part.parts, row, f"{at}[{index}]")

    def _take(self, parts: Iterable[Part], post: QueryDict, place: str, came: str) -> None:
        """Take what came under the place `came`; rows are counted anew, so the two may differ."""
        for part in parts:
            at, from_ = join(place, part.name), join(came, part.name)
            if isinstance(part, Field):
                self.values[at] = clean(post.get(from_, ""))
            elif isinstance(part, Group):
                self._take(part.parts, post, at, from_)
            else:
                indices = _indices(post, from_)
                if len(indices) > part.most:
                    raise LimitError("record.list_too_long", place=at, limit=str(part.most))
                self.counts[at] = len(indices)
                for index, old in enumerate(indices):
                    self._take(part.parts, post, f"{at}[{index}]", f"{from_}[{old}]")

    # -- rows -------------------------------------------------------------------------------------

    def follow(self, order: str) -> bool:
        """Add or remove a row if the pressed button says so; say whether that was all it asked."""
        if order == SHOW:
            return True
        found = _ORDER.fullmatch(order)
        if found is None:
            return False
        verb, place = found.groups()
        if verb == "add":
            return self._add(place)
        if verb == "remove":
            return self._remove(place)
        return self._turn(place, is_open=verb == "open")

    def _turn(self, place: str, *, is_open: bool) -> bool:
        """Open or close a row of a long list."""
        around, _, rest = place.rpartition("[")
        digits = rest.rstrip("]")
        if not digits.isdecimal() or int(digits) >= self.counts.get(around, 0):
            return False
        if is_open:
            self.opened.add(place)
        else:
            self.opened.discard(place)
        self.focus = place
        return True

    def _add(self, place: str) -> bool:
        rows = self._rows_at(place)
        if rows is None or self.counts.get(place, 0) >= rows.most:
            return False
        index = self.counts.get(place, 0)
        self.counts[place] = index + 1
        self._fill(rows.parts, {}, f"{place}[{index}]")
        self.focus = f"{place}[{index}]"
        self.opened.add(self.focus)
        return True

    def _remove(self, place: str) -> bool:
        around, _, rest = place.rpartition("[")
        rows, digits = self._rows_at(around), rest.rstrip("]")
        if rows is None or not digits.isdecimal() or int(digits) >= self.counts.get(around, 0):
            return False
        kept = {name: value for name, value in self.values.items() if not is_within(name, place)}
        gone, count = int(digits), self.counts[around]
        self.values = {self._moved(name, around, gone): value for name, value in kept.items()}
        self.counts = {
            self._moved(name, around, gone): number
            for name, number in self.counts.items()
            if not is_within(name, place)
        }
        self.opened = {
            self._moved(one, around, gone) for one in self.opened if not is_within(one, place)
        }
        self.counts[around] = count - 1
        self.focus = around
        return True

    @staticmethod
    def _moved(name: str, around: str, gone: int) -> str:
        """Return a place after a row before it went."""
        found = re.match(re.escape(around) + r"\[([0-9]+)\]", name)
        if found is None or int(found[1]) < gone:
            return name
        return f"{around}[{int(found[1]) - 1}]{name[found.end() :]}"

    def _rows_at(self, place: str) -> Rows | None:
        wanted = re.sub(r"\[[0-9]+\]", "", place)
        return next((rows for at, rows in _all_rows(self.layout, "") if at == wanted), None)

    # -- going out --------------------------------------------------------------------------------

    def to_data(self) -> dict[str, Any]:
        """Return the members that were typed, as the library reads them."""
        return self._data(self.layout, "")[0]

    def _data(self, parts: Iterable[Part], place: str) -> tuple[dict[str, Any], bool]:
        """Return the members, and whether anything but what was there from the start is in them."""
        data: dict[str, Any] = {}
        filled = False
        for part in parts:
            at = join(place, part.name)
            if isinstance(part, Field):
                typed = self.values.get(at, "")
                value = part.read(typed, self.language) if typed else ""
                if value != "":  # a plain no is a value
                    data[part.name] = value
                    filled = filled or typed != part.default
            elif isinstance(part, Group):
                inner, has_input = self._data(part.parts, at)
                filled = filled or has_input
                if part.name and has_input:
                    data[part.name] = inner
                elif not part.name:
                    data |= inner
            else:
                rows = self._row_data(part, at)
                filled = filled or bool(rows)
                data |= {part.name: rows} if rows else {}
        return data, filled

    def _row_data(self, part: Rows, place: str) -> list[Any]:
        """Return every row, also an empty one: findings count them as the person sees them."""
        found: list[Any] = []
        for index in range(self.counts.get(place, 0)):
            row, _ = self._data(part.parts, f"{place}[{index}]")
            number = {part.sequence: str(index + 1)} if part.sequence else {}
            if not part.plain:
                found.append(number | row)
            elif part.plain in row:
                found.append(row[part.plain])
        return found

    def differences(self, other: Form) -> list[tuple[str, str, str]]:
        """Return where another form holds something else: place, ours, the other's."""
        places = dict.fromkeys((*self.values, *other.values))
        pairs = ((at, self.values.get(at, ""), other.values.get(at, "")) for at in places)
        return [(self._in_words(at), ours, theirs) for at, ours, theirs in pairs if ours != theirs]

    # -- findings ---------------------------------------------------------------------------------

    def show(self, findings: Iterable[Finding]) -> None:
        """Put each finding beside the field of its place, or of the nearest place around it."""
        known = self._places()
        for told in tell(findings, self.language, named=self._named):
            self.told.append(told)
            self._beside.setdefault(_nearest(told.place, known), []).append(told)
            if _row_of(told.place):
                self._in_rows.setdefault(_row_of(told.place), []).append(told)
        wrong = [row for row, said in self._in_rows.items() if any(one.is_error for one in said)]
        self.opened |= set(wrong[:_OPENED_BY_FAULTS])

    def _in_words(self, place: str) -> str:
        """Name a place and the row in which it is."""
        name, row = self._named(place) or place, _row_of(place)
        return f"{self._row_in_words(row)}, {name}" if row else name

    def _named(self, place: str) -> str:
        """Return the name that the page gives to a place, or nothing."""
        return name_of_place(self.layout, place, self.language)

    @property
    def errors(self) -> list[Linked]:
        """What stops the document, for the summary at the top of the page."""
        return self._linked(told for told in self.told if told.is_error)

    @property
    def remarks(self) -> list[Linked]:
        """What does not stop it but is worth a look."""
        return self._linked(told for told in self.told if not told.is_error)

    @property
    def gathered_errors(self) -> list[Gathered]:
        """The errors for the summary: what many rows have is said once."""
        return self.gathered(self.errors)

    @property
    def gathered_remarks(self) -> list[Gathered]:
        """The remarks, likewise."""
        return self.gathered(self.remarks)

    def gathered(self, linked: Iterable[Linked]) -> list[Gathered]:
        """Return what is told, that of many rows said once."""
        return gather(linked, self._row_in_words)

    def _row_in_words(self, row: str) -> str:
        rows, number = self.rows_at(row), int(row.rpartition("[")[2][:-1]) + 1
        return say(rows.row_title, {"number": str(number)}, self.language) if rows else str(number)

    def _linked(self, chosen: Iterable[Told]) -> list[Linked]:
        known = self._places()
        return [Linked(told, self._target(_nearest(told.place, known))) for told in chosen]

    def told_at(self, place: str) -> list[Told]:
        """Return what is told at a place, and of members of it that the page does not ask for."""
        return self._beside.get(place, [])

    def told_within(self, place: str) -> list[Told]:
        """Return what is told at a row of a list and at everything inside it."""
        return self._in_rows.get(place, [])

    @cached_property
    def held_by_rows(self) -> dict[str, list[tuple[str, str]]]:
        """What is held in each row of the first level; asked when the page is made."""
        held: dict[str, list[tuple[str, str]]] = {}
        for at, text in self.values.items():
            if text and _row_of(at):
                held.setdefault(_row_of(at), []).append((at, text))
        return held

    def rows_at(self, row: str) -> Rows | None:
        """Return the list to which a row belongs."""
        return self._rows_at(row.rpartition("[")[0])

    def count_around(self, row: str) -> int:
        """Return how many rows stand beside a row, itself counted."""
        return self.counts.get(row.rpartition("[")[0], 0)

    def closed_row(self, place: str) -> str:
        """Return the row of a long list that is closed and holds this place, or an empty text."""
        row = _row_of(place)
        if not row or row in self.opened:
            return ""
        around = row.rpartition("[")[0]
        rows = self._rows_at(around)
        is_long = rows is not None and 0 < rows.fold_above < self.counts.get(around, 0)
        return row if is_long else ""

    def _places(self) -> set[str]:
        """Return all places that the page shows: fields, groups, lists and rows."""
        places = set(self.values) | set(self.counts)
        for place in (*self.values, *self.counts):
            around = parent_of(place)
            while around:
                places.add(around)
                around = parent_of(around)
        return places

    def _target(self, near: str) -> str:
        """Return the id of the field to which a finding at a place leads."""
        closed = self.closed_row(near)
        if closed:
            return f"{id_of(closed)}-open"
        if not near or near in self.values:
            return id_of(near)
        inside = next((name for name in self.values if is_within(name, near)), "")
        return id_of(inside) if inside else f"{id_of(near)}-add"

    # -- for the templates ------------------------------------------------------------------------

    @property
    def parts(self) -> list[Bound]:
        """Return the parts of the page, in their order."""
        return list(bind(self, self.layout, ""))

    @property
    def offers(self) -> list[Offer]:
        """Return the lists of known values that fields of this page offer, each once."""
        found = {field.offer.name: field.offer for field in _all_fields(self.layout) if field.offer}
        return list(found.values())

    def __getitem__(self, name: str) -> Bound:
        """Return one part of the first level by its name, for a page that arranges them itself."""
        for part in self.layout:
            if part.name == name:
                return next(bind(self, (part,), ""))
        raise KeyError(name)


def _nearest(place: str, known: set[str]) -> str:
    while place and place not in known:
        place = parent_of(place)
    return place


def _row_of(place: str) -> str:
    """Return the row of the first level that holds a place, or an empty text."""
    return place[: place.index("]") + 1] if "]" in place else ""


def _indices(post: QueryDict, place: str) -> list[int]:
    """Return the numbers of the rows that came, in order."""
    start = f"{place}["
    found = {name[len(start) :].partition("]")[0] for name in post if name.startswith(start)}
    return sorted(int(digits) for digits in found if digits.isdecimal() and len(digits) <= 6)


def _all_fields(parts: Iterable[Part]) -> Iterator[Field]:
    for part in parts:
        if isinstance(part, Field):
            yield part
        else:
            yield from _all_fields(part.parts)


def _all_rows(parts: Iterable[Part], place: str) -> Iterator[tuple[str, Rows]]:
    for part in parts:
        at = join(place, part.name)
        if isinstance(part, Rows):
            yield at, part
        if isinstance(part, Group | Rows):
            yield from _all_rows(part.parts, at)
