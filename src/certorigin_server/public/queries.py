"""What the public page is told: which of our acts are published under a number and a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certorigin.certification.slip import key_id_of
from certorigin.errors import CertoriginError
from certorigin.mirror.evidence import write_base64
from certorigin.seal.multikey import P256, public_key
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.certification.queries import published_under
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from datetime import date

    from certorigin.seal.trust.entries import Key

ISSUED, ANNULLED, REPLACED = "check.issued", "check.annulled", "check.replaced"
UNKNOWN = "check.unknown"
# What our own acts say of a certificate, the later word first.
_SAID = ((Kind.ANNULLED, ANNULLED), (Kind.REPLACED, REPLACED), (Kind.ISSUED, ISSUED))


def status_of(number: str, day: date, *, digest: str = "") -> str:
    """Return the code of what is known under a number and a day.

    A wrong day and an unknown number are asked by the same statement and answered alike. With a
    digest, only the certificate whose sealed act it is counts: one that was altered is unknown.
    """
    acts = published_under(number, day)
    if digest:
        meant = {subject for _, subject, own in acts if own == digest}
        acts = [act for act in acts if act[1] in meant]
    kinds = {kind for kind, _, _ in acts}
    return next((code for kind, code in _SAID if str(kind) in kinds), UNKNOWN)


def keys_for_codes() -> list[dict[str, Any]]:
    """Return every key with which a body may have signed a code, for a page that checks by itself.

    Withdrawn ones are among them: a code under such a key proves nothing, and the page says so.
    """
    trust = get_trust()
    return [
        written
        for state in trust.states
        for key in trust.newest(state).contents.keys
        if "seal" in key.roles and (written := _written(key, state)) is not None
    ]


def _written(key: Key, state: str) -> dict[str, Any] | None:
    try:
        read = public_key(key.key)
    except CertoriginError:
        return None
    raw = read.raw
    if read.algorithm == P256:  # browsers take the whole point
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    end = key.period.end
    return {
        "id": key_id_of(key.key).hex(),
        "kind": read.algorithm,
        "raw": write_base64(raw),
        "holder": key.controller,
        "state": state,
        "forms": list(key.forms),
        "from": moment_to_text(key.period.start),
        "until": moment_to_text(end) if end else "",
        "withdrawn": key.withdrawn is not None,
    }
