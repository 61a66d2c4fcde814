"""Notices of disturbed service open, hold and close."""

from datetime import timedelta

import pytest

from certorigin.mirror.service import fold_notices, is_silent, service_subject
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.notices import Disturbance, Restoration
from tests.library.recognition import world as w
from tests.library.recognition.world import minutes

SUBJECT = service_subject("BY-1", "0001")


def disturbed(starts, *, nature="unplanned", ends=None, about=SUBJECT, number=1):
    body = Disturbance(nature, "exchange", starts, ends, "partner_silent").to_data()
    return w.act(Kind.SERVICE_DISTURBED, body, number, about=about)


def restored(moment, *, about=SUBJECT, number=2):
    return w.act(Kind.SERVICE_RESTORED, Restoration(moment).to_data(), number, about=about)


def test_a_notice_holds_until_service_is_restored():
    acts = [("BY-1", restored(minutes(30))), ("BY-1", disturbed(minutes(10)))]
    (notice,) = fold_notices(acts)
    held = [number for number in (9, 10, 29, 30) if notice.holds(minutes(number))]
    assert (held, notice.is_planned) == ([10, 29], False)


def test_what_is_planned_lies_ahead_holds_and_ends_by_itself():
    (notice,) = fold_notices([("BY-1", disturbed(minutes(10), nature="planned", ends=minutes(20)))])
    assert notice.is_planned
    assert notice.lies_ahead(minutes(5))
    assert not notice.lies_ahead(minutes(10))
    assert [number for number in (9, 10, 19, 20) if notice.holds(minutes(number))] == [10, 19]


def test_nobody_ends_the_notice_of_another_or_opens_one_in_its_name():
    acts = [("BY-1", disturbed(minutes(10))), ("AZ-1", restored(minutes(11)))]
    (notice,) = fold_notices(acts)
    assert notice.restored is None
    assert fold_notices([("AZ-1", disturbed(minutes(10)))]) == []


@pytest.mark.parametrize(
    ("age", "was_silent", "silent"),
    [(900, False, False), (901, False, True), (301, True, True), (300, True, False)],
)
def test_silence_opens_late_and_closes_at_the_first_sign_of_life(age, was_silent, silent):
    beat = minutes(0)
    found = is_silent(beat, at=beat + timedelta(seconds=age), was_silent=was_silent)
    assert found is silent
    assert is_silent(None, at=beat, was_silent=was_silent) is False
