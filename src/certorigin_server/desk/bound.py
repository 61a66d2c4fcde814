"""Parts of a layout joined with what a form holds at their places: what the templates show.

And what is told of many rows of a list, gathered: said once, with a way to each of the rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join

from certorigin.terminal.sentences import say
from certorigin_server.desk.explained import explain
from certorigin_server.desk.findings import Told, is_within, law_in
from certorigin_server.desk.layout import Field, Flag, Group, Option, Rows, Secret, id_of, join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.utils.safestring import SafeString

    from certorigin_server.desk.forms import Form
    from certorigin_server.desk.layout import Part


_TEMPLATES = {
    "long": "desk/field_long.html",
    "choice": "desk/field_choice.html",
    "radio": "desk/field_radio.html",
    "flag": "desk/field_flag.html",
}

_ROW = re.compile(r"([^.\[\]]+\[[0-9]{1,6}\])(.*)")
# So many rows with the same fault are gathered; fewer are read as quickly one by one.
_MANY = 4
# So many rows are named at once, the others when they are unfolded.
_NAMED = 10
_ANY = re.compile(r"\[[0-9]+\]")


@dataclass(frozen=True)
class Linked:
    """A finding with the id of the field that it is about."""

    told: Told
    target: str


@dataclass(frozen=True)
class BoundField:
    """A field of a form with its value, for a template."""

    form: Form
    part: Field
    place: str

    @property
    def template(self) -> str:
        """The template that shows it."""
        return _TEMPLATES.get(self.part.kind, "desk/field_text.html")

    @property
    def id(self) -> str:
        """Its HTML id."""
        return id_of(self.place)

    @property
    def value(self) -> str:
        """What stands in it; a password never does."""
        return "" if isinstance(self.part, Secret) else self.form.values.get(self.place, "")

    @property
    def is_ticked(self) -> bool:
        """Say whether the box is ticked."""
        return isinstance(self.part, Flag) and bool(self.value)

    @property
    def told(self) -> list[Told]:
        """What is told about it."""
        return self.form.told_at(self.place)

    @property
    def is_wrong(self) -> bool:
        """Say whether an error is told about it."""
        return any(told.is_error for told in self.told)

    @property
    def label(self) -> str:
        """Its label, in the person's language."""
        return say(self.part.label, {}, self.form.language)

    @property
    def help(self) -> str:
        """Its help, or an empty text."""
        code = explain(self.part).help
        return say(code, {}, self.form.language) if code else ""

    @property
    def is_hint(self) -> bool:
        """Say whether the help is that of the table: said once in a list, not in every row."""
        return not self.part.help

    @property
    def law(self) -> str:
        """The clause behind it, or an empty text."""
        clause = explain(self.part).clause
        return law_in(clause, self.form.language) if clause else ""

    @property
    def described_by(self) -> str:
        """The ids of its help and of what is told about it."""
        ids = [f"{self.id}-help"] if explain(self.part).help else []
        return " ".join(ids + ([f"{self.id}-told"] if self.told else []))

    @property
    def attributes(self) -> SafeString:
        """What its control says about itself: id, name, language, descriptions, faults, focus."""
        part, described_by = self.part, self.described_by
        said = {
            "id": self.id,
            "name": self.place,
            "lang": part.lang,
            "aria-describedby": described_by,
        }
        said |= {"aria-invalid": "true" if self.is_wrong else ""}
        if part.kind in {"text", "secret"}:
            said |= {"autocomplete": part.autocomplete, "inputmode": part.input_mode}
            said |= {"list": f"offer-{part.offer.name}" if part.offer else ""}
        pairs = [(name, value) for name, value in said.items() if value]
        written = format_html_join(" ", '{}="{}"', pairs)
        return format_html("{} autofocus", written) if self.has_focus else written

    @property
    def options(self) -> list[Option]:
        """The choices; what was typed stays a choice even when it is none."""
        found = list(getattr(self.part, "options", list)())
        if self.value and self.value not in {option.value for option in found}:
            found.append(Option(self.value, self.value))
        return found

    @property
    def has_focus(self) -> bool:
        """Say whether it takes the focus: the first field of a row that was just added."""
        focus = self.form.focus
        if "[" not in focus or not is_within(self.place, focus):
            return False
        return self.place == next(at for at in self.form.values if is_within(at, focus))


@dataclass(frozen=True)
class BoundGroup:
    """A group of a form, or one row of a list."""

    form: Form
    part: Group
    place: str
    number: int = 0

    @property
    def template(self) -> str:
        """The template that shows it."""
        return "desk/group.html"

    @property
    def id(self) -> str:
        """Its HTML id."""
        return id_of(self.place)

    @property
    def is_closed(self) -> bool:
        """Say whether it is a row of a long list on which nobody works."""
        return self.number > 0 and bool(self.form.closed_row(self.place))

    @property
    def can_close(self) -> bool:
        """Say whether it is an open row of a long list."""
        rows = self.form.rows_at(self.place)
        return rows is not None and 0 < rows.fold_above < self.form.count_around(self.place)

    @property
    def has_focus(self) -> bool:
        """Say whether the row was just closed."""
        return self.form.focus == self.place

    @property
    def summary(self) -> str:
        """What the fields hold by which people tell the row from others."""
        rows = self.form.rows_at(self.place)
        names = rows.summary if rows else ()
        held = [self.form.values.get(join(self.place, name), "") for name in names]
        return " · ".join(text for text in held if text)

    @property
    def told_within(self) -> list[Told]:
        """What is told about it and about anything in it."""
        return self.form.told_within(self.place)

    @property
    def hidden(self) -> SafeString:
        """What its fields hold, as fields that nobody sees."""
        held = self.form.held_by_rows.get(self.place, ())
        return format_html_join("", '<input type="hidden" name="{}" value="{}">', held)

    @property
    def parts(self) -> list[Bound]:
        """What is in it."""
        return list(bind(self.form, self.part.parts, self.place))

    @property
    def told(self) -> list[Told]:
        """What is told about it as a whole."""
        return self.form.told_at(self.place) if self.part.name or self.number else []

    @property
    def is_open(self) -> bool:
        """Say whether a folded group is shown open: something was typed or is wrong inside."""
        # A group without a name shares its place with its neighbours: its members tell.
        parts = self.part.parts
        own = [self.place] if self.part.name else [join(self.place, one.name) for one in parts]

        def is_inside(place: str) -> bool:
            return any(is_within(place, one) for one in own)

        typed = any(text and is_inside(at) for at, text in self.form.values.items())
        return typed or any(is_inside(told.place) for told in self.form.told)


@dataclass(frozen=True)
class BoundRows:
    """A list of a form."""

    form: Form
    part: Rows
    place: str

    @property
    def template(self) -> str:
        """The template that shows it."""
        return "desk/rows.html"

    @property
    def id(self) -> str:
        """Its HTML id."""
        return id_of(self.place)

    @property
    def rows(self) -> list[BoundGroup]:
        """The rows, numbered from 1."""
        shape = Group(parts=self.part.parts)
        count = self.form.counts.get(self.place, 0)
        return [
            BoundGroup(self.form, shape, f"{self.place}[{index}]", index + 1)
            for index in range(count)
        ]

    @property
    def told(self) -> list[Told]:
        """What is told about the list as a whole."""
        return self.form.told_at(self.place)

    @property
    def has_focus(self) -> bool:
        """Say whether its button takes the focus: a row was just removed."""
        return self.form.focus == self.place

    @property
    def is_full(self) -> bool:
        """Say whether no further row can be added."""
        return self.form.counts.get(self.place, 0) >= self.part.most

    @property
    def is_fixed(self) -> bool:
        """Say whether the list always has the same rows, so that none is removed."""
        return self.part.least == self.part.most


Bound = BoundField | BoundGroup | BoundRows


def bind(form: Form, parts: Iterable[Part], place: str) -> Iterator[Bound]:
    """Join parts of a layout with what a form holds at their places."""
    for part in parts:
        at = join(place, part.name)
        if isinstance(part, Field):
            yield BoundField(form, part, at)
        elif isinstance(part, Group):
            yield BoundGroup(form, part, at)
        else:
            yield BoundRows(form, part, at)


@dataclass(frozen=True)
class InRow:
    """One of the gathered: the row in words, what differs there, the id of its field."""

    name: str
    target: str
    message: str = ""


@dataclass(frozen=True)
class Gathered:
    """One finding; or one that many rows have: `rows` are named beside it, `further` are folded."""

    first: Linked
    rows: tuple[InRow, ...] = ()
    further: tuple[InRow, ...] = ()


def gather(linked: Iterable[Linked], name_row: Callable[[str], str]) -> list[Gathered]:
    """Gather what is told alike of many rows, at the place of the first; `name_row` words a row."""
    alike: dict[tuple[str, ...], list[Linked]] = {}
    for place, one in enumerate(linked):
        found = _ROW.fullmatch(one.told.place)
        # What stands in no row is like nothing else.
        key = (found[1].partition("[")[0], found[2], one.told.code) if found else (str(place),)
        alike.setdefault(key, []).append(one)
    told: list[Gathered] = []
    for group in alike.values():
        if len(group) < _MANY:
            told += [Gathered(one) for one in group]
        else:
            told.append(_in_rows(group, name_row))
    return told


def _in_rows(group: list[Linked], name_row: Callable[[str], str]) -> Gathered:
    """Name the rows of what is said alike; of what differs in facts, fold all but the first."""
    places = [one.told.place for one in group]
    messages = [
        one.told.message.replace(at, _ANY.sub("[…]", at))
        for one, at in zip(group, places, strict=True)
    ]
    is_same = len(set(messages)) == 1
    rows = [
        InRow(name_row(at[: at.index("]") + 1]), one.target, "" if is_same else one.told.message)
        for one, at in zip(group, places, strict=True)
    ]
    if not is_same:
        return Gathered(group[0], further=tuple(rows[1:]))
    first = replace(group[0], told=replace(group[0].told, message=messages[0]))
    return Gathered(first, tuple(rows[:_NAMED]), tuple(rows[_NAMED:]))
