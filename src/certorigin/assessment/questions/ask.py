"""The next questions: computed from what the rules lacked, so that only what matters is asked.

    turn = next_questions(answers)
    turn.questions   # to be asked now, together; none: everything that can be known is known
    turn.assessment  # what the answers come to so far, as soon as that can be said

There is no list of questions for a code: the rules are tried on the answers, and every fact that
a rule lacked is a question. A fact that could change nothing is never asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from certorigin.assessment.agreement import agreements_between, get_agreement
from certorigin.assessment.assess import Assessment, Decision, assess
from certorigin.assessment.questions.answers import NEEDED
from certorigin.assessment.questions.question import Kind, Question, question_at
from certorigin.assessment.rule_sets.decide import decide
from certorigin.vocabulary.tariff import TariffCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from certorigin.assessment.agreement import Agreement
    from certorigin.assessment.assess import ItemDecision
    from certorigin.assessment.material import Material
    from certorigin.assessment.questions.answers import Answers
    from certorigin.assessment.rule_sets.decide import RuleSetDecision
    from certorigin.assessment.rule_sets.rule_set import RuleSets
    from certorigin.assessment.worksheet import ItemWorksheet, Worksheet
    from certorigin.vocabulary.bodies import CertificateReference

FORMAT = "certorigin-questionnaire/v1"


@dataclass(frozen=True)
class Turn:
    """What is asked next, and what the answers come to so far.

    `answers` are those that the next turn takes: where only one agreement can be meant it is named.
    `left_open` names what nobody can answer here: questions that were passed over, certificates
    that still have to be looked up, rules whose text is lacking.
    """

    questions: tuple[Question, ...]
    answers: Answers
    assessment: Assessment | None = None
    by_sets: tuple[RuleSetDecision, ...] = ()
    left_open: tuple[str, ...] = ()
    agreements: tuple[str, ...] = ()

    @property
    def is_finished(self) -> bool:
        """Say whether nothing is left to ask."""
        return not self.questions

    @property
    def decision(self) -> Decision | None:
        """What the answers come to; None while that can't be said."""
        if self.assessment is not None:
            return self.assessment.decision
        found = {one.decision for one in self.by_sets}
        for decision in (Decision.NOT_ORIGINATING, Decision.UNDETERMINED, Decision.ORIGINATING):
            if decision in found:
                return decision
        return None

    def to_data(self) -> dict[str, Any]:
        """Write the turn for machines, with the answers that the next turn takes."""
        told: dict[str, Any] = {
            "format": FORMAT,
            "finished": self.is_finished,
            "questions": [question.to_data() for question in self.questions],
            "leftOpen": list(self.left_open),
            "answers": self.answers.to_data(),
        }
        if self.decision is not None:
            told["outcome"] = str(self.decision)
        if self.assessment is not None:
            told["assessment"] = self.assessment.to_data()
        if self.by_sets:
            told["items"] = [one.to_data() for one in self.by_sets]
        return told


def next_questions(
    answers: Answers,
    *,
    verified: Mapping[CertificateReference, bool] | None = None,
    suppliers: Mapping[Material, bool] | None = None,
    rule_sets: RuleSets | None = None,
) -> Turn:
    """Return the next questions, and what the answers come to so far.

    With `rule_sets` the goods are judged by those in place of the agreement's own data; `verified`
    and `suppliers` are as in `assess`. Raises MalformedError as `assess` does.
    """
    first = _first_questions(answers, rule_sets)
    if first.questions or first.left_open:
        return first
    answers = first.answers
    worksheet = answers.worksheet()
    if rule_sets is not None:
        return _by_sets(answers, worksheet, rule_sets)
    agreement = get_agreement(worksheet.agreement)
    assessment = assess(
        worksheet, agreement=agreement, at=answers.at, verified=verified, suppliers=suppliers
    )
    asked: list[Question] = []
    for index, item in enumerate(worksheet.items):
        asked += _about_item(answers, item, assessment.items[index], agreement, index)
    asked, left = _sort_out(answers, asked, _missing(assessment), agreement)
    if not asked:
        asked = _about_trade(answers, assessment)
    return Turn(_of_first_stage(asked), answers, assessment, (), left, (agreement.name,))


def _first_questions(answers: Answers, rule_sets: RuleSets | None) -> Turn:
    """Ask where the goods are made, where they go, what they are, and by which rules."""
    needed = NEEDED[:2] if rule_sets is not None else NEEDED
    lacking = [place for place in needed if not answers.has(place)]
    if lacking and lacking != ["agreement"]:
        found = [question_at(place) for place in lacking if place != "agreement"]
        asked = [replace(one, stage=0, may_pass=False) for one in found if one is not None]
        return Turn(tuple(asked), answers)
    if not lacking:
        return Turn((), answers)
    states = [str(answers.sheet["productionCountry"]), str(answers.sheet["trade"]["importedInto"])]
    names = agreements_between(*states)
    question = question_at("agreement")
    if not names or question is None:
        return Turn((), answers, left_open=(f"agreement:{'-'.join(states)}",))
    if len(names) == 1:
        return Turn((), answers.with_answers({"agreement": names[0]}), agreements=names)
    return Turn((replace(question, options=names),), answers, agreements=names)


def _missing(assessment: Assessment) -> list[str]:
    return [name for item in assessment.items for name in item.missing]


def _about_item(
    answers: Answers,
    item: ItemWorksheet,
    found: ItemDecision,
    agreement: Agreement,
    index: int,
) -> Iterator[Question]:
    """Ask what the rules do not lack, but what may open another way to the criterion."""
    place = f"items[{index}]"
    if found.decision is Decision.ORIGINATING or item.elements or item.lots:
        return
    if item.wholly_obtained is None and not item.materials:
        yield from _question(f"{place}.whollyObtained", options=tuple(agreement.categories))
        if f"{place}.whollyObtained" not in answers.passed:
            return
    parts = [row for row in agreement.rows_for(item.tariff_code)[0] if row.is_part]
    if parts and item.within_named_part is None:
        goods = "; ".join(row.goods for row in parts)
        yield from _question(f"{place}.withinNamedPart", goods=goods)
    for hint in found.hints:
        if hint.code == "assessment.certificate_would_help":
            for number in hint.facts["materials"].split(", "):
                yield from _question(f"{place}.materials[{int(number) - 1}].certificate")


def _question(place: str, *, options: tuple[str, ...] = (), **facts: str) -> Iterator[Question]:
    question = question_at(place)
    if question is not None:
        told = dict(question.facts) | facts
        yield replace(question, options=options or question.options, facts=told)


def _sort_out(
    answers: Answers, asked: Iterable[Question], missing: Sequence[str], agreement: Agreement
) -> tuple[list[Question], tuple[str, ...]]:
    """Part what can be asked from what stays open. What was passed over is not asked again."""
    questions = {one.place: one for one in asked}
    left: list[str] = []
    for place in _with_other_ways(missing, answers, agreement):
        found = _completed(place, answers, agreement)
        if found is None:
            left.append(place)
        else:
            questions.setdefault(found.place, found)
            questions |= _with_value(found, answers)
    open_ = [place for place in questions if place in answers.passed]
    left += [place for place in open_ if place in missing and place not in left]
    return [one for place, one in questions.items() if place not in answers.passed], tuple(left)


def _with_other_ways(
    missing: Sequence[str], answers: Answers, agreement: Agreement
) -> Iterator[str]:
    """Yield the places, and beside a fact of 2.2 of which one is enough the others."""
    for place in missing:
        yield place
        claim, _, name = place.rpartition(".")
        if claim.endswith(".whollyObtained") and answers.has(f"{claim}.category"):
            category = agreement.categories.get(answers.at_place(f"{claim}.category"))
            ways = category.any_countries if category else ()
            yield from (f"{claim}.{way}" for way in (ways if name in ways else ()) if way != name)


def _with_value(asked: Question, answers: Answers) -> dict[str, Question]:
    """Ask with the value of a material on which basis it stands, to ask once."""
    if asked.code != "ask.material_value":
        return {}
    basis = question_at(f"{asked.place}Basis")
    return {} if basis is None or answers.has(basis.place) else {basis.place: basis}


def _completed(place: str, answers: Answers, agreement: Agreement) -> Question | None:
    """Return the question for a fact that a rule lacked, with its choices; None: nobody can say."""
    question = question_at(place)
    if question is None or answers.has(place):
        return None  # what was answered and is still lacking: a certificate to be looked up
    if question.kind is Kind.OPERATIONS:
        named, options = _operations(answers, place, agreement)
        facts = dict(question.facts) | {"named": str(named)}
        return replace(question, options=options, facts=facts)
    if place.endswith("]") and question.code == "ask.operation":
        known = question.facts["what"] in agreement.operations
        return question if known else None
    if place.endswith(".category"):
        return replace(question, options=tuple(agreement.categories))
    if place.endswith(".namedPart"):
        rows = agreement.rows_for(_code_at(answers, place))[0]
        parts = [row for row in rows if row.is_part]
        goods = "; ".join(f"{row.name}: {row.goods}" for row in parts)
        facts = dict(question.facts) | {"goods": goods}
        return replace(question, options=tuple(row.name for row in parts), facts=facts)
    return question


def _code_at(answers: Answers, place: str) -> TariffCode:
    made, _, rest = place.partition(".production.")
    item = made if rest else place.partition(".")[0]
    return TariffCode.from_text(answers.at_place(f"{item}.tariffCode"), place=place)


def _operations(answers: Answers, place: str, agreement: Agreement) -> tuple[int, tuple[str, ...]]:
    """Return the operations to choose from: those of the rule first, and how many; 3.1's last."""
    rows = agreement.rows_for(_code_at(answers, place))[0]
    named = [code for row in rows for code in operations_in(row.rule)]
    further = [code for code, minimal in agreement.operations.items() if not minimal]
    least = [code for code, minimal in agreement.operations.items() if minimal]
    return len(set(named)), tuple(dict.fromkeys([*named, *further, *least]))


def operations_in(rule: object) -> Iterator[str]:
    """Yield the operations that a rule names, in its order."""
    for name in ("required", "conditional", "codes"):
        if name != "codes" or type(rule).__name__ == "AnyOperation":
            yield from getattr(rule, name, ())
    for part in getattr(rule, "rules", ()):
        yield from operations_in(part)


def _about_trade(answers: Answers, assessment: Assessment) -> list[Question]:
    """Ask for the conditions of preference when the origin is settled (5.1)."""
    if assessment.decision is not Decision.ORIGINATING:
        return []
    missing = [name for condition in assessment.conditions for name in condition.missing]
    found = [question_at(place) for place in missing if place not in answers.passed]
    return [one for one in found if one is not None]


def _of_first_stage(asked: Iterable[Question]) -> tuple[Question, ...]:
    questions = list(asked)
    stage = min((one.stage for one in questions), default=0)
    return tuple(one for one in questions if one.stage == stage)


def _by_sets(answers: Answers, worksheet: Worksheet, rule_sets: RuleSets) -> Turn:
    found = decide(rule_sets, worksheet)
    own = get_agreement("CIS-2009")  # its names of operations and categories are used by all
    asked: list[Question] = []
    for index, (item, one) in enumerate(zip(worksheet.items, found, strict=True)):
        place = f"items[{index}].whollyObtained"
        bare = item.wholly_obtained is None and not item.materials
        if one.decision is not Decision.ORIGINATING and bare and place not in answers.passed:
            asked += _question(place, options=tuple(own.categories))
    names = {
        f"items[{index}].namedPart": [part.name for part in one.sets]
        for index, one in enumerate(found)
    }
    missing = [name for one in found for name in one.missing]
    asked, left = _sort_out(answers, asked, missing, own)
    shown = [
        replace(one, options=tuple(names[one.place])) if one.place in names else one
        for one in asked
    ]
    return Turn(_of_first_stage(shown), answers, None, found, left, (rule_sets.name,))
