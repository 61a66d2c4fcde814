"""Special cases at the certifying desk: goods for sale, of before 1993, paper of an outage."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from certorigin.certification.marks import before_1993_mark, exhibition_mark, outage_mark
from certorigin.errors import FindingsError, StandingError
from certorigin.vocabulary.code_names import name_of
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.search import number_key
from certorigin_server.certification.models import Certificate, NumberSequence, ReservedNumber

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.db.models import QuerySet

    from certorigin.application.draft import Application as Draft
    from certorigin.vocabulary.form import Form
    from certorigin_server.assessment.queries import Reasons
    from certorigin_server.users.queries import Organisation

LATER_SALE, EXHIBITION, BEFORE_1993 = "later_sale", "exhibition", "before_1993"
KINDS = (LATER_SALE, EXHIBITION, BEFORE_1993)
_LONGEST = 200


@dataclass(frozen=True)
class Special:
    """A case of the Rules that boxes 2 and 5 name: `name` is the exhibition's, or who made it."""

    kind: str
    name: str = ""
    year: str = ""


@dataclass(frozen=True)
class Paper:
    """A paper that was issued while the service was down: its reserved number and its day (R18)."""

    number: str
    date: date


@dataclass(frozen=True)
class Extras:
    """What an officer adds for a special case."""

    special: Special | None = None
    paper: Paper | None = None


NO_EXTRAS = Extras()


def read_extras(data: Mapping[str, object]) -> tuple[Extras, list[Finding]]:
    """Read what was typed, with every fault beside its field."""
    said, paper, faults = _group(data, "special"), _group(data, "paper"), []
    special = None
    if any(said.values()):
        special = Special(said.get("kind", ""), said.get("name", ""), said.get("year", ""))
        faults += _faults_of(special)
    issued = None
    if any(paper.values()):
        try:
            issued = Paper(paper.get("number", ""), date.fromisoformat(paper.get("date", "")))
        except ValueError:
            facts = {"place": "paper.date", "value": paper.get("date", "")[:40]}
            faults.append(Finding("day.malformed", "paper.date", facts=facts))
    return Extras(special, issued), faults


def require_special(extras: Extras, reasons: Reasons) -> None:
    """Let what was found without a contract be certified only as such (R49; Rules 8.5, 8.6).

    Raises FindingsError (`certificate.not_ready`) beside the field.
    """
    faults = _faults_of(extras.special) if extras.special else []
    later = {one.figures.get("later", "") for one in reasons.conditions} - {""}
    if later and (extras.special is None or extras.special.kind not in later):
        facts = {"kind": ", ".join(sorted(later)), "box": "2"}
        code, clause = "certification.sale_not_marked", "Rules 8.5, 8.6"
        faults.append(Finding(code, "special.kind", clause=clause, facts=facts))
    if faults:
        raise FindingsError("certificate.not_ready", faults, number="")


def marks_of(form: Form, extras: Extras, *, state: str) -> Iterator[str]:
    """Return the marks of box 5 for a special case of goods made in `state` (R18, R49).

    Raises UnknownError.
    """
    special, paper = extras.special, extras.paper
    if special and special.kind == EXHIBITION:
        yield exhibition_mark(form, special.name)
    if special and special.kind == BEFORE_1993:
        country = name_of("states", state, form.language) or state
        yield before_1993_mark(form, country=country, maker=special.name, year=int(special.year))
    if paper:
        yield outage_mark(form, paper.date)


def consignee_mark_of(form: Form, extras: Extras) -> str:
    """Return what stands in box 2 beside the consignee for a special case (R49; Rules 8.6)."""
    is_for_sale = extras.special is not None and extras.special.kind == LATER_SALE
    return form.consignee_marks.get(LATER_SALE, "") if is_for_sale else ""


def as_on_paper(draft: Draft, extras: Extras) -> Draft:
    """Return the application as the paper of that day says it: box 13 was signed on its day."""
    if extras.paper is None or draft.declaration is None:
        return draft
    signed = min(draft.declaration.date, extras.paper.date)
    return replace(draft, declaration=replace(draft.declaration, date=signed))


def reserved_serial(body: Organisation, form: str, paper: Paper, *, today: date) -> int:
    """Return the serial of a reserved number that no certificate bears, locked (R18, R33).

    Raises StandingError (`certification.number_not_reserved`, `…paper_day_wrong`).
    """
    list(NumberSequence.objects.select_for_update().filter(body=body, form=form))
    found = [
        row
        for row in unused_numbers(body)
        if row.form == form and number_key(row.number) == number_key(paper.number)
    ]
    if not found:
        raise StandingError("certification.number_not_reserved", number=paper.number[:60])
    row = found[0]
    if paper.date > today or paper.date.year != row.year:
        raise StandingError("certification.paper_day_wrong", date=paper.date.isoformat())
    return row.serial


def unused_numbers(body: Organisation) -> QuerySet[ReservedNumber]:
    """Return the numbers reserved for paper that no certificate bears yet."""
    used = Certificate.objects.filter(
        body=body, form=OuterRef("form"), year=OuterRef("year"), serial=OuterRef("serial")
    )
    return ReservedNumber.objects.filter(~Exists(used), body=body)


def _faults_of(special: Special) -> list[Finding]:
    faults = []
    if special.kind not in KINDS:
        faults.append(_missing("special.kind"))
    if special.kind in {EXHIBITION, BEFORE_1993} and not special.name.strip():
        faults.append(_missing("special.name"))
    if len(special.name) > _LONGEST:
        facts = {"place": "special.name", "limit": str(_LONGEST)}
        faults.append(Finding("record.text_too_long", "special.name", facts=facts))
    is_year = special.year.isascii() and special.year.isdigit() and len(special.year) == 4
    if special.kind == BEFORE_1993 and not is_year:
        faults.append(_missing("special.year"))
    return faults


def _missing(place: str) -> Finding:
    return Finding("record.member_missing", place, facts={"place": place})


def _group(data: Mapping[str, object], name: str) -> dict[str, str]:
    found = data.get(name)
    return {key: str(value) for key, value in found.items()} if isinstance(found, dict) else {}
