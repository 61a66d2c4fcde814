"""Grounds of refusal: a closed list, each only where the assessment bears it out; and the basis."""

import json
from datetime import date
from types import SimpleNamespace

import pytest

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import assess
from certorigin.assessment.basis import Basis, File, digest_of_rules, digest_of_text
from certorigin.assessment.decision import Decision
from certorigin.assessment.refusal import GROUNDS, fits, require_ground
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import MalformedError, StandingError, UnknownError
from tests.data import ROOT


def outcome(decision: Decision, *, stops: bool = False):
    return SimpleNamespace(decision=decision, conditions=(SimpleNamespace(stops=stops),))


@pytest.mark.parametrize(
    ("reasons", "unfit"),
    [
        (None, {"criteria_not_met", "conditions_not_met"}),
        (outcome(Decision.UNDETERMINED), {"criteria_not_met", "conditions_not_met"}),
        (
            outcome(Decision.ORIGINATING),
            {"criteria_not_met", "conditions_not_met", "facts_not_proven"},
        ),
        (outcome(Decision.ORIGINATING, stops=True), {"criteria_not_met", "facts_not_proven"}),
        (outcome(Decision.NOT_ORIGINATING), {"conditions_not_met", "facts_not_proven"}),
    ],
)
def test_a_ground_is_borne_out_by_the_assessment(reasons, unfit):
    assert {code for code in GROUNDS if not fits(code, reasons)} == unfit
    for code in unfit:
        with pytest.raises(StandingError, match=r"assessment\.ground_unfit"):
            require_ground(code, reasons, remark="x")


def test_a_ground_of_ones_own_is_none():
    with pytest.raises(UnknownError, match=r"assessment\.ground_unknown"):
        require_ground("bad_mood", None, remark="x")


def test_what_the_figures_do_not_tell_must_be_told():
    reasons = outcome(Decision.NOT_ORIGINATING)
    assert require_ground("criteria_not_met", reasons, remark="").code == "criteria_not_met"
    with pytest.raises(StandingError, match=r"assessment\.remark_missing"):
        require_ground("false_documents", reasons, remark="  ")


def test_a_real_assessment_bears_its_own_ground_out():
    text = (ROOT / "vectors/assessment/02-tractors-same-heading.json").read_text("utf-8")
    data = json.loads(text)
    worksheet = Worksheet.from_data(data.get("worksheet", data))
    reasons = assess(worksheet, agreement=get_agreement(worksheet.agreement), at=date(2026, 5, 20))
    assert [code for code in ("criteria_not_met", "facts_not_proven") if fits(code, reasons)] == [
        "criteria_not_met" if reasons.decision is Decision.NOT_ORIGINATING else "facts_not_proven"
    ]


def test_a_basis_reads_back_and_tells_changed_files():
    kept, gone, new = (File("act", name, digest_of_text(name)) for name in ("a", "b", "c"))
    basis = Basis("1" * 64, "2" * 64, "CIS-2009", digest_of_rules("CIS-2009"), (kept, gone), ("7",))
    assert Basis.from_data(basis.to_data()) == basis
    assert basis.changed_files([kept, new]) == ((gone,), (new,))
    bare = Basis("1" * 64, "", "", "")
    assert Basis.from_data(bare.to_data()) == bare
    with pytest.raises(MalformedError):
        Basis.from_data(basis.to_data() | {"more": "x"})


def test_the_rules_have_one_digest():
    assert len(digest_of_rules("CIS-2009")) == 64
    with pytest.raises(UnknownError):
        digest_of_rules("NAFTA")
