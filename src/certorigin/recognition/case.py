"""One certificate under way through the steps of `verify`: what its sealed bytes say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from certorigin.errors import (
    MalformedError,
    SignatureError,
    UnknownError,
)
from certorigin.log.national import AGREEMENT
from certorigin.mirror.acts import find_plain
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.registration import Registered
from certorigin.recognition.report import Part, part
from certorigin.seal.proof import Sealed, verify_plain, verify_sealed
from certorigin.standing.entry import publisher_of
from certorigin.vocabulary.acts import CONTEXT, Kind
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.schema import check_schema

if TYPE_CHECKING:
    from certorigin.mirror.view import LogView


_KINDS = {str(kind) for kind in Kind}


@dataclass(slots=True)
class Case:
    """One certificate under way: its seal holds, and this is what is known of it so far."""

    bundle: Bundle
    sealed: Sealed
    at: datetime
    registered: Registered
    view: LogView | None = None
    index: int = -1
    legal_time: datetime | None = None

    @property
    def subject(self) -> str:
        """The certificate's URN."""
        return str(self.sealed.document["credentialSubject"]["id"])

    @property
    def corridor(self) -> str:
        """The corridor that the act names."""
        return str(self.sealed.document["credentialSubject"]["corridor"])

    @property
    def log_corridor(self) -> str:
        """The corridor of the log that holds it: that of the act, or of a national log."""
        known = self.registered.known
        if self.bundle.salt and known is not None and known.partner is not None:
            return str(known.partner.corridor)
        return self.corridor

    @property
    def certificate(self) -> dict[str, Any]:
        """The certificate as sealed; the schema was checked, the values were not read yet."""
        found: dict[str, Any] = self.sealed.document["credentialSubject"]["certificate"]
        return found


def check_integrity(bundle: Bundle) -> tuple[Part, Sealed | None]:
    """Step 2. Raises MalformedError for a file that is neither a bundle nor an act."""
    try:
        plain = find_plain(bundle.act)
        if plain is not None:
            return _kind_part(plain.document), verify_plain(bundle.act, plain.document)
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
    return _kind_part(document), sealed


def _kind_part(document: dict[str, Any]) -> Part:
    kind = str(document["type"][1])
    if kind != Kind.ISSUED:
        return part("integrity.not_a_certificate", kind=kind)
    return part("integrity.sound")


def find_fault_of_publisher(case: Case, publisher: str, corridor: str) -> Part | None:
    """The log must be the issuing state's, in the corridor, to the destination."""
    certificate = case.certificate
    state = certificate["issuingCountry"]
    own = (
        publisher.partition("-")[0] == state
        and corridor == case.corridor
        and publisher_of(case.subject) in {None, publisher}
    )
    parties = sorted((state, certificate["destinationCountry"]))
    if case.bundle.salt:  # a national log takes what no corridor takes, wherever it goes
        national = corridor.endswith(f"/{AGREEMENT}") and publisher.partition("-")[0] == state
        own = national and publisher_of(case.subject) in {None, publisher}
        parties = corridor.partition("/")[0].split("-")
    if own and "-".join(parties) == corridor.partition("/")[0]:
        return None
    facts = {"publisher": publisher, "corridor": corridor, "issued_in": str(state)}
    return part("registration.publisher_differs", **facts)


def read_certificate(case: Case) -> Certificate:
    """Read the certificate. Raises MalformedError."""
    record = Record(case.certificate, "certificate")
    certificate = Certificate.from_record(record)
    record.finish()
    return certificate


def digest_of(case: Case) -> str:
    """Return the SHA-256 of the sealed bytes, as the fold names an act."""
    return sha256(case.bundle.act).hexdigest()
