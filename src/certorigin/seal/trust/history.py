"""What a newer trust list may not take back: a list grows, and what was said of the past stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import VerificationError
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from certorigin.seal.trust.entries import Body, Installation, Key, Officer
    from certorigin.seal.trust.period import Period
    from certorigin.seal.trust.trust_list import TrustDraft


def verify_successor(old: TrustDraft, new: TrustDraft) -> None:
    """Verify that `new` keeps everything that `old` said of the past.

    Raises VerificationError when an entry or specimen was dropped (`…_dropped`), a period begins
    earlier (`…_start_moved`), a key changed hands (`…_key_changed_hands`), or a withdrawal was
    moved or taken back (`…_withdrawal_changed`).
    """
    before, after = _periods(old), _periods(new)
    for name, period in before.items():
        if name not in after:
            raise VerificationError("trust.history_dropped", name=name)
        if after[name].start < period.start:
            start = moment_to_text(after[name].start)
            raise VerificationError("trust.history_start_moved", name=name, start=start)
    settings = {corridor.id for corridor in new.corridors}
    for corridor in old.corridors:
        if corridor.id not in settings:
            raise VerificationError("trust.history_dropped", name=corridor.id)
    shown = {specimen.identity for specimen in new.specimens}
    for specimen in old.specimens:
        if specimen.identity not in shown:
            raise VerificationError("trust.history_dropped", name=f"{specimen.of} {specimen.kind}")
    keys = {key.key: key for key in new.keys}
    for key in old.keys:
        _verify_key(key, keys[key.key])


def _verify_key(old: Key, new: Key) -> None:
    if new.controller != old.controller:
        raise VerificationError("trust.history_key_changed_hands", name=old.key)
    if old.withdrawn is not None and new.withdrawn != old.withdrawn:
        raise VerificationError("trust.history_withdrawal_changed", name=old.key)


def _periods(draft: TrustDraft) -> dict[str, Period]:
    named: tuple[Installation | Body | Officer, ...] = (*draft.installations, *draft.bodies)
    named += draft.officers
    return {entry.id: entry.period for entry in named} | {key.key: key.period for key in draft.keys}
