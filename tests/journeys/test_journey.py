"""The stories of architecture.md, sections 1 and 7, told by two states that are up."""

import os
import secrets
import subprocess
import sys
import time
from datetime import UTC, datetime

import httpx
import orjson
import pytest

from certorigin.errors import StandingError
from certorigin.mirror.line import sign_request
from certorigin.seal.sealer import FileSealer, make_private_key
from certorigin_server.operate.demo.journey import ISSUING_BODY, Carrier
from certorigin_server.operate.demo.traders import trader_of
from tests.data import ROOT
from tests.journeys.databases import IN_POSTGRES, has_postgres
from tests.journeys.flow import SAMPLE, refusal_of
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import PATIENCE, sample_named

pytestmark = pytest.mark.journey

STOPS = [
    "application",
    "assessment",
    "certification",
    "log",
    "mirror",
    "recognition",
    "returns",
]


@pytest.fixture(autouse=True)
def everybody_up(pair):
    """Each story finds both states up, whatever the one before did to them."""
    pair.start()


def carry(pair, name, folder):
    done = Carrier(sample_named(name), pair.states, pair.desks, folder).carry()
    assert not done.error, done.to_data()
    return done


def bundle_answer(flow, state, made):
    """Ask for the bundle as the exporter's software does, and return the whole answer."""
    exporter = flow.person(state, trader_of(sample_named(SAMPLE[state.state])))
    return exporter._client.get(f"/log/bundle/{made['id']}")


def test_the_stories_are_told_on_two_kinds_of_database(pair):
    """What they show holds for both: who is in PostgreSQL has no other database."""
    if not has_postgres():
        pytest.skip("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    kinds = {}
    for state in pair:
        engine = "from django.db import connection\nprint(connection.vendor)"
        kinds[state.state] = state.must_run(engine).strip()
        in_folder = (state.folder / "database.sqlite3").exists()
        assert in_folder is (kinds[state.state] == "sqlite")
    assert {one for one, kind in kinds.items() if kind == "postgresql"} == set(IN_POSTGRES)


@pytest.mark.parametrize("name", ["01-tractors", "07-polyethylene"])
def test_one_certificate_travels_all_seven_stops_and_the_answer_comes_back(pair, name, tmp_path):
    """A consignment becomes a certificate, is accepted abroad, and its use is known at home."""
    done = carry(pair, name, tmp_path)
    assert done.outcome == "accepted"
    assert [stop["name"] for stop in done.stops] == STOPS
    assert all(stop["held"] for stop in done.stops)
    assert "returns" in done.stops[-1].values()


def test_a_certificate_annulled_after_issue_is_refused_abroad(pair, tmp_path):
    """The issuing body annuls; the partner's customs sees it with the next head and refuses."""
    done = carry(pair, "05-medicaments-annulled", tmp_path)
    assert done.outcome == "annulled"
    assert any("standing.annulled" in line for line in done.account)


def test_goods_that_differ_from_the_certificate_are_a_mismatch(pair, tmp_path):
    """More juice is declared than the certificate covers: customs refuses on the match alone."""
    done = carry(pair, "11-juice-mismatch", tmp_path)
    assert done.outcome == "mismatch"


def test_a_certificate_is_used_in_parts_and_no_further_than_five_percent(pair, flow):
    """Of 120 m³ 50 and 40 are used; a third use beyond 126 is refused, one up to it is not."""
    sample = sample_named("03-sawn-timber")
    made = flow.issue(pair["BY"], sample)
    settle(pair)
    azerbaijan = pair["AZ"]
    for part, quantity in enumerate(("50", "40")):
        decision = flow.accept(azerbaijan, made, sample, part=part, quantity=quantity)
        assert decision["outcome"] == "accepted"
    third = flow.declare(azerbaijan, made, sample, part=1, quantity="36.001")
    assert flow.examine(azerbaijan, third)["bottom_line"] == "refused"
    path = f"/recognition/declaration/{third['id']}/accept"
    customs = flow.person(azerbaijan, "customs")
    for body, code in (
        ({"subject": made["id"]}, "recognition.reason_needed"),
        ({"subject": made["id"], "override": "the importer asked"}, "recognition.not_usable"),
    ):
        assert refusal_of(lambda body=body: customs.ask("POST", path, body)) == code
    last = flow.accept(azerbaijan, made, sample, part=1, quantity="36")
    assert last["outcome"] == "accepted"
    settle(pair)
    exporter = flow.person(pair["BY"], trader_of(sample))
    standing = exporter.ask("GET", f"/returns/{made['id']}")
    assert standing["status"] == "used_up"
    assert [item["used"] for item in standing["items"]] == ["126"]
    assert len(standing["uses"]) == 3


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
    """A certificate is issued in place of another: box 5 names it, and it ends for both states."""
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


def test_one_figure_of_a_worksheet_flips_the_outcome(pair, flow):
    """The same trucks originate with cheaper foreign engines and do not with dearer ones."""
    sample, belarus = sample_named("02-trucks-foreign-share"), pair["BY"]

    def cheaper(application, worksheet):
        worksheet["items"][0]["materials"][0]["value"]["amount"] = "18750.00"

    found = {}
    for title, change in (("cheaper", cheaper), ("dearer", None)):
        application = flow.apply(belarus, sample, change)
        found[title] = flow.decide(belarus, application)["decision"]
        if title == "dearer":
            refused = refusal_of(lambda one=application: flow.certify(belarus, one))
            assert refused == "certification.not_originating"
    assert found == {"cheaper": "originating", "dearer": "not_originating"}


def test_what_is_not_logged_is_not_released(pair, flow):
    """While the loops stand still the exporter gets no byte of the certificate, then all of it."""
    belarus = pair["BY"]
    settle(pair)
    belarus.end("loops")
    made = flow.issue(belarus)
    answer = bundle_answer(flow, belarus, made)
    assert answer.status_code == 404
    assert answer.json()["code"] == "log.not_published"
    assert "proof" not in answer.text.lower()
    assert made["number"] not in answer.text
    belarus.start()
    settle(pair)
    answer = bundle_answer(flow, belarus, made)
    assert answer.status_code == 200
    assert orjson.loads(answer.json()["act"])["credentialSubject"]["id"] == made["id"]


def test_a_pulled_cable_changes_only_freshness(pair, flow):
    """With the publisher's web gone, customs still verifies all that its mirror holds."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus)
    settle(pair)
    belarus.kill("web")
    declaration = flow.declare(azerbaijan, made, sample_named("01-tractors"))
    reports = []
    for _ in range(2):
        reports.append(flow.examine(azerbaijan, declaration))
        time.sleep(2.1)
    first, second = (report["report"]["parts"] for report in reports)
    assert {report["bottom_line"] for report in reports} == {"recognised"}
    ages = [int(parts.pop("freshness")["facts"]["age"]) for parts in (first, second)]
    assert ages[1] >= ages[0] + 2
    assert first == second
    decision = flow.decide_at_customs(azerbaijan, declaration, "accept", {"subject": made["id"]})
    assert decision["outcome"] == "accepted"
    belarus.start()
    settle(pair)


def test_a_silent_partner_never_stops_exports(pair, flow):
    """With the partner's whole system down, certificates are issued, published and released."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    settle(pair)
    for name in ("web", "loops"):
        azerbaijan.kill(name)
    made = [flow.issue(belarus) for _ in range(2)]
    officer = flow.person(belarus, "certifier")
    for one in made:
        path = f"/certification/{one['id']}"
        found = officer.wait_for(path, lambda told: told["times"]["published"])
        assert found["times"]["mirrored"] == ""
        answer = bundle_answer(flow, belarus, one)
        assert answer.status_code == 200
        assert "/witness" not in answer.json()["proof"]
    azerbaijan.start()
    settle(pair)
    for one in made:
        assert "/witness" in bundle_answer(flow, belarus, one).json()["proof"]
    check_invariants(pair)


def test_verified_entries_reach_customs_even_if_the_partner_falls_silent_then(pair, flow):
    """The follower dies between folder and register, the publisher vanishes: nothing is missing."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    settle(pair)
    azerbaijan.end("loops")
    made = flow.issue(belarus)
    flow.person(belarus, "certifier").wait_for(
        f"/certification/{made['id']}", lambda told: told["times"]["published"]
    )
    azerbaijan.launch("loops", CERTORIGIN_CRASH="mirror.cosigned")
    assert azerbaijan.wait_for_death("loops") == -9
    belarus.kill("web")
    azerbaijan.start()
    path = f"/mirror/certificate?number={made['number']}&issued_on={made['issued_on']}&issued_in=BY"
    assert flow.person(azerbaijan, "customs").wait_for(path, len)
    belarus.start()
    settle(pair)


def exchange_answers(state, path, sealer=None, nonce=None) -> httpx.Response:
    url = f"{state.url}/exchange/{path}"
    headers = {}
    if sealer is not None:
        now, nonce = datetime.now(UTC), nonce or secrets.token_urlsafe(18)
        headers = sign_request("GET", url, sealer=sealer, at=now, nonce=nonce)
    return httpx.get(url, headers=headers, timeout=PATIENCE, trust_env=False)


def key_of(state, name) -> FileSealer:
    passphrase = (state.folder / "keys" / "passphrase").read_bytes().strip()
    return FileSealer.open(state.folder / "keys" / f"{name}.pem", passphrase)


def look_of(answer: httpx.Response) -> tuple:
    """All that a stranger could tell two answers apart by."""
    changing = {"date", "content-security-policy"}
    headers = {name: value for name, value in answer.headers.items() if name not in changing}
    return answer.status_code, answer.content, headers


def test_strangers_cannot_tell_what_lies_at_the_exchange(pair, flow):
    """Unsigned, unknown, foreign and replayed requests get one and the same answer: nothing."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    settle(pair)
    (origin,) = belarus.account("sizes")["open"]
    there = [f"log/{origin}/checkpoint", f"log/{origin}/log.json", "trust/1.json"]
    partner = key_of(azerbaijan, "exchange")
    for path in there:
        assert exchange_answers(belarus, path, partner).status_code == 200
    nowhere = [
        f"log/{origin[:-4]}1999/checkpoint",
        f"log/{origin}/tile/0/999",
        "trust/99.json",
        f"mirror/{origin}/cosigned/0",
    ]
    strangers = {
        "unsigned": None,
        "unknown": FileSealer(make_private_key(secrets.token_bytes)),
        "ourselves": key_of(belarus, "exchange"),
        "partner, another key": key_of(azerbaijan, "log"),
    }
    looks = {
        (title, path): look_of(exchange_answers(belarus, path, sealer))
        for title, sealer in strangers.items()
        for path in (*there, *nowhere)
    }
    assert {look[0] for look in looks.values()} == {404}
    assert len({str(look) for look in looks.values()}) == 1, looks
    nonce = secrets.token_urlsafe(18)
    answers = [exchange_answers(belarus, there[0], partner, nonce) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 404]


def test_two_persons_are_needed(pair, flow):
    """The certifying officer cannot assess, and the assessing officer cannot certify."""
    belarus = pair["BY"]
    application = flow.apply(belarus, sample_named("01-tractors"))
    certifier, assessor = (flow.person(belarus, role) for role in ("certifier", "assessor"))
    decide = f"/assessment/{application}/decide"
    with pytest.raises(StandingError):
        certifier.ask("POST", decide, {"worksheet_version": "1"})
    flow.decide(belarus, application)
    with pytest.raises(StandingError):
        assessor.ask("POST", f"/certification/{application}/certify", {})
    assert flow.certify(belarus, application)["number"]


def names_in(data):
    """Every name of a party and every description of goods in a sample."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key in {"name", "description"} and isinstance(value, str):
                yield value
            yield from names_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from names_in(value)


def test_what_the_processes_tell_their_operator_holds_no_trade_data(pair, flow):
    made = flow.issue(pair["BY"])
    settle(pair)
    flow.accept(pair["AZ"], made)
    names = set(names_in(sample_named(SAMPLE["BY"]).application))
    assert len(names) > 2
    told = "".join(
        path.read_text() for state in pair for path in (state.folder / "diagnostics").glob("*.txt")
    )
    assert [name for name in names if name in told] == []


def example(heading, kind):
    """A block of docs/guide/programs.md, word for word."""
    guide = (ROOT / "docs" / "guide" / "programs.md").read_text("utf-8")
    return guide.split(f"## {heading}\n")[1].split(f"```{kind}\n")[1].split("```")[0]


def run_example(heading, kind, flow, state, role, folder):
    """Run one as its reader would, with a key of somebody and the documents beside it."""
    key = flow.person(state, role)._client.headers["Authorization"].removeprefix("Bearer ")
    facts = {"API": f"{state.url}/api/v1", "KEY": key, "BODY": ISSUING_BODY[state.state]}
    words = {"bash": ["bash", "-eu", "-o", "pipefail", "-c"], "python": [sys.executable, "-c"]}
    done = subprocess.run(
        [*words[kind], example(heading, kind)],
        cwd=folder,
        env=os.environ | facts,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_the_examples_of_the_guide_apply_and_check_word_by_word(pair, flow, tmp_path):
    """In curl and in Python: an exporter applies at home, customs checks in the other state."""
    sample, home, abroad = sample_named(SAMPLE["BY"]), pair["BY"], pair["AZ"]
    for kind in ("bash", "python"):
        trip = {"transport": {"means": f"road, {kind} {secrets.token_hex(4)}"}}
        (tmp_path / "application.json").write_bytes(orjson.dumps(sample.application | trip))
        (tmp_path / "worksheet.json").write_bytes(orjson.dumps(sample.worksheet))
        heading, trader = "An exporter applies", trader_of(sample)
        assert run_example(heading, kind, flow, home, trader, tmp_path)[-1] == "submitted"
    made = flow.issue(home, sample)
    settle(pair)
    declared = orjson.dumps(flow.declaration(made, sample))
    (tmp_path / "declaration.json").write_bytes(declared)
    for kind in ("bash", "python"):
        told = run_example("Customs checks", kind, flow, abroad, "customs", tmp_path)
        assert told == [f"{made['number']} recognised"]
