"""The machine interface: one router per stop, one way to answer errors."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

import orjson
from django.http import HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.renderers import JSONRenderer

from certorigin import __version__
from certorigin.errors import (
    CertoriginError,
    ConflictError,
    FaultsError,
    FindingsError,
    LimitError,
    MalformedError,
    RightError,
    StandingError,
    UnknownError,
)
from certorigin.terminal.sentences import say
from certorigin.vocabulary.finding import Finding
from certorigin_server.administration.api import router as administration_router
from certorigin_server.application.evidence_api import router as evidence_router
from certorigin_server.application.intake.api import router as intake_router
from certorigin_server.assessment.api import router as assessment_router
from certorigin_server.assessment.case_api import router as case_router
from certorigin_server.assessment.record_api import router as record_router
from certorigin_server.audit.api import router as audit_router
from certorigin_server.batches.api import router as batches_router
from certorigin_server.blanks.api import router as blanks_router
from certorigin_server.certification.api import router as certification_router
from certorigin_server.certification.desk_api import router as certification_desk_router
from certorigin_server.certification.outcome_api import router as application_router
from certorigin_server.fees.api import router as fees_router
from certorigin_server.guidance.api import acceptance_router, ask_router
from certorigin_server.guidance.supplier_api import router as suppliers_router
from certorigin_server.inquiry.api import router as inquiry_router
from certorigin_server.log.api import router as log_router
from certorigin_server.mirror.api import router as mirror_router
from certorigin_server.notices.api import router as notices_router
from certorigin_server.notices.api import webhook_router
from certorigin_server.published.api import router as published_router
from certorigin_server.recognition.api import router as recognition_router
from certorigin_server.recognition.court.api import router as court_router
from certorigin_server.recognition.many.api import router as many_router
from certorigin_server.recognition.paper.api import router as paper_router
from certorigin_server.recognition.paper.emergency_api import router as emergency_router
from certorigin_server.recognition.preference.api import router as preference_router
from certorigin_server.returns.api import router as returns_router
from certorigin_server.returns.events.api import router as events_router
from certorigin_server.returns.events.re_export_api import router as re_export_router
from certorigin_server.returns.requests.api import router as verification_router
from certorigin_server.statistics.api import router as statistics_router
from certorigin_server.users.access import authenticate_token
from certorigin_server.users.api import router as users_router
from certorigin_server.users.company_api import router as company_router
from certorigin_server.web.api import router as web_router

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest


def described_once(view: Callable[..., HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let a process describe itself once: it takes half a second, and anybody may ask."""
    found: list[bytes] = []

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if not found:
            found.append(view(request).content)
        return HttpResponse(found[0], content_type="application/json")

    return answer


class Renderer(JSONRenderer):
    """Writes the JSON that the framework writes, quicker, and letters as they are, unescaped."""

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> Any:  # noqa: ANN401 - as the framework has it
        """Write an answer; what only the framework knows how to write is left to it."""
        try:
            return orjson.dumps(data, option=orjson.OPT_PASSTHROUGH_DATETIME)
        except TypeError:
            return super().render(request, data, response_status=response_status)


api = NinjaAPI(
    title="Certorigin",
    version=__version__,
    description="The machine interface of one national system, stop by stop.",
    auth=[authenticate_token],
    renderer=Renderer(),
    docs_url=None,
    docs_decorator=described_once,
    urls_namespace="api",
)
# Addresses are tried in this order: first what the machines of customs ask all day.
api.add_router("/recognition", many_router)
api.add_router("/mirror", mirror_router)
api.add_router("/recognition", recognition_router)
api.add_router("", users_router)
api.add_router("/company", company_router)
api.add_router("/ask", ask_router)
api.add_router("/acceptance", acceptance_router)
api.add_router("/suppliers", suppliers_router)
api.add_router("/application", intake_router)
api.add_router("/application", application_router)
api.add_router("/application", evidence_router)
api.add_router("/assessment", case_router)
api.add_router("/assessment", record_router)
api.add_router("/assessment", assessment_router)
api.add_router("/batches", batches_router)
api.add_router("/blanks", blanks_router)
api.add_router("/fees", fees_router)
api.add_router("/certification", certification_desk_router)
api.add_router("/certification", certification_router)
api.add_router("/log", log_router)
api.add_router("/recognition", paper_router)
api.add_router("/recognition", emergency_router)
api.add_router("/recognition", preference_router)
api.add_router("/recognition", court_router)
api.add_router("/published", published_router)
api.add_router("/inquiry", inquiry_router)
api.add_router("/returns", events_router)
api.add_router("/re-export", re_export_router)
api.add_router("/returns", returns_router)
api.add_router("/verification", verification_router)
api.add_router("/notices", notices_router)
api.add_router("/webhooks", webhook_router)
api.add_router("/administration", administration_router)
api.add_router("/audit", audit_router)
api.add_router("/statistics", statistics_router)
api.add_router("", web_router)

# The first class that fits decides; what is not listed is a fault of the request.
STATUS = (
    (LimitError, 413),
    (MalformedError, 400),
    (RightError, 403),
    (UnknownError, 404),
    (ConflictError, 409),
    (StandingError, 409),
    (FindingsError, 422),
)


@api.exception_handler(CertoriginError)
def answer_error(request: HttpRequest, error: CertoriginError) -> HttpResponse:
    """Answer with the code, the facts, and a sentence in the caller's language."""
    status = next((number for kind, number in STATUS if isinstance(error, kind)), 400)
    if error.code in {"session.refused", "session.missing"}:
        status = 401
    if error.code in {"session.wait", "token.too_fast"}:
        status = 429
    body = _told(request, error.code, error.facts)
    language = _language_of(request)
    if isinstance(error, FindingsError | FaultsError):
        body["findings"] = [
            {
                **finding.to_data(),
                "message": say(finding.code, {"place": finding.place, **finding.facts}, language),
            }
            for finding in error.findings
            if isinstance(finding, Finding)
        ]
    answer = api.create_response(request, body, status=status)
    if "seconds" in error.facts and status == 429:
        answer["Retry-After"] = error.facts["seconds"]
    return answer


@api.exception_handler(ValidationError)
def answer_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a request that does not fit the published shape, place by place."""
    findings = [
        {
            "code": "request.misshaped",
            "place": ".".join(str(step) for step in fault["loc"]),
            "message": fault["msg"],
        }
        for fault in error.errors
    ]
    body = _told(request, "request.misshaped", {})
    return api.create_response(request, {**body, "findings": findings}, status=400)


@api.exception_handler(AuthenticationError)
def answer_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer who has not signed in."""
    del error
    return api.create_response(request, _told(request, "session.missing", {}), status=401)


@api.exception_handler(HttpError)
def answer_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Answer a request whose body is not JSON."""
    body = _told(request, "request.unreadable", {})
    return api.create_response(request, body, status=error.status_code)


def _told(request: HttpRequest, code: str, facts: Mapping[str, str]) -> dict[str, object]:
    message = say(code, facts, _language_of(request))
    return {"code": code, "facts": dict(facts), "message": message}


def _language_of(request: HttpRequest) -> str:
    return request.headers.get("Accept-Language", "en")[:2].lower()
