"""The tone of a status tag. The words say the status; the colour only helps."""

from __future__ import annotations

# good: done and holding · busy: on its way · wait: somebody must act · bad: stopped · quiet: over
TONES = {
    "act.prepared": "busy",
    "act.sealed": "busy",
    "act.logged": "busy",
    "act.published": "busy",
    "act.mirrored": "good",
    "act.stuck": "bad",
    "act.set_aside": "quiet",
    "application.draft": "wait",
    "application.submitted": "busy",
    "application.withdrawn": "quiet",
    "assessment.decision.originating": "good",
    "assessment.decision.not_originating": "bad",
    "assessment.decision.undetermined": "wait",
    "assessment.held.met": "good",
    "assessment.held.not_met": "bad",
    "assessment.held.undetermined": "wait",
    "standing.status.valid": "good",
    "standing.status.annulled": "bad",
    "standing.status.replaced": "quiet",
    "standing.status.expired": "quiet",
    "standing.status.used_up": "quiet",
    "verify.recognised": "good",
    "verify.refused": "bad",
    "verify.undetermined": "wait",
}


def tone_of(code: str) -> str:
    """Return the tone of a status, quiet for one that is not listed."""
    return TONES.get(code, "quiet")
