"""What is asked of the other state and answered; what was refused and is given back."""

import time

import pytest

from tests.journeys.flow import SAMPLE, refusal_of
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import sample_named

pytestmark = pytest.mark.journey


@pytest.fixture(autouse=True)
def everybody_up(pair):
    """Each story finds both states up, whatever the one before did to them."""
    pair.start()


def requests_at(person, side):
    return person.ask("GET", f"/verification/{side}")["requests"]


def wait_for(ask, what, patience=25.0):
    until = time.monotonic() + patience
    while True:
        found = ask()
        if found:
            return found
        if time.monotonic() > until:
            pytest.fail(what)
        time.sleep(0.2)


ORDER = {
    "number": "06-12/77",
    "grounds": ["criterion_doubtful"],
    "questions": [{"topic": "criterion", "item": "1"}],
    "remark": "Доля иностранных материалов неясна",
}


def test_a_request_is_answered_found_wanting_and_answered_on_repeat(pair, flow):
    """Customs asks, the body answers too little, customs repeats, and the second answer settles."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus)
    settle(pair)
    customs = flow.person(azerbaijan, "customs")
    assessor, officer = flow.person(belarus, "assessor"), flow.person(belarus, "certifier")
    asked = customs.ask("POST", "/verification", ORDER | {"subject": made["id"]})

    def received():
        rows = requests_at(officer, "received")
        return next((one for one in rows if one["subject"] == made["id"]), None)

    def stage():
        return customs.ask("GET", f"/verification/asked/{asked['id']}")["stage"]

    own = wait_for(received, "the request never reached the body")["id"]

    def answer(result, facts):
        answers = {"answers": [{"result": result, "facts": facts}], "with_assessment": True}
        draft = assessor.ask("POST", f"/verification/received/{own}/draft", answers)["draft"]
        officer.ask("POST", f"/verification/received/{own}/confirm/{draft}", {})
        wait_for(lambda: stage() == "to_judge", "the answer never reached customs")

    answer("cannot_answer", "Дело в архиве")
    wanting = {"outcome": "inadequate", "remark": "Нет расчёта"}
    customs.ask("POST", f"/verification/asked/{asked['id']}/judge", wanting)
    wait_for(lambda: stage() == "repeat_due", "the judgement did not arrive")
    again = {"number": "06-12/99"}
    customs.ask("POST", f"/verification/asked/{asked['id']}/repeat", again)
    settle(pair)
    assert stage() == "repeated"
    answer("confirmed", "")
    customs.ask("POST", f"/verification/asked/{asked['id']}/judge", {"outcome": "adequate"})
    settle(pair)
    found = officer.ask("GET", f"/verification/received/{own}")
    assert (found["stage"], found["result"]) == ("settled", "confirmed")
    check_invariants(pair, flow.ledger)


def test_what_was_refused_is_given_back_and_counted_once(pair, flow):
    """Refused at release, restored on proof: the issuing state sees it as used."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus)
    settle(pair)
    declaration = flow.declare(azerbaijan, made, sample_named(SAMPLE["BY"]))
    ground = {"subject": made["id"], "ground": "goods_not_identifiable"}
    decision = flow.decide_at_customs(azerbaijan, declaration, "refuse", ground)
    customs, officer = flow.person(azerbaijan, "customs"), flow.person(belarus, "certifier")
    path = f"/verification/decision/{decision['id']}/restore"
    proof = {"basis": "conditions_proved", "document": {"number": "7", "date": made["issued_on"]}}
    customs.ask("POST", path, proof)
    settle(pair)
    standing = officer.ask("GET", f"/returns/{made['id']}")
    assert [one["declaration"] for one in standing["uses"]] == [declaration["number"]]
    assert len(standing["refusals"]) == 1
    assert refusal_of(lambda: customs.ask("POST", path, proof)) == "restoration.made_already"
