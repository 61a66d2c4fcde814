"""What came after a decision and waits for an officer's look (R50): work, never another verdict."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from certorigin.recognition.balance import OVERUSE
from certorigin.vocabulary.acts import Kind
from certorigin_server.mirror.queries import numbers_twice
from certorigin_server.recognition.models import Decision, Recheck
from certorigin_server.recognition.queries import visible_to
from certorigin_server.standing.fallen import fallen
from certorigin_server.standing.queries import (
    act_in,
    endings,
    entries_of_kinds,
    unsettled_endings,
)
from certorigin_server.standing.services import lock_endings, settle_endings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin_server.users.queries import User

# No decision takes so long between its moment and its end.
_UNDER_WAY = timedelta(hours=1)
_AT_ONCE = 500


def to_recheck(user: User) -> QuerySet[Decision]:
    """Return acceptances after which something came that no officer has looked at yet (R50).

    An annulment or a replacement that arrived later, an amended declaration, goods that another
    post used too, a certificate that fell with a stolen key, or a number that was issued twice.
    Who refused after release has looked. A refusal whose preference was given back counts as an
    acceptance (R58).
    """
    refused = Decision.objects.filter(
        subject=OuterRef("subject"),
        declaration__number=OuterRef("declaration__number"),
        declaration__date=OuterRef("declaration__date"),
        phase=Decision.Phase.AFTER_RELEASE,
    )
    noted = Recheck.objects.filter(
        decision=OuterRef(OuterRef("pk")), cause=OuterRef("act"), noted_at__isnull=False
    )
    fell = fallen().filter(~Exists(noted), subject=OuterRef("subject"))
    twice = numbers_twice().filter(~Exists(noted), subject=OuterRef("subject"))
    # From what came to the decisions: not every decision is asked what may have come.
    about = Decision.objects.order_by().values_list("pk", flat=True)
    came = set(Recheck.objects.filter(noted_at=None).values_list("decision", flat=True))
    came |= {
        decision
        for decision, _ in _decided_before(
            list(unsettled_endings().values_list("subject", "act", "registered_at"))
        )
    }
    for every, new in ((fallen(), fell), (numbers_twice(), twice)):
        came |= set(about.filter(Exists(new), subject__in=every.order_by().values("subject")))
    back = given_back(subject__in=about.filter(pk__in=came).values("subject"))
    accepted, at_release = Decision.Outcome.ACCEPTED, Decision.Phase.AT_RELEASE
    found = Decision.objects.filter(
        Q(outcome=accepted) | Q(pk__in=back, phase=at_release),
        ~Exists(refused.exclude(pk__in=back)),
        pk__in=came,
        declaration__in=visible_to(user),
    )
    return found.select_related("declaration__post").order_by("decided_at", "pk")


@transaction.atomic
def settle(*, after: int, at: datetime) -> tuple[int, int]:
    """Settle endings beyond a place of the register that ask nobody for a look any more.

    Those are left that are younger than any decision under way can be. A decision that comes later
    with an earlier day (a post that was on its own) makes them open again. Return how many were
    settled, and the place up to which was looked; 0: that was the end.
    """
    old = unsettled_endings().filter(pk__gt=after, registered_at__lt=at - _UNDER_WAY)
    # Sorted by a sum: in the order of keys a database might go through the whole register.
    in_order = old.alias(place=F("pk") + 0).order_by("place")
    keys = list(in_order.values_list("pk", flat=True)[:_AT_ONCE])
    if not keys:
        return 0, 0
    lock_endings(keys)  # from here on who brings an earlier decision waits, or is seen
    again = unsettled_endings().filter(pk__in=keys)
    rows = list(again.only("pk", "subject", "act", "registered_at"))
    waiting = {
        act
        for _, act in _decided_before([(row.subject, row.act, row.registered_at) for row in rows])
    }
    done = [row.pk for row in rows if row.act not in waiting]
    return settle_endings(done, at=at), keys[-1] if len(keys) == _AT_ONCE else 0


def _decided_before(ends: Sequence[tuple[str, str, datetime]]) -> set[tuple[int, str]]:
    """Return the decisions made before some endings (subject, act, since), each with the act.

    Without those at which an officer has looked because of it.
    """
    about: dict[str, list[tuple[str, datetime]]] = {}
    for subject, act, since in ends:
        about.setdefault(subject, []).append((act, since))
    made = Decision.objects.order_by().filter(subject__in=list(about))
    decided = list(made.values_list("pk", "subject", "decided_at")) if about else []
    looked = Recheck.objects.filter(decision__in=[pk for pk, _, _ in decided])
    noted = set(looked.exclude(noted_at=None).values_list("decision", "cause"))
    return {
        (pk, act)
        for pk, subject, decided_at in decided
        for act, since in about[subject]
        if since >= decided_at and (pk, act) not in noted
    }


def is_granted(decision: Decision) -> bool:
    """Say whether a preference rests on a decision: an acceptance, or a refusal taken back."""
    is_accepted = decision.outcome == Decision.Outcome.ACCEPTED
    return is_accepted or decision.pk in given_back(subject=decision.subject)


def given_back(**which: object) -> set[int]:
    """Return the refusals whose preference our customs gave back, of some acts that did (R58)."""
    restored = entries_of_kinds((Kind.PREFERENCE_RESTORED,))
    ours = restored.filter(publisher=settings.SYSTEM.installation, **which)
    refusals = [act_in(row).body.get("refusal", "") for row in ours]
    return set(Decision.objects.filter(act__in=refusals).values_list("pk", flat=True))


def causes_of(decision: Decision) -> list[tuple[str, str, datetime]]:
    """Return what came after a decision and waits for a look: its kind, its cause, since when."""
    noted = set(decision.rechecks.exclude(noted_at=None).values_list("cause", flat=True))
    ended = endings().filter(
        ~Q(act__in=noted), subject=decision.subject, registered_at__gte=decision.decided_at
    )
    fell = fallen().filter(~Q(act__in=noted), subject=decision.subject)
    twice = numbers_twice().filter(~Q(act__in=noted), subject=decision.subject)
    waiting = decision.rechecks.filter(noted_at=None)
    return [
        *((row.kind, row.act, row.registered_at) for row in ended),
        *(("Fallen", row.act, row.legal_time or row.registered_at) for row in fell),
        *(("NumberTwice", row.act, row.raised_at) for row in twice),
        *((_kind_of(row.cause), row.cause, row.since) for row in waiting),
    ]


def _kind_of(cause: str) -> str:
    return "Overused" if cause.startswith(OVERUSE) else "Amended"


def fallen_decisions(user: User) -> QuerySet[Decision]:
    """Return a person's posts' acceptances of certificates that fell with a key, newest first."""
    received = fallen(received_by=settings.SYSTEM.installation).order_by()
    fell = received.values_list("subject", flat=True)
    found = Decision.objects.filter(
        subject__in=list(fell[:1000]),
        outcome=Decision.Outcome.ACCEPTED,
        declaration__in=visible_to(user),
    )
    return found.select_related("declaration__post", "decided_by").order_by("-decided_at", "-pk")
