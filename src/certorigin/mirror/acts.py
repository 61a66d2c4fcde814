"""An act as it comes out of a log: read strictly, its seals verified, its entitlement judged apart.

Three things are kept apart. An entry that is no act, or whose seal is wrong, is *void*: it is truly
in the log, and counts for nothing. An act whose issuer was not entitled is *not entitled*:
recorded, and counts for nothing. An act whose issuer is not known here is *undecided*: a newer
trust list may settle it.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from certorigin.errors import CertoriginError, MalformedError, UnknownError, UntrustedKeyError
from certorigin.mirror.issuer import certificate_question, issuer_question, verify_issuer
from certorigin.seal.canonical import MAX_BYTES, parse_strict, strict_bytes_unchecked
from certorigin.seal.plain import find_plain_gist, find_sound, read_gist, read_plain, verify_plain
from certorigin.seal.proof import Sealed, verify_sealed
from certorigin.standing.entry import LoggedAct, check_body
from certorigin.vocabulary.acts import BODY_MEMBER, Act, Kind, kind_of
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.moment import moment_from_text
from certorigin.vocabulary.plain import is_plain_certificate
from certorigin.vocabulary.plain_body import PlainBody
from certorigin.vocabulary.schema import check_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from certorigin.seal.plain import Unchecked
    from certorigin.seal.proof import VerifiedProof
    from certorigin.seal.trust.trust import Trust


MAX_KEPT = 65_536
TOGETHER = 32  # acts that are read before their signatures are checked


class Weight(StrEnum):
    """Whether an act counts."""

    COUNTS = "counts"
    NOT_ENTITLED = "not_entitled"
    UNDECIDED = "undecided"


class CheckedAct(NamedTuple):
    """An act whose seals fit its bytes `raw`, and whether its issuer was entitled to it."""

    act: Act
    raw: bytes
    proofs: tuple[VerifiedProof, ...]
    weight: Weight
    code: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of the sealed bytes, in hex: how other acts name this one."""
        return sha256(self.raw).hexdigest()

    def logged(
        self, *, publisher: str, term: str, index: int, legal_time: datetime | None
    ) -> LoggedAct:
        """Return the act with its place in a log, as the fold over the logs takes it."""
        return LoggedAct(self.act, publisher, term, index, self.digest, legal_time)


class Judged(NamedTuple):
    """What an entry is worth, and why it is not worth more. Without weight it is void."""

    weight: Weight | None
    code: str


def verify_act(data: bytes) -> Sealed:
    """Verify a sealed act: strict bytes, every proof, the schema.

    Raises MalformedError, SignatureError; UnknownError for a suite that is not known here.
    """
    plain = find_plain(data)
    if plain is not None:
        return verify_plain(data, plain.document)
    sealed = verify_sealed(data)
    kind_of(sealed.document.get("type"))  # of a later profile: kept and shown, and judged by it
    check_schema(sealed.document)
    return sealed


class Plain(NamedTuple):
    """An act that keeps schema and strict profile. `is_read`: its body can be read to the end."""

    document: dict[str, Any]
    is_read: bool


def find_plain(data: bytes) -> Plain | None:
    """Read an act that keeps schema and strict profile without a fault, or return None.

    This is the quick way for the good; the slow one then says what is wrong. The schema leaves no
    room for a number, a null, a name outside ASCII or a deep structure, so that of the profile only
    the one spelling and the control characters are left to check.
    """
    try:
        document = orjson.loads(data) if len(data) <= MAX_BYTES else None
        if type(document) is not dict:
            return None
        is_read = is_plain_certificate(document)
        if not is_read:
            check_schema(document)
    except (orjson.JSONDecodeError, MalformedError):
        return None
    if strict_bytes_unchecked(document) != data or _has_control_character(data):
        return None
    return Plain(document, is_read)


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


def act_from(data: bytes) -> Act:
    """Read an act from its strict bytes; its seals are left to others. Raises MalformedError."""
    gist = find_plain_gist(data)
    return _act_in(data) if gist is not None else Act.from_document(parse_strict(data))


def check_act(
    data: bytes,
    trust: Trust,
    *,
    publisher: str,
    at: datetime,
    corridor: str | None = None,
) -> CheckedAct:
    """Check one act from the log of `publisher`; `at` is its legal time. Raises as `Checker`."""
    return Checker(trust, publisher=publisher, corridor=corridor).check(data, at=at)


class Checker:
    """Checks many acts from the log of one publisher against the same trust.

    Whether the same keys may seal the same for the same body at the same time is judged once. What
    it keeps is true for this trust: when that changes, make another.
    """

    def __init__(self, trust: Trust, *, publisher: str, corridor: str | None = None) -> None:
        self._trust = trust
        self._publisher = publisher
        self._corridor = corridor
        self._judged: dict[tuple[object, ...], Judged] = {}

    def check(self, data: bytes, *, at: datetime) -> CheckedAct:
        """Check an act whose legal time is `at`.

        Raises MalformedError, SignatureError, UnknownError as `read_act`: then the entry is void,
        or not to be judged here. Raises MalformedError `act.corridor_differs` for an act of another
        corridor than the log's.
        """
        act, proofs, is_read = _read_quickly(data) or _read_at_length(data)
        if self._corridor is not None and str(act.corridor) != self._corridor:
            raise MalformedError("act.corridor_differs", place="corridor", value=str(act.corridor))
        if not is_read:
            check_body(act)
        weight, code = self._judge(issuer_question(act, proofs, at), lambda: act, proofs, at)
        assert weight is not None  # noqa: S101 - only an entry without a good seal has none
        return CheckedAct(act, data, proofs, weight, code)

    def judge_all(self, acts: Sequence[tuple[bytes, datetime]]) -> list[Judged]:
        """Judge acts, each at its legal time: what `judge` says of each, and sooner.

        So many at a time are read first and have their signatures checked then: the processor
        keeps the code and the tables of either in its caches. Whatever is not simply in order goes
        to `judge`.
        """
        found: list[Judged] = []
        for start in range(0, len(acts), TOGETHER):
            some = acts[start : start + TOGETHER]
            read = [self._foresee(data, at) for data, at in some]
            fits = [one is not None and all(proof.fits() for proof in one[0]) for one in read]
            for (data, at), one, fit in zip(some, read, fits, strict=True):
                found.append(one[1] if one is not None and fit else self.judge(data, at=at))
        return found

    def _foresee(self, data: bytes, at: datetime) -> tuple[list[Unchecked], Judged] | None:
        """Say what an act is worth if its signatures fit; None where that takes a closer look."""
        gist = find_plain_gist(data)
        read = read_gist(gist) if gist is not None else None
        if gist is None or read is None:
            return self._foresee_plain(data, at) if gist is None else None
        proofs = tuple([one.proof for one in read])
        asked = certificate_question(
            gist.issuer, proofs, at, form=gist.form, body=gist.body, officer=gist.officer
        )
        try:
            if gist.corridor != self._corridor:
                _corridor_of(gist.corridor)
                if self._corridor is not None:
                    return None
            return read, self._judge(asked, lambda: _act_in(data), proofs, at)
        except CertoriginError:
            return None

    def _foresee_plain(self, data: bytes, at: datetime) -> tuple[list[Unchecked], Judged] | None:
        plain = find_plain(data)
        read = read_plain(data, plain.document) if plain is not None else None
        if plain is None or read is None or not plain.is_read:
            return None
        try:
            act, proofs = _act_of(plain), tuple([one.proof for one in read])
            judged = self._judge(issuer_question(act, proofs, at), lambda: act, proofs, at)
        except CertoriginError:
            return None
        if self._corridor is not None and str(act.corridor) != self._corridor:
            return None
        return read, judged

    def judge(self, data: bytes, *, at: datetime) -> Judged:
        """Say what an act is worth whose legal time is `at`. Raises nothing."""
        try:
            checked = self.check(data, at=at)
        except CertoriginError as fault:
            return Judged(None, fault.code)
        return Judged(checked.weight, checked.code)

    def _judge(
        self,
        asked: tuple[object, ...],
        act: Callable[[], Act],
        proofs: tuple[VerifiedProof, ...],
        at: datetime,
    ) -> Judged:
        """Judge the issuer, once for all that `verify_issuer` asks of an act."""
        found = self._judged.get(asked)
        if found is None:
            if len(self._judged) >= MAX_KEPT:
                self._judged.clear()
            found = self._judged[asked] = self._weigh(act(), proofs, at)
        return found

    def _weigh(self, act: Act, proofs: tuple[VerifiedProof, ...], at: datetime) -> Judged:
        try:
            verify_issuer(act, proofs, self._trust, publisher=self._publisher, at=at)
        except UntrustedKeyError as fault:
            return Judged(Weight.NOT_ENTITLED, fault.code)
        except UnknownError as fault:
            return Judged(Weight.UNDECIDED, fault.code)
        return Judged(Weight.COUNTS, "")


_corridor_of = lru_cache(maxsize=256)(Corridor.from_text)


def _read_quickly(data: bytes) -> tuple[Act, tuple[VerifiedProof, ...], bool] | None:
    """Read a plain certificate whose seals fit, or return None."""
    sound = find_sound(data)
    return (_act_in(data), sound.proofs, True) if sound is not None else None


def _read_at_length(data: bytes) -> tuple[Act, tuple[VerifiedProof, ...], bool]:
    plain = find_plain(data)
    if plain is None:
        return *read_act(data), False
    proofs = verify_plain(data, plain.document).proofs
    return _act_of(plain), proofs, plain.is_read


def _act_in(data: bytes) -> Act:
    """Make the act of a plain certificate."""
    return _act_of(Plain(orjson.loads(data), is_read=True))


def _act_of(plain: Plain) -> Act:
    """Make the act; of a plain certificate, what `Act.from_document` would check was checked."""
    document = plain.document
    subject = document["credentialSubject"]
    if not plain.is_read or "causes" in subject:
        return Act.from_document(document)
    return Act(
        id=document["id"],
        kind=Kind.ISSUED,
        issuer=document["issuer"],
        at=moment_from_text(document["validFrom"]),
        corridor=_corridor_of(subject["corridor"]),
        subject=subject["id"],
        body=PlainBody(subject[BODY_MEMBER[Kind.ISSUED]]),
    )
