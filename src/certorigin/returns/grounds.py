"""The closed lists of grounds: to refuse preference (R57; Rules 9.1, 9.2), and to annul (9.4).

A ground that is not listed here can't be written into an act by this library. The declaration of
origin, which is no certificate, has a ground of its own in Rules 9.1; it joins with that document.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from certorigin.errors import UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Phase(StrEnum):
    """When customs refuses: while the goods are being released, or afterwards."""

    AT_RELEASE = "at_release"
    AFTER_RELEASE = "after_release"


@dataclass(frozen=True)
class Ground:
    """One ground; those `paper_only` speak of ink, stamps and blanks, which no data have."""

    code: str
    clause: str
    phases: frozenset[Phase]
    paper_only: bool = False


_ALWAYS = frozenset(Phase)
_AFTERWARDS = frozenset({Phase.AFTER_RELEASE})

_REFUSALS = (
    # Rules 9.1: at release, and by 9.2 afterwards too. A certificate that is annulled, replaced,
    # expired or used up is no document of origin: that is the first ground (5.1, last condition).
    Ground("conditions_not_met", "Rules 5.1, 9.1", _ALWAYS),
    Ground("original_not_presented", "Rules 6.1, 9.1", _ALWAYS, paper_only=True),
    Ground("filled_in_wrongly", "Rules 7, 8, 9.1", _ALWAYS),
    Ground("erasures", "Rules 7.3, 9.1", _ALWAYS, paper_only=True),
    Ground("corrections_not_certified", "Rules 7.3, 9.1", _ALWAYS, paper_only=True),
    Ground("specimens_differ", "Rules 6.5, 9.1", _ALWAYS, paper_only=True),
    Ground("issuer_not_notified", "Rules 6.5, 9.1", _ALWAYS),
    Ground("goods_not_identifiable", "Rules 9.1", _ALWAYS),
    # Rules 9.2: only after release, when the clocks of the verification request have run (R55).
    Ground("no_usable_answer", "Rules 9-1, 9.2", _AFTERWARDS),
    Ground("not_issued", "Rules 9.2", _AFTERWARDS),
    Ground("issued_on_false_documents", "Rules 9.2", _AFTERWARDS),
    Ground("criteria_not_met", "Rules 9.2", _AFTERWARDS),
    Ground("own_study_shows_breach", "Rules 9.2", _AFTERWARDS),
)

_ANNULMENTS = (
    Ground("issued_unlawfully", "Rules 9.4", frozenset()),
    Ground("issued_on_false_documents", "Rules 9.4", frozenset()),
    Ground("criteria_not_met", "Rules 9.4", frozenset()),
    Ground("error_in_certificate", "Rules 8.3", frozenset()),
    # Not in the Rules: chambers annul what the exporter gives back unused (to be confirmed, R50).
    Ground("returned_unused", "", frozenset()),
)

GROUNDS: Mapping[str, Ground] = {ground.code: ground for ground in _REFUSALS}
ANNULMENT_GROUNDS: Mapping[str, Ground] = {ground.code: ground for ground in _ANNULMENTS}


def get_ground(code: str) -> Ground:
    """Return a ground for refusal. Raises UnknownError (`ground.unknown`)."""
    return _get(GROUNDS, code)


def get_annulment_ground(code: str) -> Ground:
    """Return a ground for annulment. Raises UnknownError (`ground.unknown`)."""
    return _get(ANNULMENT_GROUNDS, code)


def _get(grounds: Mapping[str, Ground], code: str) -> Ground:
    if code not in grounds:
        raise UnknownError("ground.unknown", ground=code[:80], choices=", ".join(grounds))
    return grounds[code]
