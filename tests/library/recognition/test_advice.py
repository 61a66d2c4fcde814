"""Every code of a report says what to do next, and nothing unknown is a ground to refuse."""

import pytest

from certorigin.recognition.advice import (
    ADVICE,
    FINDING_ADVICE,
    REASON_ADVICE,
    advice_for,
    advice_on_findings,
    advice_on_reason,
    may_pass,
)
from certorigin.recognition.report import CODES, Outcome
from certorigin.terminal.sentences import get_catalogue


@pytest.mark.parametrize("code", CODES)
def test_whatever_is_not_recognised_has_an_advice(code):
    if CODES[code] in {Outcome.REFUSED, Outcome.UNDETERMINED}:
        assert advice_for(code).startswith("advice.")
    elif advice_for(code):
        assert code in {"standing.used_up", "standing.as_of_bundle"}


def test_no_advice_speaks_of_a_code_that_no_report_has():
    assert set(ADVICE) <= set(CODES)
    with pytest.raises(KeyError):
        advice_for("standing.lost")


@pytest.mark.parametrize(
    "advice", ["advice.newer_program", "advice.newest_lists", "advice.operator"]
)
def test_what_is_only_not_known_is_called_no_ground(advice):
    assert "No ground to refuse" in get_catalogue("en")[advice]
    assert {CODES[code] for code, said in ADVICE.items() if said == advice} == {
        Outcome.UNDETERMINED
    }


def test_findings_and_reasons_have_their_advice():
    found = advice_on_findings(["match.party_close", "match.code_differs", "match.party_differs"])
    assert found == ["advice.compare_parties"]
    assert advice_for("standing.contract_not_recorded") == "advice.ask_for_contract"
    assert advice_on_reason("standing.expired") == "advice.expired"
    assert advice_on_reason("mirror.unreadable") == "advice.operator"
    catalogue = get_catalogue("en")
    assert {*FINDING_ADVICE.values(), *REASON_ADVICE.values()} <= set(catalogue)


def test_waiting_helps_where_the_line_or_a_list_is_missing():
    assert may_pass(["integrity.sound", "freshness.stale"])
    assert may_pass(["issuer.key_unknown"])
    assert not may_pass(["standing.annulled", "match.differs", "match.undetermined"])
