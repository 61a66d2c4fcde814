"""What customs lives through in a year: the states' clock runs ahead where a story needs months.

Every story is on one pair of states, whose processes read how far they are ahead (`clock/`).
"""

import json
from datetime import timedelta

import pytest

from certorigin.vocabulary.moment import moment_from_text
from tests.journeys.flow import SAMPLE, refusal_of
from tests.journeys.invariants import check_invariants, settle
from tests.journeys.states import wait_for
from tests.journeys.year import begin_a_day, go_to

pytestmark = pytest.mark.journey
LIVES_AHEAD = True
ORDER = {
    "grounds": ["criterion_doubtful"],
    "questions": [{"topic": "criterion", "item": "1"}],
    "remark": "Доля иностранных материалов неясна",
}


@pytest.fixture(autouse=True)
def morning(pair, flow, clock):
    begin_a_day(clock, pair, flow)


@pytest.fixture
def sample(clock):
    """Tractors, with the days of the story."""
    return clock.samples()[SAMPLE["BY"]]


def standing(flow, state, made):
    return flow.person(state, "certifier").ask("GET", f"/returns/{made['id']}")


def asked_about(flow, state, made, number):
    order = ORDER | {"subject": made["id"], "number": number}
    sent = flow.person(state, "customs").ask("POST", "/verification", order)
    path = f"/verification/asked/{sent['id']}"
    return lambda: flow.person(state, "customs").ask("GET", path), path


def test_silence_opens_the_ground_when_both_terms_are_over_and_a_late_answer_closes_it(
    pair, flow, clock, sample
):
    """Of two requests one is never answered and one too late: only the first lets customs refuse.

    The preference is given back on a letter; when the body annuls afterwards, the post is told.
    """
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    silent, late = flow.issue(belarus, sample), flow.issue(belarus, sample)
    settle(pair)
    lodged = [flow.declare(azerbaijan, made, sample) for made in (silent, late)]
    for made, declaration in zip((silent, late), lodged, strict=True):
        flow.decide_at_customs(azerbaijan, declaration, "accept", {"subject": made["id"]})
    threads = [asked_about(flow, azerbaijan, made, made["number"]) for made in (silent, late)]
    settle(pair)
    refusing = {"ground": "no_usable_answer", "phase": "after_release"}

    def refuse(index):
        path = f"/recognition/declaration/{lodged[index]['id']}/refuse"
        about = {"subject": (silent, late)[index]["id"]}
        return flow.person(azerbaijan, "customs").ask("POST", path, refusing | about)

    first, second = (ask for ask, _ in threads)
    assert first()["stage"] == "asked"
    go_to(clock, flow, moment_from_text(second()["first"]["ends"], place="ends"))
    assert refusal_of(lambda: refuse(0)) == "refusal.no_request"
    for number, (ask, own) in enumerate(threads):
        assert ask()["stage"] == "repeat_due"
        flow.person(azerbaijan, "customs").ask("POST", f"{own}/repeat", {"number": f"П-{number}"})
    settle(pair)
    assert first()["stage"] == "repeated"
    go_to(clock, flow, moment_from_text(second()["second"]["ends"], place="ends"))
    assert (first()["stage"], first()["has_ground"]) == ("unanswered", True)
    answer(flow, belarus, late)
    wait_for(lambda: second()["stage"] == "to_judge", "the late answer never came")
    assert refusal_of(lambda: refuse(1)) == "refusal.no_request"
    refused = refuse(0)
    letter = {"number": "15/3", "date": sample.declarations[0]["date"]}
    given = {"basis": "confirmation_letter", "document": letter}
    customs = flow.person(azerbaijan, "customs")
    customs.ask("POST", f"/verification/decision/{refused['id']}/restore", given)
    settle(pair)
    found = standing(flow, belarus, silent)
    assert (len(found["uses"]), len(found["refusals"])) == (1, 1)
    work = annulled_work(pair, flow, silent)
    assert (work["decision"]["subject"], work["causes"][0]["kind"]) == (silent["id"], "Annulled")
    note_all(customs)


def answer(flow, state, made):
    """Two people of the body answer the request about a certificate."""
    assessor, officer = flow.person(state, "assessor"), flow.person(state, "certifier")
    rows = officer.ask("GET", "/verification/received")["requests"]
    (own,) = (one["id"] for one in rows if one["subject"] == made["id"])
    drafted = assessor.ask(
        "POST", f"/verification/received/{own}/draft", {"answers": [{"result": "confirmed"}]}
    )
    officer.ask("POST", f"/verification/received/{own}/confirm/{drafted['draft']}", {})


def annulled_work(pair, flow, made):
    """The body annuls; what customs of the other state finds in the work list."""
    order = {"ground": "issued_unlawfully"}
    flow.person(pair["BY"], "certifier").ask("POST", f"/returns/{made['id']}/annul", order)
    settle(pair)
    (work,) = flow.person(pair["AZ"], "customs").ask("GET", "/recognition/recheck")
    return work


def note_all(customs):
    """The officer has looked at everything that came."""
    for work in customs.ask("GET", "/recognition/recheck"):
        for cause in work["causes"]:
            path = f"/recognition/decision/{work['decision']['id']}/recheck"
            customs.ask("POST", path, {"cause": cause["cause"], "remark": "Пошлина доначислена"})
    assert customs.ask("GET", "/recognition/recheck") == []


def test_a_partner_that_is_dark_for_a_week_leaves_the_paper_rules(pair, flow, clock, sample):
    """Nothing is recognised on an old head; the original is accepted by the emergency form, and
    counts once the partner is back and agrees (R18, R20)."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus, sample)
    settle(pair)
    declaration = flow.declare(azerbaijan, made, sample)
    assert flow.examine(azerbaijan, declaration)["bottom_line"] == "recognised"
    for name in ("web", "loops"):
        belarus.kill(name)
    go_to(clock, flow, clock.now() + timedelta(days=7))
    found = flow.examine(azerbaijan, declaration)
    parts = {name: part["code"] for name, part in found["report"]["parts"].items()}
    assert (found["bottom_line"], parts["freshness"]) == ("undetermined", "freshness.stale")
    assert parts["integrity"] == "integrity.sound"
    customs = flow.person(azerbaijan, "customs")
    path = f"/recognition/declaration/{declaration['id']}"
    taken = {"subject": made["id"]}
    refused = refusal_of(lambda: customs.ask("POST", f"{path}/accept", taken))
    assert refused == "recognition.reason_needed"
    form = {"seen": True, "blank": "1234567"}

    def entered():
        told = refusal_or(lambda: customs.ask("POST", f"{path}/emergency", form))
        return told if told != "emergency.not_disturbed" else None

    assert wait_for(entered, "no notice of disturbed service")["outcome"] == ""
    belarus.start()
    settle(pair)
    wait_for(lambda: customs.ask("GET", f"{path}/emergency")[0]["outcome"], "never compared")
    (entry,) = customs.ask("GET", f"{path}/emergency")
    assert entry["outcome"] == "agrees", entry
    (decision,) = customs.ask("GET", f"{path}/decisions")
    assert (decision["outcome"], entry["act"] in decision["override"]) == ("accepted", True)
    settle(pair)
    assert len(standing(flow, belarus, made)["uses"]) == 1
    check_invariants(pair, flow.ledger)


def refusal_or(ask):
    """What is answered, or the code of a refusal."""
    found = []
    try:
        return refusal_of(lambda: found.append(ask()))
    except AssertionError:
        return found[0]


def test_goods_that_were_used_are_work_when_the_certificate_falls(pair, flow, sample):
    """Annulled after use: the officer finds it in the work list, with the duty at stake (R50)."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus, sample)
    settle(pair)
    document, duty = flow.declaration(made, sample), {"amount": "1200.50", "currency": "AZN"}
    document["items"][0]["dutyAtStake"] = duty
    customs = flow.person(azerbaijan, "customs")
    lodged = customs.ask("POST", "/recognition/declaration", document)
    decision = flow.decide_at_customs(azerbaijan, lodged, "accept", {"subject": made["id"]})
    assert customs.ask("GET", "/recognition/recheck") == []
    work = annulled_work(pair, flow, made)
    assert work["decision"]["id"] == decision["id"]
    assert work["duty"] == [duty]
    note_all(customs)
    (kept,) = customs.ask("GET", f"/recognition/declaration/{decision['declaration']}/decisions")
    assert kept["outcome"] == "accepted"  # what was decided stays


def test_a_forged_number_is_asked_about_and_its_paper_demanded(pair, flow, clock, sample):
    """A number that was never issued is no ground: the partner is asked, the original demanded."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus, sample)
    settle(pair)
    forged = made | {"number": made["number"][:-6] + "999999"}
    declaration = flow.declare(azerbaijan, forged, sample)
    found = flow.examine(azerbaijan, declaration)
    assert (found["bottom_line"], found["reason"]) == ("undetermined", "recognition.not_in_mirror")
    customs = flow.person(azerbaijan, "customs")
    named = {"number": forged["number"], "date": forged["issued_on"], "issued_in": "BY"}
    (put,) = customs.ask("POST", "/inquiry", named)
    answered = wait_for(
        lambda: [one for one in [customs.ask("GET", f"/inquiry/{put['id']}")] if one["outcome"]],
        "the partner never answered",
    )
    assert answered[0]["outcome"] == "unknown"
    path = f"/recognition/declaration/{declaration['id']}/paper"
    until = (clock.now() + timedelta(days=10)).date().isoformat()
    demand = customs.ask("POST", path, {"reason": "not_in_mirror", "until": until})
    outcome = {"outcome": "differs", "remark": "Бланк поддельный"}
    customs.ask("POST", f"/recognition/paper/{demand['id']}/answer", outcome)
    (kept,) = customs.ask("GET", path)
    assert (kept["outcome"], kept["subject"]) == ("differs", "")


POSTS = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from django.conf import settings
from certorigin.recognition.intake import declaration_from_data
from certorigin.returns.post_folder import KEY
from certorigin.seal.sealer import FileSealer
from certorigin_server.operate.post import make_post

secret, at = b"a long enough passphrase", datetime.now(UTC).replace(microsecond=0)
for number, (slug, officer, folder, document) in enumerate(json.loads(sys.argv[1])):
    out, declared = Path(folder), declaration_from_data(document)
    post = make_post(settings.SYSTEM, slug=slug, out=out, secret=secret, at=at)
    post.accept(
        declared,
        declared.items[0].claim.certificate,
        officer=officer,
        override="",
        act_id=f"urn:uuid:00000000-0000-4000-8000-00000000000{number}",
        sealer=FileSealer.open(out / KEY, secret),
        at=at,
    )
    (out / "uses.ndjson").write_bytes(post.export())
"""


def test_goods_used_at_two_posts_without_a_line_are_told_to_both(pair, flow, sample, tmp_path):
    """Each post takes all there is, in good faith: both uses stand, and both officers look."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus, sample)
    settle(pair)
    posts = {"baku-main": "customs-az", "ganja": "customs-ganja"}
    order = [
        (slug, f"urn:certorigin:officer:AZ:{who}", str(tmp_path / slug), document)
        for slug, who in posts.items()
        for document in [flow.declaration(made, sample)]
    ]
    azerbaijan.must_run(POSTS, json.dumps(order))
    overused = []
    for slug, who in posts.items():
        raw = (tmp_path / slug / "uses.ndjson").read_bytes()
        found = flow.person(azerbaijan, who).ask("POST", "/recognition/post/uses", raw)
        assert [one["state"] for one in found["uses"]] == ["recorded"]
        overused.append(found["overused"])
    assert overused == [[], [made["id"]]]
    for who in posts.values():
        person = flow.person(azerbaijan, who)
        (work,) = person.ask("GET", "/recognition/recheck")
        assert [one["kind"] for one in work["causes"]] == ["Overused"]
        note_all(person)
    settle(pair)
    assert len(standing(flow, belarus, made)["uses"]) == 2


def test_a_request_is_answered_found_wanting_and_answered_on_repeat(pair, flow, sample):
    """Customs asks, the body answers too little, customs repeats, and the second answer settles."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus, sample)
    settle(pair)
    customs = flow.person(azerbaijan, "customs")
    assessor, officer = flow.person(belarus, "assessor"), flow.person(belarus, "certifier")
    order = ORDER | {"number": "06-12/77", "subject": made["id"]}
    asked = customs.ask("POST", "/verification", order)

    def received():
        rows = officer.ask("GET", "/verification/received")["requests"]
        return next((one for one in rows if one["subject"] == made["id"]), None)

    def stage():
        return customs.ask("GET", f"/verification/asked/{asked['id']}")["stage"]

    own = wait_for(received, "the request never reached the body")["id"]

    def send(result, facts):
        answers = {"answers": [{"result": result, "facts": facts}], "with_assessment": True}
        draft = assessor.ask("POST", f"/verification/received/{own}/draft", answers)["draft"]
        officer.ask("POST", f"/verification/received/{own}/confirm/{draft}", {})
        wait_for(lambda: stage() == "to_judge", "the answer never reached customs")

    send("cannot_answer", "Дело в архиве")
    wanting = {"outcome": "inadequate", "remark": "Нет расчёта"}
    customs.ask("POST", f"/verification/asked/{asked['id']}/judge", wanting)
    wait_for(lambda: stage() == "repeat_due", "the judgement did not arrive")
    again = {"number": "06-12/99"}
    customs.ask("POST", f"/verification/asked/{asked['id']}/repeat", again)
    settle(pair)
    assert stage() == "repeated"
    send("confirmed", "")
    customs.ask("POST", f"/verification/asked/{asked['id']}/judge", {"outcome": "adequate"})
    settle(pair)
    found = officer.ask("GET", f"/verification/received/{own}")
    assert (found["stage"], found["result"]) == ("settled", "confirmed")
    check_invariants(pair, flow.ledger)


def test_what_was_refused_is_given_back_and_counted_once(pair, flow, sample):
    """Refused at release, restored on proof: the issuing state sees it as used."""
    belarus, azerbaijan = pair["BY"], pair["AZ"]
    made = flow.issue(belarus, sample)
    settle(pair)
    declaration = flow.declare(azerbaijan, made, sample)
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
