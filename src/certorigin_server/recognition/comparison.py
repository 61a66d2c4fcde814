"""Certificate beside declaration, item by item, with each difference where it belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.standing.validity import last_day
from certorigin.vocabulary.alphabets import lines_in_letters_of
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.written import packages_in, quantity_in, state_in
from certorigin_server.desk.findings import Told, is_within, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from certorigin.recognition.balance import Balance
    from certorigin.recognition.declaration import DeclaredItem, GoodsDeclaration
    from certorigin.recognition.match import ItemMatch
    from certorigin.recognition.report import Report
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.finding import Finding
    from certorigin.vocabulary.goods import DocumentReference, GoodsItem, Packages
    from certorigin.vocabulary.party import Party
    from certorigin.vocabulary.quantity import Quantity


@dataclass(frozen=True)
class Pair:
    """One thing on both sides: the code of its name, its box, both values, what was found.

    `lang` is the language of values that are data, where it is another than the reader's; the aids
    are names in the reader's letters.
    """

    name: str
    box: str
    certified: str
    declared: str
    told: tuple[Told, ...]
    lang: str = ""
    certified_aid: tuple[str, ...] = ()
    declared_aid: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemShown:
    """One item of the certificate with the lines that rest on it, and what may still be taken."""

    number: int
    lines: str
    fit: str
    pairs: tuple[Pair, ...]
    balance: Balance | None
    declared: Quantity | None


@dataclass(frozen=True)
class Comparison:
    """The whole: parties and dates, the items, and what belongs to no single value."""

    pairs: tuple[Pair, ...]
    items: tuple[ItemShown, ...]
    rest: tuple[Told, ...]


def comparison_of(
    report: Report, declaration: GoodsDeclaration, *, language: str
) -> Comparison | None:
    """Lay both sides out. None where there is nothing to compare."""
    certificate, match = report.certificate, report.match
    if certificate is None or match is None:
        return None
    placed = _Placed(match.all_findings, language)
    goods = {item.sequence: item for item in certificate.items}
    origin = certificate.declaration.country
    items = tuple(
        _item(found, goods.get(found.sequence), origin, declaration, placed)
        for found in match.items
    )
    pairs = tuple(_whole(certificate, declaration, placed))
    return Comparison(pairs, items, placed.rest())


class _Placed:
    """Findings, each given once to the first that asks for its place."""

    def __init__(self, findings: Iterable[Finding], language: str) -> None:
        self.language = language
        self._left = tell(findings, language)

    def at(self, *places: str) -> tuple[Told, ...]:
        found = [told for told in self._left if any(is_within(told.place, at) for at in places)]
        self._left = [told for told in self._left if told not in found]
        return tuple(found)

    def rest(self) -> tuple[Told, ...]:
        return tuple(self._left)


def _whole(
    certificate: Certificate, declaration: GoodsDeclaration, placed: _Placed
) -> Iterator[Pair]:
    language = placed.language
    ends = last_day(certificate, get_form(certificate.form))
    days = f"{certificate.certification.date:%d.%m.%Y} – {ends:%d.%m.%Y}"
    sides = (
        ("web.exporter", "1", certificate.exporter, certificate.consignor, declaration.exporter),
        ("web.importer", "2", certificate.importer, certificate.consignee, declaration.importer),
    )
    for (name, box, party, acting, declared), place in zip(
        sides, ("exporter", "importer"), strict=True
    ):
        named = [one for one in (acting, party) if one is not None]
        ours, theirs = [_party(one, language) for one in named], _party(declared, language)
        aids = (_aid(named, language), _aid([declared], language))
        yield Pair(name, box, "\n".join(ours), theirs, placed.at(place), "ru", *aids)
    state = state_in(certificate.presented_in, language)
    destination = state_in(declaration.destination, language)
    yield Pair("web.destination", "4", state, destination, placed.at("destinationCountry"))
    yield Pair("web.validity", "12", days, f"{declaration.date:%d.%m.%Y}", placed.at("date"))


def _item(
    found: ItemMatch,
    item: GoodsItem | None,
    origin: str,
    declaration: GoodsDeclaration,
    placed: _Placed,
) -> ItemShown:
    lines = [
        (f"items[{index}]", line)
        for index, line in enumerate(declaration.items)
        if line.sequence in found.lines
        and line.claim is not None
        and line.claim.item == found.sequence
    ]
    return ItemShown(
        number=found.sequence,
        lines=", ".join(str(line) for line in found.lines),
        fit=str(found.fit),
        pairs=tuple(_pairs(item, origin if item else "", lines, placed)),
        balance=found.balance,
        declared=found.declared,
    )


def _pairs(
    item: GoodsItem | None,
    origin: str,
    lines: Sequence[tuple[str, DeclaredItem]],
    placed: _Placed,
) -> Iterator[Pair]:
    def told(*members: str) -> tuple[Told, ...]:
        return placed.at(*(f"{place}.{member}" for place, _ in lines for member in members))

    def declared(values: Iterable[str]) -> str:
        return "\n".join(dict.fromkeys(value for value in values if value))

    def amount(quantity: Quantity | None) -> str:
        return quantity_in(quantity, placed.language)

    def places(packages: Packages | None) -> str:
        return packages_in(packages, placed.language)

    every = [line for _, line in lines]
    codes = declared(line.tariff_code.digits for line in every)
    ours = item.tariff_code.digits if item else ""
    criterion = f"{ours} ({item.criterion})" if item and item.criterion else ours
    yield Pair("web.tariff_code", "8, 9", criterion, codes, told("tariffCode"))
    described = declared(line.description for line in every)
    ours = item.description if item else ""
    yield Pair("web.item_description", "8", ours, described, told("description"), "ru")
    amounts = declared(amount(line.quantity) for line in every)
    ours = amount(item.quantity) if item else ""
    yield Pair("web.quantity", "10", ours, amounts, told("quantity", "certificate"))
    nets = declared(amount(line.net) for line in every)
    ours = amount(item.net) if item else ""
    yield Pair("web.net_weight", "10", ours, nets, told("netWeight"))
    packed = declared(places(line.packages) for line in every)
    ours = places(item.packages) if item else ""
    yield Pair("web.packages", "7", ours, packed, told("packages"))
    invoices = declared(_document(line.invoice) for line in every)
    ours = _document(item.invoice) if item else ""
    yield Pair("web.item_invoice", "11", ours, invoices, told("invoice"))
    origins = declared(state_in(line.origin_country, placed.language) for line in every)
    origin = state_in(origin, placed.language)
    yield Pair("web.material_origin", "13", origin, origins, told("originCountry"))


def _party(party: Party, language: str) -> str:
    number = f"{party.identifier.scheme} {party.identifier.value}" if party.identifier else ""
    parts = (party.name, party.address, state_in(party.country, language), number)
    return "\n".join(part for part in parts if part)


def _aid(parties: Iterable[Party], language: str) -> tuple[str, ...]:
    written = [text for one in parties for text in (one.name, one.address) if text]
    return lines_in_letters_of(written, language)


def _document(document: DocumentReference | None) -> str:
    return f"{document.number}, {document.date:%d.%m.%Y}" if document else ""
