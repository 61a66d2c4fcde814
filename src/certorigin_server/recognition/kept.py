"""Mirrors that stay open between requests, as long as their files and the trust lists stay.

Opening one verifies its head, the partner's countersigned heads and the last act: as much work as
many certificates. Whatever depends on the certificate or on the moment is asked anew each time.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.log import layout
from certorigin.recognition.verify import Verifier
from certorigin_server.recognition.tiles import stamp_of
from certorigin_server.recognition.view import open_terms
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from certorigin.seal.trust.trust import Trust
    from certorigin_server.recognition.tiles import Stamp
    from certorigin_server.recognition.view import RegisterView

# Heads and countersigned heads are replaced or added as files: these tell of every change.
_TELLING = (layout.CHECKPOINT, layout.IDENTITY, layout.COSIGNED.rstrip("/"))
_MOST = 8
# What changed within one tick of the file system's clock may change again and look the same.
_SETTLED_NS = 100_000_000
# What views note of heads and tiles goes with them: a term that is closed would stay for ever.
_MOST_USES = 10_000


@dataclass
class _Kept:
    views: list[RegisterView]
    verifier: Verifier
    files: Mapping[Path, Stamp | None]
    is_settled: bool
    uses: int = 0

    def is_good(self, trust: Trust) -> bool:
        """Say whether files and trust lists are those of the opening; counts as one use."""
        self.uses += 1
        as_now = all(stamp_of(path) == stamp for path, stamp in self.files.items())
        return as_now and self.verifier.trust is trust and self.uses < _MOST_USES


class _OfThread(threading.local):
    """What one thread has open: views note what they read, and two threads must not do that."""

    def __init__(self) -> None:
        self.open: dict[Path, _Kept] = {}


_here = _OfThread()


def terms_at_hand(origin: str) -> tuple[list[RegisterView], Verifier]:
    """Return a mirror and the terms after it, as `open_terms`, and a verifier that looks into them.

    They are as the files are now. Raises as `open_terms`.
    """
    folder, trust = settings.SYSTEM.mirror_folder(origin), get_trust()
    kept = _here.open.pop(folder, None)
    if kept is None or not kept.is_good(trust):
        kept = _open(origin, trust)
    if kept.is_settled:
        if len(_here.open) >= _MOST:
            _here.open.clear()
        _here.open[folder] = kept
    for view in kept.views:
        view.look_again()
    return kept.views, kept.verifier


def _open(origin: str, trust: Trust) -> _Kept:
    """Open a mirror; what tells of its changes is noted before it is read."""
    files: dict[Path, Stamp | None] = {}
    settled = time.time_ns() - _SETTLED_NS

    def note(folder: Path) -> None:
        files.update((folder / name, stamp_of(folder / name)) for name in _TELLING)

    views = open_terms(origin, note=note)
    is_settled = all(one is None or one.changed_ns < settled for one in files.values())
    return _Kept(views, Verifier(trust, views), files, is_settled)
