"""Logs and bundles for the machine interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from ninja import Router, Schema

from certorigin.certification.export.write import EXPORTS
from certorigin.errors import UnknownError
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.certification.queries import get_visible
from certorigin_server.log.paper import original_of
from certorigin_server.log.queries import bundle_of, logs
from certorigin_server.log.views_paper import export_answer, pdf_answer
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.users.access import Caller
from certorigin_server.users.rights import Right

if TYPE_CHECKING:
    from django.http import HttpRequest

router = Router(tags=["log"])


class LogOut(Schema):
    """One of our logs."""

    origin: str
    corridor: str
    term: str
    status: str
    size: str
    cosigned_size: str
    cosigned_at: str
    path: str


@router.get("", response=list[LogOut])
def list_logs(request: HttpRequest) -> list[LogOut]:
    """List our logs with their sizes and how far the partner countersigned them."""
    Caller.of(request, Right.LOG_READ)
    return [
        LogOut(
            origin=log.origin,
            corridor=log.corridor,
            term=log.term,
            status=log.status,
            size=str(log.size),
            cosigned_size=str(log.cosigned_size),
            cosigned_at=moment_to_text(log.cosigned_at) if log.cosigned_at else "",
            path=log.path,
        )
        for log in logs()
    ]


@router.get("/bundle/{subject}")
def get_bundle(request: HttpRequest, subject: str) -> HttpResponse:
    """Return the certificate with its proof of registration, once it is published."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    certificate = get_visible(subject, user=caller.user)
    bundle = bundle_of(certificate.act_id)
    response = HttpResponse(bundle.to_bytes(), content_type="application/json")
    name = f"{certificate.number}.certorigin.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private"
    return response


@router.get("/pdf/{subject}")
def get_pdf(request: HttpRequest, subject: str) -> HttpResponse:
    """Return the certificate as PDF/A-3b with its bundle attached, once it is published."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    row = get_visible(subject, user=caller.user)
    return pdf_answer(original_of(row, keyring=get_keyring()), row, "")


@router.get("/export/{subject}/{kind}")
def get_export(request: HttpRequest, subject: str, kind: str) -> HttpResponse:
    """Return a copy without a seal in a format of others: `ubl` or `cefact`."""
    caller = Caller.of(request, Right.CERTIFICATION_READ)
    row = get_visible(subject, user=caller.user)
    if kind not in EXPORTS:
        raise UnknownError("export.format_unknown", value=kind[:40])
    return export_answer(row, kind)
