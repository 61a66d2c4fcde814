"""Parties of a UBL invoice: name, address, country and number in a register."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.vocabulary.party import Identifier, Party

if TYPE_CHECKING:
    from lxml.etree import _Element

    from certorigin.application.ubl import UblReader

# The name under which a party is registered comes before the one under which it trades.
_NAMES = (
    "cac:PartyLegalEntity/cbc:RegistrationName",
    "cac:PartyName/cbc:Name",
    "cac:PartyTaxScheme/cbc:RegistrationName",
)
_NUMBERS = (
    "cac:PartyTaxScheme/cbc:CompanyID",
    "cac:PartyLegalEntity/cbc:CompanyID",
    "cac:PartyIdentification/cbc:ID",
)
_STREET = ("cbc:StreetName", "cbc:BuildingNumber")
_PLACE = ("cbc:PostalZone", "cbc:CityName")
_REGION = ("cbc:CountrySubentity",)

# Shapes of the tax numbers of the two states; their check digits are judged with the application.
_SHAPES = {
    "BY": ("UNP", re.compile(r"[0-9A-Z]{2}[0-9]{7}")),
    "AZ": ("VOEN", re.compile("[0-9]{10}")),
}


def read_party(
    reader: UblReader, party: _Element | None, place: str, *, address: _Element | None = None
) -> Party | None:
    """Return a party with what is stated of it, or None where nothing is.

    `address` stands in where the party has none of its own, as at a place of delivery.
    """
    if party is None:
        return None
    own = reader.find(party, "cac:PostalAddress")
    if own is None:
        own = address
    if own is None:
        own = reader.find(party, "cac:PartyLegalEntity/cac:RegistrationAddress")
    country = reader.country(own, "cac:Country/cbc:IdentificationCode", f"{place}.country")
    found = Party(
        name=_name(reader, party, f"{place}.name"),
        address=read_address(reader, own, f"{place}.address"),
        country=country,
        identifier=_identifier(reader, party, country, f"{place}.identifier"),
    )
    return found if found != Party("", "", "") else None


def read_address(reader: UblReader, address: _Element | None, place: str) -> str:
    """Return an address in one line: street and house, further lines, code and town, region."""

    def joined(paths: tuple[str, ...]) -> str:
        return " ".join(filter(None, (reader.text(address, path, place) for path in paths)))

    lines = [joined(_STREET)]
    lines += [reader.text(address, path, place) for path in ("cbc:AdditionalStreetName",)]
    lines += [reader.text(address, "cbc:BuildingName", place)]
    lines += [
        reader.text(line, ".", place) for line in reader.find_all(address, "cac:AddressLine/*")
    ]
    lines += [joined(_PLACE), joined(_REGION)]
    return reader.shown(", ".join(filter(None, lines)), place)


def _name(reader: UblReader, party: _Element, place: str) -> str:
    for path in _NAMES:
        name = reader.text(party, path, place)
        if name:
            return name
    person = ("cbc:FirstName", "cbc:MiddleName", "cbc:FamilyName")
    parts = (reader.text(party, f"cac:Person/{part}", place) for part in person)
    return " ".join(filter(None, parts))


def _identifier(reader: UblReader, party: _Element, country: str, place: str) -> Identifier | None:
    for path in _NUMBERS:
        number = reader.text(party, path, place)
        if not number:
            continue
        found = reader.find(party, path)
        scheme = "" if found is None else found.get("schemeID", "").upper()
        if scheme in {"UNP", "VOEN"}:
            return Identifier(scheme, number)
        national, shape = _SHAPES.get(country, ("OTHER", None))
        bare = number.removeprefix(country).strip()
        if shape is not None and shape.fullmatch(bare):
            return Identifier(national, bare)
        return Identifier("OTHER", number)
    return None
