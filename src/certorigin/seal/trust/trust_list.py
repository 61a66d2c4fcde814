"""A trust list: what a state says of its own authorities, sealed by a threshold of its root keys.

A state speaks for itself alone: every name in its list carries its own code.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError, UntrustedKeyError
from certorigin.late import dataclass
from certorigin.seal.proof import seal_document, verify_sealed
from certorigin.seal.trust.entries import (
    Body,
    CorridorSettings,
    Installation,
    Key,
    Officer,
    Roots,
    state_urn,
    urn_parts,
)
from certorigin.seal.trust.specimen import Specimen
from certorigin.vocabulary.acts import CONTEXT
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from certorigin.seal.proof import Sealer

MAX_TRUST_LIST = 8_388_608
TYPES = ("VerifiableCredential", "TrustList")

VERSION = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class TrustDraft:
    """The contents of a trust list, before it is sealed."""

    state: str
    version: int
    valid_from: date
    next_update: date
    roots: Roots
    installations: tuple[Installation, ...] = ()
    bodies: tuple[Body, ...] = ()
    officers: tuple[Officer, ...] = ()
    keys: tuple[Key, ...] = ()
    corridors: tuple[CorridorSettings, ...] = ()
    specimens: tuple[Specimen, ...] = ()

    @classmethod
    def from_record(cls, record: Record) -> TrustDraft:
        """Read the credential's subject. Raises MalformedError for what is not coherent."""
        draft = cls(
            state=country_from_text(record.text("state"), place=record.at("state")),
            version=int(record.text("version", pattern=VERSION)),
            valid_from=record.day("validFrom"),
            next_update=record.day("nextUpdate"),
            roots=record.part("roots", Roots.from_record),
            installations=record.parts("installations", Installation.from_record),
            bodies=record.parts("bodies", Body.from_record),
            officers=record.parts("officers", Officer.from_record),
            keys=record.parts("keys", Key.from_record),
            corridors=record.parts("corridors", CorridorSettings.from_record),
            specimens=record.parts("specimens", Specimen.from_record),
        )
        _check_coherent(draft)
        return draft

    def to_data(self) -> dict[str, Any]:
        """Write the credential's subject; the inverse of reading."""
        return {
            "bodies": [body.to_data() for body in self.bodies],
            "corridors": [corridor.to_data() for corridor in self.corridors],
            "installations": [installation.to_data() for installation in self.installations],
            "keys": [key.to_data() for key in self.keys],
            "nextUpdate": self.next_update.isoformat(),
            "officers": [officer.to_data() for officer in self.officers],
            "roots": self.roots.to_data(),
            "state": self.state,
            "validFrom": self.valid_from.isoformat(),
            "version": str(self.version),
            **self._specimens_data(),
        }

    def _specimens_data(self) -> dict[str, Any]:
        """Write the specimens, where there are any."""
        written = [specimen.to_data() for specimen in self.specimens]
        return {"specimens": written} if written else {}

    def to_document(self) -> dict[str, Any]:
        """Write the whole credential, without proofs (W3C VC 2.0 section 4)."""
        return {
            "@context": list(CONTEXT),
            "credentialSubject": self.to_data(),
            "id": f"urn:certorigin:trust-list:{self.state}:{self.version}",
            "issuer": state_urn(self.state),
            "type": list(TYPES),
            "validFrom": f"{self.valid_from.isoformat()}T00:00:00Z",
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> TrustDraft:
        """Read the whole credential, whatever its proofs say. Raises MalformedError."""
        draft = Record(document).part("credentialSubject", cls.from_record)
        # One spelling: what the subject says decides the rest of the credential.
        if draft.to_document() != {name: document[name] for name in document if name != "proof"}:
            raise MalformedError("trust.credential_differs", place=".")
        return draft


@dataclass(frozen=True)
class TrustList:
    """A sealed trust list: its exact bytes, its contents, and the root keys that sealed it."""

    raw: bytes = field(repr=False)
    contents: TrustDraft
    signers: frozenset[str]

    @classmethod
    def from_bytes(cls, raw: bytes, roots: Roots) -> TrustList:
        """Read a sealed trust list and verify it against `roots` and its own roots.

        Raises MalformedError, SignatureError, UnknownError; UntrustedKeyError when fewer than the
        threshold of either roots signed. A change of roots is thus signed by the old and the new.
        """
        sealed = verify_sealed(raw, max_bytes=MAX_TRUST_LIST)
        contents = TrustDraft.from_document(sealed.document)
        for proof in sealed.proofs:
            if proof.controller != state_urn(contents.state):
                raise UntrustedKeyError("trust.root_speaks_for_another", value=proof.controller)
        trust_list = cls(raw, contents, frozenset(proof.key for proof in sealed.proofs))
        trust_list.check_signed_by(roots)
        trust_list.check_signed_by(contents.roots)
        return trust_list

    def check_signed_by(self, roots: Roots) -> None:
        """Raise UntrustedKeyError when fewer than the threshold of these root keys signed."""
        found = roots.count(self.signers)
        if found < roots.threshold:
            raise UntrustedKeyError(
                "trust.threshold_not_met", found=str(found), needed=str(roots.threshold)
            )

    @property
    def state(self) -> str:
        """The state that speaks."""
        return self.contents.state

    @property
    def version(self) -> int:
        """Its running number, from 1."""
        return self.contents.version

    def is_overdue(self, at: datetime) -> bool:
        """Say whether the day of the next update has passed without a newer list."""
        return at.date() > self.contents.next_update


def draft_trust_list(
    *,
    state: str,
    version: int,
    valid_from: date,
    next_update: date,
    roots: Roots,
    installations: Sequence[Installation] = (),
    bodies: Sequence[Body] = (),
    officers: Sequence[Officer] = (),
    keys: Sequence[Key] = (),
    corridors: Sequence[CorridorSettings] = (),
    specimens: Sequence[Specimen] = (),
) -> TrustDraft:
    """Make a draft that is sure to be readable again. Raises MalformedError."""
    draft = TrustDraft(
        state=state,
        version=version,
        valid_from=valid_from,
        next_update=next_update,
        roots=roots,
        installations=tuple(installations),
        bodies=tuple(bodies),
        officers=tuple(officers),
        keys=tuple(keys),
        corridors=tuple(corridors),
        specimens=tuple(specimens),
    )
    return TrustDraft.from_document(draft.to_document())


def seal_trust_list(draft: TrustDraft, sealers: Iterable[Sealer], *, created: datetime) -> bytes:
    """Seal a draft with root keys, and return its exact bytes.

    Whether enough of them signed is judged where it is read (`TrustList.from_bytes`).
    """
    owner = state_urn(draft.state)
    return seal_document(
        draft.to_document(), [(sealer, owner) for sealer in sealers], created=created
    )


def _check_coherent(draft: TrustDraft) -> None:
    """Refuse dangling references, names of another state, and two entries of one name."""
    if draft.next_update <= draft.valid_from:
        raise MalformedError("trust.period_crosswise", place="credentialSubject.nextUpdate")
    _check_names(draft.state, "installation", [entry.id for entry in draft.installations])
    _check_names(draft.state, "body", [entry.id for entry in draft.bodies])
    _check_names(draft.state, "officer", [entry.id for entry in draft.officers])
    _check_unique("keys", [key.key for key in draft.keys])
    _check_unique("corridors", [corridor.id for corridor in draft.corridors])
    bodies = {body.id for body in draft.bodies}
    named = bodies | {entry.id for entry in draft.installations}
    named |= {officer.id for officer in draft.officers}
    for officer in draft.officers:
        if officer.body not in bodies:
            raise MalformedError("trust.body_not_listed", place=officer.id, value=officer.body)
    for key in draft.keys:
        if key.controller not in named:
            raise MalformedError("trust.controller_not_listed", place=key.key, value=key.controller)
        if key.key in draft.roots.keys:
            raise MalformedError("trust.root_key_in_use", place=key.key)
    for corridor in draft.corridors:
        if not corridor.corridor.has(draft.state):
            raise MalformedError("trust.corridor_of_others", place=corridor.id)
    officers = {officer.id for officer in draft.officers}
    for specimen in draft.specimens:
        if specimen.of not in (officers if specimen.kind == "signature" else bodies):
            raise MalformedError("trust.specimen_of_nobody", place=specimen.kind, value=specimen.of)


def _check_names(state: str, kind: str, names: list[str]) -> None:
    for name in names:
        if urn_parts(name) != (kind, state):
            raise MalformedError("trust.name_not_its_own", place=kind, value=name[:80])
    _check_unique(kind, names)


def _check_unique(place: str, names: list[str]) -> None:
    if len(set(names)) != len(names):
        repeated, _ = Counter(names).most_common(1)[0]
        raise MalformedError("trust.repeated", place=place, value=repeated)
