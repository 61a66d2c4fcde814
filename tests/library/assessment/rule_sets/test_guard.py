"""The guard refuses translations that do not account for all that their text says."""

from fractions import Fraction

import pytest

from certorigin.assessment.rule import AllOf, Attested, ChangeOfCode
from certorigin.assessment.rule_sets.guard import lost
from certorigin.assessment.rule_sets.labels import claims_of, disagrees, label_name
from certorigin.assessment.rule_sets.named import named
from certorigin.assessment.rule_sets.rules import NotOf, ObtainedMaterials, ValueLimit, WeightLimit
from certorigin.assessment.rule_sets.text import linked_codes, plain_text, slug

HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("markup", "rule", "what"),
    [
        ("change", ChangeOfCode(4), ""),
        ("at the 4-digit level", ChangeOfCode(4), ""),
        ("at the 6-digit level", ChangeOfCode(4), "6"),
        ("at the 9-digit level", ChangeOfCode(4), "9"),
        ("except from heading 8701", ChangeOfCode(4), "8701"),
        ("except from heading 8701", NotOf(named(("8701",))), ""),
        ("[heading&nbsp;8701](/headings/8701)", NotOf(named(("8702",))), "8701"),
        ("[chapter&nbsp;1](/chapters/01)", NotOf(named(("01",))), ""),
        ("see Note 4", ChangeOfCode(4), "see"),
        ("until then", ChangeOfCode(4), "until"),
        ("wholly obtained", ChangeOfCode(4), "wholly obtained"),
        ("wholly obtained", ObtainedMaterials(named()), ""),
        ("weight", ValueLimit(HALF, named()), "weight"),
        ("value of 50%", ChangeOfCode(4), "value"),
        ("value of 50%", ValueLimit(HALF, named()), ""),
        ("value of 40%", ValueLimit(HALF, named()), "40%"),
        ("value", ValueLimit(Fraction(2, 5), named()), "40%"),
        ("RVC of at least 60%", ValueLimit(Fraction(2, 5), named()), ""),
        ("weight of 50%", AllOf((ChangeOfCode(4), WeightLimit(HALF, named()))), ""),
        ("quota", ChangeOfCode(4), "quota"),
        ("of subheading 4105 30", NotOf(named(("410530",))), ""),
        ("fusion of heading 7106", Attested("fusion_of_heading_7106"), ""),
        ("fusion of heading 7106", Attested("fusion"), "7106"),
    ],
)
def test_everything_is_accounted_for(markup, rule, what):
    assert lost(markup, rule) == what


def test_markup_is_taken_off():
    text = "<abbr title='Change'>CTH</abbr>: **not** [heading&nbsp;8701](/headings/8701)&nbsp;used"
    assert plain_text(text) == "CTH: not heading 8701 used"
    assert linked_codes("[x](/subheadings/0806100000-80) [y](/chapters/04)") == ("080610", "04")


def test_facts_have_names_that_fit_and_differ():
    long = "a" * 200
    assert len(slug(long)) == 79
    assert slug(long) != slug(long + "a")
    assert slug("4 wheels") == "fact_4_wheels"


@pytest.mark.parametrize(
    ("label", "kinds", "answer"),
    [
        ([], ["CTH"], False),
        (["PROCESSING"], ["CTH"], False),
        (["CTH"], ["CTH"], False),
        (["CTSH"], ["CTH"], True),
        (["WO"], ["CTH", "WO"], True),
        (["MAXNOM"], ["AH", "MAXNOM"], False),
        (["MAXNOM"], ["MAXNOM", "PROCESSING"], False),
        (["MAXNOM", "CTH TOLERANCE MAY BE USED RESTRICTION MAXNOM"], ["CTH", "MAXNOM"], False),
        (["AH EXCEPT"], ["CTH"], False),
        (["AH"], ["CTH"], True),
        ([""], ["CTH"], False),
    ],
)
def test_labels_beside_texts(label, kinds, answer):
    assert disagrees(label, kinds) is answer


def test_labels_have_names():
    assert label_name([]) == "unlabelled"
    assert label_name(["CTH", "MAXNOM"]) == "CTH + MAXNOM"
    assert claims_of(["CTH RESTRICTION MAXWEIGHT"]) == {"CTH"}
