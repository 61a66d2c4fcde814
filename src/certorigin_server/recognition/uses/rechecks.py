"""What came after a decision and waits for an officer's look (R50): work, never another verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from certorigin.recognition.balance import OVERUSE
from certorigin.vocabulary.acts import Kind
from certorigin_server.mirror.queries import numbers_twice
from certorigin_server.recognition.models import Decision, Recheck
from certorigin_server.recognition.queries import visible_to
from certorigin_server.standing.fallen import fallen
from certorigin_server.standing.queries import act_in, endings, entries_of_kinds

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin_server.users.queries import User


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
    ended = endings().filter(
        ~Exists(noted), subject=OuterRef("subject"), registered_at__gte=OuterRef("decided_at")
    )
    fell = fallen().filter(~Exists(noted), subject=OuterRef("subject"))
    twice = numbers_twice().filter(~Exists(noted), subject=OuterRef("subject"))
    # From what came to the decisions: not every decision is asked what may have come.
    about = Decision.objects.order_by().values_list("pk", flat=True)
    came = set(Recheck.objects.filter(noted_at=None).values_list("decision", flat=True))
    for every, new in ((endings(), ended), (fallen(), fell), (numbers_twice(), twice)):
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
