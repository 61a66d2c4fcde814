"""The VC API of the test profile: what public suites send, and what a hostile client would."""

import io
import json

import pytest

from certorigin.seal.foreign.contexts import known_contexts
from certorigin_server.conformance.app import TestProfile
from certorigin_server.conformance.issuers import KINDS
from tests.library.seal.others import HOLDER, credential, presentation, prove, published

PREFIXES = [prefix for prefix in KINDS if prefix != "/vc/status"]
BASE = "https://suite.example:8443"


@pytest.fixture(scope="module", params=[known_contexts, published], ids=["alone", "folder"])
def profile(request):
    """A profile that was started without a folder of contexts, and with one."""
    return TestProfile(request.param())


def _call(profile, path, body=None, *, method=None, raw=None, **environ):
    data = raw if raw is not None else json.dumps(body).encode() if body is not None else b""
    told = []
    answer = profile(
        {
            "REQUEST_METHOD": method or ("GET" if body is None and raw is None else "POST"),
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(data)),
            "HTTP_HOST": "suite.example:8443",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(data),
            "wsgi.errors": io.StringIO(),
            **environ,
        },
        lambda status, headers: told.append((int(status[:3]), dict(headers))),
    )
    text = b"".join(answer)
    ((status, headers),) = told
    assert headers["Content-Length"] == str(len(text))
    assert ("problem" in headers["Content-Type"]) == (status >= 400)
    return status, json.loads(text) if text else None


def _issued(profile, prefix="/vc/eddsa-jcs-2022", **changes):
    did = _call(profile, "/vc/keys")[1][prefix]
    asked = credential(issuer=did, **changes)
    return _call(profile, f"{prefix}/credentials/issue", {"credential": asked, "options": {}})


def _verify(profile, signed, prefix="/vc/eddsa-jcs-2022"):
    asked = {"verifiableCredential": signed, "options": {"checks": ["proof"]}}
    return _call(profile, f"{prefix}/credentials/verify", asked)


def test_each_prefix_has_its_own_key(profile):
    status, keys = _call(profile, "/vc/keys")
    assert status == 200
    assert [did[8:12] for did in keys.values()] == ["z6Mk", keys[PREFIXES[1]][8:12], "z82L", "z6Mk"]
    assert keys[PREFIXES[1]].startswith("did:key:zDn")
    assert len(set(keys.values())) == 4
    assert _call(TestProfile(known_contexts()), "/vc/keys")[1] != keys


@pytest.mark.parametrize("prefix", PREFIXES)
def test_issue_and_verify(profile, prefix):
    status, signed = _issued(profile, prefix)
    assert status == 201
    assert signed["proof"]["cryptosuite"] == prefix.split("/")[2]
    for verifier in PREFIXES:
        status, told = _verify(profile, signed, verifier)
        assert (status, told["verified"], told["period"]) == (200, True, "within")
    signed["credentialSubject"]["name"] = "other"
    status, told = _verify(profile, signed, prefix)
    assert (status, told["verified"]) == (400, False)
    assert told["problemDetails"][0]["type"].endswith("#PROOF_VERIFICATION_ERROR")


def test_a_presentation_answers_the_request(profile):
    options = {"domain": "suite.example", "challenge": "u7f3a"}
    shown = prove(
        presentation(prove(credential(), suite="eddsa-rdfc-2022")),
        key=HOLDER,
        suite="eddsa-rdfc-2022",
        proofPurpose="authentication",
        **options,
    )
    path = "/vc/eddsa-jcs-2022/presentations/verify"
    body = {"verifiablePresentation": shown, "options": options}
    assert _call(profile, path, body)[0] == 200
    for changed in ({"challenge": "other"}, {"domain": "other"}, {"domain": 5}):
        status, told = _call(profile, path, {**body, "options": {**options, **changed}})
        assert (status, told["verified"]) == (400, False)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"unheard": "of"}, 400),
        ({"credentialSubject": None}, 400),
        ({"@context": ["https://www.w3.org/ns/credentials/v2", "https://x.example/"]}, 422),
    ],
)
def test_what_is_not_issued(profile, changes, status):
    found, told = _issued(profile, **changes)
    assert found == status
    assert {"type", "title", "detail", "status"} <= set(told)


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"verifiableCredential":"x"}', 400),
        (b'{"verifiableCredential":{},"verifiableCredential":{}}', 400),
        (b'{"verifiableCredential":' + b"[" * 5_000, 400),
        (b'{"verifiableCredential":{"@context":"\\ud800"}}', 400),
        (b"\xff", 400),
        (b" " * 300_000, 400),
    ],
)
def test_hostile_bodies(profile, raw, status):
    found, told = _call(profile, "/vc/eddsa-jcs-2022/credentials/verify", raw=raw)
    assert (found, told["verified"]) == (status, False)


@pytest.mark.parametrize("length", ["-1", "x", "99999999999", "٣"])
def test_hostile_lengths(profile, length):
    path = "/vc/eddsa-jcs-2022/credentials/verify"
    assert _call(profile, path, raw=b"{}", CONTENT_LENGTH=length)[0] == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/vc/eddsa-jcs-2022/credentials/issue", 404),
        ("POST", "/vc/ecdsa-jcs-2019/credentials/issue", 404),
        ("POST", "/vc/eddsa-jcs-2022/credentials/status", 404),
        ("DELETE", "/vc/keys", 405),
    ],
)
def test_nothing_else_answers(profile, method, path, status):
    assert _call(profile, path, raw=b"{}", method=method)[0] == status


def test_a_fault_of_ours_is_one_answer(profile, monkeypatch):
    monkeypatch.setattr(
        "certorigin_server.conformance.app.verify_credential", lambda *_, **__: 1 / 0
    )
    errors = io.StringIO()
    status, told = _call(
        profile,
        "/vc/eddsa-jcs-2022/credentials/verify",
        {"verifiableCredential": {}},
        **{"wsgi.errors": errors},
    )
    assert (status, told["detail"]) == (500, "")
    assert "ZeroDivisionError" in errors.getvalue()


# -- the status list ------------------------------------------------------------------------------


def test_a_status_is_set_and_shows_after_the_next_batch(profile):
    status, signed = _issued(
        profile, "/vc/status", id="urn:uuid:0193b1f2-0000-7000-8000-000000000001"
    )
    entry = signed["credentialStatus"]
    assert (status, entry["statusListCredential"]) == (201, f"{BASE}/vc/status/lists/1")
    _, listed = _call(profile, "/vc/status/lists/1")
    assert _verify(profile, listed)[0] == 200
    assert _verify(profile, signed, "/vc/status")[0] == 200

    asked = {"credentialId": signed["id"], "credentialStatus": {"statusPurpose": "revocation"}}
    assert _call(profile, "/vc/status/credentials/status", asked) == (200, {})
    assert _verify(profile, signed, "/vc/status")[0] == 200
    assert _call(profile, "/vc/status/lists/1/publish", {}) == (204, None)
    status, told = _verify(profile, signed, "/vc/status")
    assert (status, told["title"]) == (400, "foreign.status_set")
    asked["credentialId"] = "urn:uuid:nobody"
    assert _call(profile, "/vc/status/credentials/status", asked)[0] == 422


def test_places_are_no_order_of_issue(profile):
    places = [
        int(_issued(profile, "/vc/status")[1]["credentialStatus"]["statusListIndex"])
        for _ in range(8)
    ]
    assert len(set(places)) == 8
    assert places != sorted(places)


def test_a_list_elsewhere_is_unknown_and_not_fetched(profile):
    signed = _issued(profile, "/vc/status")[1]
    path = "/vc/status/credentials/verify"
    body = {"verifiableCredential": signed}
    assert _call(profile, path, body, HTTP_HOST="other.example")[0] == 422
