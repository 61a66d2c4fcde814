"""Live certificates in a small sealed file, for posts without a line: snapshots, and deltas.

Of each certificate it holds 40 bits of a salted hash of its subject, sorted, the gaps in Rice's
code: 10,000 take about 36 kB. A delta names what came and went since a snapshot. The codes tell
nobody which certificates there are; who holds a certificate can look whether it is among them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from certorigin.errors import LimitError, MalformedError, UnknownError, VerificationError
from certorigin.late import dataclass
from certorigin.seal.proof import seal_document, verify_sealed
from certorigin.vocabulary.acts import CONTEXT
from certorigin.vocabulary.moment import moment_to_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from certorigin.seal.proof import Sealer
    from certorigin.seal.trust.trust import Trust

FORMAT: Final = "certorigin-live/v1"
TYPES: Final = ("VerifiableCredential", "LiveCertificates")
BITS: Final = 40
SALT_BYTES: Final = 16
MAX_CODES: Final = 100_000
MAX_FILE: Final = 1 << 20

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_SALT = re.compile(r"[0-9a-f]{32}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Snapshot:
    """Which certificates were live at a moment, by the heads that the installation had then."""

    installation: str
    number: int
    at: datetime
    salt: str
    codes: tuple[int, ...]

    @property
    def digest(self) -> str:
        """What a delta must lead to."""
        packed = pack(self.codes)
        return hashlib.sha256(bytes.fromhex(self.salt) + packed).hexdigest()

    def holds(self, subject: str) -> bool:
        """Say whether a certificate is among them; wrongly for one in 100 million of others."""
        return code_of(self.salt, subject) in set(self.codes)


@dataclass(frozen=True)
class Delta:
    """What came and went between two snapshots of one salt."""

    installation: str
    base: int
    number: int
    at: datetime
    salt: str
    added: tuple[int, ...]
    removed: tuple[int, ...]
    digest: str

    def apply(self, snapshot: Snapshot) -> Snapshot:
        """Return the later snapshot.

        Raises UnknownError when the delta continues another one, VerificationError when it does not
        lead where it says.
        """
        same = (self.installation, self.base, self.salt)
        if (snapshot.installation, snapshot.number, snapshot.salt) != same:
            raise UnknownError("live.delta_of_another", number=str(self.base))
        codes = (set(snapshot.codes) - set(self.removed)) | set(self.added)
        later = replace(snapshot, number=self.number, at=self.at, codes=tuple(sorted(codes)))
        if later.digest != self.digest or self.at < snapshot.at:
            raise VerificationError("live.delta_differs", number=str(self.number))
        return later


def code_of(salt: str, subject: str) -> int:
    """Return the code of a certificate: the first 40 bits of SHA-256 over salt and subject."""
    digest = hashlib.sha256(bytes.fromhex(salt) + subject.encode()).digest()
    return int.from_bytes(digest[: BITS // 8])


def take_snapshot(
    subjects: Iterable[str], *, installation: str, number: int, at: datetime, salt: str
) -> Snapshot:
    """Make a snapshot of these certificates. Raises LimitError for more than MAX_CODES."""
    codes: set[int] = set()
    for subject in subjects:  # as they come: of a million that are live not all are looked at
        codes.add(code_of(salt, subject))
        if len(codes) > MAX_CODES:
            raise LimitError("live.too_many", limit=str(MAX_CODES))
    return Snapshot(installation, number, at, salt, tuple(sorted(codes)))


def difference(base: Snapshot, later: Snapshot) -> Delta:
    """Return what leads from one snapshot to a later one of the same salt."""
    old, new = set(base.codes), set(later.codes)
    return Delta(
        later.installation,
        base.number,
        later.number,
        later.at,
        later.salt,
        tuple(sorted(new - old)),
        tuple(sorted(old - new)),
        later.digest,
    )


def seal_live(what: Snapshot | Delta, sealer: Sealer) -> bytes:
    """Seal a snapshot or a delta for its installation."""
    document = _to_document(what)
    return seal_document(document, [(sealer, document["issuer"])], created=what.at)


def verify_live(raw: bytes, trust: Trust) -> Snapshot | Delta:
    """Read a sealed snapshot or delta, and judge whether its key speaks for the installation.

    Raises MalformedError, SignatureError, UntrustedKeyError, UnknownError.
    """
    sealed = verify_sealed(raw.strip(), max_bytes=MAX_FILE)
    what = Record(sealed.document).part("credentialSubject", _from_record)
    document = _to_document(what)
    bare = {name: value for name, value in sealed.document.items() if name != "proof"}
    (proof, *others) = sealed.proofs
    if others or bare != document or proof.created != what.at:
        raise MalformedError("live.malformed", place="")
    trust.key_entitlement(
        proof.key, role="gateway", at=proof.created, controller=document["issuer"]
    )
    return what


# -- Rice's code ----------------------------------------------------------------------------------


def pack(codes: Sequence[int]) -> bytes:
    """Write rising codes as gaps: the quotient by 2^k in ones and a nought, then k bits."""
    width = _width(len(codes))
    text: list[str] = []
    last = -1
    for code in codes:
        gap = code - last - 1
        text.append("1" * (gap >> width) + "0" + format(gap & (1 << width) - 1, f"0{width}b"))
        last = code
    bits = "".join(text)
    return int((bits + "0" * (-len(bits) % 8)) or "0", 2).to_bytes((len(bits) + 7) // 8)


def unpack(data: bytes, count: int) -> tuple[int, ...]:
    """Read that many codes: the exact inverse of `pack`. Raises MalformedError."""
    width = _width(count)
    bits = format(int.from_bytes(data), f"0{8 * len(data)}b") if data else ""
    codes: list[int] = []
    place, last = 0, -1
    for _ in range(count):
        end = bits.find("0", place)
        low = bits[end + 1 : end + 1 + width]
        if end < 0 or len(low) != width:
            raise MalformedError("live.malformed", place="codes")
        last += 1 + ((end - place) << width) + int(low, 2)
        if last >= 1 << BITS:
            raise MalformedError("live.malformed", place="codes")
        codes.append(last)
        place = end + 1 + width
    if len(data) != (place + 7) // 8 or "1" in bits[place:]:
        raise MalformedError("live.malformed", place="codes")
    return tuple(codes)


def _width(count: int) -> int:
    """How many bits of a gap are written plainly: about the length of the mean gap."""
    return max(1, BITS - max(count, 1).bit_length())


# -- the document ---------------------------------------------------------------------------------


def _to_document(what: Snapshot | Delta) -> dict[str, Any]:
    about: dict[str, Any] = {
        "at": moment_to_text(what.at),
        "format": FORMAT,
        "installation": what.installation,
        "number": str(what.number),
        "salt": what.salt,
    }
    if isinstance(what, Snapshot):
        about["live"] = _listed(what.codes)
    else:
        about |= {
            "added": _listed(what.added),
            "base": str(what.base),
            "digest": what.digest,
            "removed": _listed(what.removed),
        }
    return {
        "@context": list(CONTEXT),
        "credentialSubject": about,
        "id": f"urn:certorigin:live:{what.installation}:{what.number}",
        "issuer": f"urn:certorigin:installation:{what.installation}",
        "type": list(TYPES),
        "validFrom": moment_to_text(what.at),
    }


def _from_record(record: Record) -> Snapshot | Delta:
    record.choice("format", (FORMAT,))
    installation = record.text("installation")
    number = int(record.text("number", pattern=_NUMBER))
    salt = record.text("salt", pattern=_SALT)
    at = record.moment("at")
    if record.has("live"):
        what: Snapshot | Delta = Snapshot(installation, number, at, salt, _codes(record, "live"))
    else:
        what = Delta(
            installation,
            int(record.text("base", pattern=_NUMBER)),
            number,
            at,
            salt,
            _codes(record, "added"),
            _codes(record, "removed"),
            record.text("digest", pattern=_DIGEST),
        )
    record.finish()
    return what


def _listed(codes: Sequence[int]) -> dict[str, str]:
    return {"codes": base64.b64encode(pack(codes)).decode(), "count": str(len(codes))}


def _codes(record: Record, name: str) -> tuple[int, ...]:
    return record.part(name, _read_codes)


def _read_codes(record: Record) -> tuple[int, ...]:
    count = int(record.text("count", pattern=_NUMBER))
    if count > MAX_CODES:
        raise LimitError("live.too_many", limit=str(MAX_CODES))
    text = record.value("codes")
    record.finish()
    try:
        data = base64.b64decode(str(text), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError("live.malformed", place=record.at("codes")) from None
    if not isinstance(text, str) or base64.b64encode(data).decode() != text:
        raise MalformedError("live.malformed", place=record.at("codes"))
    return unpack(data, count)
