"""Hints: which single fact would change the answer, where that is easily known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.assessment.material import ACCESSORY
from certorigin.assessment.step import Outcome
from certorigin.vocabulary.finding import Finding, Grade

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from certorigin.assessment.agreement import Agreement
    from certorigin.assessment.case import Case
    from certorigin.assessment.step import Step


def find_hints(
    steps: Iterable[Step], case: Case, agreement: Agreement, *, helps: bool
) -> tuple[Finding, ...]:
    """Return the hints about a decision.

    `helps` says that the goods would originate if every material of another party had a verified
    certificate.
    """
    originating = any(step.outcome is Outcome.MET for step in steps)
    hints = [hint for step in steps for hint in _step_hints(step, case, told=originating)]
    if helps:
        bare = [str(one.number) for one in case.ingredients if one.without_certificate]
        facts = {"materials": ", ".join(bare)}
        hints.append(_finding("assessment.certificate_would_help", case, "2.3", facts))
    return (*hints, *_accessories(case, agreement))


def _accessories(case: Case, agreement: Agreement) -> Iterator[Finding]:
    """Say which accessories follow the goods (4.4), which do not, and of which it is not known."""
    machine = case.product.chapter in agreement.accessory_chapters
    found: dict[str, list[str]] = {}
    for index, material in enumerate(case.item.materials):
        if material.use != ACCESSORY:
            continue
        facts = {machine, material.sold_together, material.usual_quantity}
        code = "assessment.accessory_follows"
        if False in facts:
            code = "assessment.accessory_apart"
        elif None in facts:
            code = "assessment.accessory_unclear"
        found.setdefault(code, []).append(str(index + 1))
    for code, numbers in sorted(found.items()):
        yield _finding(code, case, "4.4", {"materials": ", ".join(numbers)})


def _step_hints(step: Step, case: Case, *, told: bool) -> Iterator[Finding]:
    """Walk a step and its parts; what failed under something that is met needs no telling."""
    figures = dict(step.figures)
    told = told or step.outcome is Outcome.MET
    if step.rule == "main" and step.outcome is Outcome.MET:
        yield _finding("assessment.unlisted_code", case, step.clause, {"code": str(case.product)})
    if "depends_on_counting" in figures:
        facts = {"counting": figures["depends_on_counting"]}
        yield _finding("assessment.depends_on_counting", case, step.clause, facts, Grade.WARNING)
    if "reading" in figures:
        yield _finding(
            "assessment.read_in_one_way", case, step.clause, {"reading": figures["reading"]}
        )
    if step.outcome is Outcome.NOT_MET and not told:
        yield from _failure(step, case, figures)
    for part in step.parts:
        yield from _step_hints(part, case, told=told)


def _failure(step: Step, case: Case, figures: dict[str, str]) -> Iterator[Finding]:
    if step.rule == "set":
        facts = {name: figures[name] for name in ("share", "limit", "excess", "currency")}
        yield _finding("assessment.set_above_limit", case, step.clause, facts)
    elif step.rule == "share":
        wanted = ("of", "share", "limit", "excess", "currency")
        facts = {name: figures[name] for name in wanted}
        yield _finding("assessment.share_above_limit", case, step.clause, facts)
    elif step.rule == "change":
        facts = {"materials": figures["same"], "product": figures["product"]}
        yield _finding("assessment.same_code", case, step.clause, facts)
    elif step.rule == "operations":
        yield _finding(
            "assessment.operations_lacking", case, step.clause, {"operations": figures["lacking"]}
        )
    elif step.rule == "beyond_minimal":
        facts = {"operations": figures["minimal"]}
        yield _finding("assessment.only_minimal_operations", case, step.clause, facts)


def _finding(
    code: str, case: Case, clause: str, facts: dict[str, str], grade: Grade = Grade.NOTE
) -> Finding:
    return Finding(code, case.place, grade, clause, facts)
