"""Addresses of the certifying officer's desk."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin_server.certification import (
    views,
    views_approval,
    views_journal,
    views_people,
    views_register,
)

SUBJECT = r"(?P<subject>urn:[\w:.-]{1,250})"

urlpatterns = [
    path("certification/", views.list_certificates, name="certification-list"),
    path("certification/journal", views_journal.journal, name="certification-journal"),
    path("certification/journal/reserve", views_journal.reserve, name="certification-reserve"),
    path("certification/journal/void", views_journal.void, name="certification-void"),
    path("certification/register", views_register.register, name="certification-register"),
    path("certification/deputies", views_people.deputies, name="certification-deputies"),
    path(
        "certification/deputies/<int:deputation>/end",
        views_people.end,
        name="certification-deputy-end",
    ),
    path("certification/rules", views_people.list_rules, name="certification-rules"),
    path("certification/rules/<slug:body>", views_people.rules, name="certification-rule"),
    path("certification/<uuid:application>", views.certify, name="certification-certify"),
    path(
        "certification/<uuid:application>/send-back",
        views.send_back,
        name="certification-send-back",
    ),
    path(
        "certification/<uuid:application>/draft",
        views_approval.answer,
        name="certification-draft",
    ),
    re_path(rf"^certification/{SUBJECT}$", views.show, name="certification-show"),
    re_path(rf"^certification/{SUBJECT}/renew$", views.renew, name="certification-renew"),
    re_path(
        rf"^certification/{SUBJECT}/handover$",
        views_journal.handover,
        name="certification-handover",
    ),
]
