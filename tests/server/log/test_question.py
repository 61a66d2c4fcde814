"""A partner asks for one of our certificates by number and date, and nobody else is told (R11)."""

import uuid
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from certorigin.mirror.line import sign_request
from certorigin.mirror.profile import KNOWN, V1, V2, read_profiles
from certorigin.recognition.question import read_answer
from certorigin.seal.canonical import parse_strict
from certorigin_server.trail.queries import TrailEntry
from tests.server import partner as az
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_body,
    make_certifier,
    make_exporter,
)
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db
BASE = "http://testserver/exchange"
CORRIDOR = "AZ-BY/CIS-2009"


def ask(path, key="exchange", *, signed=True):
    headers = {}
    if signed:
        headers = sign_request(
            "GET",
            f"{BASE}/{path}",
            sealer=az.sealer(key),
            at=timezone.now(),
            nonce=uuid.uuid4().hex,
        )
    answer = Client().get(f"/exchange/{path}", headers=headers)
    if answer.streaming:
        b"".join(answer)  # a file that is read is closed
    return answer


def question(**members):
    return f"certificate?{urlencode(members)}"


def seen(answer):
    return answer.status_code, answer.content, sorted(answer.headers.items())


@pytest.fixture
def made(partner, turns):
    """A certificate of ours that is published and that the partner does not hold yet."""
    make_body()
    people = Api(make_exporter()), Api(make_assessor()), Api(make_certifier())
    done = certified(decided(people[0], people[1]), people[2])
    turns.publish()
    return {"date": done["issued_on"], "form": "ST-1", "number": done["number"]}, done, people[2]


def kinds(answer):
    return [parse_strict(one.act)["type"][1] for one in read_answer(answer.content)]


def test_the_partner_gets_the_bundle(made, partner):
    asked, done, _ = made
    answer = ask(question(**asked))
    (bundle,) = read_answer(answer.content)
    assert parse_strict(bundle.act)["credentialSubject"]["id"] == done["id"]
    assert answer.headers["Cache-Control"] == "private, no-transform"
    (line,) = TrailEntry.objects.filter(action="log.answered")
    assert (line.subject, "AZ-1" in line.facts) == (done["id"], True)


def test_the_number_is_found_as_people_write_it(made):
    asked, *_ = made
    number = asked["number"].replace("BY", "ВУ").lower()
    assert ask(question(**asked | {"number": f" {number[:4]} {number[4:]}"})).status_code == 200


def test_what_ended_it_comes_with_it(made, turns):
    """The partner is not told of a certificate alone that we have annulled meanwhile."""
    asked, done, certifier = made
    body = {"ground": "error_in_certificate", "remark": "a wrong weight"}
    annulled = certifier.post(f"/returns/{done['id']}/annul", body)
    assert annulled.status in {200, 201}, annulled.data
    turns.publish()
    assert kinds(ask(question(**asked))) == ["Issued", "Annulled"]


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "BYAZ6999999999"},
        {"date": (date(2026, 1, 1)).isoformat()},
        {"form": "GENERAL"},
        {"number": ""},
        {"date": "yesterday"},
        {"more": "1"},
    ],
)
def test_what_is_not_there_is_like_any_place_where_nothing_is(made, changes):
    """An unknown number and a wrong date can't be told apart, nor from what is no question."""
    asked, *_ = made
    nothing = seen(ask("nothing/at/all"))
    assert seen(ask(question(**asked | changes))) == nothing


@pytest.mark.parametrize("key", ["log", "nobody"])
def test_whoever_is_no_partner_is_told_nothing(made, key):
    asked, *_ = made
    nothing = seen(ask("nothing/at/all", signed=False))
    for path in (question(**asked), question(**asked | {"number": "X1"})):
        assert seen(ask(path, key)) == nothing
        assert seen(ask(path, signed=False)) == nothing


def test_a_certificate_of_another_corridor_is_none_of_its_business(made, settings):
    asked, *_ = made
    (corridor,) = settings.SYSTEM.corridors
    other = replace(corridor, corridor=type(corridor.corridor)(("AZ", "KZ"), "CIS-2009"))
    settings.SYSTEM = replace(settings.SYSTEM, corridors=(other,))
    assert ask(question(**asked)).status_code == 404


def test_a_certificate_that_is_not_published_is_not_there(partner, turns):
    make_body()
    people = Api(make_exporter()), Api(make_assessor()), Api(make_certifier())
    done = certified(decided(people[0], people[1]), people[2])
    turns.publish()  # the term is open
    after = certified(decided(people[0], people[1]), people[2])
    asked = {"date": done["issued_on"], "form": "ST-1"}
    assert ask(question(number=done["number"], **asked)).status_code == 200
    assert ask(question(number=after["number"], **asked)).status_code == 404


# -- versions of the profile ----------------------------------------------------------------------


def speak(settings, *profiles):
    (corridor,) = settings.SYSTEM.corridors
    spoken = replace(corridor, profiles=profiles)
    settings.SYSTEM = replace(settings.SYSTEM, corridors=(spoken,))


def test_the_partner_learns_what_we_speak(partner, settings):
    path = f"profiles/{CORRIDOR}.json"
    assert read_profiles(ask(path).content, CORRIDOR) == KNOWN
    speak(settings, V1)
    assert read_profiles(ask(path).content, CORRIDOR) == (V1,)


def test_nobody_else_learns_it(partner):
    nothing = seen(ask("nothing/at/all", signed=False))
    assert seen(ask(f"profiles/{CORRIDOR}.json", signed=False)) == nothing
    assert seen(ask(f"profiles/{CORRIDOR}.json", "nobody")) == nothing
    assert seen(ask("profiles/BY-KZ/CIS-2009.json")) == nothing


def test_who_speaks_the_first_version_alone_answers_no_question_and_shows_its_log(made, settings):
    asked, *_ = made
    speak(settings, V1)
    assert ask(question(**asked)).status_code == 404
    assert ask(f"log/{OURS}/checkpoint").status_code == 200
    speak(settings, V2)
    assert ask(question(**asked)).status_code == 200
