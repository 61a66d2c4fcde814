"""Certificates made of bodies that were seen to be plain, with nothing looked at twice.

Reading a certificate member by member is what names a fault with its place, and three quarters of
the work where none is. Of what keeps the narrowed schema (`vocabulary.plain`) the same values are
made at once; that they are the same is tested for everything that the schema lets through.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from certorigin.vocabulary.certificate import (
    ApplicantDeclaration,
    Certificate,
    Certification,
    Confirmation,
    Transport,
)
from certorigin.vocabulary.criterion import Criterion
from certorigin.vocabulary.goods import DocumentReference, GoodsItem, Packages
from certorigin.vocabulary.moment import moment_from_text
from certorigin.vocabulary.party import Identifier, Party
from certorigin.vocabulary.quantity import Quantity
from certorigin.vocabulary.tariff import TariffCode

Data = dict[str, Any]


class PlainBody(Data):
    """The body of an `Issued` that keeps the narrowed schema: who makes one has seen that."""


def certificate_in(body: PlainBody) -> Certificate:
    """Make the certificate: what `Certificate.from_record` makes of the same members."""
    transport = body.get("transport")
    return Certificate(
        form=body["form"],
        medium=body["medium"],
        number=body["number"],
        issued_in=body["issuingCountry"],
        presented_in=body["destinationCountry"],
        exporter=_party(body["exporter"]),
        importer=_party(body["importer"]),
        items=tuple([_item(one) for one in body["items"]]),
        certification=_certification(body["certification"]),
        declaration=_declaration(body["applicantDeclaration"]),
        consignor=_party(body["consignor"]) if "consignor" in body else None,
        consignee=_party(body["consignee"]) if "consignee" in body else None,
        transport=Transport(transport["means"], transport.get("route", "")) if transport else None,
        marks=tuple(body.get("officialMarks", ())),
        consignee_mark=body.get("consigneeMark", ""),
    )


def _party(data: Data) -> Party:
    number = data.get("identifier")
    identifier = Identifier(number["scheme"], number["value"]) if number else None
    return Party(data["name"], data["address"], data["country"], identifier)


def _item(data: Data) -> GoodsItem:
    packages, invoice = data["packages"], data.get("invoice")
    return GoodsItem(
        sequence=int(data["sequence"]),
        packages=Packages(int(packages["count"]), packages["kind"], packages.get("marks", "")),
        description=data["description"],
        tariff_code=TariffCode(data["tariffCode"]),
        criterion=_criterion(data["originCriterion"]),
        quantity=_quantity(data["quantity"]),
        gross=_quantity(data["grossWeight"]),
        net=_quantity(data["netWeight"]),
        invoice=DocumentReference(invoice["number"], _day(invoice["date"])) if invoice else None,
    )


def _quantity(data: Data) -> Quantity:
    return Quantity(Decimal(data["value"]), data["unit"])


def _certification(data: Data) -> Certification:
    return Certification(
        body=data["body"],
        body_name=data["bodyName"],
        body_address=data["bodyAddress"],
        officer=data["officer"],
        officer_name=data["officerName"],
        date=_day(data["date"]),
    )


def _declaration(data: Data) -> ApplicantDeclaration:
    confirmed = data.get("confirmation")
    return ApplicantDeclaration(
        country=data["country"],
        declarant=data["declarant"],
        date=_day(data["date"]),
        confirmation=_confirmation(confirmed) if confirmed else None,
    )


def _confirmation(data: Data) -> Confirmation:
    return Confirmation(data["digest"], moment_from_text(data["moment"]), data.get("position", ""))


@lru_cache(maxsize=1024)  # a certificate has few, and thousands share them
def _criterion(text: str) -> Criterion | None:
    return None if text == "-" else Criterion.from_text(text)


_day = lru_cache(maxsize=1024)(date.fromisoformat)
