"""A certificate becomes the act `Issued`: what an authority seals and publishes to the partner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.errors import MalformedError
from certorigin.standing.entry import publisher_of, state_of
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.form import get_form

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from certorigin.vocabulary.acts import Cause
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.corridor import Corridor


def issued(
    certificate: Certificate,
    *,
    act_id: str,
    subject: str,
    corridor: Corridor,
    at: datetime,
    causes: Sequence[Cause] = (),
) -> Act:
    """Return the act that issues a certificate. Its issuer is the authorised body of box 12.

    `subject` is made by `standing.entry.certificate_subject`; `causes` name the `Issued` of a
    certificate that this one stands in place of. Raises MalformedError when states, agreement or
    subject do not fit the corridor, UnknownError for an unknown form.
    """
    states = {certificate.issued_in, certificate.presented_in}
    if states != set(corridor.states):
        raise MalformedError(
            "certificate.not_of_this_corridor", place="corridor", value=str(corridor)
        )
    if not get_form(certificate.form).serves(corridor.agreement):
        raise MalformedError(
            "certificate.not_of_this_agreement",
            place="corridor",
            value=corridor.agreement,
            form=certificate.form,
        )
    publisher = publisher_of(subject)
    if publisher is None or state_of(publisher) != certificate.issued_in:
        raise MalformedError("certificate.subject_malformed", place="subject", value=subject[:80])
    return Act(
        id=act_id,
        kind=Kind.ISSUED,
        issuer=certificate.certification.body,
        at=at,
        corridor=corridor,
        subject=subject,
        body=certificate.to_data(),
        causes=tuple(causes),
    )
