"""A UBL 2 invoice, read into a draft application.

The supplier becomes the exporter, the customer the importer, the party of delivery the consignee
where it is another. What the invoice does not say stays open (docs/spec/application.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from certorigin.application.draft import Application
from certorigin.application.invoice_line import read_line
from certorigin.application.invoice_party import read_address, read_party
from certorigin.application.ubl import ROOT, UblReader
from certorigin.application.xml_tree import parse_tree
from certorigin.errors import MalformedError
from certorigin.vocabulary.finding import Grade
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.search import name_key

if TYPE_CHECKING:
    from lxml.etree import _Element

    from certorigin.vocabulary.finding import Finding
    from certorigin.vocabulary.party import Party
    from certorigin.vocabulary.quantity import Money


@dataclass(frozen=True)
class ReadInvoice:
    """The draft that an invoice gives, and what could not be taken over from it."""

    application: Application
    findings: tuple[Finding, ...]


def read_ubl_invoice(raw: bytes) -> ReadInvoice:
    """Read an invoice of UBL 2.0 or later.

    Raises MalformedError for anything else: `invoice.another_document` names other UBL documents,
    `invoice.not_ubl` other XML; LimitError for what is too large or too deep.
    """
    root = parse_tree(raw)
    _check_root(root)
    reader = UblReader()
    lines = reader.find_all(root, "cac:InvoiceLine")
    shipment = reader.find(root, "cac:Delivery/cac:Shipment") if len(lines) == 1 else None
    importer = read_party(reader, _customer(reader, root), "importer")
    exporter = read_party(reader, _supplier(reader, root), "exporter")
    application = Application(
        exporter=exporter,
        importer=importer,
        consignor=_shipper(reader, root, exporter),
        consignee=_receiver(reader, root, importer),
        invoice=_reference(reader, root, "invoice"),
        invoice_total=_total(reader, root),
        contract=_contract(reader, root),
        items=tuple(
            read_line(reader, line, index, shipment=shipment) for index, line in enumerate(lines)
        ),
    )
    _check_sum(reader, root, lines)
    return ReadInvoice(application, tuple(reader.findings))


def _check_root(root: _Element) -> None:
    match = ROOT.fullmatch(root.tag)
    if match is None:
        raise MalformedError("invoice.not_ubl", place="", value=root.tag[-80:])
    name, version = match[3], match[2]
    if name != "Invoice" or match[1] != "Invoice":
        raise MalformedError("invoice.another_document", place="", value=name)
    if version != "2":
        raise MalformedError("invoice.another_version", place="", value=version)


def _supplier(reader: UblReader, root: _Element) -> _Element | None:
    supplier = reader.find(root, "cac:AccountingSupplierParty/cac:Party")
    seller = reader.find(root, "cac:SellerSupplierParty/cac:Party")
    return seller if supplier is None else supplier


def _customer(reader: UblReader, root: _Element) -> _Element | None:
    customer = reader.find(root, "cac:AccountingCustomerParty/cac:Party")
    buyer = reader.find(root, "cac:BuyerCustomerParty/cac:Party")
    return buyer if customer is None else customer


def _receiver(reader: UblReader, root: _Element, importer: Party | None) -> Party | None:
    found = []
    for delivery in reader.find_all(root, "cac:Delivery"):
        address = reader.find(delivery, "cac:DeliveryAddress")
        if address is None:
            address = reader.find(delivery, "cac:DeliveryLocation/cac:Address")
        party = reader.find(delivery, "cac:DeliveryParty")
        if party is None:
            party = reader.find(delivery, "cac:Shipment/cac:Consignment/cac:ConsigneeParty")
        found.append(read_party(reader, party, "consignee", address=address))
        where = read_address(reader, address, place="consignee.address")
        if party is None and where and (importer is None or where != importer.address):
            reader.note("invoice.delivered_elsewhere", "consignee", Grade.NOTE, value=where)
    return _other(reader, found, importer, "consignee", "invoice.several_consignees")


def _shipper(reader: UblReader, root: _Element, exporter: Party | None) -> Party | None:
    found = []
    for delivery in reader.find_all(root, "cac:Delivery"):
        party = reader.find(delivery, "cac:Despatch/cac:DespatchParty")
        address = reader.find(delivery, "cac:Despatch/cac:DespatchAddress")
        if party is None:
            party = reader.find(delivery, "cac:Shipment/cac:Consignment/cac:ConsignorParty")
        found.append(read_party(reader, party, "consignor", address=address))
    return _other(reader, found, exporter, "consignor", "invoice.several_consignors")


def _other(
    reader: UblReader, found: list[Party | None], principal: Party | None, place: str, several: str
) -> Party | None:
    """Return the one party that is not the principal. Of several none is taken (R23)."""
    known = name_key(principal.name) if principal else ""
    others = {name_key(party.name): party for party in found if party and party.name}
    others.pop(known, None)
    if len(others) > 1:
        names = "; ".join(party.name for party in others.values())
        reader.note(several, place, clause="R23; Rules 1", value=names)
        return None
    return next(iter(others.values()), None)


def _reference(reader: UblReader, element: _Element | None, place: str) -> DocumentReference | None:
    number = reader.text(element, "cbc:ID", f"{place}.number")
    day = reader.day(element, "cbc:IssueDate", f"{place}.date")
    if number and day:
        return DocumentReference(number, day)
    if number or day:
        reader.note("invoice.reference_incomplete", place, value=number or str(day))
    return None


def _contract(reader: UblReader, root: _Element) -> DocumentReference | None:
    contracts = reader.find_all(root, "cac:ContractDocumentReference")
    return _reference(reader, contracts[0], "contract") if len(contracts) == 1 else None


def _total(reader: UblReader, root: _Element) -> Money | None:
    total = reader.find(root, "cac:LegalMonetaryTotal")
    for name in ("TaxInclusiveAmount", "PayableAmount"):
        if reader.find(total, f"cbc:{name}") is not None:
            return reader.money(total, f"cbc:{name}", "invoiceTotal")
    return None


def _check_sum(reader: UblReader, root: _Element, lines: list[_Element]) -> None:
    """Compare the sum of the lines with the total of lines that the invoice states."""
    quiet = UblReader()  # whatever is wrong with a single figure has been said with its line
    stated = quiet.text(root, "cac:LegalMonetaryTotal/cbc:LineExtensionAmount", "")
    texts = [quiet.text(line, "cbc:LineExtensionAmount", "") for line in lines]
    figures = [quiet.figure(text, "") for text in [stated, *texts] if text]
    known = [figure for figure in figures if figure is not None]
    if not stated or len(known) != len(lines) + 1:
        return
    total = sum(known[1:], Decimal(0))
    if total != known[0]:
        reader.note("invoice.sum_differs", "invoiceTotal", sum=f"{total:f}", value=stated)
