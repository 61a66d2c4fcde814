"""An assessment that is computed again comes out the same, or says where it differs."""

import json
from datetime import date, timedelta

from certorigin.assessment.again import differences, is_same_answer
from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import assess
from certorigin.assessment.worksheet import Worksheet
from tests.data import ROOT

DAY = date(2026, 5, 20)


def assessed(change=lambda sheet: None, at=DAY):
    data = json.loads((ROOT / "vectors/assessment/03-tractors-tolerance.json").read_text("utf-8"))
    sheet = data.get("worksheet", data)
    change(sheet)
    return assess(Worksheet.from_data(sheet), agreement=get_agreement("CIS-2009"), at=at)


def dearer(sheet):
    for material in sheet["items"][0]["materials"]:
        if "value" in material:
            material["value"]["amount"] = "999999"


def test_another_day_alone_changes_nothing():
    was, now = assessed(), assessed(at=DAY + timedelta(days=1))
    assert is_same_answer(was, now)
    assert differences(was, now) == ()


def test_another_figure_is_named_with_its_place():
    was, now = assessed(), assessed(dearer)
    found = differences(was, now)
    assert found
    assert all(one.was != one.now for one in found)
    assert any(one.place.startswith("items[0]") for one in found)
