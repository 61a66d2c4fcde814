"""Whether the trust list in force still believes the keys that an act is about to be sealed with.

An act is prepared with keys that were believed then. Between that and the seal a key may have been
withdrawn: what it sealed would be published, and never recognised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from certorigin.errors import MalformedError, UntrustedKeyError
from certorigin.mirror.issuer import OFFICER, SEALING_ROLES
from certorigin.seal.canonical import parse_strict
from certorigin.vocabulary.acts import Act, Kind

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.prepared import Prepared
    from certorigin.seal.trust.trust import Trust


def find_unbelieved(
    prepared: Prepared, *, trust: Trust, at: datetime
) -> MalformedError | UntrustedKeyError | None:
    """Return why a key may not seal an act at this moment, or None.

    A certificate is judged by its form, its body and the officer's right as well (R31).
    """
    try:
        act = Act.from_document(parse_strict(prepared.document))
        for options in orjson.loads(prepared.options):
            controller, _, key = str(options["verificationMethod"]).rpartition("#")
            _require_believed(act, controller, key, trust=trust, at=at)
    except (MalformedError, UntrustedKeyError) as fault:
        return fault
    return None


def _right_of(act: Act, officer: str) -> str:
    """Box 12 names who certifies; any other officer of a certificate examined it."""
    certification = act.body.get("certification")
    named = certification.get("officer") if isinstance(certification, dict) else None
    return "certify" if officer == named else "examine"


def _require_believed(act: Act, controller: str, key: str, *, trust: Trust, at: datetime) -> None:
    is_issue = act.kind is Kind.ISSUED
    form = str(act.body.get("form")) if is_issue else None
    if controller.startswith(OFFICER):
        trust.key_entitlement(
            key,
            role="officer",
            at=at,
            form=form,
            controller=controller,
            body=act.issuer if is_issue else None,
            right=_right_of(act, controller) if is_issue else None,
        )
        return
    fault: UntrustedKeyError | None = None
    for role in SEALING_ROLES:
        try:
            trust.key_entitlement(key, role=role, at=at, form=form, controller=controller)
        except UntrustedKeyError as refusal:
            if fault is None or fault.code == "trust.role_missing":
                fault = refusal
        else:
            return
    assert fault is not None  # noqa: S101 - every role was refused
    raise fault
