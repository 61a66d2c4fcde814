"""Addresses of the assessing officer's desk."""

from __future__ import annotations

from django.urls import path

from certorigin_server.assessment import (
    act_views,
    bill_views,
    case_views,
    dossier_views,
    facts_views,
    reasons_views,
    views,
)

urlpatterns = [
    path("assessment/", views.list_waiting, name="assessment-list"),
    path("assessment/<uuid:application>", views.show, name="assessment-show"),
    path("assessment/<uuid:application>/worksheet", views.fill, name="assessment-worksheet"),
    path("assessment/<uuid:application>/decide", views.decide, name="assessment-decide"),
    path("assessment/<uuid:application>/evidence", views.attach, name="assessment-evidence"),
    path("assessment/<uuid:application>/ask", case_views.ask, name="assessment-ask"),
    path(
        "assessment/questions/<uuid:question>/take-back",
        case_views.take_back,
        name="assessment-take-back",
    ),
    path("assessment/<uuid:application>/refuse", case_views.refuse, name="assessment-refuse"),
    path(
        "assessment/<uuid:application>/refusal", case_views.show_refusal, name="assessment-refusal"
    ),
    path("assessment/<uuid:application>/appeal", case_views.appeal, name="assessment-appeal"),
    path("assessment/appeals", case_views.list_appeals, name="assessment-appeals"),
    path("assessment/appeals/<uuid:appeal>", case_views.resolve, name="assessment-resolve"),
    path("assessment/<uuid:application>/acts", act_views.show_acts, name="assessment-acts"),
    path(
        "assessment/<uuid:application>/acts/<uuid:act>/cite",
        act_views.cite,
        name="assessment-act-cite",
    ),
    path("assessment/acts/<uuid:act>/withdraw", act_views.withdraw, name="assessment-act-withdraw"),
    path(
        "assessment/<uuid:application>/reasons/<int:attempt>",
        reasons_views.show_reasons,
        name="assessment-reasons",
    ),
    path(
        "application/<uuid:application>/worksheet", facts_views.state, name="application-worksheet"
    ),
    path("application/<uuid:application>/materials", facts_views.upload, name="application-bill"),
    path("assessment/<uuid:application>/materials", bill_views.upload, name="assessment-bill"),
    path("assessment/<uuid:application>/dossier", dossier_views.approve, name="assessment-dossier"),
    path("assessment/<uuid:application>/reuse", dossier_views.reuse, name="assessment-reuse"),
    path("assessment/dossiers", dossier_views.list_dossiers, name="assessment-dossiers"),
    path("assessment/dossiers/begin", dossier_views.begin, name="assessment-dossier-begin"),
    path(
        "assessment/dossiers/<uuid:dossier>/withdraw",
        dossier_views.withdraw,
        name="assessment-dossier-withdraw",
    ),
]
