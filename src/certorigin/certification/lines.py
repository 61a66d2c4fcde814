"""The lines of text of each box, as the form shows them: on the desk's sheet and on paper.

What is not stated yet gives no line, so that a draft is laid out like a certificate.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import TYPE_CHECKING

from certorigin.vocabulary.written import packages_in, quantity_in, state_in

if TYPE_CHECKING:
    from certorigin.application.draft import Application as Draft
    from certorigin.application.draft import ApplicationItem
    from certorigin.vocabulary.certificate import (
        ApplicantDeclaration,
        Certificate,
        Certification,
        Confirmation,
    )
    from certorigin.vocabulary.goods import DocumentReference, GoodsItem
    from certorigin.vocabulary.party import Party
    from certorigin.vocabulary.quantity import Quantity

Lines = tuple[str, ...]
Words = Mapping[str, str]

_DIGEST = 16  # as much of a digest as people compare by eye


def upper_boxes(
    boxes: Certificate | Draft, *, number: str, issued_in: str, words: Words, language: str
) -> dict[int, Lines]:
    """Return the lines of boxes 1 to 5."""
    transport = boxes.transport
    given, wanted = state_in(issued_in, language), state_in(boxes.presented_in, language)
    lines = {
        1: _parties(boxes.consignor, boxes.exporter, words, language),
        2: (
            *_parties(boxes.consignee, boxes.importer, words, language),
            getattr(boxes, "consignee_mark", ""),
        ),
        3: (transport.means, transport.route) if transport else (),
        4: (
            number,
            words["issued_in"].format(state=given),
            words["presented_in"].format(state=wanted),
        ),
        5: tuple(getattr(boxes, "marks", ())),
    }
    return {box: _filled(texts) for box, texts in lines.items()}


def goods_boxes(
    item: GoodsItem | ApplicationItem,
    criterion: str,
    *,
    invoice: DocumentReference | None,
    words: Words,
    language: str,
) -> dict[int, Lines]:
    """Return the lines of boxes 6 to 11 of one item."""
    packages = item.packages
    places = f"{packages_in(packages, language)} {packages.marks}" if packages else ""
    document = item.invoice or invoice
    lines: dict[int, Lines] = {
        6: (str(item.sequence),),
        7: (places.strip(),),
        8: (item.description,),
        9: (criterion,),
        10: (
            _amount(item.quantity, language),
            _amount(item.gross, language, before=f"{words['gross']} "),
            _amount(item.net, language, before=f"{words['net']} "),
        ),
        11: (f"{document.number} {document.date:%d.%m.%Y}" if document else "",),
    }
    return {box: _filled(texts) for box, texts in lines.items()}


def _amount(quantity: Quantity | None, language: str, *, before: str = "") -> str:
    """Write an amount; what a certificate does not state leaves its place empty (R24)."""
    return before + quantity_in(quantity, language) if quantity and quantity.value else ""


def certified(box: Certification | None) -> Lines:
    """Return the lines of box 12: body, address, officer, day."""
    if box is None:
        return ()
    return _filled((box.body_name, box.body_address, box.officer_name, f"{box.date:%d.%m.%Y}"))


def declared(box: ApplicantDeclaration | None, language: str) -> Lines:
    """Return the lines of box 13: state of production, declarant, day."""
    if box is None:
        return ()
    return _filled((state_in(box.country, language), box.declarant, f"{box.date:%d.%m.%Y}"))


def confirmed(declarant: str, confirmation: Confirmation | None, words: Words) -> Lines:
    """Return who confirmed the declaration electronically, when, and of what application (R3)."""
    if confirmation is None:
        return ()
    when = f"{confirmation.moment.astimezone(UTC):%d.%m.%Y %H:%M}"
    who = ", ".join(one for one in (declarant, confirmation.position) if one)
    digest = f"{confirmation.digest[:_DIGEST]}…"
    return (
        words["confirmed"].format(moment=when, who=who),
        words["application"].format(digest=digest),
    )


def _parties(acting: Party | None, principal: Party | None, words: Words, language: str) -> Lines:
    """Whoever acts for another is named first, "по поручению" (Rules 7.4, boxes 1 and 2)."""
    if acting is None or acting == principal:
        return _party(principal, language)
    return (*_party(acting, language), words["on_behalf"], *_party(principal, language))


def _party(party: Party | None, language: str) -> Lines:
    return (party.name, party.address, state_in(party.country, language)) if party else ()


def _filled(lines: Lines) -> Lines:
    return tuple(line for line in lines if line.strip())
