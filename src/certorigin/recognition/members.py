"""The members of a goods declaration as columns, and what a file says of them."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from certorigin.late import dataclass

if TYPE_CHECKING:
    from certorigin.vocabulary.finding import Finding

_PARTY = "name address country identifier.scheme identifier.value".split()
_PARTIES = ("exporter", "importer", "declarant")

# Members of the declaration, then of each of its lines: the columns of a table in this order.
HEAD = (
    *("number", "date", "post", "destinationCountry"),
    *(f"{party}.{member}" for party in _PARTIES for member in _PARTY),
    *("transport.means", "transport.route"),
)
LINE = tuple(
    (
        "sequence tariffCode description quantity.value quantity.unit "
        "netWeight.value netWeight.unit grossWeight.value grossWeight.unit "
        "packages.count packages.kind packages.marks originCountry "
        "invoice.number invoice.date certificate.form certificate.documentCode certificate.number "
        "certificate.date certificate.issuingCountry certificate.item "
        "originDeclaration.number originDeclaration.date goodsValue.amount goodsValue.currency "
        "dutyAtStake.amount dutyAtStake.currency"
    ).split()
)


@dataclass
class Told:
    """What a file says: the document's data, and the line (and column) of each part of it."""

    data: dict[str, Any]
    lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)


def put(members: dict[str, Any], path: str, value: str) -> None:
    """Put a value at a path (`invoice.number`), making the objects around it."""
    *around, last = path.split(".")
    for name in around:
        members = members.setdefault(name, {})
    members[last] = value


def get(members: dict[str, Any], path: str) -> str:
    """Return the text at a path, or nothing."""
    found: Any = members
    for name in path.split("."):
        found = found.get(name, {})
    return found if isinstance(found, str) else ""
