"""The endpoints of the test profile, as one WSGI application without Django and without storage."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from certorigin.errors import CertoriginError, LimitError, MalformedError
from certorigin.seal.foreign.contexts import Contexts
from certorigin.seal.foreign.proofs import AUTHENTICATION, Wanted
from certorigin.seal.foreign.reading import MAX_BYTES, read_object
from certorigin.seal.foreign.verification import (
    Verified,
    issue_credential,
    verify_credential,
    verify_presentation,
)
from certorigin_server.conformance.issuers import Issuer, make_issuers
from certorigin_server.conformance.lists import PATH, StatusList
from certorigin_server.conformance.problems import problem, problem_of

Answer = tuple[int, Any]
Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], object]

STATUS = "/vc/status"


class TestProfile:
    """VC API: issue and verify, each prefix with its own suite and key."""

    __test__ = False

    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts
        self._issuers = make_issuers()
        self._list = StatusList(self._issuers[STATUS])

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        try:
            status, body = self._answer(environ)
        except CertoriginError as error:
            status, body = problem_of(error)
        except Exception:  # noqa: BLE001 - a fault of ours ends one answer, not the profile
            environ["wsgi.errors"].write(traceback.format_exc())
            status, body = 500, problem(500, "about:blank", "fault", "")
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        kind = "application/json" if status < HTTPStatus.BAD_REQUEST else "application/problem+json"
        head = [("Content-Type", kind), ("Content-Length", str(len(raw)))]
        start_response(f"{status} {HTTPStatus(status).phrase}", head)
        return [raw]

    def _answer(self, environ: Environ) -> Answer:
        path = str(environ.get("PATH_INFO", ""))
        base = _base(environ)
        if environ.get("REQUEST_METHOD") == "GET":
            if path == "/vc/keys":
                return 200, {prefix: issuer.did for prefix, issuer in self._issuers.items()}
            if path == PATH:
                return 200, self._list.credential(base)
            return _nowhere()
        if environ.get("REQUEST_METHOD") != "POST":
            return 405, problem(405, "about:blank", "method", "")
        for prefix, issuer in self._issuers.items():
            if path.startswith(prefix + "/"):
                return self._post(issuer, path[len(prefix) :], environ, base)
        return _nowhere()

    def _post(self, issuer: Issuer, call: str, environ: Environ, base: str) -> Answer:
        calls: dict[str, Callable[[Issuer, Mapping[str, Any], str], Answer]] = {
            "/credentials/issue": self._issue,
            "/credentials/verify": self._verify,
            "/presentations/verify": self._verify_presentation,
        }
        if issuer.prefix == STATUS:
            calls |= {
                "/credentials/status": self._mark,
                PATH[len(STATUS) :] + "/publish": self._publish,
            }
        found = calls.get(call)
        return found(issuer, _body(environ), base) if found else _nowhere()

    def _issue(self, issuer: Issuer, body: Mapping[str, Any], base: str) -> Answer:
        credential = _member(body, "credential")
        if issuer.prefix == STATUS:
            credential = self._list.enter(credential, base)
        options = _options(body)
        issued = issue_credential(credential, issuer.sealer, options, self._contexts, at=_now())
        return 201, issued

    def _verify(self, issuer: Issuer, body: Mapping[str, Any], base: str) -> Answer:
        found = verify_credential(_member(body, "verifiableCredential"), self._contexts, at=_now())
        if issuer.prefix == STATUS:
            self._list.check(found.document, base)
        return 200, _told(found)

    def _verify_presentation(self, issuer: Issuer, body: Mapping[str, Any], base: str) -> Answer:
        del issuer, base
        options = _options(body)
        texts = [options.get(name) for name in ("domain", "challenge")]
        if not all(text is None or type(text) is str for text in texts):
            raise MalformedError("foreign.member_malformed", place="options")
        wanted = Wanted(AUTHENTICATION, _now(), *texts)
        presentation = _member(body, "verifiablePresentation")
        return 200, _told(verify_presentation(presentation, wanted, self._contexts))

    def _mark(self, issuer: Issuer, body: Mapping[str, Any], base: str) -> Answer:
        del issuer, base
        self._list.mark(body.get("credentialId"))
        return 200, {}

    def _publish(self, issuer: Issuer, body: Mapping[str, Any], base: str) -> Answer:
        del issuer, body, base
        self._list.publish()
        return 204, None


def _told(found: Verified) -> dict[str, Any]:
    """Say what was verified. The period is told beside it: it says nothing about the proofs."""
    return {
        "verified": True,
        "period": found.period,
        "proofs": [
            {"cryptosuite": proof.suite, "verificationMethod": f"{proof.controller}#{proof.key}"}
            for proof in found.proofs
        ],
        "credentials": len(found.credentials),
    }


def _body(environ: Environ) -> dict[str, Any]:
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > MAX_BYTES:
        raise LimitError("seal.too_large", size=length[:20], limit=str(MAX_BYTES))
    return read_object(environ["wsgi.input"].read(int(length)))


def _member(body: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    if type(value) is not dict:
        raise MalformedError("foreign.member_missing", place=name)
    return value


def _options(body: Mapping[str, Any]) -> dict[str, Any]:
    options = body.get("options") or {}
    if type(options) is not dict:
        raise MalformedError("foreign.member_malformed", place="options")
    return options


def _base(environ: Environ) -> str:
    """The address that the caller used, for the address of the status list."""
    scheme = environ.get("HTTP_X_FORWARDED_PROTO") or environ.get("wsgi.url_scheme", "http")
    host = environ.get("HTTP_HOST") or "localhost"
    return f"{'https' if scheme == 'https' else 'http'}://{host}"


def _nowhere() -> Answer:
    return 404, problem(404, "about:blank", "nowhere", "")


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
