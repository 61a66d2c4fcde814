"""Every error of the machine interface has one shape: a code, its facts, a sentence to read."""

import pytest
from django.test import Client

from certorigin import __version__
from certorigin.errors import (
    CertoriginError,
    ConflictError,
    FindingsError,
    LimitError,
    MalformedError,
    RightError,
    StandingError,
    UnknownError,
    VerificationError,
)
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.api import answer_error, api
from tests.server.factories import Api, make_customs_officer, make_exporter, make_token

pytestmark = pytest.mark.django_db
SHAPE = {"code", "facts", "message"}


def raw(path, **facts):
    user = make_exporter()
    headers = {"authorization": f"Bearer {make_token(user)}", **facts.pop("headers", {})}
    return Client().post(f"/api/v1{path}", headers=headers, **facts)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (LimitError("seal.too_large"), 413),
        (MalformedError("seal.not_json"), 400),
        (RightError("right.missing", right="x"), 403),
        (RightError("session.refused"), 401),
        (RightError("session.missing"), 401),
        (UnknownError("certificate.unknown"), 404),
        (ConflictError("log.head_moved"), 409),
        (StandingError("standing.not_usable"), 409),
        (FindingsError("draft.incomplete", []), 422),
        (VerificationError("line.stale"), 400),
        (CertoriginError("x.y"), 400),
    ],
)
def test_each_error_has_its_status(rf, error, status):
    answer = answer_error(rf.get("/"), error)
    assert answer.status_code == status


def test_findings_are_told_one_by_one(rf):
    finding = Finding("match.differs", "items", facts={"a": "b"})
    error = FindingsError("recognition.reason_needed", [finding, "no finding"], bottom_line="x")
    request = rf.get("/", headers={"accept-language": "ru"})
    answer = answer_error(request, error).content.decode()
    assert answer.count('"message"') == 2


def test_who_has_not_signed_in_is_told_so_in_the_language_asked_for():
    answer = Api(language="az-AZ,az;q=0.9").get("/me")
    assert answer.status == 401
    assert set(answer.data) == SHAPE
    assert answer.data["message"] == say("session.missing", {}, "az")


@pytest.mark.parametrize("language", ["", "*", "xx", "\u00e9", "EN-us"])
def test_a_strange_language_is_answered_in_english(language):
    assert Api(language=language).get("/me").data["message"] == say("session.missing")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[1]", b'{"a":', b"null", b'"text"', b'{"a":"\\ud800"}']
)
def test_a_body_that_is_no_request_is_a_fault_of_the_request(body):
    answer = raw("/application", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"].startswith(("request.", "record.", "seal.", "application."))


def test_a_misshaped_body_is_told_place_by_place():
    api = Api(make_customs_officer())
    answer = api.post("/recognition/declaration/00000000-0000-4000-8000-000000000000/accept", {})
    assert (answer.status, answer.data["code"]) == (400, "request.misshaped")
    (finding,) = answer.data["findings"]
    assert finding["place"] == "body.body.subject"


@pytest.mark.parametrize(
    "path", ["/recognition/declaration/not-a-uuid", "/application/not-a-uuid", "/nothing"]
)
def test_a_place_where_nothing_is(path):
    answer = Client().get(f"/api/v1{path}", headers={"authorization": "Bearer x"})
    assert answer.status_code in {400, 401, 404}


def test_the_interface_describes_itself():
    described = Client().get("/api/v1/openapi.json").json()
    assert described["info"] == {
        "title": "Certorigin",
        "version": __version__,
        "description": "The machine interface of one national system, stop by stop.",
    }
    tags = {
        tag for path in described["paths"].values() for one in path.values() for tag in one["tags"]
    }
    assert {"application", "assessment", "certification", "log", "mirror", "recognition"} <= tags


def test_it_describes_itself_once_a_process(monkeypatch):
    first = Client().get("/api/v1/openapi.json").content
    monkeypatch.setattr(api, "get_openapi_schema", lambda **_: 1 / 0)
    assert Client().get("/api/v1/openapi.json").content == first
