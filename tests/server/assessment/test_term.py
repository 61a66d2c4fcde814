from datetime import date

import pytest

from certorigin_server.assessment.term import Term, term_of


@pytest.mark.parametrize(
    ("state", "start", "due"),
    [
        ("BY", date(2026, 5, 18), date(2026, 5, 25)),  # Monday: the next Monday
        ("BY", date(2026, 5, 22), date(2026, 5, 29)),  # Friday
        ("BY", date(2026, 5, 23), date(2026, 5, 29)),  # Saturday: the week begins on Monday
        ("AZ", date(2026, 5, 22), date(2026, 5, 25)),  # Saturdays and Sundays count
        ("KZ", date(2026, 5, 18), date(2026, 5, 25)),
    ],
)
def test_the_term_of_a_state(state, start, due):
    assert term_of(state).due(start) == due


def test_a_term_of_no_days_ends_at_once():
    assert Term(0).due(date(2026, 1, 1)) == Term(0, working=True).due(date(2026, 1, 1))
