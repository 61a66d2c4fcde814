"""The sheets of a form, box by box, with what is found about each: for people to look at.

The certificate itself carries boxes 1 to 13; goods that do not fit it stand on additional sheets,
which carry boxes 6 to 13 and the same number (Rules 7.4, box 8). Titles and marks are the form's
own, in its language. What is not stated yet stays a dash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from certorigin.certification.sheets import sheets_of
from certorigin.vocabulary.form import get_form
from certorigin_server.desk.findings import Told, tell
from certorigin_server.desk.shown import packages_in, quantity_in, state_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from certorigin.application.draft import Application as Draft
    from certorigin.application.draft import ApplicationItem
    from certorigin.vocabulary.certificate import ApplicantDeclaration, Certification
    from certorigin.vocabulary.certificate import Certificate as Boxes
    from certorigin.vocabulary.finding import Finding
    from certorigin.vocabulary.form import Form
    from certorigin.vocabulary.goods import DocumentReference, GoodsItem, Packages
    from certorigin.vocabulary.party import Party
    from certorigin.vocabulary.quantity import Quantity

_ITEM = re.compile(r"items\[([0-9]+)\]")
_GOODS = range(6, 12)
_DIGEST = 16  # as much of a digest as people compare by eye
_FORM = "ru"  # the language of the form, whoever reads it


@dataclass(frozen=True)
class Cell:
    """One box, or one box of one item: its lines of text, and what is found about it."""

    number: int
    title: str
    lines: tuple[str, ...]
    told: tuple[Told, ...] = ()


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
    lines = {
        1: _parties(boxes.consignor, boxes.exporter),
        2: (*_parties(boxes.consignee, boxes.importer), getattr(boxes, "consignee_mark", "")),
        3: (boxes.transport.means, boxes.transport.route) if boxes.transport else (),
        4: (number, *_states(issued_in, boxes.presented_in)),
        5: tuple(getattr(boxes, "marks", ())),
        12: _certified(getattr(boxes, "certification", None)),
        13: _declared(getattr(boxes, "declaration", None)) + _confirmed(boxes),
    }
    titles = {box.number: box.title for box in rules.boxes}

    def cell(box: int) -> Cell:
        return Cell(box, titles[box], _filled(lines[box]), placed.at(box))

    rows = []
    items: Sequence[GoodsItem | ApplicationItem] = boxes.items
    for index, item in enumerate(items):
        texts = _goods(item, criteria[index] if index < len(criteria) else "", boxes)
        rows.append(
            tuple(Cell(n, titles[n], _filled(texts[n]), placed.at(n, index)) for n in _GOODS)
        )
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


def _filled(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(line for line in lines if line.strip())


def _states(issued_in: str, presented_in: str) -> tuple[str, str]:
    given, wanted = state_in(issued_in, _FORM), state_in(presented_in, _FORM)
    return f"Выдан в: {given}", f"Для предоставления в: {wanted}"


def _parties(acting: Party | None, principal: Party | None) -> tuple[str, ...]:
    """Whoever acts for another is named first, "по поручению" (Rules 7.4, boxes 1 and 2)."""
    if acting is None or acting == principal:
        return _party(principal)
    return (*_party(acting), "по поручению", *_party(principal))


def _party(party: Party | None) -> tuple[str, ...]:
    return (party.name, party.address, state_in(party.country, _FORM)) if party else ()


def _certified(box: Certification | None) -> tuple[str, ...]:
    if box is None:
        return ()
    return (box.body_name, box.body_address, box.officer_name, box.date.strftime("%d.%m.%Y"))


def _declared(box: ApplicantDeclaration | None) -> tuple[str, ...]:
    if box is None:
        return ()
    return (state_in(box.country, _FORM), box.declarant, box.date.strftime("%d.%m.%Y"))


def _confirmed(boxes: Boxes | Draft) -> tuple[str, ...]:
    """Who confirmed the declaration electronically, when, and of which application (R3)."""
    declared = boxes.declaration
    confirmation = declared.confirmation if declared else None
    if declared is None or confirmation is None:
        return ()
    who = ", ".join(one for one in (declared.declarant, confirmation.position) if one)
    when = confirmation.moment.astimezone(UTC)
    return (
        f"Подтверждено в электронном виде: {who}, {when:%d.%m.%Y %H:%M} UTC",
        f"SHA-256 заявления: {confirmation.digest[:_DIGEST]}…",
    )


def _goods(
    item: GoodsItem | ApplicationItem, criterion: str, boxes: Boxes | Draft
) -> dict[int, tuple[str, ...]]:
    invoice = item.invoice or getattr(boxes, "invoice", None)
    return {
        6: (str(item.sequence),),
        7: _if(item.packages, _places),
        8: (item.description,),
        9: (criterion,),
        10: (
            *_if(item.quantity, _measure),
            *(f"брутто {line}" for line in _if(item.gross, _measure)),
            *(f"нетто {line}" for line in _if(item.net, _measure)),
        ),
        11: _if(invoice, _document),
    }


def _if(part: object, write: Callable[..., str]) -> tuple[str, ...]:
    return (write(part),) if part else ()


def _places(packages: Packages) -> str:
    return f"{packages_in(packages, _FORM)} {packages.marks}".strip()


def _measure(quantity: Quantity) -> str:
    return quantity_in(quantity, _FORM)


def _document(document: DocumentReference) -> str:
    return f"{document.number} {document.date:%d.%m.%Y}"
