"""What an officer meets at the border: paper, another consignment, an outage, the first day."""

import json
from datetime import timedelta

import pytest

from tests.journeys.ceremony import said, sign_and_publish
from tests.journeys.flow import SAMPLE, refusal_of
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import wait_for
from tests.journeys.year import begin_a_day, go_to

pytestmark = pytest.mark.journey
LIVES_AHEAD = True
TIMBER = "03-sawn-timber"
CORRIDOR = "AZ-BY/CIS-2009"
ANNOUNCE = """
from datetime import timedelta
from django.conf import settings
from django.utils import timezone
from certorigin_server.mirror import notices
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.users.queries import get_user
at = timezone.now().replace(microsecond=0)
body = notices.planned(affects="exchange", starts=at, ends=at + timedelta(hours=2), remark="")
facts = {"keyring": get_keyring(), "by": get_user("admin-by"), "at": at}
print(notices.announce(corridor=settings.SYSTEM.corridor_of(sys.argv[1]), body=body, **facts))
"""

UNDISTURBED = """
from django.utils import timezone
from certorigin_server.recognition.paper.emergency import notice_for
print(notice_for(sys.argv[1], at=timezone.now()) is None)
"""


@pytest.fixture(autouse=True)
def morning(pair, flow, clock):
    begin_a_day(clock, pair, flow)


@pytest.fixture
def sample(clock):
    return clock.samples()[SAMPLE["BY"]]


def registered(state, kind, subject):
    """What the register of a state holds of one kind about a certificate."""
    needle = f'"{subject}"'
    rows = state.account()["register"]
    return [one for one in rows if one["kind"] == kind and needle in one["raw"]]


def test_a_certificate_of_another_consignment_serves_its_own_alone(pair, flow, clock, sample):
    """Tractors come with the certificate of timber: nothing fits, and the timber loses nothing."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    timber = clock.samples()[TIMBER]
    made = flow.issue(belarus, timber)
    settle(pair)
    wrong = flow.declare(azerbaijan, made, sample)
    found = flow.examine(azerbaijan, wrong)
    assert (found["bottom_line"], found["report"]["parts"]["match"]["code"]) == (
        "refused",
        "match.differs",
    )
    told = json.dumps(found["report"]["match"])
    assert all(f'"match.{what}_differs"' in told for what in ("party", "heading", "invoice"))
    assert found["report"]["parts"]["standing"]["code"] == "standing.valid"
    customs = flow.person(azerbaijan, "customs")
    taken = {"subject": made["id"], "override": "Декларант настаивает"}
    path = f"/recognition/declaration/{wrong['id']}/accept"
    assert refusal_of(lambda: customs.ask("POST", path, taken)) == "recognition.not_usable"
    ground = {"subject": made["id"], "ground": "goods_not_identifiable"}
    flow.decide_at_customs(azerbaijan, wrong, "refuse", ground)
    assert flow.accept(azerbaijan, made, timber, quantity="120")["outcome"] == "accepted"
    settle(pair)
    told = flow.person(belarus, "certifier").ask("GET", f"/returns/{made['id']}")
    assert [one["used"] for one in told["items"]] == ["120"]
    assert [one["declaration"] for one in told["refusals"]] == [wrong["number"]]


def test_the_paper_original_is_demanded_and_what_it_shows_opens_the_ground(
    pair, flow, clock, sample
):
    """Issued on paper: customs demands it, the issuing state hears of it, erasures refuse (R20)."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    officer, customs = flow.person(belarus, "certifier"), flow.person(azerbaijan, "customs")
    order = {"form": "ST-1", "destination": "AZ", "count": "1"}
    (number,) = officer.ask("POST", "/certification/journal/reserve", order)["numbers"]
    paper = {"paper": {"number": number, "date": clock.now().date().isoformat()}}
    path = f"/certification/{flow.ready(belarus, sample)}/certify"
    made = officer.ask("POST", path, paper)
    settle(pair)
    declaration = flow.declare(azerbaijan, made, sample)
    path = f"/recognition/declaration/{declaration['id']}"
    until = (clock.now() + timedelta(days=10)).date().isoformat()
    demand = customs.ask("POST", f"{path}/paper", {"reason": "origin_in_doubt", "until": until})
    erased = {"subject": made["id"], "ground": "erasures"}
    assert refusal_of(lambda: customs.ask("POST", f"{path}/refuse", erased)) == (
        "refusal.paper_not_seen"
    )
    taken = {"subject": made["id"]}
    assert refusal_of(lambda: customs.ask("POST", f"{path}/accept", taken)) == "demand.still_open"
    settle(pair)
    assert len(registered(belarus, "PaperDemanded", made["id"])) == 1
    came = {"outcome": "differs", "remark": "Подчистка в графе 10"}
    customs.ask("POST", f"/recognition/paper/{demand['id']}/answer", came)
    flow.decide_at_customs(azerbaijan, declaration, "refuse", erased)
    settle(pair)
    (answer,) = registered(belarus, "PaperAnswered", made["id"])
    assert demand["act"] in answer["raw"]
    told = flow.person(belarus, "certifier").ask("GET", f"/returns/{made['id']}")
    assert (len(told["refusals"]), told["status"]) == (1, "valid")


def test_an_announced_outage_brings_the_paper_rules_and_what_was_entered_is_compared(
    pair, flow, clock, sample
):
    """Of two originals accepted meanwhile one agrees with the mirror; of the other it knows nothing
    and that is work for the officer, until it is noted what was done (R18, R20)."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus, sample)
    settle(pair)
    unknown = made | {"number": made["number"][:-6] + "999998"}
    lodged = [flow.declare(azerbaijan, one, sample) for one in (made, unknown)]
    paths = [f"/recognition/declaration/{one['id']}/emergency" for one in lodged]
    customs, form = flow.person(azerbaijan, "customs"), {"seen": True, "blank": "1234567"}
    # The leap of the clock may have opened a notice by itself; it closes by itself.
    wait_for(lambda: "True" in azerbaijan.must_run(UNDISTURBED, "BY"), "service stays disturbed")
    refused = refusal_of(lambda: customs.ask("POST", paths[0], form))
    assert refused == "emergency.not_disturbed"
    belarus.must_run(ANNOUNCE, CORRIDOR)
    settle(pair)
    entries = [customs.ask("POST", path, form) for path in paths]
    assert [one["outcome"] for one in entries] == ["", ""]
    go_to(clock, flow, clock.now() + timedelta(hours=2))
    customs = flow.person(azerbaijan, "customs")

    def outcomes():
        found = [customs.ask("GET", path)[0]["outcome"] for path in paths]
        return found if all(found) else None

    assert wait_for(outcomes, "never compared") == ["agrees", "not_found"]
    (decision,) = customs.ask("GET", f"/recognition/declaration/{lodged[0]['id']}/decisions")
    assert (decision["outcome"], entries[0]["act"] in decision["override"]) == ("accepted", True)
    assert customs.ask("GET", f"/recognition/declaration/{lodged[1]['id']}/decisions") == []
    done = {"remark": "Выпущено под обеспечение, запрос направлен"}
    customs.ask("POST", f"/recognition/emergency/{entries[1]['id']}/close", done)
    assert customs.ask("GET", paths[1])[0]["closing_remark"] == done["remark"]
    settle(pair)
    told = flow.person(belarus, "certifier").ask("GET", f"/returns/{made['id']}")
    assert [one["declaration"] for one in told["uses"]] == [lodged[0]["number"]]


def test_what_is_older_than_the_corridor_is_left_to_paper(pair, flow, clock, sample, tmp_path):
    """A certificate of the trial and one of paper are before the first day, on which both states
    agreed in their lists; nobody grants on them by mistake, and the first day needs nothing."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    trial = flow.issue(belarus, sample)
    settle(pair)
    declaration = flow.declare(azerbaijan, trial, sample)
    assert flow.examine(azerbaijan, declaration)["bottom_line"] == "recognised"
    first_day = (clock.now() + timedelta(days=1)).date()
    begin_the_corridor(azerbaijan, first_day, clock)
    found = wait_for(lambda: undetermined(flow, azerbaijan, declaration), "no first day")
    begin_the_corridor(belarus, first_day, clock)  # the later of two days holds: the same
    part = found["report"]["parts"]["registration"]
    assert part["code"] == "registration.before_start"
    assert part["facts"] == {"date": trial["issued_on"], "start": first_day.isoformat()}
    customs = flow.person(azerbaijan, "customs")
    path = f"/recognition/declaration/{declaration['id']}/accept"
    taken = {"subject": trial["id"]}
    refused = refusal_of(lambda: customs.ask("POST", path, taken))
    assert refused == "recognition.reason_needed"

    last_year = (clock.now() - timedelta(days=300)).date().isoformat()
    on_paper = {"number": "BY-2025/117", "issued_on": last_year}
    register = tmp_path / "by-paper.csv"
    row = f"ST-1;{on_paper['number']};{last_year};Минское отделение;ОАО «МТЗ»\n"
    register.write_text(f"form;number;date;body;exporter\n{row}", "utf-8")
    said(azerbaijan, "link", "paper", str(azerbaijan.folder), str(register), "--from=BY")
    older = flow.declare(azerbaijan, on_paper, sample)
    found = flow.examine(azerbaijan, older)
    assert (found["bottom_line"], found["reason"]) == ("undetermined", "recognition.before_start")
    query = f"number={on_paper['number']}&issued_in=BY"
    (row,) = customs.ask("GET", f"/inquiry/paper?{query}")
    assert (row["source"], row["date"]) == ("imported", last_year)

    go_to(clock, flow, clock.now().replace(hour=6, minute=0) + timedelta(days=1))
    settle(pair)
    assert undetermined(flow, azerbaijan, declaration), "the trial never becomes electronic"
    first = flow.issue(belarus, clock.samples()[SAMPLE["BY"]])
    settle(pair)
    assert first["issued_on"] == first_day.isoformat()
    assert flow.accept(azerbaijan, first, clock.samples()[SAMPLE["BY"]])["outcome"] == "accepted"
    settle(pair)
    check_invariants(pair, flow.ledger)


def begin_the_corridor(state, day, clock) -> None:
    """A state puts the first day into its list, and its root holders sign."""
    said(state, "trust", "draft", "corridor", str(state.folder), CORRIDOR, f"--start={day}")
    sign_and_publish(state, at=clock.now())


def undetermined(flow, state, declaration):
    found = flow.examine(state, declaration)
    return found if found["bottom_line"] == "undetermined" else None
