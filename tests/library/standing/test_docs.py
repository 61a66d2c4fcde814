"""docs/spec/standing.md is true."""

import json
import re

from certorigin.standing.fold import StandingStatus
from certorigin.standing.standing import RANK
from certorigin.vocabulary.moment import moment_from_text
from tests.data import ROOT
from tests.library.standing.sample import (
    START,
    SUBJECT,
    annulled,
    certificate,
    issued,
    item,
    standing_at,
    utilised,
)

PAGE = (ROOT / "docs" / "spec" / "standing.md").read_text("utf-8")
SOURCE = ROOT / "src" / "certorigin" / "standing"


def _hours(text):
    return (moment_from_text(text) - START).total_seconds() / 3600


def _act(number, act):
    places = {"at": _hours(act["legalTime"]), "publisher": act["publisher"]}
    if act["kind"] == "Issued":
        return issued(number, of=certificate(items=(item(),)), **places)
    if act["kind"] == "Utilised":
        return utilised(number, {1: act["item1"]}, **places)
    return annulled(number, effective=_hours(act["effective"]), **places)


def test_the_example_is_what_the_fold_says():
    example = json.loads(re.search(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1])
    acts = [_act(number, act) for number, act in enumerate(example["acts"], start=1)]
    for answer in example["answers"]:
        standing = standing_at(_hours(answer["at"]), *acts, subject=SUBJECT)
        told = {"at": answer["at"], "status": str(standing.status)}
        if standing.status is not StandingStatus.UNKNOWN:
            told["remaining"] = str(standing.remaining(1).value)
            told["allowed"] = str(standing.allowed(1).value.normalize())
        assert told == answer


def test_every_status_is_in_the_graph_and_in_the_table():
    graph = re.search(r"^```mermaid\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]
    statuses = {str(status) for status in StandingStatus}
    edges = re.findall(r"^ +(\S+) --> ([a-z_]+)", graph, re.MULTILINE)
    assert {status for edge in edges for status in edge} - {"[*]"} == statuses
    assert set(re.findall(r"^\| `([a-z_]+)` \|", PAGE, re.MULTILINE)) >= statuses


def test_every_edge_of_the_graph_leads_forward():
    """But for a use that is corrected: then goods are left again."""
    edges = re.findall(r"^ +([a-z_]+) --> ([a-z_]+): (.*)$", PAGE, re.MULTILINE)
    back = [
        edge for edge in edges if RANK[StandingStatus(edge[0])] >= RANK[StandingStatus(edge[1])]
    ]
    assert back == [("used_up", "valid", "a use is corrected")]


def test_every_code_is_explained_and_no_other():
    places = [*SOURCE.glob("*.py"), *(SOURCE.parent / "returns").glob("*.py")]
    pattern = re.compile(r'"(standing\.[a-z0-9_]+)"')
    used = {code for path in places for code in pattern.findall(path.read_text("utf-8"))}
    assert set(re.findall(r"`(standing\.[a-z0-9_]+)`", PAGE)) == used
