"""A certificate in place of another one, as the two states see it."""

import pytest

from certorigin_server.operate.demo.traders import trader_of
from tests.journeys.flow import SAMPLE
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import sample_named

pytestmark = pytest.mark.journey


def replace(flow, state, old, sample):
    """Ask for one in its place, decide, and certify it; return the new certificate."""
    exporter = flow.person(state, trader_of(sample))
    reason = {"reason": "error_in_certificate"}
    asked = exporter.ask("POST", f"/returns/{old['id']}/replace", reason)
    order = {
        "body": old["body"],
        "version": asked["version"],
        "produced_in": state.state,
        "confirmed": True,
    }
    exporter.ask("POST", f"/application/{asked['application']}/submit", order)
    assert flow.decide(state, asked["application"])["decision"] == "originating"
    officer = flow.person(state, "certifier")
    made = officer.ask("POST", f"/returns/{asked['application']}/certify", {})
    flow.ledger.certificates.append((state.state, made))
    return made


def test_the_old_one_is_shown_as_replaced_abroad_and_the_new_one_recognised(pair, flow):
    pair.start()
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    sample = sample_named(SAMPLE["BY"])
    old = flow.issue(belarus, sample)
    settle(pair)
    new = replace(flow, belarus, old, sample)
    assert old["number"] in new["document"]["officialMarks"][0]
    settle(pair)
    found = flow.examine(azerbaijan, flow.declare(azerbaijan, old, sample))
    assert found["bottom_line"] == "refused"
    assert found["report"]["parts"]["standing"]["code"] == "standing.replaced"
    assert flow.accept(azerbaijan, new, sample)["outcome"] == "accepted"
    settle(pair)
    check_invariants(pair, flow.ledger)
