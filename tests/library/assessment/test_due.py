"""What an assessment comes to for a form: the general one takes less, preference asks for all."""

from dataclasses import replace

import pytest

from certorigin.assessment.decision import Decision
from certorigin.assessment.due import Due, carries, due_for, general_is_due
from certorigin.assessment.step import Outcome, Step
from certorigin.vocabulary.form import get_form
from tests.library.certification.test_draft import assessment

ST_1, GENERAL = get_form("ST-1"), get_form("GENERAL")


def refused(general=Outcome.MET, form="general"):
    """An assessment whose only item does not originate under the Rules."""
    found = assessment()
    missing = ("law:BY/general_certificate",) if general is Outcome.UNDETERMINED else ()
    step = Step("general", general, "5.1", {}, missing)
    steps = (Step("heading_change", Outcome.NOT_MET, "2.4"),)
    item = replace(
        found.items[0],
        decision=Decision.NOT_ORIGINATING,
        criterion=None,
        steps=steps,
        general=step,
        form=form,
    )
    return replace(found, items=(item,))


def test_goods_that_originate_carry_both_forms():
    assert {due_for(assessment(), form) for form in (ST_1, GENERAL)} == {Due.ORIGINATING}


def test_goods_that_do_not_may_carry_the_general_one():
    assert due_for(refused(), ST_1) is Due.NOT_ORIGINATING
    assert due_for(refused(), GENERAL) is Due.GENERAL
    assert general_is_due(refused())
    assert not carries(refused().items[0], ST_1)


def test_what_only_national_law_could_give_stays_open():
    assert due_for(refused(Outcome.UNDETERMINED, "undetermined"), GENERAL) is Due.UNDETERMINED
    assert not general_is_due(refused(Outcome.UNDETERMINED, "undetermined"))


@pytest.mark.parametrize("due", list(Due))
def test_only_what_is_due_can_be_certified(due):
    assert due.can_be_certified is (due in {Due.ORIGINATING, Due.GENERAL})
