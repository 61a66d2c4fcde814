"""Texts are translated whole or not at all."""

# ruff: noqa: E501 - texts of rules are quoted as they are published

import pytest

from certorigin.assessment.rule_sets.canonical import canonical_text
from certorigin.assessment.rule_sets.grammar import is_sentence, tidied
from certorigin.assessment.rule_sets.reader import Reader
from tests.library.assessment.rule_sets.sets import ANY, CHANGE, CTH, PRICE, read

LEVELS = {
    "CC": ("2", "chapter"),
    "CTH": ("4", "tariff heading"),
    "CTSH": ("6", "subheading"),
}


def full(label, digits, word):
    return (CHANGE.replace("CTH:", f"{label}:").replace("4-digit", f"{digits}-digit")).replace(
        "(tariff heading)", f"({word})"
    )


@pytest.mark.parametrize("label", LEVELS)
def test_a_change_is_read_in_its_long_and_its_short_form(label):
    digits, word = LEVELS[label]
    for text in (full(label, digits, word), label):
        found = read(text + ".")
        assert canonical_text(found.rule) == f"change of {digits} digits"
        assert found.kinds == {label}


@pytest.mark.parametrize(
    ("label", "digits", "word"),
    [("CTH", "6", "tariff heading"), ("CC", "2", "tariff heading"), ("CTSH", "4", "subheading")],
)
def test_a_change_that_contradicts_itself_is_not_read(label, digits, word):
    assert read(full(label, digits, word)) is None


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (CTH, "change of 4 digits"),
        (f"{ANY}.", "any heading"),
        ("Manufacture from materials of any subheading, except that of the good.",
         "change of 6 digits"),
        ("Manufacture from materials of any chapter except that of the product.",
         "change of 2 digits"),
        (f"{ANY}, except those of heading 7106, heading 7108 and heading 7110.",
         "(any heading and not from [7106, 7108, 7110])"),
        (f"{CTH} and of heading 8503.", "(change of 4 digits and not from [8503])"),
        (f"{CHANGE} except from heading 7213 to heading 7215, heading 7221 and 7225.",
         "(change of 4 digits and not from [7213, 7214, 7215, 7221, 7225])"),
        (f"{CHANGE} except from hulls of heading 8906.",
         "(change of 4 digits and not from [hulls 8906])"),
        (f"{CTH}. However, waste and scrap of heading 7802 may not be used.",
         "(change of 4 digits and not from [waste and scrap 7802])"),
        (f"{CTH}. However, handles of base metal may be used.",
         "change of 4 digits but for [handles of base metal]"),
        (("Other operations in which all the materials used are classified within a heading other "
         "than that of the product."), "change of 4 digits"),
        (f"Manufacture in which the value of all the materials used does not exceed 47.5% {PRICE}.",
         "value of [all] at most 47.5 % ex works"),
        (("A maximum of 45% of the ex-works price (EXW) is made up of non-originating parts "
         "(MAXNOM)."), "value of [all] at most 45 % ex works"),
        (("Your goods contain a Regional Value Content (RVC) of at least 55% of the Free on Board "
         "(FOB) cost of the goods."), "value of [all] at most 45 % free on board"),
        ((f"{CHANGE} and A maximum of 50% of the ex-works price (EXW) is made up of "
         "non-originating parts (MAXNOM)."),
         "(change of 4 digits and value of [all] at most 50 % ex works)"),
        ((f"{CTH}, in which the weight of sugar used does not exceed 20% of the weight of the final "
         "product."), "(change of 4 digits and weight of [sugar] at most 20 %)"),
        ((f"{CTH}, in which the individual weight of the materials of chapter 4 used does not "
         "exceed 20% of the weight of the final product."),
         ("(change of 4 digits and (weight of [04] at most 20 % | "
         "weight of each [04] at most 20 %))")),
        ("Production in which all the materials of chapter 4 used are wholly obtained.",
         "wholly obtained [04]"),
        ("All the animals of chapter 1 are wholly obtained.", "wholly obtained [01]"),
        ("All fish and crustaceans, molluscs and other aquatic invertebrates are wholly obtained.",
         "wholly obtained [03]"),
        ("All the eggs and roes are wholly obtained.", "wholly obtained [eggs and roes]"),
        ("Manufacture from materials of heading 7001.", "made from [7001]"),
        ("Manufacture from unwrought precious metals.", "made from [unwrought precious metals]"),
        ("Spinning of natural fibres.", "attested[spinning_of_natural_fibres]"),
        ("A chemical reaction is undergone.", "attested[a_chemical_reaction_is_undergone]"),
        ("Fusion of precious metals of heading 7106 or heading 7108 with each other.",
         "attested[fusion_of_precious_metals_of_heading_7106_or_heading_7108_with_each_other]"),
        (f"{CHANGE} - within the limits of the applicable annual quota.",
         "(change of 4 digits and attested[within_annual_quota])"),
        ("Weaving or Knitting.", "(attested[weaving] or attested[knitting])"),
        ((f"Weaving or Printing, provided that the value of the unprinted fabric used does not "
         f"exceed 47.5% {PRICE}."),
         ("((attested[weaving] or (attested[printing] and value of [unprinted fabric] at most "
         "47.5 % ex works)) | ((attested[weaving] or attested[printing]) and value of "
         "[unprinted fabric] at most 47.5 % ex works))")),
    ],
)  # fmt: skip
def test_what_is_certain_is_translated(text, canonical):
    found = read(text)
    assert found is not None
    assert canonical_text(found.rule) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "See Note 4.",
        f"{CTH} of chapter 3 obtained from fish.",
        f"{CTH}, in which the weight of the materials of chapter 4 used does not exceed 20%.",
        (
            f"{CTH}, in which the weight of sugar used and of honey does not exceed 20% of the weight "
            "of the final product."
        ),
        (
            f"{CTH}, in which the individual weight of sugar and of the materials of honey used does "
            "not exceed 20% of the weight of the final product."
        ),
        (
            f"{CTH}. However, materials of heading 2942 may be used, provided that their total value "
            f"does not exceed 20% {PRICE}."
        ),  # another heading than that of the set
        f"{CTH}. However, materials of the same heading as the product may be used.",
        (
            f"{CTH}. However, materials of the same heading as the product may be used, provided that "
            "their total value does not exceed 20% of the price."
        ),
        f"{CTH}. However, 3 handles may be used.",
        f"{CTH}. However, materials of honey may be used.",
        f"{CTH}. However, handles may be sold.",
        f"{ANY}. However, handles may be used.",
        f"{ANY}, except from 12 materials.",
        f"{ANY}, including other materials of heading 8804.",
        "Manufacture from materials of any subheading.",
        f"{CHANGE} except from active cathode materials.",
        f"{CHANGE} and A maximum of the ex-works price.",
        f"{CHANGE}, provided that the moon is full.",
        "A maximum of 45% of the price.",
        (
            "A maximum of 145% of the ex-works price (EXW) is made up of non-originating parts "
            "(MAXNOM)."
        ),
        "Your goods contain a Regional Value Content (RVC) of at least 55% of the cost.",
        (
            "Manufacture in which the value of the 12 parts used does not exceed 40% "
            "of the ex-works price of the product."
        ),
        (
            "Manufacture in which the value of all the materials used does not exceed 40% of the "
            "ex-works price or 45% of the cost of the product."
        ),
        "Manufacture in which the value of all the materials used does not exceed the price.",
        "Manufacture in which all the materials of honey.",
        "Manufacture in which all the 12 materials are wholly obtained.",
        "Manufacture from materials of honey 12.",
        "Manufacture from materials of heading 7215 to heading 7206.",
        "Manufacture from materials of chapter 1234.",
        "Weaving or 12 things.",
        "Weaving, provided that the moon is full.",
        "Weaving of fabric which must be printed.",
        "Re-tanning of hides of subheading none.",
        "Blue moon.",
    ],
)
def test_what_is_not_certain_is_left_as_text(text):
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("chapter 1", ("01",)),
        ("chapters 01, 2, 3 and 16 used", ("01", "02", "03", "16")),
        ("heading 10.06 and 1101 to 1103 used", ("1006", "1101", "1102", "1103")),
        ("subheading 4105 30, 410622 and heading 4107", ("410530", "410622", "4107")),
        ("heading 7201, 721810", ("7201", "721810")),
        ("heading 2302 to chapter 5", ("2302",)),
        ("heading 12", ()),
        ("heading 0101 to heading 9701", ()),
        ("honey", ()),
    ],
)
def test_code_lists_are_read(text, codes):
    assert Reader(text).codes() == codes


def test_dashes_of_lists_say_nothing_more():
    assert tidied("in which: - a, and - b - c") == "in which: a, and b ; c"


@pytest.mark.parametrize(
    ("text", "answer"),
    [("However, tools may be used.", False), ("Weaving.", True), (CTH, True), ("of which", False)],
)
def test_a_continuation_is_told_from_a_sentence(text, answer):
    assert is_sentence(text) is answer


def test_the_same_heading_with_a_limit():
    found = read(
        f"{CTH}. However, materials of the same heading as the product may be used, provided that "
        f"their total value does not exceed 20% {PRICE}."
    )
    assert canonical_text(found.rule) == (
        "(change of 4 digits or value of [same_heading] at most 20 % ex works)"
    )
    assert found.kinds == {"CTH", "MAXNOM"}


def test_a_limit_by_one_of_two_prices():
    found = read(
        f"{CTH}. However, other materials of heading 8701 may be used, provided that their value "
        "does not exceed 20% of the ex-works price (EXW) or 15% of the Free on Board (FOB) cost "
        "of the product."
    )
    assert "15 % free on board" in canonical_text(found.rule)


def test_only_translated_rules_have_a_notation():
    with pytest.raises(TypeError):
        canonical_text(object())
