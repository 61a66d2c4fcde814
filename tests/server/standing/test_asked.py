"""Questions whose SQL is written once give what Django's own do."""

from datetime import date
from unittest.mock import patch

import pytest
from django.db.models.sql.compiler import SQLCompiler

from certorigin_server.standing.queries import find_issued, issued_act_of

pytestmark = pytest.mark.django_db


def test_the_second_question_is_not_written_anew_and_has_its_own_answer(partner, turns):
    one, other = partner.issue("AZBY6001000001"), partner.issue("AZBY6001000002")
    turns.follow(partner)
    day = one.reference.date
    (found,) = find_issued(number="AZBY6001000001", issued_on=day)
    with patch.object(SQLCompiler, "as_sql", side_effect=AssertionError):
        (second,) = find_issued(number="АZBY 6001000002", issued_on=day)
        assert find_issued(number="AZBY6001000002", issued_on=date(1999, 1, 1)) == []
    assert (found.subject, second.subject) == (one.subject, other.subject)
    assert second == issued_act_of(other.subject)
    assert second.read_certificate.number == "AZBY6001000002"
    # Another set of names is another question.
    assert find_issued(number="AZBY6001000002", received_by=second.publisher) == []
