"""What holds for every worksheet."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Assessment, Decision, assess
from certorigin.assessment.case import Counting
from certorigin.assessment.step import Outcome, all_met, any_met
from certorigin.assessment.worksheet import Worksheet
from tests.library.assessment.cases import DAY, certificate, item, material, worksheet

AGREEMENT = get_agreement("CIS-2009")
PRODUCTS = [
    "8701",
    "8418",
    "8429",
    "1806",
    "1905",
    "4817",
    "3004",
    "2009",
    "390110",
    "7219",
    "8501",
]
USED = [
    "8701",
    "8418",
    "8431",
    "1806",
    "1101",
    "4817",
    "4802",
    "2941",
    "2009",
    "3901",
    "7218",
    "8503",
]
FURTHER = ["machining", "deaeration", "heat_treatment", "blending", "homogenisation"]

amounts = st.integers(0, 60_000).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")


@st.composite
def materials(draw):
    origin = draw(st.sampled_from(["BY", "RU", "CN", None]))
    reference = certificate() if origin == "RU" and draw(st.booleans()) else None
    code = draw(st.sampled_from([*USED, None]))
    return material(code, origin, draw(amounts), certificate=reference)


@st.composite
def sheets(draw, **more):
    used = draw(st.lists(materials(), min_size=1, max_size=5))
    part = draw(st.sampled_from([None, True, False]))
    one = item(
        draw(st.sampled_from(PRODUCTS)),
        *used,
        operations=draw(st.lists(st.sampled_from(FURTHER), unique=True)),
        withinNamedPart=part,
        expertAct=draw(
            st.sampled_from(
                [
                    None,
                    {"number": "1", "date": "2026-08-01", "confirmsNecessaryComponents": True},
                ]
            )
        ),
    )
    return Worksheet.from_data(worksheet(one, **more))


def decided(sheet, *, counting=Counting.FOREIGN):
    return assess(sheet, agreement=replace(AGREEMENT, counting=counting), at=DAY).items[0]


def with_materials(sheet, change):
    items = tuple(replace(one, materials=tuple(change(one.materials))) for one in sheet.items)
    return replace(sheet, items=items)


@given(sheets())
def test_documents_read_back(sheet):
    assert Worksheet.from_data(sheet.to_data()) == sheet
    whole = assess(sheet, agreement=AGREEMENT, at=DAY)
    assert Assessment.from_data(whole.to_data()) == whole


@given(sheets(), st.randoms(use_true_random=False))
def test_the_order_of_materials_does_not_matter(sheet, random):
    def shuffled(used):
        found = list(used)
        random.shuffle(found)
        return found

    before, after = decided(sheet), decided(with_materials(sheet, shuffled))
    assert (before.decision, before.criterion) == (after.decision, after.criterion)


@given(sheets(), st.sampled_from(["0.01", "0.5", "3", "1000"]))
def test_scaling_all_values_does_not_matter(sheet, factor):
    def scaled(money):
        return money and replace(money, amount=money.amount * Decimal(factor))

    larger = with_materials(
        sheet, lambda used: [replace(one, value=scaled(one.value)) for one in used]
    )
    larger = replace(
        larger,
        items=tuple(
            replace(one, ex_works_price=scaled(one.ex_works_price)) for one in larger.items
        ),
    )
    before, after = decided(sheet), decided(larger)
    assert (before.decision, before.criterion) == (after.decision, after.criterion)


@given(sheets(), st.data())
def test_more_foreign_value_never_helps(sheet, data):
    """Goods that don't originate never begin to when a material that counts grows dearer."""
    before = decided(sheet)
    index = data.draw(st.integers(0, len(sheet.items[0].materials) - 1))
    more = Decimal(data.draw(amounts))

    def dearer(used):
        found = list(used)
        money = replace(found[index].value, amount=found[index].value.amount + more)
        found[index] = replace(found[index], value=money)
        return found

    after = decided(with_materials(sheet, dearer))
    if before.decision is Decision.NOT_ORIGINATING:
        assert after.decision is Decision.NOT_ORIGINATING
    if before.decision is Decision.UNDETERMINED:
        assert after.decision is not Decision.ORIGINATING


@given(sheets(), st.sampled_from(USED), amounts)
def test_an_originating_material_never_hurts(sheet, code, value):
    """Under "foreign only" and at a fixed price nothing is lost by it."""
    extra = (
        Worksheet.from_data(worksheet(item("8701", material(code, "BY", value)))).items[0].materials
    )
    before = decided(sheet)
    after = decided(with_materials(sheet, lambda used: [*used, *extra]))
    if before.decision is Decision.ORIGINATING:
        assert after.decision is Decision.ORIGINATING


@given(sheets())
def test_counting_all_is_never_milder(sheet):
    strict, mild = decided(sheet, counting=Counting.ALL), decided(sheet)
    if strict.decision is Decision.ORIGINATING:
        assert mild.decision is not Decision.NOT_ORIGINATING


@given(sheets())
def test_what_is_undetermined_names_what_is_missing(sheet):
    found = decided(sheet)
    assert bool(found.missing) is (found.decision is Decision.UNDETERMINED)
    assert (found.criterion is not None) is (found.decision is Decision.ORIGINATING)


@given(sheets())
def test_an_explanation_recomputes_to_its_decision(sheet):
    joins = {
        "all_of": all_met,
        "any_of": any_met,
        "processing": all_met,
        "tolerance": all_met,
        "main": any_met,
    }

    def check(step):
        if step.rule in joins and step.parts:
            assert joins[step.rule](part.outcome for part in step.parts) is step.outcome
        if (
            step.rule == "share"
            and step.outcome is not Outcome.UNDETERMINED
            and "value" in step.figures
        ):
            over = Decimal(step.figures["value"]) * 100 > Decimal(step.figures["limit"]) * Decimal(
                step.figures["price"]
            )
            assert over is (step.outcome is Outcome.NOT_MET)
        for part in step.parts:
            check(part)

    for step in decided(sheet).steps:
        check(step)


@given(amounts, st.booleans())
def test_a_material_of_the_same_heading_flips_the_change_above_five_percent(value, act):
    proof = (
        {"number": "1", "date": "2026-08-01", "confirmsNecessaryComponents": True} if act else None
    )
    base = item("8701", material("8408", "CN", "300"), expertAct=proof)
    more = item(
        "8701", material("8408", "CN", "300"), material("8701", "CN", value), expertAct=proof
    )
    before = decided(Worksheet.from_data(worksheet(base)))
    after = decided(Worksheet.from_data(worksheet(more)))
    assert before.decision is Decision.ORIGINATING
    if Decimal(value) > 50:
        assert after.decision is Decision.NOT_ORIGINATING
    else:
        assert after.decision is (Decision.ORIGINATING if act else Decision.UNDETERMINED)


@st.composite
def sets_of_things(draw):
    elements = draw(st.lists(materials(), min_size=1, max_size=5))
    price = draw(amounts.filter(lambda amount: Decimal(amount) > 0))
    one = item("8206", price=price, operations=None, materials=None, elements=elements)
    return Worksheet.from_data(worksheet(one))


def with_elements(sheet, change):
    items = tuple(replace(one, elements=tuple(change(one.elements))) for one in sheet.items)
    return replace(sheet, items=items)


@given(sets_of_things(), st.randoms(use_true_random=False))
def test_the_order_of_elements_does_not_matter(sheet, random):
    def shuffled(used):
        found = list(used)
        random.shuffle(found)
        return found

    assert decided(sheet).decision is decided(with_elements(sheet, shuffled)).decision


@given(sets_of_things())
def test_a_set_is_what_its_figures_say(sheet):
    step = decided(sheet).steps[2]
    figures = step.figures
    if step.outcome is Outcome.NOT_MET:
        assert Decimal(figures["value"]) * 100 > Decimal(figures["price"]) * 15
        assert Decimal(figures["excess"]) > 0
    if step.outcome is Outcome.MET and "room" in figures:
        assert Decimal(figures["value"]) * 100 <= Decimal(figures["price"]) * 15
    assert step.outcome is Outcome.MET or any(
        part.outcome is not Outcome.MET for part in step.parts
    )


@given(sets_of_things(), amounts)
def test_an_originating_element_never_hurts_a_set(sheet, value):
    extra = worksheet(
        item("8206", operations=None, materials=None, elements=[material("8205", "BY", value)])
    )
    own = Worksheet.from_data(extra).items[0].elements
    before = decided(sheet)
    after = decided(with_elements(sheet, lambda used: [*used, *own]))
    assert before.decision is after.decision
