"""What is kept for a term, kind by kind: what is due is found, locked and destroyed here (R16)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from certorigin.audit.retention import Case
from certorigin_server.application import keeping as applications
from certorigin_server.assessment import keeping as assessments
from certorigin_server.batches import keeping as batches
from certorigin_server.certification import keeping as certificates
from certorigin_server.recognition import keeping as customs
from certorigin_server.returns.queries import asked_about
from certorigin_server.standing.queries import last_days
from certorigin_server.suppliers import keeping as suppliers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from certorigin_server.application.queries import Application


@dataclass(frozen=True)
class Shelf:
    """One kind of papers: the setting of its term, and how its cases are found and destroyed.

    `candidates` are the rows that nobody touched since a moment, `cases` says what is known of some
    of them, `lock` finds them again by their names.
    """

    setting: str
    candidates: Callable[[datetime], QuerySet[Any]]
    lock: Callable[[Iterable[str]], QuerySet[Any]]
    cases: Callable[[Sequence[Any]], Iterator[Case]]
    destroy: Callable[[Sequence[Case], datetime], None]

    @property
    def years(self) -> int:
        """The term of this kind."""
        years: int = getattr(settings.SYSTEM, self.setting)
        return years


_PAPERS = (
    *applications.PAPERS,
    *assessments.PAPERS,
    *certificates.PAPERS,
    *batches.PAPERS,
)


def _application_cases(rows: Sequence[Application]) -> Iterator[Case]:
    """Return applications with their certificates, days, files, open matters."""
    names = [row.pk for row in rows]
    certified = certificates.certificates_of_cases(names)
    files = applications.files_of_cases(names)
    subjects = [subject for found in certified.values() for subject, _ in found]
    acts, asked = last_days(subjects), asked_about(subjects)
    appealed, in_use = assessments.appealed(names), assessments.in_use_until(names)
    for row in rows:
        own = certified.get(row.pk, [])
        moments = [row.changed_at, row.submitted_at, row.decided_at, row.withdrawn_at]
        moments += [acts.get(subject) for subject, _ in own]
        days = [timezone.localdate(moment) for moment in moments if moment is not None]
        days += [day for _, day in own]
        days += in_use.get(row.pk, [])
        matters = {
            "retention.undecided": row.status == row.Status.SUBMITTED and row.decided_at is None,
            "retention.to_certify": row.to_certify_since is not None,
            "retention.appealed": row.pk in appealed,
            "retention.asked_about": any(subject in asked for subject, _ in own),
        }
        yield Case(
            name=row.urn,
            certificates=tuple(subject for subject, _ in own),
            days=tuple(days),
            files=tuple(files.get(row.pk, [])),
            open_matters=tuple(code for code, holds in matters.items() if holds),
        )


def _destroy_applications(cases: Sequence[Case], at: datetime) -> None:
    names = _uuids(cases)
    for papers in _PAPERS:
        papers.destroy(names)
    certified = _uuids([case for case in cases if case.certificates])
    applications.destroy_applications(names, certified=certified, at=at)


def _customs_cases(rows: Sequence[Any]) -> Iterator[Case]:
    """Return goods declarations; a verification request about a certificate keeps them."""
    cases = list(customs.declaration_cases(rows))
    asked = asked_about(subject for case in cases for subject in case.certificates)
    for case in cases:
        is_asked = not asked.isdisjoint(case.certificates)
        more = ("retention.asked_about",) if is_asked else ()
        yield replace(case, open_matters=case.open_matters + more)


def _uuids(cases: Sequence[Case]) -> list[UUID]:
    return [UUID(name) for name in _bare(case.name for case in cases)]


def _bare(names: Iterable[str]) -> list[str]:
    return [name.removeprefix("urn:uuid:") for name in names]


SHELVES: Final = {
    "applications": Shelf(
        "keep_years",
        applications.cases_unchanged_since,
        lambda names: applications.lock_cases(_bare(names)),
        _application_cases,
        _destroy_applications,
    ),
    "batches": Shelf(
        "keep_years",
        batches.tables_unchanged_since,
        lambda names: batches.lock_tables(_bare(names)),
        batches.table_cases,
        lambda cases, at: batches.destroy_tables(_uuids(cases), at=at),
    ),
    "suppliers": Shelf(
        "keep_supplier_years",
        suppliers.supplies_unchanged_since,
        suppliers.lock_supplies,
        suppliers.supply_cases,
        lambda cases, at: suppliers.destroy_supplies([case.name for case in cases], at=at),
    ),
    "customs": Shelf(
        "keep_customs_years",
        customs.declarations_unchanged_since,
        lambda names: customs.lock_declarations(_bare(names)),
        _customs_cases,
        lambda cases, at: customs.destroy_declarations(_uuids(cases), at=at),
    ),
}
