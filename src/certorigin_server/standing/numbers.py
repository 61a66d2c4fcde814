"""Numbers that more than one certificate claims: whatever was issued under them, void or not."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from certorigin.vocabulary.acts import Kind
from certorigin_server.standing.asked import MOST_FOUND
from certorigin_server.standing.models import RegisteredAct

if TYPE_CHECKING:
    from collections.abc import Sequence


def sharing_number(subject: str) -> list[RegisteredAct]:
    """Return the entries by which certificates were issued under the number of this one.

    Those that count for nothing are among them, and those of other bodies; at most a few.
    """
    issued = RegisteredAct.objects.filter(kind=str(Kind.ISSUED))
    row = issued.filter(subject=subject).order_by("origin", "index").first()
    if row is None or row.issued_on is None:
        return []
    found = issued.filter(number_key=row.number_key, issued_on=row.issued_on, form=row.form)
    return list(found.order_by("registered_at", "pk")[:MOST_FOUND])


def alone_with_their_number(rows: Sequence[RegisteredAct]) -> set[int]:
    """Return which of these entries issue a certificate whose number nobody else claims.

    Two questions for all of them, in place of those of `sharing_number` for each.
    """
    issues = [row for row in rows if row.kind == Kind.ISSUED]
    issued = RegisteredAct.objects.filter(kind=str(Kind.ISSUED))
    numbers = issued.filter(number_key__in={row.number_key for row in issues})
    claimed = Counter(numbers.values_list("number_key", flat=True))
    subjects = issued.filter(subject__in={row.subject for row in issues})
    spoken_of = Counter(subjects.values_list("subject", flat=True))
    return {
        row.pk for row in issues if claimed[row.number_key] == 1 and spoken_of[row.subject] == 1
    }
