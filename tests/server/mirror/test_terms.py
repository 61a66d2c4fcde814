"""Forks and terms: a log stops with its evidence, or goes on in its successor; nothing between."""

import pytest
from click.testing import CliRunner
from django.conf import settings

from certorigin.errors import CertoriginError, ForkError, ProofError, StandingError
from certorigin.terminal.mirror import mirror_command
from certorigin_server.mirror import services
from certorigin_server.mirror.models import FollowedLog
from certorigin_server.standing.models import RegisteredAct
from certorigin_server.standing.queries import find_issued
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.rights import Role
from tests.server import partner as az
from tests.server.factories import Api, make_customs_officer, make_organisation, make_user
from tests.server.turns import OURS, THEIRS

pytestmark = pytest.mark.django_db
NEXT = az.origin_of("AZ-1", "2027")


def status(origin=THEIRS):
    row = FollowedLog.objects.get(origin=origin)
    return row.status, row.reason


def evidence(origin=THEIRS):
    folder = settings.SYSTEM.mirror_folder(origin) / "evidence"
    return sorted(f"{place.parent.name}/{place.name}" for place in folder.glob("*/*"))


@pytest.fixture
def operator():
    return make_user("operator", Role.ADMINISTRATOR, organisation=make_organisation("ministry"))


# -- forks ----------------------------------------------------------------------------------------


def test_a_fork_halts_and_keeps_both_heads(partner, turns):
    issue = partner.issue()
    turns.follow(partner)
    partner.restart_log(b'{"another":"history"}')
    with pytest.raises(ForkError):
        turns.follow(partner)
    assert status() == ("halted", "mirror.forked")
    assert evidence() == ["0/evidence.json", "0/ours", "0/reason.json", "0/theirs"]
    assert TrailEntry.objects.get(action="mirror.halted").subject == THEIRS
    # What was verified before stays usable, and our own log goes on.
    assert find_issued(number=issue.number)
    turns.publish()
    partner.follow(OURS)
    assert turns.follow(partner) > 0
    assert status() == ("halted", "mirror.forked")


def test_an_entry_that_was_altered_halts(partner, turns):
    turns.follow(partner)
    partner.issue()
    partner.faults[f"log/{THEIRS}/tile/entries"] = b"\x00\x02{}\x00\x02{}"
    with pytest.raises(ProofError):
        turns.follow(partner)
    assert status() == ("halted", "mirror.altered")
    assert "0/file" in evidence()


def test_a_stop_that_only_the_folder_knows_is_noted(partner, turns):
    partner.issue()
    turns.follow(partner)
    partner.restart_log(b'{"another":"history"}')
    with pytest.raises(ForkError):
        turns.follow(partner)
    FollowedLog.objects.update(status="following", reason="")  # a crash between folder and row
    with pytest.raises(StandingError, match=r"mirror\.halted"):
        turns.follow(partner)
    assert status() == ("halted", "mirror.halted")


def test_an_operator_lets_a_halted_log_go_on_from_the_head_that_we_hold(partner, turns, operator):
    partner.issue()
    turns.follow(partner)
    first = (partner.folder / "log" / "2026").rename(partner.folder / "kept")
    partner.logs["2026"].close()
    partner.open_term("2026")
    with pytest.raises(CertoriginError):
        turns.follow(partner)
    assert status()[0] == "halted"

    body = {"origin": THEIRS, "remark": "restored from the right copy"}
    answer = Api(operator).post("/mirror/resume", body)
    assert (answer.status, answer.data["status"]) == (200, "following")
    assert (settings.SYSTEM.mirror_folder(THEIRS) / "evidence" / "0" / "lifted.json").exists()
    assert TrailEntry.objects.get(action="mirror.resumed").actor == "operator"
    partner.logs["2026"].close()
    (partner.folder / "log" / "2026").rename(partner.folder / "wrong")
    first.rename(partner.folder / "log" / "2026")
    assert turns.follow(partner) == 0
    assert status() == ("following", "")


def test_a_stop_that_was_lifted_on_the_command_line_is_over(partner, turns, folder):
    partner.issue()
    turns.follow(partner)
    partner.faults[f"log/{THEIRS}/tile"] = b"\x00\x02{}"
    partner.issue("AZBY6001000002")
    with pytest.raises(ProofError):
        turns.follow(partner)
    partner.faults.clear()
    assert turns.follow(partner) == 0
    assert status()[0] == "halted"
    trust, place = str(folder / "trust"), str(settings.SYSTEM.mirror_folder(THEIRS))
    said = ["lift", place, "--trust", trust, "--by", "N. Surname", "--remark", "restored"]
    assert CliRunner().invoke(mirror_command, said).exit_code == 0
    assert turns.follow(partner) > 0
    assert status() == ("following", "")
    assert find_issued(number="AZBY6001000002")
    assert TrailEntry.objects.filter(action="mirror.resumed").count() == 1


def test_resuming_again_after_a_crash_is_harmless(partner, turns, operator):
    turns.follow(partner)
    FollowedLog.objects.update(status="halted", reason="mirror.forked")
    at = turns.clock()
    row = services.resume(origin=THEIRS, remark="again", by=operator, at=at)
    assert row.status == "following"


@pytest.mark.parametrize(
    ("origin", "code", "number"),
    [
        (THEIRS, "mirror.not_halted", 409),
        (NEXT, "mirror.log_unknown", 404),
        ("", "mirror.log_unknown", 404),
    ],
)
def test_only_a_halted_log_is_resumed(partner, turns, operator, origin, code, number):
    turns.follow(partner)
    answer = Api(operator).post("/mirror/resume", {"origin": origin, "remark": ""})
    assert (answer.status, answer.data["code"]) == (number, code)


# -- terms ----------------------------------------------------------------------------------------


def test_a_closing_entry_leads_to_the_next_term(partner, turns):
    partner.issue()
    partner.close_term("2026", NEXT)
    partner.open_term("2027", "2026")
    turns.follow(partner)
    assert status() == ("closed", "")
    assert FollowedLog.objects.get(origin=NEXT).predecessor == THEIRS
    later = az.Issue("AZBY6001000002", turns.clock())
    partner.enter(later.raw, term="2027")
    turns.follow(partner)
    assert find_issued(number=later.number)[0].origin == NEXT
    asked = len(partner.asked)
    turns.follow(partner)
    assert not [path for path in partner.asked[asked:] if THEIRS in path]


def test_a_next_term_that_begins_elsewhere_is_a_fork(partner, turns):
    partner.issue()
    shorter = (partner.folder / "log" / "2026" / "checkpoint").read_bytes()
    partner.close_term("2026", NEXT)
    partner.open_term("2027", "2026", head=shorter)
    turns.follow(partner)
    with pytest.raises(ForkError, match=r"mirror\.predecessor_forked"):
        turns.follow(partner)
    assert status(NEXT) == ("halted", "mirror.predecessor_forked")
    assert evidence(NEXT) == ["0/evidence.json", "0/ours", "0/reason.json", "0/theirs"]
    assert not RegisteredAct.objects.filter(origin=NEXT).exists()


def test_a_next_term_without_a_predecessor_is_not_followed(partner, turns):
    partner.close_term("2026", NEXT)
    partner.open_term("2027")
    turns.follow(partner)
    with pytest.raises(CertoriginError, match=r"mirror\.predecessor_differs"):
        turns.follow(partner)
    assert not RegisteredAct.objects.filter(origin=NEXT).exists()


@pytest.mark.parametrize(
    "successor",
    [
        THEIRS,
        OURS,
        az.origin_of("KZ-1", "2027"),
        az.origin_of("AZ-1", "../../../keys"),
        f"{az.origin_of('AZ-1', '20')}/27",
        "certorigin/AZ-1/AZ-KZ/CIS-2009/2027",
        "nonsense",
    ],
)
def test_a_closing_that_names_no_possible_successor_halts(partner, turns, successor):
    partner.close_term("2026", successor)
    turns.follow(partner)
    assert status() == ("halted", "mirror.successor_impossible")
    turns.follow(partner)
    assert status()[0] == "halted"
    assert FollowedLog.objects.count() == 1


def test_a_closing_of_another_term_halts(partner, turns):
    body = az.TermClosing(NEXT, NEXT)
    partner.enter(partner.term_act(az.Kind.TERM_CLOSED, body, "2026"))
    turns.follow(partner)
    assert status()[0] == "halted"


# -- what people see ------------------------------------------------------------------------------


def test_customs_sees_how_far_the_partners_logs_were_followed(partner, turns):
    turns.follow(partner)
    (shown,) = Api(make_customs_officer()).get("/mirror").data
    assert shown["origin"] == THEIRS
    assert (shown["status"], shown["size"]) == ("following", "1")
    assert shown["heartbeat"]


def test_a_log_that_was_never_reached_has_no_heartbeat(partner, turns):
    services.begin_to_follow(origin=THEIRS, publisher="AZ-1", corridor="x", at=turns.clock())
    (shown,) = Api(make_customs_officer()).get("/mirror").data
    assert shown["heartbeat"] == ""


def test_customs_finds_received_certificates_and_not_our_own(partner, turns):
    issue = partner.issue()
    turns.follow(partner)
    api = Api(make_customs_officer())
    exact = {"issued_on": issue.at.date().isoformat(), "issued_in": "AZ", "form": "ST-1"}
    for number in (issue.number, issue.number.lower().replace("b", "В"), " AZBY-6001-000001 "):
        (found,) = api.get("/mirror/certificate", number=number, **exact).data
        assert (found["subject"], found["standing"]) == (issue.subject, "valid")
    assert api.get("/mirror/certificate", number=issue.number, issued_in="KZ").data == []
    assert api.get("/mirror/certificate", number="..").data == []
    assert api.get("/mirror/certificate", number="a\x00").status == 400
    assert api.get(f"/mirror/certificate/{issue.subject}").data == found
    assert TrailEntry.objects.filter(action="trail.read", subject=issue.subject).count() == 4


def test_an_unknown_certificate_is_unknown(partner):
    answer = Api(make_customs_officer()).get("/mirror/certificate/urn:x:y")
    assert (answer.status, answer.data["code"]) == (404, "certificate.unknown")
