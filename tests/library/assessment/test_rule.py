"""Each rule of the algebra: met, not met, and undetermined with the fact that it lacks."""

from fractions import Fraction

import pytest

from certorigin.assessment.agreement import rule_from_data
from certorigin.assessment.case import Counting, make_case
from certorigin.assessment.exact import exact_text, money_text, percent_text
from certorigin.assessment.rule import SAME_HEADING, ChangeOfCode, Selection
from certorigin.assessment.step import Outcome, all_met, any_met
from certorigin.assessment.worksheet import Worksheet
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.record import Record
from tests.library.assessment.cases import certificate, item, material, worksheet

MET, NOT_MET, UNDETERMINED = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED


def case_of(one, *, verified=None, counting=Counting.FOREIGN, **more):
    sheet = Worksheet.from_data(worksheet(one, **more))
    made = make_case(
        sheet.items[0],
        place="items[0]",
        country="BY",
        parties=frozenset({"BY", "RU", "AZ"}),
        form="ST-1",
        rates=sheet.rates,
        verified=verified or {},
    )
    return made.under(counting)


def tried(data, one, **more):
    step = rule_from_data(data, clause="here").evaluate(case_of(one, **more))
    return step.outcome, step.missing


@pytest.mark.parametrize(
    ("digits", "product", "used", "outcome"),
    [
        (2, "870194", "880100", MET),
        (2, "870194", "870899", NOT_MET),
        (4, "870194", "870899", MET),
        (4, "870194", "870130", NOT_MET),
        (6, "870194", "870130", MET),
        (6, "870194", "8701945000", NOT_MET),
    ],
)
def test_a_change_is_seen_at_each_level(digits, product, used, outcome):
    assert tried({"change": digits}, item(product, material(used, "CN")))[0] is outcome


def test_a_change_needs_codes_that_are_long_enough():
    assert tried({"change": 6}, item("8701", material("870130", "CN"))) == (
        UNDETERMINED,
        ("items[0].tariffCode",),
    )
    assert tried({"change": 6}, item("870194", material("8701", "CN"))) == (
        UNDETERMINED,
        ("items[0].materials[0].tariffCode",),
    )
    assert tried({"change": 6}, item("870194", material("8702", "CN")))[0] is MET
    assert tried({"change": 4}, item("870194", material(None, "CN")))[0] is UNDETERMINED


def test_a_change_asks_nothing_of_originating_materials():
    assert tried({"change": 4}, item("870194", material("870194", "BY")))[0] is MET
    assert tried(
        {"change": 4}, item("870194", material("870194", "BY")), counting=Counting.ALL
    ) == (NOT_MET, ())


def test_an_open_material_is_reckoned_with_both_ways():
    same = item("870194", material("870194", "RU", "10", certificate=certificate()))
    assert tried({"change": 4}, same) == (UNDETERMINED, ("items[0].materials[0].certificate",))
    other = item("870194", material("8702", "RU", "10", certificate=certificate()))
    assert tried({"change": 4}, other)[0] is MET
    reference = CertificateReference.from_record(Record(certificate()))
    assert tried({"change": 4}, same, verified={reference: True})[0] is MET
    assert tried({"change": 4}, same, verified={reference: False})[0] is NOT_MET
    assert tried({"percent": "50", "of": "all"}, same)[0] is MET
    heavy = item("870194", material("870194", "RU", "501", certificate=certificate()))
    assert tried({"percent": "50", "of": "all"}, heavy) == (
        UNDETERMINED,
        ("items[0].materials[0].certificate",),
    )


@pytest.mark.parametrize(
    ("reference", "outcome"),
    [
        (None, NOT_MET),
        (certificate(form="A"), NOT_MET),
        (certificate(origin="AZ"), UNDETERMINED),
    ],
)
def test_a_material_of_a_party_needs_its_own_certificate(reference, outcome):
    one = item("870194", material("870194", "RU", "10", certificate=reference))
    assert tried({"change": 4}, one)[0] is outcome


@pytest.mark.parametrize(
    ("value", "outcome", "share", "edge"),
    [
        ("500.00", MET, "50.0000", ("room", "0.00")),
        ("500.01", NOT_MET, "50.0010", ("excess", "0.01")),
        ("0", MET, "0.0000", ("room", "500.00")),
    ],
)
def test_a_share_is_exact_on_its_boundary(value, outcome, share, edge):
    rule = rule_from_data({"percent": "50", "of": "all"})
    step = rule.evaluate(case_of(item("870194", material("8702", "CN", value))))
    assert (step.outcome, step.figures["share"]) == (outcome, share)
    assert step.figures[edge[0]] == edge[1]


def test_a_share_needs_value_basis_price_and_rate():
    share = {"percent": "50", "of": "all"}
    place = "items[0].materials[0]"
    without_value = item("870194", material("8702", "CN", None))
    assert tried(share, without_value) == (UNDETERMINED, (f"{place}.value",))
    without_basis = item("870194", material("8702", "CN", "5", valueBasis=None))
    assert tried(share, without_basis) == (UNDETERMINED, (f"{place}.valueBasis",))
    without_price = item("870194", material("8702", "CN", "5"), price=None)
    assert tried(share, without_price) == (UNDETERMINED, ("items[0].exWorksPrice",))
    other_currency = item("870194", material("8702", "CN", "5", currency="EUR"))
    assert tried(share, other_currency) == (UNDETERMINED, ("rates[EUR/USD]",))
    nothing_counts = item("870194", material("8702", "BY", "5"), price=None)
    assert tried(share, nothing_counts) == (MET, ())
    unknown_and_too_much = item(
        "870194", material("8702", "CN", "501"), material("8703", "CN", None)
    )
    assert tried(share, unknown_and_too_much) == (NOT_MET, ())


def test_the_basis_is_asked_of_foreign_materials_only():
    one = item("870194", material("8702", "BY", "5", valueBasis=None))
    assert tried({"percent": "50", "of": "all"}, one, counting=Counting.ALL)[0] is MET


@pytest.mark.parametrize(
    ("pair", "rate", "per"),
    [(("RUB", "USD"), "1.25", "100"), (("USD", "RUB"), "80", "1")],
)
def test_rates_work_in_both_directions(pair, rate, per):
    rates = [
        {"from": "EUR", "to": "GBP", "rate": "1", "source": "bank", "date": "2026-08-30"},
        {
            "from": pair[0],
            "to": pair[1],
            "rate": rate,
            "per": per,
            "source": "bank",
            "date": "2026-08-30",
        },
    ]
    one = item("870194", material("8702", "CN", "40000", currency="RUB"))
    step = rule_from_data({"percent": "50", "of": "all"}).evaluate(case_of(one, rates=rates))
    assert (step.outcome, step.figures["value"]) == (MET, "500.00")


def test_a_share_of_a_heading_needs_the_codes_of_the_materials():
    share = {"percent": "5", "of": "same_heading"}
    assert tried(share, item("870194", material("8701", "CN", "51")))[0] is NOT_MET
    assert tried(share, item("870194", material("8702", "CN", "51")))[0] is MET
    unknown = item("870194", material(None, "CN", "51"))
    assert tried(share, unknown) == (UNDETERMINED, ("items[0].materials[0].tariffCode",))
    little = item("870194", material(None, "CN", "50"))
    assert tried(share, little)[0] is MET


def test_what_may_count_at_most_is_told():
    one = item("870194", material(None, "CN", "40"), material("8701", "CN", "5"))
    step = rule_from_data({"percent": "5", "of": "same_heading"}).evaluate(case_of(one))
    assert (step.figures["value"], step.figures["atMost"]) == ("5.00", "45.00")
    two = item("870194", material(None, "CN", "60"))
    step = rule_from_data({"percent": "5", "of": "same_heading"}).evaluate(case_of(two))
    assert step.figures["atMost"] == "60.00"


def test_barred_codes():
    rule = {"not_from": ["0203", "020610"]}
    assert tried(rule, item("1501", material("0207", "CN")))[0] is MET
    assert tried(rule, item("1501", material("020329", "CN")))[0] is NOT_MET
    assert tried(rule, item("1501", material("0206", "CN")))[0] is UNDETERMINED
    assert tried({"not_from": []}, item("1501", material("1501", "CN")))[0] is MET


def test_made_from_codes():
    rule = {"from": ["7218"]}
    auxiliary = "only_auxiliary_materials_besides"
    place = f"items[0].attested[{auxiliary}]"
    ingots, gas = material("7218", "CN"), material("2804", "CN")
    assert tried(rule, item("7219", ingots))[0] is MET
    assert tried(rule, item("7219", gas))[0] is NOT_MET
    assert tried(rule, item("7219", ingots, gas)) == (UNDETERMINED, (place,))
    assert tried(rule, item("7219", ingots, gas, attested=[auxiliary]))[0] is MET
    assert tried(rule, item("7219", ingots, gas, refuted=[auxiliary]))[0] is NOT_MET
    unknown = item("7219", material(None, "CN"))
    assert tried(rule, unknown) == (UNDETERMINED, ("items[0].materials[0].tariffCode",))
    own_unknown = item("7219", material(None, "BY"))
    assert tried(rule, own_unknown) == (UNDETERMINED, ("items[0].materials[0].tariffCode",))


def test_required_operations():
    rule = {"operations": ["blending", "filtration"], "conditional": ["deaeration"]}
    grapes = material("0806", "CN")
    both = ["blending", "filtration"]
    assert tried(rule, item("2204", grapes, operations=None)) == (
        UNDETERMINED,
        ("items[0].operations",),
    )
    assert tried(rule, item("2204", grapes, operations=both)) == (
        UNDETERMINED,
        ("items[0].operations[deaeration]",),
    )
    waived = item("2204", grapes, operations=both, operationsNotApplicable=["deaeration"])
    assert tried(rule, waived)[0] is MET
    assert tried(rule, item("2204", grapes, operations=[*both, "deaeration"]))[0] is MET
    assert tried(rule, item("2204", grapes, operations=["blending"]))[0] is NOT_MET
    cannot_waive = item(
        "2204", grapes, operations=["blending"], operationsNotApplicable=["filtration"]
    )
    assert tried(rule, cannot_waive)[0] is NOT_MET


def test_any_operation():
    rule = {"any_operation": ["sawing", "planing"]}
    logs = material("4403", "CN")
    assert tried(rule, item("4407", logs, operations=None))[0] is UNDETERMINED
    assert tried(rule, item("4407", logs, operations=["planing"]))[0] is MET
    assert tried(rule, item("4407", logs, operations=["kiln_drying"]))[0] is NOT_MET


def test_attested_facts():
    rule = {"attested": "from_worked_slate"}
    slate = material("6802", "CN")
    assert tried(rule, item("6803", slate, attested=["from_worked_slate"]))[0] is MET
    assert tried(rule, item("6803", slate, refuted=["from_worked_slate"]))[0] is NOT_MET
    assert tried(rule, item("6803", slate)) == (
        UNDETERMINED,
        ("items[0].attested[from_worked_slate]",),
    )


def test_what_cannot_be_read_decides_nothing():
    assert tried({"unreadable": "rule"}, item("1504", material("0301", "CN"))) == (
        UNDETERMINED,
        ("rule",),
    )


def test_composition():
    met, not_met = {"not_from": ["01"]}, {"not_from": ["02"]}
    unknown = {"unreadable": "rule"}
    one = item("1602", material("0203", "CN"))
    assert tried([met, not_met], one)[0] is NOT_MET
    assert tried([met, unknown], one)[0] is UNDETERMINED
    assert tried([unknown, not_met], one)[0] is NOT_MET
    assert tried([met, met], one)[0] is MET
    assert tried({"any": [not_met, met]}, one)[0] is MET
    assert tried({"any": [not_met, unknown]}, one)[0] is UNDETERMINED
    assert tried({"any": [not_met, not_met]}, one)[0] is NOT_MET


def test_nothing_to_join():
    assert (all_met([]), any_met([])) == (MET, NOT_MET)


def test_selections_write_themselves():
    assert [str(SAME_HEADING), str(Selection("codes", ("39", "40")))] == ["same_heading", "39, 40"]
    assert ChangeOfCode().digits == 4


@pytest.mark.parametrize(
    ("value", "exact", "money", "percent"),
    [
        (Fraction(1, 2), "0.5", "0.50", "50.0000"),
        (Fraction(12345, 1000), "12.345", "12.345", "1234.5000"),
        (Fraction(2, 3), "2/3", "2/3", "66.6667"),
        (Fraction(1, 2_000_000), "0.0000005", "0.0000005", "0.0000"),
        (Fraction(3, 2_000_000), "0.0000015", "0.0000015", "0.0002"),
        (Fraction(100), "100", "100.00", "10000.0000"),
    ],
)
def test_figures_are_exact_or_rounded_half_to_even(value, exact, money, percent):
    assert (exact_text(value), money_text(value), percent_text(value)) == (exact, money, percent)


@pytest.mark.parametrize(
    ("used", "outcome"),
    [(["3907", None], MET), (["3901", None], UNDETERMINED), (["3901"], NOT_MET)],
)
def test_uses_looks_for_one_material(used, outcome):
    one = item("3901", *[material(code, "BY", "1") for code in used])
    found, missing = tried({"uses": ["3907"]}, one)
    assert found is outcome
    assert bool(missing) is (outcome is UNDETERMINED)
