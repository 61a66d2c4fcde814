"""Rows of the list as worked examples: for each row facts that meet it and facts that do not."""

# ruff: noqa: E501 - one example a line is what makes a table

from datetime import date, timedelta

import pytest

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Decision
from certorigin.assessment.rule import AnyOperation, Operations
from certorigin.errors import UnknownError
from certorigin.vocabulary.tariff import TariffCode
from tests.library.assessment.cases import DAY, codes, decide, item, material

AGREEMENT = get_agreement("CIS-2009")
YES, NO = Decision.ORIGINATING, Decision.NOT_ORIGINATING
OPEN = Decision.UNDETERMINED

VEHICLE = [
    "body_making",
    "body_painting",
    "engine_fitting",
    "auxiliary_fitting",
    "transmission_fitting",
    "suspension_fitting",
    "wheel_fitting",
    "steering_and_brake_fitting",
    "interior_fitting",
    "lamp_fitting",
    "exhaust_fitting",
    "fuel_system_fitting",
    "battery_fitting",
    "circuit_mounting",
    "engine_diagnostics",
    "brake_test",
    "vehicle_marking",
    "vehicle_final_test",
]
NOT_FITTED = {"operationsNotApplicable": ["ignition_fitting", "electric_drive_fitting"]}
COMBUSTION = {"withinNamedPart": True, "namedPart": "8702-8704-combustion"}
POLYMERS = "polymers_that_prevail_by_weight_at_most_20_percent"
SLATE = {"withinNamedPart": True, "attested": ["from_worked_slate"]}
COOLER = ["case_making", "wiring_making", "block_assembly", "adjustment_and_control"]
JUICE = ["deaeration", "heat_treatment", "blending", "homogenisation"]

# code, materials (code, value of 1000), more members, decision
EXAMPLES = [
    ("0201", [("0102", "700")], {}, YES),
    ("0201", [("0201", "100")], {}, NO),
    ("0206", [("0102", "700")], {}, YES),
    ("0206", [("0203", "1")], {}, NO),
    ("0402", [("0402", "400")], {}, YES),
    ("0402", [("0402", "400.01")], {}, NO),
    ("0901", [("0901", "900")], {"operations": ["recipe_blending", "roasting"], "withinNamedPart": True}, YES),
    ("0901", [("0901", "900")], {"operations": ["roasting"], "withinNamedPart": True}, NO),
    ("0901", [("0901", "900")], {"operations": ["roasting"], "withinNamedPart": False}, NO),
    ("0901", [("0901", "900")], {"operations": ["roasting"]}, OPEN),
    ("0902", [("0902", "500")], {"operations": ["recipe_blending", "blending"]}, YES),
    ("0902", [("0902", "501")], {"operations": ["recipe_blending", "blending"]}, NO),
    ("1504", [("0303", "100")], {}, OPEN),
    ("1509", [("1509", "900")], {"operations": ["refining_of_oil"], "withinNamedPart": True}, YES),
    ("1602", [("0203", "500")], {"attested": ["more_than_boning_cutting_mixing_or_salting"]}, YES),
    ("1602", [("0203", "500")], {"refuted": ["more_than_boning_cutting_mixing_or_salting"]}, NO),
    ("1806", [("1803", "900"), ("1806", "50")], {}, YES),
    ("1806", [("1806", "500.01")], {}, NO),
    ("1905", [("1101", "500")], {}, YES),
    ("1905", [("1101", "500.01")], {}, NO),
    ("2009", [("2009", "500")], {"operations": JUICE}, YES),
    ("2009", [("2009", "500")], {"operations": JUICE[1:]}, NO),
    ("2009", [("2009", "501")], {"operations": JUICE}, NO),
    ("2009", [("2009", "500")], {"operations": JUICE[:2]}, OPEN),
    ("2204", [("2204", "500"), ("4503", "400")], {"operations": ["blending", "filtration"]}, YES),
    ("2204", [("2204", "501")], {"operations": ["blending", "filtration"]}, NO),
    ("2204", [("2204", "500")], {"operations": ["filtration"]}, NO),
    ("240311", [("2403", "500")], {}, OPEN),
    ("2403110000", [("2403", "500")], {}, YES),
    ("2523", [("2521", "100")], {"operations": ["mining"], "attested": ["specialised_production"]}, NO),
    ("2710", [("2709", "900")], {"withinNamedPart": True, "operations": ["refining"]}, YES),
    ("2710", [("2710", "900")], {"withinNamedPart": True, "operations": ["blending"]}, OPEN),
    ("2710", [("2710", "900")], {"withinNamedPart": True, "operations": ["blending"], "refuted": ["defined_treatment"]}, NO),
    ("2934", [("2933", "150"), ("2932", "50")], {}, YES),
    ("2934", [("2933", "150"), ("2932", "51")], {}, NO),
    ("3003", [("3003", "200"), ("2941", "700")], {}, YES),
    ("3003", [("3003", "201")], {}, NO),
    ("3004", [("2941", "900")], {}, YES),
    ("3004", [("3004", "51")], {}, NO),
    ("3604", [("2829", "1")], {}, OPEN),
    ("3701", [("3704", "1")], {}, YES),
    ("3701", [("3702", "1")], {}, NO),
    ("3703", [("4802", "1")], {}, OPEN),
    ("390110", [("2901", "300"), ("3901", "200")], {"withinNamedPart": True}, YES),
    ("390110", [("2901", "301"), ("3901", "200")], {"withinNamedPart": True}, NO),
    ("390110", [("2901", "100"), ("3902", "201")], {"withinNamedPart": True}, NO),
    ("390110", [("3907", "1"), ("3902", "201")], {"withinNamedPart": True}, OPEN),
    ("390110", [("3907", "1"), ("3902", "201")], {"withinNamedPart": True, "attested": [POLYMERS]}, YES),
    ("390110", [("3907", "1"), ("3902", "201")], {"withinNamedPart": True, "refuted": [POLYMERS]}, NO),
    ("390110", [("3907", "1"), ("3907", "501")], {"withinNamedPart": True, "attested": [POLYMERS]}, NO),
    ("390110", [("2901", "900")], {"withinNamedPart": False}, YES),
    ("390110", [("2901", "100")], {}, OPEN),
    ("3926", [("3901", "500")], {}, YES),
    ("401211", [("4012", "900")], {"operations": ["retreading"]}, YES),
    ("401290", [("4012", "501")], {}, NO),
    ("4407", [("4403", "900")], {"operations": ["sawing"]}, YES),
    ("4407", [("4407", "900")], {"operations": ["planing"]}, YES),
    ("4407", [("4403", "900")], {"operations": ["kiln_drying"]}, NO),
    ("4817", [("4802", "500")], {}, YES),
    ("4817", [("4802", "501")], {}, NO),
    ("4817", [("4817", "1")], {}, NO),
    ("5702", [("5106", "300")], {"operations": ["weaving", "shearing", "finishing_of_textile", "edging"]}, YES),
    ("5702", [("5703", "1")], {"operations": ["weaving", "shearing", "finishing_of_textile", "edging"]}, NO),
    ("680300", [("2514", "900")], SLATE, YES),
    ("7219", [("7218", "700")], {"attested": ["from_ingots_or_other_primary_forms"]}, YES),
    ("7219", [("7219", "700")], {"attested": ["from_ingots_or_other_primary_forms"]}, NO),
    ("8415", [("8414", "900")], {"operations": [*COOLER, "refrigerant_charging"]}, YES),
    ("8415", [("8414", "900")], {"operations": COOLER, "operationsNotApplicable": ["refrigerant_charging"]}, YES),
    ("8415", [("8414", "900")], {"operations": COOLER}, OPEN),
    ("8418", [("8414", "450"), ("8418", "50")], {}, YES),
    ("8418", [("8414", "450"), ("8418", "50.01")], {}, NO),
    ("8418", [("8414", "500.01")], {}, NO),
    ("8429", [("8408", "450"), ("8431", "50")], {}, YES),
    ("8429", [("8408", "300"), ("8431", "51")], {}, NO),
    ("8501", [("8503", "100"), ("7408", "400")], {}, YES),
    ("8501", [("8503", "101")], {}, NO),
    ("8502", [("8501", "60"), ("8503", "40")], {}, YES),
    ("8502", [("8501", "60"), ("8503", "41")], {}, NO),
    ("8507", [("8507", "500")], {}, YES),
    ("8528", [("8529", "900")], {"withinNamedPart": False, "operations": ["chassis_making", "case_parts_making", "final_assembly"]}, YES),
    ("8528", [("8529", "900")], {"withinNamedPart": True, "operations": ["case_making", "block_assembly", "adjustment_and_control"]}, YES),
    ("854411", [("7408", "500")], {}, YES),
    ("854411", [("7408", "501")], {}, NO),
    ("854470", [("9001", "900"), ("8544", "50")], {}, YES),
    ("8544", [("7408", "10")], {}, OPEN),
    ("8701", [("8408", "900")], {}, YES),
    ("8701", [("8701", "51")], {}, NO),
    ("8704", [("8408", "500")], {"operations": VEHICLE} | COMBUSTION | NOT_FITTED, YES),
    ("8704", [("8408", "500.01")], {"operations": VEHICLE} | COMBUSTION | NOT_FITTED, NO),
    ("8704", [("8408", "400")], {"operations": VEHICLE[1:]} | COMBUSTION | NOT_FITTED, NO),
    ("8704", [("8408", "400")], {"operations": VEHICLE} | COMBUSTION, OPEN),
    ("8704", [("8408", "400")], {"operations": VEHICLE, "withinNamedPart": True}, OPEN),
    ("8704", [("8408", "400")], {"operations": VEHICLE, "withinNamedPart": True, "namedPart": "8702-8704"}, OPEN),
    ("8704", [("8408", "900")], {"withinNamedPart": False}, YES),
    ("8807", [("8807", "50"), ("7616", "900")], {}, YES),
    ("9403", [("4410", "500")], {}, YES),
    ("9403", [("9403", "501")], {}, NO),
    ("9605", [("9603", "1")], {}, OPEN),
    ("960500", [("9603", "1")], {}, OPEN),
]  # fmt: skip


@pytest.mark.parametrize(("code", "materials", "more", "decision"), EXAMPLES)
def test_worked_example(code, materials, more, decision):
    used = [material(one, "CN", value) for one, value in materials]
    found = decide(item(code, *used, **more))
    assert found.decision is decision
    assert (found.missing != ()) is (decision is OPEN)
    assert str(found.criterion) == (f"Д{code[:4]}" if decision is YES else "None")


def test_every_row_can_be_evaluated_and_names_known_operations():
    def parts(rule):
        yield rule
        for part in getattr(rule, "rules", ()):
            yield from parts(part)

    names = [row.name for row in AGREEMENT.rows]
    assert len(names) == len(set(names)) > 150
    for row in AGREEMENT.rows:
        assert row.goods
        assert AGREEMENT.rows_for(TariffCode(row.codes[0]))[0], row.name
        for rule in parts(row.rule):
            named = ()
            if isinstance(rule, Operations):
                named = rule.required + rule.conditional
            elif isinstance(rule, AnyOperation):
                named = rule.codes
            assert all(AGREEMENT.operations[code] is False for code in named), row.name
            assert row.rule.evaluate


def test_readings_that_matter_are_told():
    found = decide(item("4407", material("4403", "CN", "10"), operations=["sawing"]))
    assert codes(found) == ["read_in_one_way"]


def test_the_other_way_of_counting_is_told_when_it_matters():
    used = [material("8414", "CN", "300"), material("7408", "BY", "300")]
    found = decide(item("8418", *used))
    assert found.decision is YES
    assert codes(found) == ["depends_on_counting"]
    assert codes(decide(item("8418", material("8414", "CN", "300")))) == []


@pytest.mark.parametrize(
    ("code", "amended"), [("8415", date(2014, 5, 30)), ("3004", date(2023, 6, 8))]
)
def test_before_the_text_that_we_have_nothing_is_decided(code, amended):
    one = item(code, material("2941", "CN", "1"), operations=[*COOLER, "refrigerant_charging"])
    assert decide(one, at=amended).decision is YES
    earlier = decide(one, at=amended - timedelta(days=1))
    assert earlier.decision is OPEN
    assert earlier.missing[0].startswith("agreement:CIS-2009/")


def test_a_missing_chapter_is_named():
    assert decide(item("3604", material("2829", "CN"))).missing == (
        "agreement:CIS-2009/chapter/36",
    )


def test_a_deeper_row_goes_before_a_shallower_one():
    rows, unclear = AGREEMENT.rows_for(TariffCode("401211"))
    assert ([row.clause_for(TariffCode("401211")) for row in rows], unclear) == (
        ["Appendix 1, 401211"],
        False,
    )


def test_an_unknown_agreement_is_named():
    with pytest.raises(UnknownError) as fault:
        get_agreement("NONE")
    assert fault.value.facts == {"agreement": "NONE"}


def test_today_is_in_the_edition():
    assert AGREEMENT.edition <= DAY
