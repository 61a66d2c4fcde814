"""A certificate under review: the issuing body's hint to customs, which ends by itself.

It is no ground for anything and changes no standing. The newest announcement counts; one that ends
when it was made takes the hint back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from certorigin.errors import StandingError
from certorigin.returns.about import act_about, issued_of
from certorigin.standing.entry import publisher_of, read_body
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.afterwards import Review

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act

LONGEST = timedelta(days=92)


@dataclass(frozen=True)
class UnderReview:
    """A review that runs at a moment."""

    since: datetime
    ends: datetime
    remark: str


def review_at(acts: Iterable[LoggedAct], *, at: datetime) -> UnderReview | None:
    """Return the review of a certificate that runs at a moment, or None.

    Only who published the certificate may announce one, and never for longer than `LONGEST`. Raises
    MalformedError for an act that can't be read.
    """
    found = [
        one
        for one in acts
        if one.act.kind is Kind.REVIEW_ANNOUNCED
        and one.act.at <= at
        and publisher_of(one.act.subject) in {None, one.publisher}
    ]
    if not found:
        return None
    newest = max(found, key=lambda one: (one.act.at, one.order))
    body = read_body(newest.act, Review.from_record)
    ends = min(body.ends, newest.act.at + LONGEST)
    return UnderReview(newest.act.at, ends, body.remark) if at < ends else None


def announced(
    standing: Standing, *, ends: datetime, remark: str, officer: str, act_id: str, at: datetime
) -> Act:
    """Return the act that announces a review until a moment; `ends` at or before `at` ends one.

    Raises StandingError (`review.too_long`).
    """
    if ends - at > LONGEST:
        raise StandingError("review.too_long", days=str(LONGEST.days))
    body = Review(standing.reference, max(ends, at), officer, remark)
    issuer = issued_of(standing).act.issuer
    kind = Kind.REVIEW_ANNOUNCED
    return act_about(standing, kind, body.to_data(), issuer=issuer, act_id=act_id, at=at)
