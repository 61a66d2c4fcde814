"""Places of certificates in status lists for third parties: random to them, certain to us.

A place follows from a secret and from where the act stands in our own log: nothing else has to be
kept, and what a restored system publishes is what it published before. To outsiders places are in
no order, the names of lists say nothing, and a list holds bits that mean nothing as well.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from certorigin.errors import LimitError
from certorigin.late import dataclass
from certorigin.seal.foreign.model import BASE_CONTEXT
from certorigin.seal.foreign.status_list import MIN_PLACES, encode_list, status_entry

if TYPE_CHECKING:
    from certorigin.vocabulary.bodies import CertificateReference

SECRET_BYTES: Final = 32
SIZE: Final = MIN_PLACES
# Half of a list for certificates; the rest is never given away, and the meaningless bits lie there.
CAPACITY: Final = SIZE // 2
MAX_MEANINGLESS: Final = SIZE // 4
MEANINGLESS_A_BATCH: Final = 32

TERMS: Final = {
    "CertificateOfOriginStatus": "urn:certorigin:term:CertificateOfOriginStatus",
    "actDigest": "urn:certorigin:term:actDigest",
    "certificateNumber": "urn:certorigin:term:certificateNumber",
    "certificateForm": "urn:certorigin:term:certificateForm",
    "certificateDate": "urn:certorigin:term:certificateDate",
}


@dataclass(frozen=True)
class Place:
    """Where the status of one certificate stands."""

    name: str
    index: int


def place_of(secret: bytes, origin: str, rank: int) -> Place:
    """Return the place of the certificate that was the `rank`-th to be issued in a log."""
    number, within = divmod(rank, CAPACITY)
    return Place(list_name(secret, origin, number), _order(secret, origin, number)[within])


def list_name(secret: bytes, origin: str, number: int) -> str:
    """Return the name of a list: it does not say which log it belongs to."""
    return _mac(secret, f"name {origin} {number}".encode()).hex()[:24]


def encoded_list(
    secret: bytes, origin: str, number: int, ended: Iterable[int], *, batch: int
) -> str:
    """Write the bits of a list: set where a certificate of that rank has ended.

    `batch` counts the publications since the list began; each adds some bits without a meaning, so
    that the number of bits that changed is not the number of certificates that ended.
    """
    order = _order(secret, origin, number)
    start = number * CAPACITY
    places = [order[rank - start] for rank in ended if start <= rank < start + CAPACITY]
    if batch < 0:
        raise LimitError("foreign.status_list_size", size=str(batch), limit="0")
    hidden = order[SIZE - _meaningless(secret, origin, number, batch) :]
    return encode_list([*places, *hidden], SIZE)


def status_credential(
    *,
    url: str,
    index: int,
    issuer: str,
    subject: str,
    digest: str,
    reference: CertificateReference,
    valid_from: str,
    valid_until: str,
) -> dict[str, Any]:
    """Make what a holder may show to third parties: no goods, no parties, and where its status is.

    The digest is that of the sealed act: who is shown both knows that they belong together.
    """
    return {
        "@context": [BASE_CONTEXT, TERMS],
        "type": ["VerifiableCredential", "CertificateOfOriginStatus"],
        "issuer": issuer,
        "validFrom": valid_from,
        "validUntil": valid_until,
        "credentialSubject": {
            "id": subject,
            "actDigest": digest,
            "certificateDate": reference.date.isoformat(),
            "certificateForm": reference.form,
            "certificateNumber": reference.number,
        },
        "credentialStatus": status_entry(url, index),
    }


def _meaningless(secret: bytes, origin: str, number: int, batch: int) -> int:
    """How many bits without a meaning a list has after that many batches; it only grows."""
    key = _mac(secret, f"batches {origin} {number}".encode())
    drawn = hashlib.shake_256(key).digest(max(batch + 1, 1))
    grown = sum(byte % MEANINGLESS_A_BATCH for byte in drawn[: batch + 1])
    return min(MAX_MEANINGLESS, grown)


@lru_cache(maxsize=8)
def _order(secret: bytes, origin: str, number: int) -> tuple[int, ...]:
    """Put all places of a list into an order that only the secret gives."""
    key = _mac(secret, f"order {origin} {number}".encode())
    stream = hashlib.shake_256(key).digest(16 * SIZE)
    return tuple(sorted(range(SIZE), key=lambda place: stream[16 * place : 16 * place + 16]))


def _mac(secret: bytes, data: bytes) -> bytes:
    return hmac.digest(secret, data, "sha256")
