"""Somebody who knows all facts of a worksheet, and answers what the questionnaire asks of it."""

from datetime import date
from typing import Any

from certorigin.assessment.questions.answers import Answers
from certorigin.assessment.questions.ask import Turn, next_questions
from certorigin.assessment.questions.question import Kind, Question

SPARE = ("value", "valueBasis", "certificate", "wholly_obtained", "netWeight", "whollyObtained")
MOST_TURNS = 30


def at_place(sheet: dict, place: str) -> Any:
    holder: Any = sheet
    for step in place.replace("]", "").replace("[", ".").split("."):
        if isinstance(holder, list):
            holder = holder[int(step)] if int(step) < len(holder) else None
        elif isinstance(holder, dict):
            holder = holder.get(step)
        if holder is None:
            return None
    return holder


def answer_to(question: Question, sheet: dict) -> Any:
    """What the worksheet says; None where it says nothing."""
    place = question.place
    if question.kind is Kind.RATE:
        pair = {question.facts["from"], question.facts["to"]}
        found = [one for one in sheet.get("rates", []) if {one["from"], one["to"]} == pair]
        return found[0] if found else None
    if place.endswith("]") and question.kind is Kind.YES_NO:
        around, _, name = place[:-1].rpartition("[")
        item, _, member = around.rpartition(".")
        facts = at_place(sheet, item)
        no = {"attested": "refuted", "operations": "operationsNotApplicable"}[member]
        if name in facts.get(member, []):
            return True
        return False if name in facts.get(no, []) else None
    if question.kind is Kind.CATEGORY:
        claim = at_place(sheet, place.removesuffix(".category"))
        return claim["category"] if claim else None
    found = at_place(sheet, place)
    if question.kind is Kind.MATERIALS and found:  # what is asked later is not told unasked
        return [{name: value for name, value in one.items() if name not in SPARE} for one in found]
    return found


def converse(sheet: dict, *, at: date, **more) -> tuple[Turn, list[Question]]:
    """Answer until nothing is asked; return the last turn and every question, in their order."""
    asked: list[Question] = []
    answers = Answers.begin(at)
    for _ in range(MOST_TURNS):
        turn = next_questions(answers, **more)
        if turn.is_finished:
            return turn, asked
        asked += turn.questions
        given = {question.place: answer_to(question, sheet) for question in turn.questions}
        answers = turn.answers.with_answers(given)
    message = f"there is no end to it: {[one.place for one in asked]}"
    raise AssertionError(message)
