"""The sheets of a form, box by box, with what is found about each: for people to look at.

The certificate itself carries boxes 1 to 13; goods that do not fit it stand on additional sheets,
which carry boxes 6 to 13 and the same number (Rules 7.4, box 8). Titles and marks are the form's
own, in its language. What is not stated yet stays a dash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.certification.lines import (
    certified,
    confirmed,
    declared,
    goods_boxes,
    upper_boxes,
)
from certorigin.certification.render.page import words_of
from certorigin.certification.sheets import sheets_of
from certorigin.vocabulary.alphabets import lines_in_letters_of
from certorigin.vocabulary.form import get_form
from certorigin_server.desk.findings import Told, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from certorigin.application.draft import Application as Draft
    from certorigin.application.draft import ApplicationItem
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin.vocabulary.finding import Finding
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import GoodsItem

_ITEM = re.compile(r"items\[([0-9]+)\]")
_GOODS = range(6, 12)
# Who and where: what people know by its sound.
_NAMES = frozenset({1, 2, 3})
_FORM = "ru"  # the language of the form, whoever reads it


@dataclass(frozen=True)
class Cell:
    """One box, or one box of one item: its lines of text, and what is found about it.

    `aid` are the same lines in the reader's letters, where those of the form are others.
    """

    number: int
    title: str
    lines: tuple[str, ...]
    told: tuple[Told, ...] = ()
    aid: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """One sheet: its place among the sheets, its heading, and the goods on it."""

    place: int
    title: str
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def is_first(self) -> bool:
        """Say whether it is the certificate itself."""
        return self.place == 1


@dataclass(frozen=True)
class Sheet:
    """The boxes above the goods, the sheets, the boxes below; and what belongs to no box."""

    head: tuple[Cell, ...]
    titles: tuple[Cell, ...]
    pages: tuple[Page, ...]
    foot: tuple[Cell, ...]
    rest: tuple[Told, ...]


def sheet_of(
    boxes: Boxes | Draft,
    *,
    form: str,
    number: str,
    issued_in: str,
    criteria: Sequence[str],
    findings: Iterable[Finding] = (),
    language: str,
) -> Sheet:
    """Lay out a certificate, or what an application would become."""
    rules = get_form(form)
    placed = _Placed(findings, rules, language)
    words = words_of(form, _FORM)
    lines = {
        **upper_boxes(boxes, number=number, issued_in=issued_in, words=words, language=_FORM),
        12: certified(getattr(boxes, "certification", None)),
        13: _declared(boxes, words),
    }
    titles = {box.number: box.title for box in rules.boxes}

    def cell(box: int) -> Cell:
        aid = lines_in_letters_of(lines[box], language) if box in _NAMES else ()
        return Cell(box, titles[box], lines[box], placed.at(box), aid)

    rows = []
    items: Sequence[GoodsItem | ApplicationItem] = boxes.items
    for index, item in enumerate(items):
        texts = goods_boxes(
            item,
            criteria[index] if index < len(criteria) else "",
            invoice=getattr(boxes, "invoice", None),
            words=words,
            language=_FORM,
        )
        rows.append(tuple(Cell(n, titles[n], texts[n], placed.at(n, index)) for n in _GOODS))
    return Sheet(
        head=tuple(cell(box) for box in range(1, 6)),
        titles=tuple(Cell(box, titles[box], (), placed.at(box)) for box in _GOODS),
        pages=tuple(_pages(rows, [item.description for item in items], rules.name, number)),
        foot=(cell(12), cell(13)),
        rest=placed.rest(),
    )


def _pages(
    rows: Sequence[tuple[Cell, ...]], descriptions: Sequence[str], form: str, number: str
) -> Iterable[Page]:
    for place, indexes in enumerate(sheets_of(descriptions), start=1):
        title = f"Дополнительный лист {place - 1} к сертификату формы {form} № {number}"
        yield Page(place, title if place > 1 else "", tuple(rows[index] for index in indexes))


class _Placed:
    """Findings by the box, and where there is one by the item, that they are about."""

    def __init__(self, findings: Iterable[Finding], form: Form, language: str) -> None:
        self._told: dict[tuple[int, int | None], list[Told]] = {}
        for finding, told in ((one, tell([one], language)[0]) for one in findings):
            found = _ITEM.match(finding.place)
            item = int(found[1]) if found else None
            box = finding.facts.get("box", "")
            number = int(box) if box.isdecimal() else form.box_of(finding.place.split(".")[0]) or 0
            key = (number, item if number in _GOODS else None)
            self._told.setdefault(key, []).append(told)

    def at(self, box: int, item: int | None = None) -> tuple[Told, ...]:
        return tuple(self._told.pop((box, item), ()))

    def rest(self) -> tuple[Told, ...]:
        return tuple(told for many in self._told.values() for told in many)


def _declared(boxes: Boxes | Draft, words: Mapping[str, str]) -> tuple[str, ...]:
    declaration = boxes.declaration
    if declaration is None:
        return ()
    said = confirmed(declaration.declarant, declaration.confirmation, words)
    return (*declared(declaration, _FORM), *said)
