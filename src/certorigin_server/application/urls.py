"""Addresses of the exporter's desk."""

from __future__ import annotations

from django.urls import path

from certorigin_server.application import evidence_views, tariff_views, views

urlpatterns = [
    path("application/", views.list_applications, name="application-list"),
    path("application/new", views.begin, name="application-begin"),
    path("application/<uuid:application>", views.show, name="application-show"),
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
