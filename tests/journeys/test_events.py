"""What is made from a certificate, and what waits for a contract, seen from both states."""

import pytest

from certorigin_server.operate.demo.traders import trader_of
from tests.journeys.flow import refusal_of
from tests.journeys.invariants import settle
from tests.journeys.states import sample_named

pytestmark = pytest.mark.journey
SAMPLE = "03-sawn-timber"  # 120 m³ in 48 bundles, 60 t


@pytest.fixture(autouse=True)
def everybody_up(pair):
    pair.start()


def ask(flow, old, event, reason, terms=None):
    exporter = flow.person(flow.pair["BY"], trader_of(sample_named(SAMPLE)))
    order = {"event": event, "reason": reason, "terms": terms or {}}
    return exporter.ask("POST", f"/returns/{old['id']}/events", order)


def make(flow, asked):
    officer = flow.person(flow.pair["BY"], "certifier")
    made = officer.ask("POST", f"/returns/events/{asked['request']}/make", {})
    flow.ledger.certificates.append(("BY", made))
    return made


def a_part(old, cubic_metres):
    """Bundles of two and a half cubic metres, half a tonne for each of these."""
    item, much = old["document"]["items"][0], int(cubic_metres)
    taken = {"packages": {"count": str(-(-much * 2 // 5)), "kind": "BE"}}
    taken |= {"netWeight": {"unit": "KGM", "value": str(500 * much)}}
    taken |= {"grossWeight": {"unit": "KGM", "value": str(510 * much)}}
    taken |= {"sequence": "1", "quantity": item["quantity"] | {"value": cubic_metres}}
    return {"importer": old["document"]["importer"], "items": [taken]}


def standing(found):
    return found["report"]["parts"]["standing"]["code"]


def test_a_duplicate_goes_on_from_what_was_used_and_parts_stay_within_the_base(pair, flow):
    """50 m³ pass under the original: the duplicate covers the rest, abroad too. Another certificate
    of 120 m³ is split into 70 and 50, and not a cubic metre more (R46, R48)."""
    sample, azerbaijan = sample_named(SAMPLE), pair["AZ"]
    lost, whole = flow.issue(pair["BY"], sample), flow.issue(pair["BY"], sample)
    settle(pair)
    assert flow.accept(azerbaijan, lost, sample, quantity="50")["outcome"] == "accepted"
    first = ask(flow, whole, "substitute", "split_release", a_part(whole, "70"))
    second = ask(flow, whole, "substitute", "split_release", a_part(whole, "50"))
    third = ask(flow, whole, "substitute", "split_release", a_part(whole, "1"))
    part = make(flow, first)
    settle(pair)
    make(flow, second)
    duplicate = make(flow, ask(flow, lost, "duplicate", "lost"))
    settle(pair)
    assert refusal_of(lambda: make(flow, third)) in {"division.exceeds", "division.not_held"}
    found = flow.examine(azerbaijan, flow.declare(azerbaijan, lost, sample, quantity="1"))
    assert standing(found) == "standing.replaced"
    found = flow.examine(azerbaijan, flow.declare(azerbaijan, whole, sample, quantity="1"))
    assert standing(found) == "standing.used_up"
    beyond = flow.declare(azerbaijan, duplicate, sample, part=1, quantity="76.001")
    assert flow.examine(azerbaijan, beyond)["bottom_line"] == "refused"
    accepted = flow.accept(azerbaijan, duplicate, sample, part=1, quantity="70")
    assert accepted["outcome"] == "accepted"
    assert flow.accept(azerbaijan, part, sample, quantity="70")["outcome"] == "accepted"


def test_goods_for_later_sale_wait_for_their_contract_and_paper_is_entered_afterwards(pair, flow):
    """Customs grants nothing before the contract is recorded; paper issued in an outage comes
    under the number that was reserved for it, marked (R18, R49)."""
    sample, belarus, azerbaijan = sample_named(SAMPLE), pair["BY"], pair["AZ"]
    officer = flow.person(belarus, "certifier")
    path = f"/certification/{flow.ready(belarus, sample)}/certify"
    unsold = officer.ask("POST", path, {"special": {"kind": "later_sale"}})
    order = {"form": "ST-1", "destination": "AZ", "count": "1"}
    (number,) = officer.ask("POST", "/certification/journal/reserve", order)["numbers"]
    path = f"/certification/{flow.ready(belarus, sample)}/certify"
    paper = officer.ask("POST", path, {"paper": {"number": number, "date": unsold["issued_on"]}})
    flow.ledger.certificates += [("BY", unsold), ("BY", paper)]
    assert paper["document"]["officialMarks"][0].startswith("Оформлен на бумаге ")
    settle(pair)
    found = flow.examine(azerbaijan, flow.declare(azerbaijan, unsold, sample, quantity="1"))
    assert standing(found) == "standing.contract_not_recorded"
    found = flow.examine(azerbaijan, flow.declare(azerbaijan, paper, sample, quantity="1"))
    assert (standing(found), paper["number"]) == ("standing.valid", number)
    sale = {"contract": {"number": "К-17", "date": unsold["issued_on"]}}
    sale["buyer"] = unsold["document"]["importer"]
    officer.ask("POST", f"/returns/{unsold['id']}/sale", sale)
    settle(pair)
    assert flow.accept(azerbaijan, unsold, sample, quantity="1")["outcome"] == "accepted"
