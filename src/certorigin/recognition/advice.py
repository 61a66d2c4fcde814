"""What an officer does next: one short advice for each code of a report (docs/spec/verdict.md).

An advice never decides. What is not known is no ground to refuse, and what is refused technically
still needs a ground of the closed list (domain of `returns.grounds`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.recognition.report import CODES, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Advices by what helps; every code of a report that is not recognised stands in one of them.
_CODES_OF = {
    "advice.ask_for_file": (
        "integrity.act_malformed",
        "integrity.not_a_certificate",
        "registration.proof_malformed",
        "registration.proof_missing",
        "registration.proof_wrong",
        "integrity.code_only",
    ),
    "advice.rely_on_data": (
        "page.differs",
        "page.page_unchecked",
        "code.differs",
    ),
    "advice.ask_issuer": (
        "integrity.seal_broken",
        "issuer.not_the_sealer",
        "issuer.body_role_missing",
        "issuer.body_differs",
        "issuer.controller_differs",
        "issuer.role_missing",
        "issuer.form_not_allowed",
        "issuer.body_not_authorised",
        "issuer.officer_not_entitled",
        "issuer.not_entitled",
        "registration.publisher_differs",
        "standing.other_certificate",
        "standing.number_issued_twice",
        "code.seal_broken",
        "code.key_not_entitled",
    ),
    "advice.ask_for_replacement": (
        "issuer.key_expired",
        "issuer.key_not_yet_valid",
    ),
    "advice.alarm": (
        "issuer.key_withdrawn",
        "issuer.state_differs",
        "registration.head_forged",
        "registration.mirror_differs",
    ),
    "advice.newer_program": (
        "integrity.suite_unknown",
        "integrity.version_unknown",
        "standing.form_unknown",
    ),
    "advice.newest_lists": (
        "issuer.key_unknown",
        "issuer.officer_unknown",
        "code.key_unknown",
        "registration.log_unknown",
        "registration.log_key_not_entitled",
        "standing.undecided",
        "freshness.corridor_unknown",
        "freshness.trust_list_overdue",
    ),
    "advice.wait_for_line": (
        "issuer.no_legal_time",
        "registration.not_cosigned",
        "registration.mirror_behind",
        "standing.pending",
        "standing.not_in_mirror",
        "standing.end_not_mirrored",
        "freshness.stale",
        "freshness.no_time",
        "freshness.head_from_future",
    ),
    "advice.operator": ("registration.mirror_damaged", "standing.unreadable"),
    "advice.paper_rules": ("registration.before_start",),
    "advice.ask_later": ("registration.after_at", "standing.not_yet_valid"),
    "advice.ask_for_contract": ("standing.contract_not_recorded",),
    "advice.ask_about_base": ("standing.base_annulled",),
    "advice.annulled": ("standing.annulled",),
    "advice.replaced": ("standing.replaced",),
    "advice.expired": ("standing.expired",),
    "advice.see_findings": ("match.differs", "match.undetermined"),
    "advice.see_other_parts": (
        "issuer.not_reached",
        "registration.not_reached",
        "standing.not_reached",
        "freshness.not_reached",
        "match.not_reached",
        "page.not_reached",
    ),
}
_ADVICE = {code: advice for advice, codes in _CODES_OF.items() for code in codes}

# Recognised, and still worth a word.
_REMARKS = {
    "standing.used_up": "advice.used_up",
    "standing.as_of_bundle": "advice.bundle_only",
}
ADVICE: Mapping[str, str] = _ADVICE | _REMARKS

# Findings of the match that differ or are left to a person; the rest is only worth knowing.
_FINDINGS = {
    "advice.cite_rightly": (
        "match.certificate_not_cited",
        "match.item_unknown",
        "match.reference_differs",
    ),
    "advice.compare_parties": (
        "match.party_close",
        "match.party_differs",
        "match.party_form_differs",
        "match.party_number_differs",
    ),
    "advice.compare_goods": (
        "match.heading_differs",
        "match.invoice_differs",
        "match.origin_differs",
        "match.subheading_differs",
    ),
    "advice.prove_criterion": ("match.criterion_heading_differs",),
    "advice.take_less": ("match.net_exceeds", "match.quantity_exceeds", "match.units_differ"),
    "advice.ask_for_substitute": ("match.used_in_parts",),
    "advice.ask_for_replacement": ("match.destination_differs",),
    "advice.expired": ("match.validity_ended",),
}
FINDING_ADVICE: Mapping[str, str] = {
    code: advice for advice, codes in _FINDINGS.items() for code in codes
}

# Where there is no report, or nothing could be accepted for any reason.
REASON_ADVICE: Mapping[str, str] = {
    "recognition.not_in_mirror": "advice.wait_for_line",
    "recognition.before_start": "advice.paper_rules",
    "recognition.number_twice": "advice.ask_issuer",
    "match.item_unknown": "advice.cite_rightly",
    "match.quantity_exceeds": "advice.take_less",
    "match.units_differ": "advice.take_less",
    "standing.annulled": "advice.annulled",
    "standing.expired": "advice.expired",
    "standing.pending": "advice.wait_for_line",
    "standing.registered": "advice.ask_later",
    "standing.replaced": "advice.replaced",
    "standing.unknown": "advice.wait_for_line",
}

# Undetermined for a reason that passes by itself, when the line or a newer list returns.
_PASSING = frozenset({"advice.wait_for_line", "advice.newest_lists", "advice.operator"})


def advice_for(code: str) -> str:
    """Return the code of the advice for a code of a report; nothing where nothing is to be done.

    Raises KeyError for a code that no report has.
    """
    outcome = CODES[code]
    if outcome in {Outcome.RECOGNISED, Outcome.NOT_ASKED}:
        return ADVICE.get(code, "")
    return ADVICE[code]


def advice_on_findings(codes: Iterable[str]) -> list[str]:
    """Return the codes of the advices for findings of a match, each once, in their order."""
    return list(dict.fromkeys(FINDING_ADVICE[code] for code in codes if code in FINDING_ADVICE))


def advice_on_reason(code: str) -> str:
    """Return the advice where there is no report or no way to accept; our own data may be bad."""
    return REASON_ADVICE.get(code, "advice.operator")


def may_pass(codes: list[str]) -> bool:
    """Say whether asking again later may answer otherwise: a part waits for the line or a list."""
    return any(ADVICE.get(code) in _PASSING for code in codes)
