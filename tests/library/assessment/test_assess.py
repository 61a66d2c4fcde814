"""The whole decision: worst of the items, both ways of writing, contradictions refused."""

import copy

import pytest

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Assessment, Decision, assess
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import MalformedError
from tests.library.assessment.cases import DAY, item, material, worksheet

AGREEMENT = get_agreement("CIS-2009")
GOOD = item("8701", material("8408", "CN", "1"))
BAD = item("8418", material("8414", "CN", "501"))
OPEN = item("8701")


def assessed(*items, **more):
    sheet = Worksheet.from_data(worksheet(*items, **more))
    return assess(sheet, agreement=AGREEMENT, at=DAY)


@pytest.mark.parametrize(
    ("items", "decision"),
    [
        ([GOOD, GOOD], Decision.ORIGINATING),
        ([GOOD, OPEN], Decision.UNDETERMINED),
        ([GOOD, OPEN, BAD], Decision.NOT_ORIGINATING),
    ],
)
def test_the_worst_item_decides(items, decision):
    assert assessed(*items).decision is decision


def test_it_writes_and_reads_itself():
    whole = assessed(GOOD, OPEN, BAD)
    assert Assessment.from_data(whole.to_data()) == whole


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data["items"][0].update(outcome="undetermined"), "assessment.contradiction"),
        (lambda data: data["items"][0].pop("criterion"), "assessment.contradiction"),
        (lambda data: data["items"][1].update(criterion="П"), "assessment.contradiction"),
        (lambda data: data["items"][1].update(missing=[]), "assessment.contradiction"),
        (lambda data: data.update(outcome="originating"), "assessment.contradiction"),
        (lambda data: data.update(items=[]), "assessment.contradiction"),
        (lambda data: data["items"][0].update(sequence="0"), "record.text_misshaped"),
        (
            lambda data: data["items"][0]["rules"][0].update(figures={"a": True}),
            "record.not_an_object",
        ),
        (lambda data: data["items"][0]["hints"][0].update(facts=[]), "record.not_an_object"),
    ],
)
def test_a_decision_that_contradicts_its_reasons_is_refused(change, code):
    data = copy.deepcopy(assessed(GOOD, OPEN).to_data())
    change(data)
    with pytest.raises(MalformedError) as fault:
        Assessment.from_data(data)
    assert fault.value.code == code


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"agreement": "OTHER-1"}, "assessment.other_agreement"),
        ({"country": "CN"}, "assessment.not_a_party"),
    ],
)
def test_the_agreement_must_be_theirs(more, code):
    with pytest.raises(MalformedError) as fault:
        assessed(GOOD, **more)
    assert fault.value.code == code
