"""Reading a log or a mirror at rest: its acts with their legal times; nothing is changed.

The layout of a log and of a mirror is the same, and so is the view: a publisher reads its own log
with the cosigned heads that it took back, a partner reads its mirror with the heads that it
cosigned.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Self

import orjson

from certorigin.errors import CertoriginError, ProofError, UnknownError
from certorigin.late import dataclass
from certorigin.log import layout
from certorigin.log.directory import Directory
from certorigin.log.entry import MAX_OBJECT, data_of
from certorigin.log.identity import Identity
from certorigin.log.note import MAX_NOTE
from certorigin.log.read import TileReader
from certorigin.log.tiles import TILE_WIDTH
from certorigin.mirror.acts import CheckedAct, Checker, Judged, Weight
from certorigin.mirror.cosigned import CosignedHead, CosignedHeads
from certorigin.mirror.halt import Halt, find_halt
from certorigin.mirror.partner import Partner
from certorigin.standing.entry import read_body
from certorigin.standing.twice import NumberTaken, number_taken
from certorigin.vocabulary.acts import BODY_MEMBER, Kind
from certorigin.vocabulary.bodies import TermClosing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from certorigin.log.checkpoint import SignedHead
    from certorigin.mirror.crew import Crew
    from certorigin.seal.trust.trust import Trust
    from certorigin.standing.entry import LoggedAct

MAX_VIEWED = 4096
MAX_BUNDLES = 16  # kept in memory after they were checked: an act is rarely asked for alone


@dataclass(frozen=True)
class ViewedAct:
    """An act in its place, or why the entry is none. `checked` is None for a void entry."""

    index: int
    legal_time: datetime | None
    checked: CheckedAct | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class JudgedEntry:
    """The bytes of an entry, and what they are worth."""

    index: int
    data: bytes
    legal_time: datetime | None
    judged: Judged


class Claims(NamedTuple):
    """Where subjects are spoken of, which certificates claim a number, and which act issued them.

    All by the entries alone.
    """

    subjects: dict[str, list[int]]
    numbers: dict[NumberTaken, list[str]]
    issues: dict[str, str]


class LogView:
    """One log folder as of its checkpoint, verified against the keys of the trust list."""

    def __init__(self, directory: Directory, partner: Partner, trust: Trust) -> None:
        self.directory = directory
        self.partner = partner
        self.head: SignedHead = partner.read_head(directory.read(layout.CHECKPOINT, limit=MAX_NOTE))
        self.cosigned = CosignedHeads(directory, partner)
        corridor = str(partner.corridor)
        self.trust = trust
        self._checker = Checker(trust, publisher=partner.publisher, corridor=corridor)
        self._reader = TileReader(self.head.checkpoint, directory.read)
        self._covered: tuple[int, int, datetime] | None = None
        self._viewed: dict[int, ViewedAct] = {}
        self._bundles: dict[int, list[bytes]] = {}

    @classmethod
    def open(cls, folder: Path, trust: Trust) -> Self:
        """Open a folder that holds `log.json` and a checkpoint.

        Raises UnknownError when files or the publisher's keys are not known, MalformedError, and
        SignatureError when the head is not by a key that the trust list names for this log.
        """
        directory = Directory(folder)
        identity = Identity.from_bytes(directory.read(layout.IDENTITY))
        partner = Partner.from_trust(trust, identity.origin)
        partner.check_identity(identity)
        return cls(directory, partner, trust)

    @property
    def origin(self) -> str:
        """The log's origin line."""
        return self.partner.origin

    @property
    def size(self) -> int:
        """How many entries the head covers."""
        return self.head.checkpoint.size

    @cached_property
    def heartbeat(self) -> datetime:
        """When the publisher last said that this is its head. Raises SignatureError."""
        return self.partner.heartbeat_of(self.head)

    @cached_property
    def successor(self) -> str | None:
        """The log that goes on from here when the last entry closes the term, else None.

        Raises as `view`.
        """
        checked = self.view(self.size - 1).checked if self.size else None
        if checked is None or checked.weight is not Weight.COUNTS:
            return None
        if checked.act.kind is not Kind.TERM_CLOSED:
            return None
        return read_body(checked.act, TermClosing.from_record).successor

    def halted(self) -> Halt | None:
        """Return why this mirror stands still, or None."""
        return find_halt(self.directory)

    def legal_time(self, index: int) -> datetime | None:
        """Return when the partner first cosigned a head that covers an entry, or None."""
        if self._covered is not None and self._covered[0] <= index < self._covered[1]:
            return self._covered[2]
        head = self.cosigned.find_covering(index)
        if head is None:
            return None
        self._covered = (index, head.size, head.at)  # the first for what follows up to its size
        return head.at

    def cosigned_by(self, at: datetime) -> CosignedHead | None:
        """Return the newest head that was cosigned by a moment, or None."""
        return self.cosigned.newest_by(at)

    def entry(self, index: int) -> bytes:
        """Return an entry as it lies in the log. Raises ProofError when absent or altered."""
        number, place = divmod(index, TILE_WIDTH)
        if not 0 <= index < self.size:
            raise ProofError("log.index_outside", index=str(index), size=str(self.size))
        if number not in self._bundles:
            if len(self._bundles) >= MAX_BUNDLES:
                self._bundles.clear()
            self._bundles[number] = self._reader.bundle(number)
        return self._bundles[number][place]

    def data(self, index: int) -> bytes:
        """Return the bytes that were entered. Raises ProofError, UnknownError, MalformedError."""
        return self._data_of(self.entry(index))

    def view(self, index: int) -> ViewedAct:
        """Return one act, checked at its legal time; before that, at the publisher's heartbeat."""
        if index not in self._viewed:
            if len(self._viewed) >= MAX_VIEWED:
                self._viewed.clear()
            self._viewed[index] = self._view(index, self.data(index), self.legal_time(index))
        return self._viewed[index]

    def views(self) -> Iterator[ViewedAct]:
        """Read every act in the order of the log, and keep none: a log may hold millions."""
        for index, entry in enumerate(self._reader.entries(0)):
            yield self._view(index, self._data_of(entry), self.legal_time(index))

    def judge(self, indexes: Iterable[int], crew: Crew | None = None) -> Iterator[JudgedEntry]:
        """Judge acts as `view` does, in their order, and keep none; a crew does it on all cores."""
        entries = [(index, self.data(index), self.legal_time(index)) for index in indexes]
        dated = [(data, at or self.heartbeat) for _, data, at in entries]
        judge = crew.judge if crew is not None else self._checker.judge_all
        for entry, judged in zip(entries, judge(dated), strict=True):
            yield JudgedEntry(*entry, judged)

    def acts_about(self, subject: str) -> list[LoggedAct]:
        """Return the acts about a certificate that count, in the order of the log."""
        return [
            self.logged(viewed)
            for viewed in map(self.view, self._claims.subjects.get(subject, ()))
            if viewed.checked is not None and viewed.checked.weight is Weight.COUNTS
        ]

    def subjects_under(self, number: NumberTaken) -> list[str]:
        """Return the certificates that claim a number, in the order of the log."""
        return list(dict.fromkeys(self._claims.numbers.get(number, ())))

    def subjects_of(self, act: str) -> list[str]:
        """Return the certificate that an act claims to issue, by the act's id; none or one."""
        subject = self._claims.issues.get(act)
        return [subject] if subject is not None else []

    def undecided_about(self, subject: str) -> list[ViewedAct]:
        """Return the acts about a certificate whose issuer is not known: they may yet count."""
        return [
            viewed
            for viewed in map(self.view, self._claims.subjects.get(subject, ()))
            if viewed.checked is not None and viewed.checked.weight is Weight.UNDECIDED
        ]

    def find_entry(self, data: bytes, subject: str) -> int | None:
        """Return the first index under which these bytes were entered, or None."""
        return next(
            (at for at in self._claims.subjects.get(subject, ()) if self.data(at) == data), None
        )

    def logged(self, viewed: ViewedAct) -> LoggedAct:
        """Return a checked act with its place in the log. Raises UnknownError when void."""
        if viewed.checked is None:
            raise UnknownError("mirror.entry_void", index=str(viewed.index), reason=viewed.code)
        return viewed.checked.logged(
            publisher=self.partner.publisher,
            term=self.partner.term,
            index=viewed.index,
            legal_time=viewed.legal_time,
        )

    @cached_property
    def _claims(self) -> Claims:
        """Where each certificate is spoken of, and under which numbers, as the entries claim."""
        claims = Claims({}, {}, {})
        for index, entry in enumerate(self._reader.entries(0)):
            subject, number, act = _claimed(self._data_of(entry))
            if subject is not None:
                claims.subjects.setdefault(subject, []).append(index)
                if number is not None:
                    claims.numbers.setdefault(number, []).append(subject)
                    claims.issues.setdefault(act, subject)
        return claims

    def _view(self, index: int, data: bytes, legal_time: datetime | None) -> ViewedAct:
        try:
            checked = self._checker.check(data, at=legal_time or self.heartbeat)
        except CertoriginError as fault:
            return ViewedAct(index, legal_time, None, fault.code)
        return ViewedAct(index, legal_time, checked, checked.code)

    def _data_of(self, entry: bytes) -> bytes:
        try:
            return data_of(entry, lambda path: self.directory.read(path, limit=MAX_OBJECT))
        except CertoriginError:
            return entry


def find_log_folders(root: Path, *, depth: int = 5) -> list[Path]:
    """Find the folders that hold `log.json`, `root` itself or at most `depth` levels below it."""
    if (root / layout.IDENTITY).is_file():
        return [root]
    if depth == 0 or not root.is_dir():
        return []
    below = sorted(entry for entry in root.iterdir() if entry.is_dir() and not entry.is_symlink())
    return [found for folder in below for found in find_log_folders(folder, depth=depth - 1)]


def logged_acts(views: Iterable[LogView]) -> Iterator[LoggedAct]:
    """Read the acts of several logs that count, each with its legal time."""
    for log in views:
        for viewed in log.views():
            if viewed.checked is not None and viewed.checked.weight is Weight.COUNTS:
                yield log.logged(viewed)


def _claimed(data: bytes) -> tuple[str | None, NumberTaken | None, str]:
    """Return of which subject an entry claims to speak, the number it claims to issue, its id."""
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None, None, ""
    subject = document.get("credentialSubject") if isinstance(document, dict) else None
    if not isinstance(subject, dict) or not isinstance(subject.get("id"), str):
        return None, None, ""
    name: str = subject["id"]
    certificate = subject.get(BODY_MEMBER[Kind.ISSUED])
    try:
        number = number_taken(certificate) if certificate else None
    except (KeyError, TypeError, AttributeError):
        return name, None, ""  # no certificate at all: what it is worth is judged elsewhere
    if number is not None and not all(isinstance(part, str) for part in number):
        return name, None, ""  # nor is this, and it could not be looked up
    return name, number, str(document.get("id", ""))
