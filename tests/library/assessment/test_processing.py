"""The main rule, its tolerance, operations that never suffice, and cumulation."""

import pytest

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Decision
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.record import Record
from tests.library.assessment.cases import certificate, codes, decide, item, material

YES, NO = Decision.ORIGINATING, Decision.NOT_ORIGINATING
OPEN = Decision.UNDETERMINED
ACT = {"number": "17", "date": "2026-08-01", "confirmsNecessaryComponents": True}
REFERENCE = CertificateReference.from_record(Record(certificate()))


@pytest.mark.parametrize(
    ("value", "act", "decision", "missing"),
    [
        ("50.00", ACT, YES, ()),
        ("50.01", ACT, NO, ()),
        ("50.00", ACT | {"confirmsNecessaryComponents": False}, NO, ()),
        ("50.00", None, OPEN, ("items[0].expertAct",)),
        (
            "50.00",
            {"number": "17", "date": "2026-08-01"},
            OPEN,
            ("items[0].expertAct.confirmsNecessaryComponents",),
        ),
    ],
)
def test_the_tolerance_needs_its_limit_and_its_act(value, act, decision, missing):
    one = item("8701", material("8701", "CN", value), expertAct=act)
    found = decide(one)
    assert (found.decision, found.missing) == (decision, missing)


def test_the_tolerance_is_not_for_listed_goods():
    one = item("4817", material("4817", "CN", "10"), expertAct=ACT)
    assert decide(one).decision is NO


@pytest.mark.parametrize(
    ("operations", "decision"),
    [
        (["machining"], YES),
        (["minimal.simple_assembly", "machining"], YES),
        (["minimal.simple_assembly"], NO),
        (["minimal.simple_assembly", "minimal.bottling_or_packing"], NO),
        (["minimal.simple_assembly", "unheard_of"], OPEN),
        ([], OPEN),
        (None, OPEN),
    ],
)
def test_operations_that_never_suffice(operations, decision):
    assert (
        decide(item("8701", material("8408", "CN", "1"), operations=operations)).decision
        is decision
    )


def test_all_sixteen_groups_but_the_combination_are_known():
    minimal = [code for code, one in get_agreement("CIS-2009").operations.items() if one]
    assert len(minimal) == 15
    assert all(code.startswith("minimal.") for code in minimal)


def test_without_materials_nothing_is_known():
    assert decide(item("8701")).missing == ("items[0].materials",)


def test_unknown_origin_counts_as_foreign():
    assert decide(item("8701", material("8701", None, "51"))).decision is NO


PARTS = material("8701", "RU", "900", certificate=certificate())


@pytest.mark.parametrize(
    ("verified", "decision", "criterion"),
    [({REFERENCE: True}, YES, "К"), ({REFERENCE: False}, NO, "None"), ({}, OPEN, "None")],
)
def test_cumulation_needs_verified_certificates(verified, decision, criterion):
    found = decide(item("8701", PARTS), verified=verified)
    assert (found.decision, str(found.criterion)) == (decision, criterion)
    assert found.missing[:1] == (("items[0].materials[0].certificate",) if decision is OPEN else ())


def test_a_third_country_ends_cumulation():
    one = item("8701", PARTS, material("8408", "CN", "10"))
    found = decide(one, verified={REFERENCE: True})
    assert (found.decision, str(found.criterion)) == (YES, "Д8701")


def test_cumulation_by_packing_alone_is_not_settled():
    one = item("8701", PARTS, operations=["minimal.bottling_or_packing"])
    found = decide(one, verified={REFERENCE: True})
    assert found.decision is OPEN
    assert found.missing == ("agreement:CIS-2009/2.3+3.1",)


def test_a_certificate_that_would_help_is_told():
    bare = material("8701", "RU", "900")
    found = decide(item("8701", bare))
    assert (found.decision, codes(found)[-1]) == (NO, "certificate_would_help")
    assert found.hints[-1].facts == {"materials": "1"}
    assert "certificate_would_help" not in codes(decide(item("8701", PARTS)))


def test_hints_name_what_fails():
    assert codes(decide(item("8701", material("8701", "CN", "51")))) == [
        "same_code",
        "share_above_limit",
    ]
    only_packed = item(
        "8701", material("8408", "CN", "1"), operations=["minimal.cleaning_or_coating"]
    )
    assert codes(decide(only_packed)) == ["unlisted_code", "only_minimal_operations"]
    juice = item("2009", material("2009", "CN", "1"), operations=["heat_treatment"])
    assert "operations_lacking" in codes(decide(juice))


def test_hints_keep_quiet_about_what_does_not_matter():
    tolerated = item("8701", material("8701", "CN", "1"), expertAct=ACT)
    assert codes(decide(tolerated)) == ["unlisted_code"]
