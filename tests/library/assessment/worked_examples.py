"""The book of worked examples: cases in vectors/assessment, and the page that is made of them.

python -m tests.library.assessment.worked_examples     writes docs/guide/worked-examples.md
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Assessment, assess
from certorigin.assessment.step import Step
from certorigin.assessment.worksheet import Worksheet
from certorigin.terminal.figures import facts_in_words, figure_text
from certorigin.terminal.sentences import say
from tests.data import ROOT

FOLDER = ROOT / "vectors" / "assessment"
PAGE = ROOT / "docs" / "guide" / "worked-examples.md"

HEAD = """# Worked examples

Goods that the states of the CIS Rules of 2009 make and trade, each with its facts, the decision and
the arithmetic. Every case is a file in `vectors/assessment`, decided anew by the tests; this page
is written from what they decide. Figures are ours.
"""


def case_files() -> list[Path]:
    return sorted(FOLDER.glob("[0-9]*.json"))


def read_case(path: Path) -> dict:
    return json.loads(path.read_text("utf-8"))


def decide_case(case: dict) -> Assessment:
    sheet = Worksheet.from_data(case["worksheet"])
    verified = {
        material.certificate: case["verified"][material.certificate.number]
        for item in sheet.items
        for material in item.all_materials()
        if material.certificate and material.certificate.number in case["verified"]
    }
    agreement = get_agreement(sheet.agreement)
    return assess(sheet, agreement=agreement, at=date.fromisoformat(case["at"]), verified=verified)


def page() -> str:
    parts = [HEAD]
    for path in case_files():
        case = read_case(path)
        parts.append("\n".join(_case_lines(path, case, decide_case(case))))
    return "\n".join(parts) + "\n"


def _case_lines(path: Path, case: dict, whole: Assessment) -> Iterator[str]:
    item, decided = case["worksheet"]["items"][0], whole.items[0]
    number, _, _ = path.stem.partition("-")
    yield f"## {int(number)}. {case['title']}\n"
    made = case["worksheet"]["productionCountry"]
    price = item.get("exWorksPrice")
    cost = f", ex-works price {price['amount']} {price['currency']}" if price else ""
    what = f"{item['description'].capitalize()}, {item['tariffCode']}, made in {made}{cost}."
    yield f"{what} {case['facts']}\n"
    parts = [*item.get("materials", []), *item.get("elements", [])]
    if parts:
        yield "| no. | what | code | origin | value | counts |"
        yield "|---|---|---|---|---|---|"
        for index, one in enumerate(parts):
            value = one.get("value", {"amount": "", "currency": ""})
            yield (
                f"| {index + 1} | {one['description']} | {one.get('tariffCode', '')} "
                f"| {one.get('originCountry', '')} | {value['amount']} {value['currency']} "
                f"| {_counts(one)} |"
            )
        yield ""
    criterion = f", `{decided.criterion}`" if decided.criterion else ""
    outcome = say(f"assessment.decision.{decided.decision}")
    yield f"**{outcome}{criterion}**; form: {whole.form}\n"
    for step in _telling(decided.steps):
        yield f"- {_step_line(step)}"
    for one in whole.conditions:
        if one.stops or one.is_deferred or one.figures.get("declaration_enough") == "yes":
            held = say(f"assessment.held.{one.outcome}")
            yield f"- {one.clause}: {say(f'assessment.condition.{one.code}')}: {held}"
    for hint in decided.hints:
        yield f"- {say(hint.code, facts_in_words(hint.code, hint.facts, 'en'))}"
    for name in decided.missing:
        yield f"- missing: `{name}`"
    yield f"\n`{path.relative_to(ROOT)}`\n"


_OPEN = ("atMost", "room", "excess")


def _counts(one: dict) -> str:
    if "production" in one:
        return "made here, judged by itself"
    return one.get("use", "").replace("_", " ") or (
        "with certificate" if "certificate" in one else ""
    )


def _telling(steps: tuple[Step, ...]) -> Iterator[Step]:
    """The steps that hold arithmetic or facts, leaves first."""
    for step in steps:
        if step.rule == "wholly_obtained" and step.figures.get("claimed") == "no":
            continue
        if step.rule == "cumulation" and step.outcome == "not_met":
            continue
        yield from _telling(step.parts)
        if not step.parts or step.rule == "set":
            yield step


def _step_line(step: Step) -> str:
    held = say(f"assessment.held.{step.outcome}")
    figures = dict(step.figures)
    title = say(f"assessment.rule.{step.rule}")
    clause = f" [{step.clause}]" if step.clause else ""
    if "share" in figures and "price" in figures:
        told = [f"{name} {figures[name]}" for name in _OPEN if name in figures]
        rest = ", ".join(told)
        of = f" of {figures['of'].replace('_', ' ')}" if "of" in figures else ""
        return (
            f"{title}{of}{clause}: {figures['value']} / {figures['price']} = {figures['share']} %, "
            f"limit {figures['limit']} %, {rest}: {held}"
        )
    told = "; ".join(
        f"{say(f'assessment.figure.{name}')}: {figure_text(name, value, 'en')}"
        for name, value in figures.items()
        if name not in {"price", "currency"}
    )
    return f"{title}{clause}{f' ({told})' if told else ''}: {held}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
