from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from certorigin.errors import MalformedError
from certorigin.standing.entry import certificate_subject, publisher_of, read_body, state_of
from certorigin.standing.validity import (
    day_of_mark,
    end_of,
    last_day,
    months_later,
    original_day,
)
from certorigin.vocabulary.bodies import Annulment
from certorigin.vocabulary.form import get_form
from tests.library.standing.sample import annulled, certificate, issued, moment


def test_an_installation_is_a_state_and_a_running_number():
    assert state_of("BY-1") == "BY"


@pytest.mark.parametrize("text", ["BY", "BY-0", "by-1", "BY-1\n", "QQ-1", "", "BY-12345"])
def test_what_is_no_installation_is_refused(text):
    with pytest.raises(MalformedError):
        state_of(text)


def test_a_subject_names_its_publisher():
    assert publisher_of(certificate_subject("AZ-2", "abc.1")) == "AZ-2"
    assert publisher_of("urn:uuid:00000000-0000-4000-8000-000000000001") is None


@pytest.mark.parametrize("name", ["", "a:b", "a b", "x" * 121, "a\n"])
def test_a_name_that_makes_no_subject_is_refused(name):
    with pytest.raises(MalformedError, match="subject_malformed"):
        certificate_subject("BY-1", name)


def test_an_act_without_legal_time_comes_last_and_is_never_registered():
    waiting = issued(registered=False)
    assert waiting.order > replace(waiting, legal_time=moment(10**6)).order
    assert not waiting.is_registered(moment(10**6))


def test_a_body_is_read_to_its_last_member():
    act = annulled().act
    assert read_body(act, Annulment.from_record).ground == "issued_unlawfully"
    with pytest.raises(MalformedError, match="member_unknown"):
        read_body(replace(act, body={**act.body, "more": "x"}), Annulment.from_record)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 5, 16), 12, date(2027, 5, 16)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(9999, 12, 31), 12, date(9998, 12, 31)),
    ],
)
def test_months_are_counted_by_the_calendar(day, months, expected):
    assert months_later(day, months) == expected


def test_a_day_is_over_when_the_next_one_begins():
    assert end_of(date(2026, 5, 16)) == datetime(2026, 5, 17, tzinfo=UTC)
    assert end_of(months_later(date.max, 12)).year == 9999


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("Дубликат № BYAZ5001000777 от 16.11.2025", date(2025, 11, 16)),
        ("32.13.2025, 01.02.2026", date(2026, 2, 1)),
        ("00.00.0000", None),
        ("116.11.2025", None),
        ("Дубликат", None),
    ],
)
def test_the_day_of_a_mark_is_the_first_that_is_a_day(mark, expected):
    assert day_of_mark(mark) == expected


def test_only_a_duplicate_has_an_original():
    form = get_form("ST-1")
    assert original_day(certificate(), form) is None
    other = certificate(marks=("Выдан впоследствии", "Дубликат А1 01.02.2026"))
    assert original_day(other, form) == date(2026, 2, 1)
    assert last_day(other, form) == date(2027, 2, 1)
