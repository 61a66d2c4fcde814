"""Sections as people read them: names in words, figures as written here, bars of a picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.formats import date_format

from certorigin.statistics.cells import DAYS, MORE
from certorigin.terminal.sentences import get_catalogue, say
from certorigin.vocabulary.written import amount_in, plain, state_in
from certorigin_server.statistics.sections import (
    BODY,
    COUNT,
    DURATION,
    FORM,
    GROUND,
    HEADING,
    LETTER,
    MONTH,
    SHARE,
    STATE,
)
from certorigin_server.users.queries import authorities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certorigin_server.statistics.sections import Number, Section

# A picture in units of its own; the page scales it. Longer lists are cut in the picture alone.
WIDTH, LEFT, BAR, GAP, MOST_BARS = 360, 4, 11, 9, 24
_NAME, _LONGEST = 14, 44
_PATTERNS = ("solid", "stripes")


@dataclass(frozen=True)
class Bar:
    """One bar: its place, and the figure at its end."""

    y: int
    text_y: int
    width: int
    pattern: str
    text: str

    @property
    def text_x(self) -> int:
        """Where the figure stands: behind the bar."""
        return LEFT + self.width + 4


@dataclass(frozen=True)
class Row:
    """One line of the table, and its bars in the picture; none where the picture is cut."""

    name: str
    cells: tuple[str, ...]
    titles: tuple[str, ...]
    name_y: int
    bars: tuple[Bar, ...]

    @property
    def labelled(self) -> list[tuple[str, str]]:
        """Each cell with the title of its column."""
        return list(zip(self.titles, self.cells, strict=True))

    @property
    def short(self) -> str:
        """The name as the picture has room for it."""
        return self.name if len(self.name) <= _LONGEST else f"{self.name[: _LONGEST - 1]}…"


@dataclass(frozen=True)
class Chart:
    """A section with its picture."""

    key: str
    title: str
    names: str
    columns: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    height: int
    middle: str
    mean: str
    legend: tuple[tuple[str, str], ...]

    @property
    def pictured(self) -> tuple[Row, ...]:
        """The lines that the picture shows."""
        return tuple(row for row in self.rows if row.bars)

    @property
    def is_cut(self) -> bool:
        """Say whether the table has more lines than the picture."""
        return len(self.pictured) < len(self.rows)


def body_names() -> dict[str, str]:
    """Return the names of our bodies by their short names."""
    return {body.slug: body.name for body in authorities()}


def chart_of(section: Section, language: str, *, into: str, bodies: Mapping[str, str]) -> Chart:
    """Return a section in words, with bars for its first columns of one kind."""
    drawn = _drawn(section)
    titles = tuple(_title(code, kind, into, language) for code, kind in _columns(section))
    rows, height = _rows(section, language, titles, bodies)
    middle = name_in(section, section.middle, language, bodies) if section.middle else ""
    return Chart(
        key=section.key,
        title=say(section.title, {}, language),
        names=say(_NAMES[section.names], {}, language),
        columns=tuple(zip(titles, section.holds, strict=True)),
        rows=tuple(rows) if not section.is_empty else (),
        height=height,
        middle=middle,
        mean=amount_in(section.mean, language) if section.mean is not None else "",
        legend=tuple(
            (pattern, titles[place]) for pattern, place in zip(_PATTERNS, drawn, strict=False)
        ),
    )


def table_of_texts(
    section: Section, language: str, *, into: str, bodies: Mapping[str, str]
) -> list[list[str]]:
    """Return a section as rows of texts, its title first; figures exact, with a point."""
    titles = [_title(code, kind, into, language) for code, kind in _columns(section)]
    rows = [[say(section.title, {}, language)]]
    rows.append([say(_NAMES[section.names], {}, language), *titles])
    for line in section.lines:
        numbers = ["" if number is None else plain(Decimal(number)) for number in line.numbers]
        rows.append([name_in(section, line.name, language, bodies), *numbers])
    return rows


def name_in(section: Section, name: str, language: str, bodies: Mapping[str, str]) -> str:
    """Put the name of a line into words."""
    if section.names == MONTH:
        return month_in(date.fromisoformat(f"{name}-01"))
    if section.names == STATE:
        return state_in(name, language)
    if section.names == BODY:
        return bodies.get(name, name or "—")
    if section.names == DURATION:
        code = "web.stat_longer" if name == MORE else "web.stat_up_to"
        return say(code, {"days": str(DAYS[-1]) if name == MORE else name}, language)
    if section.names == GROUND:
        return _ground(section.key, name, language)
    return name or say("web.stat_undivided", {}, language)


def month_in(month: date) -> str:
    """Write a month of a year."""
    return date_format(month, "m.Y")


def figure_in(value: Number, kind: str, language: str) -> str:
    """Write a figure; nothing to tell is a dash."""
    if value is None:
        return "—"
    if kind == COUNT:
        return amount_in(str(value), language)
    if kind == SHARE:
        return f"{amount_in(str(value), language)} %"
    return amount_in(str(Decimal(value).quantize(Decimal(1))), language)


# What the first column of a section tells.
_NAMES = {
    MONTH: "web.stat_month",
    STATE: "web.stat_partner",
    BODY: "web.body",
    DURATION: "web.stat_took",
    GROUND: "web.stat_ground",
    HEADING: "web.stat_chapter",
    LETTER: "web.stat_criterion",
    FORM: "web.form",
}


def _rows(
    section: Section, language: str, titles: tuple[str, ...], bodies: Mapping[str, str]
) -> tuple[list[Row], int]:
    """Return the lines with their bars, one below the other, and the height of the picture."""
    drawn = _drawn(section)
    figures = (Decimal(line.numbers[place] or 0) for line in section.lines for place in drawn)
    most = max(figures, default=Decimal(0))
    rows: list[Row] = []
    y = 4
    for number, line in enumerate(section.lines):
        bars: list[Bar] = []
        name_y = y + _NAME - 3
        if number < MOST_BARS and not section.is_empty:
            y += _NAME
            for pattern, place in zip(_PATTERNS, drawn, strict=False):
                value = line.numbers[place]
                text = figure_in(value, section.holds[place], language)
                bars.append(Bar(y, y + BAR - 2, _width(value, most), pattern, text))
                y += BAR + 2
            y += GAP
        cells = tuple(
            figure_in(value, kind, language)
            for value, kind in zip(line.numbers, section.holds, strict=True)
        )
        name = name_in(section, line.name, language, bodies)
        rows.append(Row(name, cells, titles, name_y, tuple(bars)))
    return rows, y


def _columns(section: Section) -> list[tuple[str, str]]:
    return list(zip(section.columns, section.holds, strict=True))


def _title(code: str, kind: str, into: str, language: str) -> str:
    return say(code, {"currency": into} if kind == "money" else {}, language)


def _drawn(section: Section) -> tuple[int, ...]:
    """Return the columns that are drawn: those that hold what the first does, at most two."""
    same = [place for place, kind in enumerate(section.holds) if kind == section.holds[0]]
    return tuple(same[: len(_PATTERNS)])


def _width(value: Number, most: Decimal) -> int:
    room = WIDTH - LEFT - 80
    return int(Decimal(value or 0) * room / most) if most else 0


def _ground(key: str, name: str, language: str) -> str:
    """Put a ground into words: of a refusal to certify, or of what customs and bodies did later."""
    code = f"assessment.ground.{name}" if key == "refused" else f"ground.{name}"
    return say(code, {}, language) if code in get_catalogue(language) else name or "—"
