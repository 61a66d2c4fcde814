"""One certificate under way through the steps of `verify`: what its sealed bytes say."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from certorigin.errors import (
    MalformedError,
    SignatureError,
    UnknownError,
)
from certorigin.late import Later, dataclass
from certorigin.log.national import AGREEMENT
from certorigin.recognition.bundle import Bundle, find_plain_bundle, open_file
from certorigin.recognition.registration import Registered
from certorigin.recognition.report import Part, part
from certorigin.seal.plain import Sound, find_sound, find_sound_gist, verify_plain
from certorigin.seal.proof import Sealed, verify_sealed
from certorigin.standing.entry import publisher_of
from certorigin.vocabulary.acts import CONTEXT, Kind
from certorigin.vocabulary.gist import Gist, gist_of
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.schema import check_schema

if TYPE_CHECKING:
    from certorigin.mirror import acts
    from certorigin.mirror.view import LogView
    from certorigin.vocabulary import certificate, plain_body
    from certorigin.vocabulary.certificate import Certificate
else:
    acts = Later("certorigin.mirror.acts")
    certificate = Later("certorigin.vocabulary.certificate")
    plain_body = Later("certorigin.vocabulary.plain_body")


_KINDS = {str(kind) for kind in Kind}
_SOUND = part("integrity.sound")


@dataclass(slots=True)
class Case:
    """One certificate under way: its seal holds, and this is what is known of it so far."""

    bundle: Bundle
    sound: Sound
    at: datetime
    registered: Registered
    view: LogView | None = None
    index: int = -1
    legal_time: datetime | None = None
    _document: dict[str, Any] | None = None

    @property
    def gist(self) -> Gist:
        """What the certificate says of itself; the schema was checked."""
        return self.sound.gist

    @property
    def log_corridor(self) -> str:
        """The corridor of the log that holds it: that of the act, or of a national log."""
        known = self.registered.known
        if self.bundle.salt and known is not None and known.partner is not None:
            return str(known.partner.corridor)
        return self.gist.corridor

    @property
    def document(self) -> dict[str, Any]:
        """The act as sealed, read once when somebody asks for more than its gist."""
        if self._document is None:
            self._document = orjson.loads(self.bundle.act)
        return self._document

    @property
    def certificate(self) -> dict[str, Any]:
        """The certificate as sealed; the schema was checked, the values were not read yet."""
        found: dict[str, Any] = self.document["credentialSubject"]["certificate"]
        return found


def open_case(raw: bytes) -> tuple[Bundle, Part, Sound | None]:
    """Steps 1 and 2. Raises MalformedError for a file that is neither a bundle nor an act."""
    found = find_plain_bundle(raw)
    sound = find_sound_gist(found[1]) if found is not None else None
    if found is not None and sound is not None:
        return found[0], _SOUND, sound
    bundle = open_file(raw)
    return bundle, *check_integrity(bundle)


def check_integrity(bundle: Bundle) -> tuple[Part, Sound | None]:
    """Step 2. Raises MalformedError for a file that is neither a bundle nor an act."""
    sound = find_sound(bundle.act)
    if sound is not None:
        return _SOUND, sound
    try:
        plain = acts.find_plain(bundle.act)
        if plain is not None:
            return _judged(verify_plain(bundle.act, plain.document))
        sealed = verify_sealed(bundle.act)
    except SignatureError as fault:
        return part("integrity.seal_broken", fault=fault.code), None
    except UnknownError as fault:
        return part("integrity.suite_unknown", fault=fault.code), None
    except MalformedError as fault:
        if not bundle.proof and b'"credentialSubject"' not in bundle.act:
            raise MalformedError("verify.unreadable", place="", fault=fault.code) from None
        return part("integrity.act_malformed", fault=fault.code), None
    document = sealed.document
    types = document.get("type")
    kind = types[1] if isinstance(types, list) and len(types) == 2 else None
    if document.get("@context") != list(CONTEXT) or kind not in _KINDS:
        return part("integrity.version_unknown"), None
    try:
        check_schema(document)
    except MalformedError as fault:
        return part("integrity.act_malformed", fault=fault.code, **fault.facts), None
    return _judged(sealed)


def _judged(sealed: Sealed) -> tuple[Part, Sound | None]:
    kind = str(sealed.document["type"][1])
    if kind != Kind.ISSUED:
        return part("integrity.not_a_certificate", kind=kind), None
    return _SOUND, Sound(gist_of(sealed.document), sealed.proofs)


def find_fault_of_publisher(case: Case, publisher: str, corridor: str) -> Part | None:
    """The log must be the issuing state's, in the corridor, to the destination."""
    gist = case.gist
    state = gist.issuing_country
    if case.bundle.salt:  # a national log takes what no corridor takes, wherever it goes
        is_its = corridor.endswith(f"/{AGREEMENT}") and publisher.partition("-")[0] == state
    else:
        is_its = corridor == gist.corridor and _takes(
            publisher, corridor, state, gist.destination_country
        )
    if is_its and publisher_of(gist.subject) in {None, publisher}:
        return None
    facts = {"publisher": publisher, "corridor": corridor, "issued_in": state}
    return part("registration.publisher_differs", **facts)


@lru_cache(maxsize=1024)  # thousands go the same way
def _takes(publisher: str, corridor: str, state: str, destination: str) -> bool:
    """Say whether a publisher's log of a corridor takes what its state certifies to another."""
    parties = "-".join(sorted((state, destination)))
    return publisher.partition("-")[0] == state and parties == corridor.partition("/")[0]


def read_certificate(case: Case) -> Certificate:
    """Read the certificate. Raises MalformedError."""
    if case.gist.is_plain:
        return plain_body.certificate_in(plain_body.PlainBody(case.certificate))
    record = Record(case.certificate, "certificate")
    read = certificate.Certificate.from_record(record)
    record.finish()
    return read


def digest_of(case: Case) -> str:
    """Return the SHA-256 of the sealed bytes, as the fold names an act."""
    return sha256(case.bundle.act).hexdigest()
