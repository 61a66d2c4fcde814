"""Drafting the next version of a trust list: each function returns a new draft, or says why not.

A draft only grows: `history` refuses at every step what a partner would refuse later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from certorigin.errors import ConflictError, MalformedError, UnknownError
from certorigin.seal.multikey import ED25519, public_key
from certorigin.seal.trust.entries import Roots, Withdrawal
from certorigin.seal.trust.history import verify_successor
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust_list import TrustDraft

if TYPE_CHECKING:
    from datetime import date, datetime

    from certorigin.seal.trust.entries import (
        Body,
        CorridorSettings,
        Installation,
        Key,
        Officer,
    )
    from certorigin.seal.trust.specimen import Specimen

    _Entry = Installation | Body | Officer

# Their signatures stand in notes, which C2SP defines for Ed25519 alone.
_NOTE_ROLES = frozenset(["log", "heartbeat", "witness"])


def next_version(old: TrustDraft, *, valid_from: date) -> TrustDraft:
    """Begin the version after `old`, with the same contents."""
    later = max(valid_from, old.valid_from)
    return replace(old, version=old.version + 1, valid_from=later)


def check_draft(draft: TrustDraft, old: TrustDraft | None) -> TrustDraft:
    """Return the draft as it will be read again. Raises MalformedError, VerificationError."""
    checked = TrustDraft.from_document(draft.to_document())
    if old is not None:
        if (checked.state, checked.version) != (old.state, old.version + 1):
            raise MalformedError("trust.version_not_next", place="version", ours=str(old.version))
        verify_successor(old, checked)
    return checked


def renew(draft: TrustDraft, *, next_update: date) -> TrustDraft:
    """Set the day until which the next list must be there."""
    return replace(draft, next_update=next_update)


def with_installation(draft: TrustDraft, installation: Installation) -> TrustDraft:
    """Add an installation, or change the one of that name. Raises as `_kept`."""
    known = {one.id: one for one in draft.installations}
    period = _kept(known.get(installation.id), installation)
    known[installation.id] = replace(installation, period=period)
    return replace(draft, installations=tuple(known.values()))


def with_body(draft: TrustDraft, body: Body) -> TrustDraft:
    """Add a body, or change the one of that name. Raises as `_kept`."""
    known = {one.id: one for one in draft.bodies}
    known[body.id] = replace(body, period=_kept(known.get(body.id), body))
    return replace(draft, bodies=tuple(known.values()))


def with_officer(draft: TrustDraft, officer: Officer) -> TrustDraft:
    """Add an officer, or change the one of that name. Raises as `_kept`."""
    known = {one.id: one for one in draft.officers}
    known[officer.id] = replace(officer, period=_kept(known.get(officer.id), officer))
    return replace(draft, officers=tuple(known.values()))


def with_corridor(draft: TrustDraft, corridor: CorridorSettings) -> TrustDraft:
    """Add a corridor, or change the settings of the one that is there; its start stays if none."""
    others = [one for one in draft.corridors if one.id != corridor.id]
    known = next((one for one in draft.corridors if one.id == corridor.id), corridor)
    kept = replace(corridor, start=corridor.start or known.start)
    return replace(draft, corridors=(*others, kept))


def join(draft: TrustDraft, other: TrustDraft) -> TrustDraft:
    """Add what one more installation of the state drafted for itself: it, and whom it names.

    What the draft says already stays as it is. Raises MalformedError (`trust.join_other_state`),
    ConflictError (`trust.joined_already`) when an installation of that name is listed, and as
    `with_key`.
    """
    if other.state != draft.state:
        raise MalformedError("trust.join_other_state", place="state", value=other.state)
    listed = {one.id for one in draft.installations}
    for installation in other.installations:
        if installation.id in listed:
            raise ConflictError("trust.joined_already", name=installation.id)
        draft = with_installation(draft, installation)
    names = {one.id for one in draft.bodies} | {one.id for one in draft.officers}
    for body in other.bodies:
        draft = draft if body.id in names else with_body(draft, body)
    for officer in other.officers:
        draft = draft if officer.id in names else with_officer(draft, officer)
    for key in other.keys:
        draft = with_key(draft, key)
    known = {one.id for one in draft.corridors}
    for corridor in other.corridors:
        draft = draft if corridor.id in known else with_corridor(draft, corridor)
    return draft


def with_key(draft: TrustDraft, key: Key) -> TrustDraft:
    """Add a key.

    Raises ConflictError when it is listed already, MalformedError for a kind of key whose
    signatures a log's notes don't have.
    """
    if any(one.key == key.key for one in draft.keys):
        raise ConflictError("trust.key_listed_already", key=key.key)
    if _NOTE_ROLES & set(key.roles) and public_key(key.key).algorithm != ED25519:
        raise MalformedError("trust.note_key_kind", place="key", value=key.key[:60])
    return replace(draft, keys=(*draft.keys, key))


def with_specimen(draft: TrustDraft, specimen: Specimen) -> TrustDraft:
    """Add a specimen; what the same holder showed before of that kind ends when it begins."""
    start = specimen.period.start
    earlier = [
        replace(one, period=Period(one.period.start, start)) if _is_followed(one, specimen) else one
        for one in draft.specimens
    ]
    return replace(draft, specimens=(*earlier, specimen))


def withdraw_key(draft: TrustDraft, key: str, *, at: datetime, reason: str) -> TrustDraft:
    """Withdraw a key from a moment on.

    Raises UnknownError for a key that is not listed, ConflictError when it was withdrawn already.
    """
    found = next((one for one in draft.keys if one.key == key), None)
    if found is None:
        raise UnknownError("trust.key_unknown", key=key[:80])
    if found.withdrawn is not None:
        raise ConflictError("trust.key_withdrawn_already", key=key)
    withdrawn = replace(found, withdrawn=Withdrawal(at, reason))
    return replace(draft, keys=tuple(withdrawn if one is found else one for one in draft.keys))


def end_entry(draft: TrustDraft, name: str, *, at: datetime) -> TrustDraft:
    """Let the period of an installation, a body or an officer end. Raises UnknownError."""
    for body in draft.bodies:
        if body.id == name:
            return with_body(draft, replace(body, period=Period(body.period.start, at)))
    for officer in draft.officers:
        if officer.id == name:
            return with_officer(draft, replace(officer, period=Period(officer.period.start, at)))
    for one in draft.installations:
        if one.id == name:
            return with_installation(draft, replace(one, period=Period(one.period.start, at)))
    raise UnknownError("trust.entry_unknown", name=name[:80])


def with_roots(draft: TrustDraft, *, keys: tuple[str, ...], threshold: int) -> TrustDraft:
    """Set other root keys: then enough of the old ones and of the new ones must sign."""
    return replace(draft, roots=Roots(threshold, keys))


def _kept(old: _Entry | None, new: _Entry) -> Period:
    """Return the period of a changed entry: it began when it began.

    Raises ConflictError for one that had ended before: going on would fill the gap backwards.
    """
    if old is None:
        return new.period
    if old.period.end is not None and old.period.end < new.period.start:
        raise ConflictError("trust.entry_ended", name=old.id)
    return Period(old.period.start, new.period.end)


def _is_followed(one: Specimen, new: Specimen) -> bool:
    same = (one.of, one.kind) == (new.of, new.kind)
    begins_before = one.period.start < new.period.start
    return same and begins_before and (one.period.end is None or one.period.end > new.period.start)
