"""Our own log beside the partner's copy of it: compared, and after a restore taken back.

A log that stands behind its copy must not grow, or the partner sees a fork. Its corridor is held:
nothing is prepared, sealed or logged in it until `catch_up` brought folder, head and register to
the partner's last entry. A silent partner holds nothing up (architecture.md 1), unless this system
knows that it was restored.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from certorigin.durable import make_folder, replace_file
from certorigin.errors import (
    CertoriginError,
    ConflictError,
    ForkError,
    MalformedError,
    ProofError,
    StandingError,
    UnknownError,
    UntrustedKeyError,
    VerificationError,
)
from certorigin.log import layout
from certorigin.log.append import Log as TermLog
from certorigin.log.directory import Directory, lock
from certorigin.log.entry import MAX_OBJECT, find_reference
from certorigin.log.national import is_commitment, is_national
from certorigin.log.note import MAX_NOTE
from certorigin.log.read import TileReader
from certorigin.log.stage import StageFile
from certorigin.mirror.acts import read_act
from certorigin.mirror.catch_up import (
    check_one_history,
    find_copies,
    take_back,
    take_back_cosigned,
)
from certorigin.mirror.halt import find_halt, halt
from certorigin.mirror.issuer import verify_issuer
from certorigin.mirror.partner import Partner
from certorigin.seal.trust.folder import list_name, read_trust_folder
from certorigin.seal.trust.trust_list import MAX_TRUST_LIST
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.certification.returned import pass_over
from certorigin_server.log.head import DatabaseHead
from certorigin_server.log.keys import signers_of
from certorigin_server.log.queries import origins_of, successor_of
from certorigin_server.log.services import note_fork, put_back_entries
from certorigin_server.mirror.queries import logs_of
from certorigin_server.seal.queries import find_held
from certorigin_server.seal.services import hold_corridor, release_corridor
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.followed import raws_of
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.log.checkpoint import SignedHead
    from certorigin.mirror.http import HttpLine
    from certorigin.mirror.take import Fetch
    from certorigin.vocabulary.acts import Act
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.settings.system import CorridorSettings

RESTORED = "log.restored"
BEHIND = "log.behind_its_copy"
FORKED = "log.forked_from_copy"


@dataclass(frozen=True)
class Caught:
    """What catching up brought: entries by log, our own cosigned heads, numbers passed over."""

    entries: dict[str, int]
    cosigned: int
    passed_over: int


def compare_with_copy(origin: str, fetch: Fetch | None, *, at: datetime) -> str:
    """Compare a log of ours with the partner's copy; hold its corridor where that holds more.

    Returns the code of why it is held, or an empty text. Without `fetch` folder and database alone
    are compared. Raises UnknownError when the partner gave no answer: nothing is known then.
    """
    directory = Directory(settings.SYSTEM.log_folder(origin))
    partner = Partner.from_trust(get_trust(), origin)
    copies = find_copies(directory, partner, DatabaseHead(origin).get(), fetch)
    corridor = str(partner.corridor)
    try:
        check_one_history(directory, partner, copies, fetch)
    except ForkError as fork:
        _hold_fork(directory, corridor, fork, at)
        return FORKED
    except (UnknownError, ProofError):
        if not copies.is_behind:
            raise
    if not copies.is_behind:
        return ""
    hold_corridor(corridor=corridor, reason=BEHIND, at=at)
    return BEHIND


def catch_up(
    corridor: CorridorSettings,
    *,
    line: HttpLine,
    keyring: Keyring,
    skip: int,
    by: str,
    at: datetime,
) -> Caught:
    """Take back what the partner holds of our logs of a corridor, then let the corridor go on.

    `skip` numbers of every series are passed over: what was given in the last moments may have
    reached nobody. Done again after a crash, it goes on. Raises StandingError (`log.not_held`;
    `log.forked_from_copy`), UnknownError (`log.no_copy`: the partner holds nothing of ours; no
    answer), ForkError with both heads, ConflictError for what can't be put back.
    """
    text = str(corridor.corridor)
    held = find_held(text)
    if held is None:
        raise StandingError("log.not_held", corridor=text)
    if held.reason == FORKED:
        raise StandingError(FORKED, corridor=text, since=moment_to_text(held.since))
    _take_own_lists(line)
    entries: dict[str, int] = {}
    seen_by_partner = False
    waiting = origins_of(text) or [corridor.origin_of(settings.SYSTEM.installation)]
    while waiting:
        origin = waiting.pop(0)
        back = _catch_up_log(origin, text, line.under(f"mirror/{origin}"), keyring, at)
        if back is None:
            continue
        entries[origin] = back.entries
        seen_by_partner = seen_by_partner or back.has_copy
        successor = successor_of(origin)
        if successor and successor not in waiting:
            waiting.append(successor)
    if not seen_by_partner:
        raise UnknownError("log.no_copy", corridor=text, partner=corridor.partner)
    cosigned = _take_back_cosigned(text, line)
    with transaction.atomic():
        passed = pass_over(count=skip, destination=corridor.partner[:2], at=at) if skip else 0
        release_corridor(corridor=text, by=by, at=at)
        facts = {"entries": str(sum(entries.values())), "passed_over": str(passed)}
        record(by=by, at=at, action="log.caught_up", subject=text, **facts)
    return Caught(entries, cosigned, passed)


def open_alone(corridor: CorridorSettings, *, remark: str, by: str, at: datetime) -> None:
    """Let a held corridor go on without the partner's copy: an official's decision, in the trail.

    Raises StandingError (`log.not_held`), MalformedError for an empty remark.
    """
    text = str(corridor.corridor)
    if find_held(text) is None:
        raise StandingError("log.not_held", corridor=text)
    if not remark.strip():
        raise MalformedError("record.member_missing", place="remark")
    release_corridor(corridor=text, by=by, at=at, remark=remark.strip()[:200])


def keep_evidence(directory: Directory, fork: ForkError, at: datetime) -> bool:
    """Keep both signed heads of a fork beside the log; say whether they were not there yet."""
    if find_halt(directory) is not None:
        return False
    halt(directory, fork.code, fork.facts, at=at, ours=fork.ours, theirs=fork.theirs)
    return True


@dataclass(frozen=True)
class _Back:
    entries: int
    has_copy: bool


def _catch_up_log(
    origin: str, corridor: str, fetch: Fetch, keyring: Keyring, at: datetime
) -> _Back | None:
    """Bring one log to its longest head: folder, then register and head, then its checkpoint."""
    folder = settings.SYSTEM.log_folder(origin)
    directory, store = Directory(folder), DatabaseHead(origin)
    partner = Partner.from_trust(get_trust(), origin)
    make_folder(folder)
    held = lock(folder / layout.LOCK, wait=False)
    try:
        copies = find_copies(directory, partner, store.get(), fetch)
        if not copies.known:
            return None
        head = take_back(
            directory, partner, copies, fetch, lambda first, end: raws_of(origin, first, end)
        )
        start = copies.stored.checkpoint.size if copies.stored else 0
        acts = _own_acts(directory, head, start)
        if acts or copies.stored is None:
            put_back_entries(
                origin=origin, corridor=corridor, old=store.get(), head=head, acts=acts, at=at
            )
    except ForkError as fork:
        _hold_fork(directory, corridor, fork, at)
        raise
    finally:
        os.close(held)
    if not _is_published(directory, store):  # a closed term may be whole, and its keys be gone
        signer, heartbeat = signers_of(keyring, directory, origin, at=at)
        TermLog.open(directory, store, signer=signer, heartbeat=heartbeat).close()
    return _Back(len(acts), copies.theirs is not None)


def _is_published(directory: Directory, store: DatabaseHead) -> bool:
    """Say whether the folder shows the very head of the database, and nothing waits in it."""
    if not directory.has(layout.CHECKPOINT) or StageFile(directory).waits():
        return False
    return directory.read(layout.CHECKPOINT, limit=MAX_NOTE) == store.get()


def _own_acts(directory: Directory, head: SignedHead, start: int) -> list[tuple[Act | None, bytes]]:
    """Read the entries from `start` on; each must be an act that our own keys sealed.

    A salted hash of a national log stands there without its act.

    Raises ConflictError (`log.foreign_entry`): somebody else would have used our log's key.
    """
    trust = get_trust()
    found: list[tuple[Act | None, bytes]] = []
    national = is_national(head.checkpoint.origin)
    reader = TileReader(head.checkpoint, directory.read)
    for index, entry in enumerate(reader.entries(start), start):
        reference = find_reference(entry)
        raw = directory.read(reference.path, limit=MAX_OBJECT) if reference else entry
        if national and is_commitment(raw):
            found.append((None, raw))
            continue
        try:
            act, proofs = read_act(raw)
        except CertoriginError as fault:
            raise ConflictError("log.foreign_entry", index=str(index), reason=fault.code) from fault
        try:
            verify_issuer(act, proofs, trust, publisher=settings.SYSTEM.installation, at=act.at)
        except UntrustedKeyError as fault:  # withdrawn since: ours, and judged at its legal time
            if fault.code == "issuer.state_differs":
                raise ConflictError(
                    "log.foreign_entry", index=str(index), reason=fault.code
                ) from fault
        except CertoriginError as fault:
            raise ConflictError("log.foreign_entry", index=str(index), reason=fault.code) from fault
        found.append((act, raw))
    return found


def _take_own_lists(line: HttpLine) -> None:
    """Take back versions of our own trust list that the partner holds and this folder lost."""
    folder, state = settings.SYSTEM.trust_folder, settings.SYSTEM.state
    while True:
        version = get_trust().newest(state).version + 1
        try:
            raw = line.fetch(f"mirror/trust/{version}.json", MAX_TRUST_LIST)
        except UnknownError as fault:
            if fault.code == "line.absent":
                return
            raise
        found = read_trust_folder(folder).adopt(raw)
        if (found.state, found.version) != (state, version):
            name = list_name(found)
            raise VerificationError("mirror.trust_list_differs", asked=f"{version}", name=name)
        replace_file(folder / list_name(found), raw)


def _take_back_cosigned(corridor: str, line: HttpLine) -> int:
    """Take back the heads of the partner's logs that we cosigned: legal times never change."""
    count = 0
    for log in logs_of(corridor):
        directory = Directory(settings.SYSTEM.mirror_folder(log.origin))
        if not directory.has(layout.IDENTITY):
            continue
        held = lock(directory.root / layout.LOCK, wait=True)
        try:
            partner = Partner.from_trust(get_trust(), log.origin)
            count += take_back_cosigned(directory, partner, line.under(f"log/{log.origin}"))
        finally:
            os.close(held)
    return count


def _hold_fork(directory: Directory, corridor: str, fork: ForkError, at: datetime) -> None:
    """Two heads of ours can't both be true: both are kept, and nothing more is done."""
    if keep_evidence(directory, fork, at):
        note_fork(origin=fork.facts["origin"], reason=fork.code, at=at)
    hold_corridor(corridor=corridor, reason=FORKED, at=at)
