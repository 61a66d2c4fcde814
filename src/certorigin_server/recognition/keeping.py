"""Goods declarations and what customs decided, as far as their term of keeping is concerned (R16).

All versions of a declaration are one case. What was told to the issuing state lies in the log and
stays: the outcome, its ground, what was taken of the certificate, and the act with these words.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from certorigin.audit.retention import Case
from certorigin_server.recognition.models import (
    Citation,
    ConditionNote,
    Decision,
    EmergencyEntry,
    GoodsDeclaration,
    NumberPart,
    PaperDemand,
    Recheck,
    UseCorrection,
)
from certorigin_server.recognition.uses.rechecks import causes_of
from certorigin_server.standing.queries import last_days
from certorigin_server.trail.papers import Papers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import Model, QuerySet

_PAPERS = (
    Papers(Decision, "declaration", {"report": "{}", "remark": "", "override": ""}),
    Papers(Recheck, "decision__declaration", {"remark": ""}),
    Papers(UseCorrection, "decision__declaration", {"remark": ""}),
    Papers(PaperDemand, "declaration", {"remark": "", "outcome_remark": ""}),
    Papers(EmergencyEntry, "declaration", {"remark": "", "blank": "", "closing_remark": ""}),
    Papers(ConditionNote, "declaration", {"evidence": "—"}),
)
# What hangs on a declaration: the way to it, and the moments of which the last counts.
_HANGING: tuple[tuple[type[Model], str, tuple[str, ...]], ...] = (
    (Decision, "declaration", ("decided_at",)),
    (Recheck, "decision__declaration", ("since", "noted_at")),
    (UseCorrection, "decision__declaration", ("corrected_at",)),
    (PaperDemand, "declaration", ("demanded_at", "answered_at")),
    (EmergencyEntry, "declaration", ("entered_at", "closed_at")),
    (ConditionNote, "declaration", ("noted_at",)),
)


def declarations_unchanged_since(before: datetime) -> QuerySet[GoodsDeclaration]:
    """Return the last versions of declarations that are still there and were registered before."""
    rows = GoodsDeclaration.objects.filter(
        destroyed_at=None, amended_at=None, registered_at__lt=before
    )
    return rows.order_by("registered_at", "id")


def lock_declarations(names: Iterable[str]) -> QuerySet[GoodsDeclaration]:
    """Lock the last versions of declarations that are still there, and return them."""
    rows = GoodsDeclaration.objects.select_for_update().filter(
        pk__in=list(names), destroyed_at=None, amended_at=None
    )
    return rows.order_by("id")


def declaration_cases(rows: Sequence[GoodsDeclaration]) -> Iterator[Case]:
    """Return the cases of some declarations: the days of all that hangs on them, what is open."""
    versions = _versions(rows)
    owner = {version.pk: pk for pk, found in versions.items() for version in found}
    days = _days(owner)
    decided = list(Decision.objects.filter(declaration__in=owner).order_by("pk"))
    subjects, matters = defaultdict(set), _open_matters(owner)
    for decision in decided:
        case = owner[decision.declaration_id]
        subjects[case].add(decision.subject)
        if decision.returned_at is None:
            matters[case].add("retention.to_return")
    for case in {owner[one.declaration_id] for one in decided if _wants_a_look(one, decided)}:
        matters[case].add("retention.to_look_at")
    acts = last_days({one for found in subjects.values() for one in found})
    for row in rows:
        told = [timezone.localdate(acts[one]) for one in subjects[row.pk] if one in acts]
        own = [timezone.localdate(one.registered_at) for one in versions[row.pk]]
        yield Case(
            name=f"urn:uuid:{row.pk}",
            certificates=tuple(sorted(subjects[row.pk])),
            days=(row.date, *own, *days[row.pk], *told),
            open_matters=tuple(sorted(matters[row.pk])),
        )


def destroy_declarations(names: Collection[UUID], *, at: datetime) -> None:
    """Destroy declarations in every version; call inside the act's transaction."""
    rows = list(GoodsDeclaration.objects.filter(pk__in=names))
    every = [one.pk for found in _versions(rows).values() for one in found]
    for papers in _PAPERS:
        papers.destroy(every)
    Papers(GoodsDeclaration, "pk", {"document": ""}).destroy(every, destroyed_at=at)
    NumberPart.objects.filter(declaration__in=every).delete()


def _versions(rows: Sequence[GoodsDeclaration]) -> dict[UUID, list[GoodsDeclaration]]:
    """Return every version of some declarations, by the last one of each."""
    last = {(row.number, row.date): row.pk for row in rows}
    found: dict[UUID, list[GoodsDeclaration]] = defaultdict(list)
    for version in GoodsDeclaration.objects.filter(number__in={row.number for row in rows}):
        if (version.number, version.date) in last:
            found[last[version.number, version.date]].append(version)
    return found


def _days(owner: dict[UUID, UUID]) -> dict[UUID, list[date]]:
    found: dict[UUID, list[date]] = defaultdict(list)
    for model, path, columns in _HANGING:
        rows = model._default_manager.filter(**{f"{path}__in": owner})  # noqa: SLF001 - Django's
        for declaration, *moments in rows.values_list(path, *columns):
            known = [timezone.localdate(one) for one in moments if one is not None]
            found[owner[declaration]] += known
    return found


def _wants_a_look(decision: Decision, decided: Sequence[Decision]) -> bool:
    """Say whether something came after an acceptance; who refused after release has looked."""
    refused = {
        (one.declaration_id, one.subject)
        for one in decided
        if one.phase == Decision.Phase.AFTER_RELEASE
    }
    is_accepted = decision.outcome == Decision.Outcome.ACCEPTED
    is_refused = (decision.declaration_id, decision.subject) in refused
    return is_accepted and not is_refused and bool(causes_of(decision))


def _open_matters(owner: dict[UUID, UUID]) -> dict[UUID, set[str]]:
    """Return what nobody has done yet; in a version that was amended nothing waits any more."""
    here, last = {"declaration__in": owner}, Q(declaration__amended_at=None)
    waiting = {
        "retention.undecided": Citation.objects.filter(last, decided_at=None, **here),
        "retention.paper_demanded": PaperDemand.objects.filter(answered_at=None, **here),
        "retention.to_look_at": EmergencyEntry.objects.filter(closed_at=None, **here),
    }
    found: dict[UUID, set[str]] = defaultdict(set)
    for code, rows in waiting.items():
        for declaration in rows.values_list("declaration", flat=True):
            found[owner[declaration]].add(code)
    return found
