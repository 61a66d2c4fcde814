"""Acts of examination count as the record has them: while valid, for the goods they speak of."""

import json
from dataclasses import replace
from datetime import date

import pytest

from certorigin.assessment.examination import RecordedAct, with_recorded_acts
from certorigin.assessment.worksheet import Worksheet
from certorigin.vocabulary.tariff import TariffCode
from tests.data import ROOT

DAY = date(2026, 5, 20)


def cited(**facts) -> Worksheet:
    data = json.loads((ROOT / "vectors/assessment/03-tractors-tolerance.json").read_text("utf-8"))
    worksheet = data.get("worksheet", data)
    worksheet["items"][0]["expertAct"] |= facts
    return Worksheet.from_data(worksheet)


def recorded(worksheet: Worksheet, **facts) -> RecordedAct:
    (item, *_) = worksheet.items
    act = RecordedAct(
        number=item.expert_act.number,
        dated=item.expert_act.date,
        issuer=item.expert_act.issuer or "Экспертиза",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        codes=(TariffCode.from_text(item.tariff_code.heading),),
        confirms_necessary=True,
    )
    return replace(act, **facts)


def test_the_record_says_what_an_act_confirms_and_not_the_worksheet():
    worksheet = cited(confirmsNecessaryComponents=True)
    silent = recorded(worksheet, confirms_necessary=None)
    found, told = with_recorded_acts(worksheet, [silent], at=DAY)
    assert found.items[0].expert_act.confirms_necessary is None
    assert told == ()
    found, _ = with_recorded_acts(worksheet, [replace(silent, confirms_necessary=True)], at=DAY)
    assert found.items[0].expert_act.confirms_necessary is True


@pytest.mark.parametrize(
    ("change", "day", "code"),
    [
        ({}, date(2026, 12, 31), ""),
        ({}, date(2027, 1, 1), "assessment.act_expired"),
        ({}, date(2026, 1, 1), ""),
        ({}, date(2025, 12, 31), "assessment.act_not_yet_valid"),
        ({"is_withdrawn": True}, DAY, "assessment.act_withdrawn"),
        ({"codes": (TariffCode.from_text("0101"),)}, DAY, "assessment.act_of_other_goods"),
        ({"codes": ()}, DAY, "assessment.act_of_other_goods"),
        ({"number": "another"}, DAY, "assessment.act_unknown"),
        ({"dated": date(2020, 1, 1)}, DAY, "assessment.act_unknown"),
    ],
)
def test_an_act_counts_on_its_days_for_its_goods(change, day, code):
    worksheet = cited()
    found, told = with_recorded_acts(worksheet, [recorded(worksheet, **change)], at=day)
    assert [one.code for one in told] == ([code] if code else [])
    assert (found.items[0].expert_act is None) is bool(code)
    assert {one.place for one in told} <= {"items[0].expertAct"}


def test_of_two_acts_with_one_number_the_one_that_counts_is_taken():
    worksheet = cited()
    act = replace(worksheet.items[0].expert_act, issuer="")
    worksheet = replace(worksheet, items=(replace(worksheet.items[0], expert_act=act),))
    good = recorded(worksheet, issuer="Одна")
    old = recorded(worksheet, issuer="Другая", valid_until=date(2026, 2, 1))
    for acts in ([good, old], [old, good]):
        found, told = with_recorded_acts(worksheet, acts, at=DAY)
        assert (found.items[0].expert_act.issuer, told) == ("Одна", ())


def test_an_act_of_another_issuer_is_another_act():
    worksheet = cited(issuer="Одна")
    _, (told,) = with_recorded_acts(worksheet, [recorded(worksheet, issuer="Другая")], at=DAY)
    assert told.code == "assessment.act_unknown"


def test_a_worksheet_without_acts_stays_as_it_is():
    worksheet = cited()
    bare = replace(worksheet, items=tuple(replace(i, expert_act=None) for i in worksheet.items))
    assert with_recorded_acts(bare, [recorded(worksheet)], at=DAY) == (bare, ())
