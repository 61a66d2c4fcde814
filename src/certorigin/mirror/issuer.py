"""Whether the keys that sealed an act were entitled to it, at its legal time.

An act counts when its issuer's own key sealed it: the body that certifies, the customs that used
it, or the installation that keeps the log. Who issues what follows from the kind of act and from
the publisher's state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import UnknownError, UntrustedKeyError
from certorigin.seal.trust.entries import Officer
from certorigin.vocabulary.acts import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.seal.proof import VerifiedProof
    from certorigin.seal.trust.entitlement import Entitlement
    from certorigin.seal.trust.trust import Trust
    from certorigin.vocabulary.acts import Act

SEALING_ROLES = ("seal", "gateway")
OFFICER = "urn:certorigin:officer:"

_ISSUING = frozenset({"central-authorised-body", "authorised-body"})
_CUSTOMS = frozenset({"central-customs-authority", "customs-post"})
_BODY_ROLES = {
    Kind.ISSUED: _ISSUING,
    Kind.REPLACED: _ISSUING,
    Kind.ANNULLED: _ISSUING,
    Kind.DIVIDED: _ISSUING,
    Kind.SOLD: _ISSUING,
    Kind.UTILISED: _CUSTOMS,
    Kind.REFUSED: _CUSTOMS,
    Kind.USE_CORRECTED: _CUSTOMS,
    Kind.VERIFICATION_REQUESTED: _CUSTOMS,
    Kind.VERIFICATION_REPEATED: _CUSTOMS,
    Kind.VERIFICATION_REPLIED: _ISSUING,
    Kind.VERIFICATION_JUDGED: _CUSTOMS,
    Kind.PREFERENCE_RESTORED: _CUSTOMS,
    Kind.REVIEW_ANNOUNCED: _ISSUING,
    Kind.PAPER_DEMANDED: _CUSTOMS,
    Kind.PAPER_ANSWERED: _CUSTOMS,
}


def verify_issuer(
    act: Act, proofs: Sequence[VerifiedProof], trust: Trust, *, publisher: str, at: datetime
) -> Entitlement:
    """Verify that the act's issuer sealed it and was entitled to at `at`, its legal time.

    1. A proof is by a key of the issuer.
    2. That key was entitled to seal, and this form.
    3. The issuer is of the publisher's state.
    4. It is a body of the right kind, or an installation.
    5. The officer of box 12 was in office, with right and form, and so was a key of his own.
    6. Any other officer who sealed was in office at that body, with the right to examine (R31).

    Raises UnknownError when no key of the issuer is known (the list may be old), UntrustedKeyError.
    """
    form = _form_of(act)
    entitlement = _entitled_seal(act, proofs, trust, at=at, form=form)
    state = publisher.partition("-")[0]
    if entitlement.state != state:
        raise UntrustedKeyError("issuer.state_differs", state=entitlement.state, publisher=state)
    _verify_body(act, entitlement)
    if act.kind is Kind.ISSUED:
        _verify_officer(act, proofs, trust, at)
        _verify_examiners(act, proofs, trust, at)
    return entitlement


def issuer_question(act: Act, proofs: Sequence[VerifiedProof], at: datetime) -> tuple[object, ...]:
    """Return all that `verify_issuer` asks of an act: two acts with the same are judged alike."""
    if act.kind is not Kind.ISSUED:
        return (act.kind, act.issuer, at, _seals(proofs))
    certification = _certification(act)
    body, officer = certification.get("body"), str(certification.get("officer"))
    return certificate_question(
        act.issuer, proofs, at, form=_form_of(act), body=body, officer=officer
    )


def certificate_question(
    issuer: str,
    proofs: Sequence[VerifiedProof],
    at: datetime,
    *,
    form: str | None,
    body: object,
    officer: str,
) -> tuple[object, ...]:
    """Return the same of an `Issued`, from the members that matter."""
    return (Kind.ISSUED, issuer, at, _seals(proofs), form, body, officer)


def _seals(proofs: Sequence[VerifiedProof]) -> tuple[tuple[str, str], ...]:
    return tuple([(proof.key, proof.controller) for proof in proofs])


def _entitled_seal(
    act: Act, proofs: Sequence[VerifiedProof], trust: Trust, *, at: datetime, form: str | None
) -> Entitlement:
    """Steps 1 and 2. A seal by somebody else may stand beside it; it neither helps nor harms."""
    own = [proof for proof in proofs if proof.controller == act.issuer]
    if not own:
        raise UntrustedKeyError("issuer.not_the_sealer", issuer=act.issuer)
    fault: UntrustedKeyError | None = None
    for proof in own:
        for role in SEALING_ROLES:
            try:
                return trust.key_entitlement(
                    proof.key, role=role, at=at, form=form, controller=act.issuer
                )
            except UntrustedKeyError as refusal:
                if refusal.code == "trust.key_unknown":
                    raise UnknownError("issuer.key_unknown", key=proof.key) from None
                if fault is None or fault.code == "trust.role_missing":
                    fault = refusal  # the reason in the role that the key has, if it has one
    assert fault is not None  # noqa: S101 - every role of every proof was refused
    raise fault


def _verify_body(act: Act, entitlement: Entitlement) -> None:
    """Step 4: issuing is for issuing bodies, use is for customs, terms are for the system."""
    wanted = _BODY_ROLES.get(act.kind)
    if wanted is None:
        if entitlement.installation is None:
            raise UntrustedKeyError("issuer.not_an_installation", issuer=act.issuer)
        return
    body = entitlement.body
    if body is None or not wanted & set(body.roles):
        raise UntrustedKeyError("issuer.body_role_missing", issuer=act.issuer, kind=str(act.kind))
    if act.kind is Kind.ISSUED and _certification(act).get("body") != body.id:
        raise UntrustedKeyError("issuer.body_differs", issuer=act.issuer)


def _verify_officer(act: Act, proofs: Sequence[VerifiedProof], trust: Trust, at: datetime) -> None:
    """Step 5: the specimen of box 12 (R31; Rules 9.1)."""
    certification = _certification(act)
    name, form = str(certification.get("officer")), _form_of(act)
    for proof in proofs:
        if proof.controller == name:
            trust.key_entitlement(
                proof.key,
                role="officer",
                at=at,
                form=form,
                controller=name,
                body=act.issuer,
                right="certify",
            )
    officer = trust.find_holder(name)
    if not isinstance(officer, Officer):
        raise UnknownError("issuer.officer_unknown", officer=name)
    period = officer.period
    in_office = period.start <= at and (period.end is None or at < period.end)
    fits = "certify" in officer.rights and (not officer.forms or form in officer.forms)
    if officer.body != act.issuer or not in_office or not fits:
        raise UntrustedKeyError("issuer.officer_not_entitled", officer=name)


def _verify_examiners(
    act: Act, proofs: Sequence[VerifiedProof], trust: Trust, at: datetime
) -> None:
    """Step 6: who approved the examination did so under a right of his own."""
    certifier = _certification(act).get("officer")
    for proof in proofs:
        if not proof.controller.startswith(OFFICER) or proof.controller == certifier:
            continue
        try:
            trust.key_entitlement(
                proof.key,
                role="officer",
                at=at,
                form=_form_of(act),
                controller=proof.controller,
                body=act.issuer,
                right="examine",
            )
        except UntrustedKeyError as refusal:
            if refusal.code == "trust.key_unknown":
                raise UnknownError("issuer.key_unknown", key=proof.key) from None
            raise


def _certification(act: Act) -> dict[str, object]:
    found = act.body.get("certification")
    return found if isinstance(found, dict) else {}


def _form_of(act: Act) -> str | None:
    return str(act.body.get("form")) if act.kind is Kind.ISSUED else None
