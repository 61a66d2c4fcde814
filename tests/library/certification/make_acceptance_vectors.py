"""Makes vectors/acceptance: `python -m tests.library.certification.make_acceptance_vectors`.

Each case changes a sound certificate or a rule in one place. Expected answers are written by hand.
"""

import copy
import json

from tests.data import ROOT
from tests.library.standing.sample import certificate

PATH = ROOT / "vectors" / "acceptance" / "check.json"
DAY = "2026-09-01"
LINE = certificate().to_data()["items"][0]


def publication(*rules, **more):
    head = {"format": "certorigin-acceptance/v1", "state": "AZ", "form": "ST-1", "version": "1"}
    head |= {"issuedIn": ["BY"], "from": "2026-01-01", "source": "made up for this case"}
    return head | {"rules": list(rules)} | more


def rule(kind, consequence="refused", **more):
    return {"name": kind, "rule": kind, "clause": "1", "consequence": consequence} | more


def changed(**members):
    data = copy.deepcopy(certificate().to_data()) | {"items": [copy.deepcopy(LINE)]}
    for path, value in members.items():
        holder, *names = data, *path.split("__")
        for name in names[:-1]:
            holder = holder[int(name)] if isinstance(holder, list) else holder[name]
        holder[names[-1]] = value
        if value is None:
            del holder[names[-1]]
    return data


MEDIUM = rule("medium", allowed=["electronic-only"])
ROUTE = rule("required", "asked", members=["transport.means", "items.invoice"])
BUTTER = rule("excluded_codes", codes=["0405"])

# name, rules, document, verdict, places of the rule
CASES = [
    ("no rules at all", [], changed(), "accepted", []),
    ("the medium is allowed", [MEDIUM], changed(medium="electronic-only"), "accepted", []),
    ("the medium is another", [MEDIUM], changed(medium="paper+record"), "refused", ["medium"]),
    (
        "the invoice of an item is missing",
        [ROUTE],
        changed(transport={"means": "lorry"}, items__0__invoice=None),
        "asked",
        ["items[0].invoice"],
    ),
    (
        "both of what is required are missing",
        [ROUTE],
        changed(items__0__invoice=None),
        "asked",
        ["transport.means", "items[0].invoice"],
    ),
    ("goods are excluded", [BUTTER], changed(items__0__tariffCode="040510"), "refused",
     ["items[0].tariffCode"]),
    ("other goods of the chapter are not", [BUTTER], changed(items__0__tariffCode="0406"),
     "accepted", []),
    (
        "a code of four digits may lie under one of six",
        [rule("excluded_codes", codes=["040510"])],
        changed(items__0__tariffCode="0405"),
        "open",
        ["items[0].tariffCode"],
    ),
    (
        "a criterion that is not accepted",
        [rule("criteria", allowed=["П", "Д"])],
        changed(items__0__originCriterion="К"),
        "refused",
        ["items[0].originCriterion"],
    ),
    (
        "any heading behind the letter",
        [rule("criteria", allowed=["П", "Д"])],
        changed(items__0__originCriterion="Д0405"),
        "accepted",
        [],
    ),
    (
        "a description that says too little",
        [rule("least_length", "asked", member="items.description", least="20")],
        changed(items__0__description="масло"),
        "asked",
        ["items[0].description"],
    ),
    (
        "certified before the corridor began",
        [rule("starts", on="2027-01-01")],
        changed(),
        "refused",
        ["certification.date"],
    ),
    (
        "one refusal outweighs a question",
        [ROUTE, MEDIUM],
        changed(items__0__invoice=None, medium="paper+record"),
        "refused",
        ["medium"],
    ),
    ("a rule that begins later", [MEDIUM | {"from": "2026-09-02"}], changed(medium="paper+record"),
     "accepted", []),
    ("the last day still counts", [MEDIUM | {"until": DAY}], changed(medium="paper+record"),
     "refused", ["medium"]),
    ("a rule that is over", [MEDIUM | {"until": "2026-08-31"}], changed(medium="paper+record"),
     "accepted", []),
    ("too many items", [rule("most_items", "asked", most="1")],
     changed(items=[LINE, LINE | {"sequence": "2"}]),
     "asked", ["items"]),
]  # fmt: skip


def build():
    cases = [
        {
            "name": name,
            "rules": publication(*rules),
            "document": document,
            "at": DAY,
            "verdict": verdict,
            "places": places,
        }
        for name, rules, document, verdict, places in CASES
    ]
    what = "certificates against acceptance rules; `places` are those of the gravest answer"
    return {"about": what, "cases": cases}


def text():
    return json.dumps(build(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(text(), "utf-8")
