"""Addresses of the exporter's desk."""

from __future__ import annotations

from django.urls import path

from certorigin_server.application import (
    acts_views,
    company_views,
    evidence_views,
    tariff_views,
    views,
)
from certorigin_server.application.intake import views as intake

urlpatterns = [
    path("application/new", views.begin, name="application-begin"),
    path("application/start", intake.start, name="application-start"),
    path("application/<uuid:application>/copy", acts_views.copy, name="application-copy"),
    path(
        "application/<uuid:application>/withdraw", acts_views.withdraw, name="application-withdraw"
    ),
    path("application/<uuid:application>/goods", acts_views.goods, name="application-goods"),
    path("application/question/<uuid:question>", acts_views.answer, name="application-answer"),
    path("company", company_views.show, name="company"),
    path("company/power/<int:power>/revoke", company_views.revoke, name="company-revoke"),
    path("application/<uuid:application>/edit", views.edit, name="application-edit"),
    path(
        "application/<uuid:application>/evidence",
        evidence_views.show_evidence,
        name="application-evidence",
    ),
    path(
        "application/<uuid:application>/evidence/attach",
        evidence_views.attach,
        name="application-evidence-attach",
    ),
    path(
        "application/evidence/<uuid:evidence>",
        evidence_views.give_out,
        name="application-evidence-file",
    ),
    path(
        "application/evidence/<uuid:evidence>/take-out",
        evidence_views.take_out,
        name="application-evidence-take-out",
    ),
    path("tariff", tariff_views.search, name="tariff-search"),
    path("tariff/offers", tariff_views.offers, name="tariff-offers"),
    path("tariff/choose", tariff_views.choose, name="tariff-choose"),
]
