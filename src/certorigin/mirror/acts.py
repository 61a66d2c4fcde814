"""An act as it comes out of a log: read strictly, its seals verified, its entitlement judged apart.

Three things are kept apart. An entry that is no act, or whose seal is wrong, is *void*: it is truly
in the log, and counts for nothing. An act whose issuer was not entitled is *not entitled*:
recorded, and counts for nothing. An act whose issuer is not known here is *undecided*: a newer
trust list may settle it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from certorigin.errors import MalformedError, UnknownError, UntrustedKeyError
from certorigin.mirror.issuer import verify_issuer
from certorigin.seal.canonical import MAX_BYTES, strict_bytes_unchecked
from certorigin.seal.proof import Sealed, verify_proofs, verify_sealed
from certorigin.standing.entry import LoggedAct, check_body
from certorigin.vocabulary.acts import Act
from certorigin.vocabulary.schema import check_schema

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.proof import VerifiedProof
    from certorigin.seal.trust.trust import Trust


class Weight(StrEnum):
    """Whether an act counts."""

    COUNTS = "counts"
    NOT_ENTITLED = "not_entitled"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class CheckedAct:
    """An act whose seals fit its bytes, and whether its issuer was entitled to it."""

    act: Act
    digest: str
    proofs: tuple[VerifiedProof, ...]
    weight: Weight
    code: str = ""

    def logged(
        self, *, publisher: str, term: str, index: int, legal_time: datetime | None
    ) -> LoggedAct:
        """Return the act with its place in a log, as the fold over the logs takes it."""
        return LoggedAct(self.act, publisher, term, index, self.digest, legal_time)


def verify_act(data: bytes) -> Sealed:
    """Verify a sealed act: strict bytes, every proof, the schema.

    Raises MalformedError, SignatureError; UnknownError for a suite that is not known here.
    """
    document = find_plain_act(data)
    if document is not None:
        return Sealed(data, document, verify_proofs(document, canonical=strict_bytes_unchecked))
    sealed = verify_sealed(data)
    check_schema(sealed.document)
    return sealed


def find_plain_act(data: bytes) -> dict[str, Any] | None:
    """Read an act that keeps schema and strict profile without a fault, or return None.

    This is the quick way for the good; the slow one then says what is wrong. The schema leaves no
    room for a number, a null, a name outside ASCII or a deep structure, so that of the profile only
    the one spelling and the control characters are left to check.
    """
    try:
        document = orjson.loads(data) if len(data) <= MAX_BYTES else None
        if type(document) is not dict:
            return None
        check_schema(document)
    except (orjson.JSONDecodeError, MalformedError):
        return None
    if strict_bytes_unchecked(document) != data or _has_control_character(data):
        return None
    return document


def _has_control_character(canonical: bytes) -> bool:
    """In canonical bytes a backslash stands for a quote, a backslash or a control character."""
    if b"\\" not in canonical:
        return False
    rest = canonical.replace(b"\\\\", b"").replace(b'\\"', b"").replace(b"\\n", b"")
    return b"\\" in rest


def read_act(data: bytes) -> tuple[Act, tuple[VerifiedProof, ...]]:
    """Read a sealed act. Raises as `verify_act`."""
    sealed = verify_act(data)
    return Act.from_document(sealed.document), sealed.proofs


def check_act(
    data: bytes,
    trust: Trust,
    *,
    publisher: str,
    at: datetime,
    corridor: str | None = None,
) -> CheckedAct:
    """Check an act from the log of `publisher`; `at` is its legal time.

    Raises MalformedError, SignatureError, UnknownError as `read_act`: then the entry is void, or
    not to be judged here. Raises MalformedError `act.corridor_differs` for an act of another
    corridor than the log's.
    """
    act, proofs = read_act(data)
    if corridor is not None and str(act.corridor) != corridor:
        raise MalformedError("act.corridor_differs", place="corridor", value=str(act.corridor))
    check_body(act)
    digest = sha256(data).hexdigest()
    try:
        verify_issuer(act, proofs, trust, publisher=publisher, at=at)
    except UntrustedKeyError as fault:
        return CheckedAct(act, digest, proofs, Weight.NOT_ENTITLED, fault.code)
    except UnknownError as fault:
        return CheckedAct(act, digest, proofs, Weight.UNDECIDED, fault.code)
    return CheckedAct(act, digest, proofs, Weight.COUNTS)
