"""An application as people read it: what was stated, with names beside codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.terminal.sentences import say
from certorigin.vocabulary.code_names import name_of
from certorigin.vocabulary.written import money_in, packages_in, quantity_in, state_in
from certorigin_server.desk.templatetags.desk import day

if TYPE_CHECKING:
    from certorigin.application.draft import Application as Draft
    from certorigin.application.draft import ApplicationItem
    from certorigin.vocabulary.goods import DocumentReference, Packages
    from certorigin.vocabulary.party import Party

# The parties, and what each is called.
ROLES = {
    "exporter": "web.role.exporter",
    "consignor": "web.role.consignor",
    "producer": "web.role.producer",
    "importer": "web.role.importer",
    "consignee": "web.role.consignee",
}


@dataclass(frozen=True)
class Line:
    """One thing that was stated: the code of its name, what was stated, and in which language."""

    label: str
    value: str
    lang: str = ""


@dataclass(frozen=True)
class ShownGoods:
    """One line of goods, every figure as people here write it."""

    sequence: int
    description: str
    tariff_code: str
    packages: str
    quantity: str
    gross: str
    net: str
    value: str
    origin: str


def lines_of(draft: Draft, language: str) -> tuple[Line, ...]:
    """Return what an application states, but for its goods; what is not stated is left out."""
    applicant = draft.applicant or "exporter"
    stated = [
        Line("web.form", draft.form),
        Line("web.destination", state_in(draft.presented_in, language)),
        Line("web.applicant", say(ROLES[applicant], {}, language)),
        Line("web.natural_person", say("web.yes", {}, language) if draft.natural_person else ""),
        *(
            Line(label, _party(getattr(draft, name), language), "ru")
            for name, label in ROLES.items()
        ),
        Line("web.transport", _transport(draft), "ru"),
        Line("web.invoice", _document(draft.invoice)),
        Line("web.invoice_total", money_in(draft.invoice_total, language)),
        Line("web.contract", _document(draft.contract)),
        Line("web.long_term", say("web.yes", {}, language) if draft.long_term else ""),
        Line("web.goods_list", _listed(draft, language), "ru"),
    ]
    return tuple(line for line in stated if line.value)


def goods_of(draft: Draft, language: str) -> tuple[ShownGoods, ...]:
    """Return the lines of goods."""
    return tuple(_goods(item, language) for item in draft.items)


def with_name(kind: str, code: str, language: str) -> str:
    """Write a code with its name: `BY - Belarus`; a code without a name stands alone."""
    name = name_of(kind, code, language)
    return f"{code} - {name}" if name else code


def _goods(item: ApplicationItem, language: str) -> ShownGoods:
    return ShownGoods(
        sequence=item.sequence,
        description=item.description,
        tariff_code=str(item.tariff_code or ""),
        packages=_packages(item.packages, language),
        quantity=quantity_in(item.quantity, language),
        gross=quantity_in(item.gross, language),
        net=quantity_in(item.net, language),
        value=money_in(item.value, language),
        origin=state_in(item.origin_country, language),
    )


def _party(party: Party | None, language: str) -> str:
    if party is None:
        return ""
    identifier = party.identifier
    number = f"{identifier.scheme} {identifier.value}" if identifier else ""
    parts = (party.name, party.address, state_in(party.country, language), number)
    return "\n".join(part for part in parts if part)


def _transport(draft: Draft) -> str:
    transport = draft.transport
    return "\n".join(filter(None, (transport.means, transport.route))) if transport else ""


def _document(document: DocumentReference | None) -> str:
    return f"№ {document.number}, {day(document.date)}" if document else ""


def _listed(draft: Draft, language: str) -> str:
    listed = draft.goods_list
    if listed is None:
        return ""
    sheets = say("web.goods_list_sheets", {}, language)
    return f"{_document(listed.document)}; {sheets}: {listed.sheets}"


def _packages(packages: Packages | None, language: str) -> str:
    if packages is None:
        return ""
    return "\n".join(filter(None, (packages_in(packages, language), packages.marks)))
