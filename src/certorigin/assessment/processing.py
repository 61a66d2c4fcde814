"""Sufficient processing (Rules 2.4 to 2.7), operations that never suffice (3), cumulation (2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.assessment.case import Case, Counting, Weight
from certorigin.assessment.rule import SAME_HEADING, ChangeOfCode, Share
from certorigin.assessment.step import Outcome, Step, all_met, any_met

if TYPE_CHECKING:
    from datetime import date

    from certorigin.assessment.agreement import Agreement, Row

MAIN_CLAUSE = "2.4 а"


def try_processing(case: Case, agreement: Agreement, *, at: date) -> Step:
    """Decide sufficient processing: the list's condition or the main rule, and section 3."""
    if not case.item.materials:
        missing = (f"{case.place}.materials",)
        return Step("processing", Outcome.UNDETERMINED, "2.4", missing=missing)
    parts = (_try_condition(case, agreement, at), try_beyond_minimal(case, agreement))
    outcome = all_met(part.outcome for part in parts)
    return Step("processing", outcome, "2.4", parts=parts)


def _try_condition(case: Case, agreement: Agreement, at: date) -> Step:
    """Apply the row of the list that governs the code, else the change of heading (R35)."""
    rows, unclear = agreement.rows_for(case.product)
    if unclear:
        digits = {"digits": str(len(case.product.digits))}
        missing = (f"{case.place}.tariffCode",)
        return Step("list", Outcome.UNDETERMINED, "2.4", digits, missing)
    parts = [row for row in rows if row.is_part]
    whole = [row for row in rows if not row.is_part]
    if parts and case.item.within_named_part is None:
        names = {"parts": ", ".join(row.name for row in parts)}
        missing = (f"{case.place}.withinNamedPart",)
        return Step("list", Outcome.UNDETERMINED, parts[0].clause_for(case.product), names, missing)
    if parts and case.item.within_named_part:
        if len(parts) > 1:
            named = [row for row in parts if row.name == case.item.named_part]
            if not named:
                names = {"parts": ", ".join(row.name for row in parts)}
                missing = (f"{case.place}.namedPart",)
                return Step(
                    "list", Outcome.UNDETERMINED, parts[0].clause_for(case.product), names, missing
                )
            parts = named
        return _try_row(case, agreement, parts[0], at)
    if whole:
        return _try_row(case, agreement, whole[0], at)
    return _try_main_rule(case, agreement, at)


def _try_row(case: Case, agreement: Agreement, row: Row, at: date) -> Step:
    clause = row.clause_for(case.product)
    figures = {"row": row.name, "amended": row.amended.isoformat()}
    if row.reading:
        figures["reading"] = row.reading
    if at < row.amended:  # we only have the text as it was last amended
        missing = (f"agreement:{agreement.name}/{row.name}@{at.isoformat()}",)
        return Step("list", Outcome.UNDETERMINED, clause, figures, missing)
    counting = case.counting
    part = row.rule.evaluate(case)
    other = Counting.ALL if counting is Counting.FOREIGN else Counting.FOREIGN
    # With foreign materials only, both ways of counting are one.
    mixed = any(one.weight is not Weight.FOREIGN for one in case.ingredients)
    if mixed and row.rule.evaluate(case.under(other)).outcome is not part.outcome:
        figures["depends_on_counting"] = str(counting)
    return Step("list", part.outcome, clause, figures, parts=(part,))


def _try_main_rule(case: Case, agreement: Agreement, at: date) -> Step:
    """Ask for a change of heading, with the tolerance for what does not change it."""
    chapter = case.product.chapter
    if chapter in agreement.missing_chapters:
        missing = (f"agreement:{agreement.name}/chapter/{chapter}",)
        return Step("main", Outcome.UNDETERMINED, "2.4", {"chapter": chapter}, missing)
    if at < agreement.edition:  # the code may have been listed in an earlier text
        missing = (f"agreement:{agreement.name}/list@{at.isoformat()}",)
        return Step("main", Outcome.UNDETERMINED, "2.4", {}, missing)
    foreign = case.under(Counting.FOREIGN)
    change = ChangeOfCode(4, MAIN_CLAUSE).evaluate(foreign)
    if change.outcome is Outcome.MET:
        return Step("main", change.outcome, "2.4", parts=(change,))
    tolerance = _try_tolerance(foreign, agreement)
    outcome = any_met((change.outcome, tolerance.outcome))
    return Step("main", outcome, "2.4", parts=(change, tolerance))


def _try_tolerance(case: Case, agreement: Agreement) -> Step:
    """Tolerate foreign materials of the product's heading within the limit, with an expert act."""
    share = Share(agreement.tolerance, SAME_HEADING, "2.6").evaluate(case)
    act = case.item.expert_act
    if act is None:
        missing = (f"{case.place}.expertAct",)
        proof = Step("expert_act", Outcome.UNDETERMINED, "2.6", missing=missing)
    elif act.confirms_necessary is None:
        missing = (f"{case.place}.expertAct.confirmsNecessaryComponents",)
        proof = Step("expert_act", Outcome.UNDETERMINED, "2.6", missing=missing)
    else:
        held = Outcome.MET if act.confirms_necessary else Outcome.NOT_MET
        figures = {"number": act.number, "date": act.date.isoformat()}
        proof = Step("expert_act", held, "2.6", figures)
    outcome = all_met((share.outcome, proof.outcome))
    return Step("tolerance", outcome, "2.6", parts=(share, proof))


def try_beyond_minimal(case: Case, agreement: Agreement) -> Step:
    """Refuse goods made only by operations that never suffice (R38; Rules 3.1, 3.2)."""
    operations = case.item.operations
    if not operations:
        missing = (f"{case.place}.operations",)
        return Step("beyond_minimal", Outcome.UNDETERMINED, "3.2", missing=missing)
    further = [code for code in operations if agreement.operations.get(code) is False]
    if further:
        return Step("beyond_minimal", Outcome.MET, "3.2", {"operations": ", ".join(further)})
    unknown = tuple(
        f"{case.place}.operations[{code}]"
        for code in operations
        if code not in agreement.operations
    )
    outcome = Outcome.UNDETERMINED if unknown else Outcome.NOT_MET
    figures = {"minimal": ", ".join(code for code in operations if code in agreement.operations)}
    return Step("beyond_minimal", outcome, "3.1", figures, unknown)


def try_cumulation(case: Case, agreement: Agreement) -> Step:
    """Decide cumulation: only materials of the parties, the others' with their certificates (R39).

    With materials of third countries the ordinary criterion applies (2.4). Whether an operation
    of section 3 alone can be the last processing of 2.3, the Rules do not say: undetermined.
    """
    foreign = [str(one.number) for one in case.ingredients if one.weight is Weight.FOREIGN]
    partners = [one for one in case.ingredients if one.from_party]
    figures = {"from_parties": str(len(partners))}
    if foreign:
        figures["foreign"] = ", ".join(foreign)
    if foreign or not partners:
        return Step("cumulation", Outcome.NOT_MET, "2.3", figures)
    missing = tuple(name for one in partners for name in one.lacks_weight)
    worked = try_beyond_minimal(case, agreement)
    if worked.outcome is Outcome.NOT_MET:
        missing = (*missing, f"agreement:{agreement.name}/2.3+3.1")
    outcome = Outcome.MET if worked.outcome is Outcome.MET and not missing else Outcome.UNDETERMINED
    return Step("cumulation", outcome, "2.3", figures, missing, parts=(worked,))
