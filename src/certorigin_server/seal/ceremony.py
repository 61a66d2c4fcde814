"""The next version of our own trust list, on its way from draft to publication.

Each step is a file of its own, `ceremony/<version>/<step>.json`, written whole or not at all; the
last one is the draft, and taking a step back removes it. The list takes effect when its file lies
in the trust folder: every process reads it from there, the partner asks for it.

| crash                    | leaves                                     | finished by          |
|--------------------------|--------------------------------------------|----------------------|
| while a step is written  | the step before                            | the same command     |
| before the list is there | the draft, and a line in the trail         | publishing again     |
| after it is there        | the list in force, steps that nobody reads | nobody need do it    |
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction

from certorigin.crash import crash_point
from certorigin.durable import make_folder, replace_file
from certorigin.errors import ConflictError, UnknownError, VerificationError
from certorigin.log.directory import lock
from certorigin.seal.trust.ceremony import Ceremony, Signature, groups, join
from certorigin.seal.trust.change import check_draft, next_version
from certorigin.seal.trust.expiry import list_ends
from certorigin.seal.trust.folder import (
    ROOTS,
    list_name,
    load_trust,
    read_trust_folder,
    roots_from_bytes,
    roots_to_bytes,
)
from certorigin.seal.trust.specimen import Picture
from certorigin.seal.trust.trust import Trust
from certorigin_server.trail.services import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from certorigin.seal.trust.entries import Roots
    from certorigin.seal.trust.trust_list import TrustDraft, TrustList
    from certorigin_server.settings.system import SystemSettings

    Edit = Callable[[TrustDraft], TrustDraft]

SPECIMENS = "specimen"


def find_newest(system: SystemSettings) -> TrustList | None:
    """Return our own newest list, or None before the first one is published."""
    if not (system.trust_folder / ROOTS).is_file():
        return None
    trust = read_trust_folder(system.trust_folder)
    return trust.newest(system.state) if system.state in trust.states else None


def find_draft(system: SystemSettings) -> Ceremony | None:
    """Return the draft of our next list as it stands, or None. Raises as `Ceremony.from_bytes`."""
    steps = _steps(system)
    return Ceremony.from_bytes(steps[-1].read_bytes()) if steps else None


def get_draft(system: SystemSettings) -> Ceremony:
    """Return the draft of our next list. Raises UnknownError (`trust.no_draft`)."""
    ceremony = find_draft(system)
    if ceremony is None:
        raise UnknownError("trust.no_draft", state=system.state)
    return ceremony


def change_draft(system: SystemSettings, edit: Edit, *, at: datetime) -> Ceremony:
    """Take one step: change the draft, or begin one from the newest list.

    Raises ConflictError (`trust.nothing_changed`, `log.in_use` while another step is taken),
    UnknownError before the first list, and as `check_draft`; then nothing is written.
    """
    with _held(system):
        newest = find_newest(system)
        known = find_draft(system)
        if known is None:
            if newest is None:
                raise UnknownError("trust.list_unknown", state=system.state)
            known = Ceremony(next_version(newest.contents, valid_from=at.date()), newest.raw)
        draft = check_draft(edit(known.draft), known.old)
        if draft == known.draft:
            raise ConflictError("trust.nothing_changed", version=str(draft.version))
        return _write_step(system, Ceremony(draft, known.previous))


def begin_first(system: SystemSettings, draft: TrustDraft) -> Ceremony:
    """Begin the ceremony of a state's first list, whose root keys lie elsewhere."""
    with _held(system):
        return _write_step(system, Ceremony(check_draft(draft, None)))


def undo_step(system: SystemSettings) -> Ceremony | None:
    """Take the last step back; return the draft before it, or None when there is none left.

    Raises UnknownError (`trust.no_draft`).
    """
    with _held(system):
        steps = _steps(system)
        if not steps:
            raise UnknownError("trust.no_draft", state=system.state)
        steps[-1].unlink()
        return find_draft(system)


def discard_draft(system: SystemSettings) -> None:
    """Take every step back. Raises UnknownError (`trust.no_draft`)."""
    with _held(system):
        steps = _steps(system)
        if not steps:
            raise UnknownError("trust.no_draft", state=system.state)
        for step in reversed(steps):
            step.unlink()


def keep_picture(system: SystemSettings, data: bytes) -> Picture:
    """Keep the picture of a specimen beside our lists. Raises MalformedError, LimitError."""
    picture = Picture.of(data)
    place = picture_place(system, system.state, picture.sha256)
    make_folder(place.parent)
    replace_file(place, data)
    return picture


def picture_place(system: SystemSettings, state: str, sha256: str) -> Path:
    """Return where the picture of a specimen lies."""
    return system.trust_folder / state / SPECIMENS / sha256


def publish_draft(
    system: SystemSettings, signatures: Iterable[bytes], *, by: str, at: datetime
) -> TrustList:
    """Join the signatures to the draft and put the list in force.

    Raises UnknownError without a draft; UntrustedKeyError (`trust.threshold_not_met`) below the
    threshold of the old or the new roots; VerificationError for a roll-back or a list that is over
    already; ForkError; and as `join`. Then nothing is in force.
    """
    with _held(system):
        ceremony = get_draft(system)
        if list_ends(ceremony.draft) <= at:
            day = ceremony.draft.next_update.isoformat()
            raise VerificationError("trust.list_over", until=day)
        raw = join(ceremony, [Signature.from_bytes(one) for one in signatures])
        roots = _roots_with(system, ceremony)
        trust = _trust_with(system, roots)
        trust_list = trust.adopt(raw)
        _record(trust_list, ceremony, by=by, at=at)
        crash_point("trust.recorded")
        # A crash here leaves a line in the trail and the old list: publishing again goes on.
        make_folder(system.trust_folder / system.state)
        if ceremony.old is None:
            replace_file(system.trust_folder / ROOTS, roots_to_bytes(roots))
        replace_file(system.trust_folder / list_name(trust_list), raw)
        crash_point("trust.published")
        # A crash here leaves steps of a version that is in force: nobody reads them any more.
        shutil.rmtree(_folder(system, trust_list.version), ignore_errors=True)
        return trust_list


@transaction.atomic
def _record(trust_list: TrustList, ceremony: Ceremony, *, by: str, at: datetime) -> None:
    """Note in the trail that a list is about to take effect: none does without a trace."""
    record(
        by=by,
        at=at,
        action="trust.publishing",
        subject=f"urn:certorigin:trust-list:{trust_list.state}:{trust_list.version}",
        fingerprint=groups(ceremony.digest),
        signers=" ".join(sorted(trust_list.signers)),
    )


def _roots_with(system: SystemSettings, ceremony: Ceremony) -> dict[str, Roots]:
    """Return the pinned roots, with our own where this is the first list."""
    place = system.trust_folder / ROOTS
    roots = roots_from_bytes(place.read_bytes()) if place.is_file() else {}
    return {system.state: ceremony.draft.roots} | roots


def _trust_with(system: SystemSettings, roots: dict[str, Roots]) -> Trust:
    """Load what is believed, with these roots."""
    folder = system.trust_folder
    names = [f"{path.parent.name}/{path.name}" for path in folder.glob("*/*.json")]
    written = roots_to_bytes(roots)
    return load_trust(
        lambda name: written if name == ROOTS else (folder / name).read_bytes(), names
    )


def _write_step(system: SystemSettings, ceremony: Ceremony) -> Ceremony:
    steps = _steps(system)
    number = int(steps[-1].stem) + 1 if steps else 1
    folder = _folder(system, ceremony.draft.version)
    make_folder(folder)
    crash_point("trust.drafting")
    # A crash here leaves the step before as the draft.
    replace_file(folder / f"{number:06}.json", ceremony.to_bytes())
    return ceremony


def _steps(system: SystemSettings) -> list[Path]:
    """Return the steps towards the next version, oldest first; those of older ones don't count."""
    newest = find_newest(system)
    version = newest.version + 1 if newest else 1
    return sorted(_folder(system, version).glob("[0-9]*.json"))


def _folder(system: SystemSettings, version: int) -> Path:
    return system.folder / "ceremony" / str(version)


@contextmanager
def _held(system: SystemSettings) -> Iterator[None]:
    """Let one at a time take a step."""
    descriptor = lock(system.folder / "ceremony" / "lock", wait=False)
    try:
        yield
    finally:
        os.close(descriptor)
