"""Addresses of our logs, as the partner's mirror asks for them (docs/spec/exchange.md)."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin.certification.export.write import EXPORTS
from certorigin_server.certification.urls import SUBJECT
from certorigin_server.log.views import read_log, take_bundle
from certorigin_server.log.views_paper import (
    print_blank,
    take_codes,
    take_copy,
    take_export,
    take_pdf,
)
from certorigin_server.log.views_question import answer_question, read_profiles

ORIGIN = r"(?P<origin>certorigin/[A-Z]{2}-\d{1,3}/[A-Z]{2}-[A-Z]{2}/[A-Z0-9-]{2,31}/\w{1,20})"

urlpatterns = [
    re_path(rf"^exchange/log/{ORIGIN}/(?P<path>[\w./]{{1,120}})$", read_log, name="read-log"),
    re_path(
        r"^exchange/profiles/(?P<corridor>[A-Z]{2}-[A-Z]{2}/[A-Z0-9-]{2,31})\.json$",
        read_profiles,
        name="read-profiles",
    ),
    path("exchange/certificate", answer_question, name="answer-question"),
    re_path(rf"^certification/{SUBJECT}/bundle$", take_bundle, name="log-bundle"),
    re_path(rf"^certification/{SUBJECT}/pdf$", take_pdf, name="log-pdf"),
    re_path(rf"^certification/{SUBJECT}/codes$", take_codes, name="log-codes"),
    re_path(rf"^certification/{SUBJECT}/blank$", print_blank, name="log-blank"),
    re_path(
        rf"^certification/{SUBJECT}/export/(?P<kind>{'|'.join(EXPORTS)})$",
        take_export,
        name="log-export",
    ),
    re_path(
        rf"^certification/{SUBJECT}/copy/(?P<language>[a-z]{{2}})$", take_copy, name="log-copy"
    ),
]
