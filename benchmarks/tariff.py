"""Search of codes and execution of rule sets: milliseconds a query, hit@10, share executed.

The limits stand beside the figures: 20 ms a query on one core, 75 % found in the first ten on half
the terms that nobody looked at while developing, 75 % of all rules executed. Run it with the
folder above `benchmarks` as working folder.

    .venv/bin/python -m benchmarks.tariff

Time is that of the processor.
"""

import csv
import hashlib
import time

from certorigin.application.tariff.find import find
from certorigin.application.tariff.index import Index, make_index
from certorigin.application.tariff.nomenclature import read_nomenclature
from certorigin.assessment.rule_sets.coverage import coverage_of
from certorigin.assessment.rule_sets.rule_set import read_rule_sets
from tests.data import shared

MILLISECONDS, FOUND, EXECUTED = 20, 0.75, 0.75


def main() -> None:
    """Print the figures beside their limits."""
    before = time.process_time()
    index = make_index(read_nomenclature(shared("hs/harmonized-system.csv").read_bytes()))
    print(f"index of {len(index.codes)} codes: {time.process_time() - before:.2f} s")
    for held_out in (False, True):
        _search(index, held_out=held_out)
    _execute()


def _search(index: Index, *, held_out: bool) -> None:
    asked = list(_terms(held_out=held_out))
    before = time.process_time()
    answers = [[hit.code for hit in find(index, term)] for term, _ in asked]
    spent = (time.process_time() - before) / len(asked) * 1000
    exact = sum(code in hits for hits, (_, code) in zip(answers, asked, strict=True))
    near = sum(
        any(hit[:4] == code[:4] for hit in hits)
        for hits, (_, code) in zip(answers, asked, strict=True)
    )
    half = "half not looked at" if held_out else "half looked at"
    print(
        f"{half}: {len(asked)} terms, hit@10 {exact / len(asked):.1%} (limit {FOUND:.0%}), "
        f"of headings {near / len(asked):.1%}; {spent:.2f} ms a query (limit {MILLISECONDS})"
    )


def _terms(*, held_out: bool) -> list[tuple[str, str]]:
    with shared("hs/search-references.csv").open(encoding="utf-8-sig") as lines:
        rows = [(row["term"], row["commodity_code"][:6]) for row in csv.DictReader(lines)]
    return [
        (term, code)
        for term, code in rows
        if bool(hashlib.sha256(term.encode()).digest()[0] % 2) is held_out
    ]


def _execute() -> None:
    rules = executed = disagreements = 0
    for path in sorted(shared("rules-of-origin/rule_sets").glob("*.json")):
        counted = coverage_of(read_rule_sets(path.read_bytes(), name=path.stem))
        rules += counted["rules"]
        executed += counted["executed"]
        disagreements += len(counted["disagreements"])
        share = counted["executed"] / counted["rules"]
        print(f"{path.stem}: {counted['executed']} of {counted['rules']} executed, {share:.1%}")
    print(
        f"all: {executed} of {rules} executed, {executed / rules:.1%} (limit {EXECUTED:.0%}); "
        f"{disagreements} labels disagree with their texts"
    )


if __name__ == "__main__":
    main()
