"""Addresses of the desk of the customs officer."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin_server.certification.urls import SUBJECT
from certorigin_server.recognition import views, views_decide, views_received, views_specimen
from certorigin_server.recognition.court import views as court
from certorigin_server.recognition.many import views as many_views
from certorigin_server.recognition.paper import emergency_views
from certorigin_server.recognition.paper import views as paper_views
from certorigin_server.recognition.preference import views as preference_views
from certorigin_server.recognition.presented import views as presented
from certorigin_server.recognition.uses import views as uses_views

ROW = "recognition/<uuid:declaration>"

urlpatterns = [
    path("recognition/fallen", views_specimen.list_fallen, name="recognition-fallen"),
    path(
        "recognition/specimen/<str:state>/<str:sha256>",
        views_specimen.show_picture,
        name="recognition-specimen",
    ),
    path("recognition/rates", preference_views.list_rates, name="recognition-rates"),
    path("recognition/", views.list_declarations, name="recognition-list"),
    path("recognition/new", views.write, name="recognition-new"),
    re_path(rf"^recognition/new/{SUBJECT}$", views.write, name="recognition-new-from"),
    path("recognition/upload", views.upload, name="recognition-upload"),
    path(
        "recognition/decision/<int:decision>",
        views_decide.show_decision,
        name="recognition-decision",
    ),
    path(
        "recognition/decision/<int:decision>/correct",
        uses_views.correct,
        name="recognition-correct",
    ),
    path("recognition/check", many_views.start, name="recognition-batches"),
    path("recognition/check/<uuid:batch>", many_views.follow, name="recognition-batch"),
    path(
        "recognition/check/<uuid:batch>/answers.ndjson",
        many_views.take,
        name="recognition-batch-file",
    ),
    path(
        "recognition/decision/<int:decision>/evidence.json",
        court.take_evidence,
        name="recognition-evidence",
    ),
    path(
        "recognition/decision/<int:decision>/decision.pdf",
        court.take_print,
        name="recognition-decision-pdf",
    ),
    path(ROW, views.show, name="recognition-show"),
    path(f"{ROW}/amend", views.amend, name="recognition-amend"),
    path(f"{ROW}/file.xml", views.take, {"notation": "xml"}, name="recognition-xml"),
    path(f"{ROW}/file.csv", views.take, {"notation": "csv"}, name="recognition-csv"),
    path(
        f"{ROW}/emergency/<int:position>",
        emergency_views.show,
        name="recognition-emergency",
    ),
    path(f"{ROW}/paper/<int:position>", paper_views.demand, name="recognition-paper"),
    path(f"{ROW}/conditions", preference_views.conditions, name="recognition-conditions"),
    path(f"{ROW}/<str:subject>", views_decide.examine, name="recognition-examine"),
    path("received/", views_received.list_received, name="recognition-received"),
    path("received/file", presented.present, name="recognition-presented"),
    re_path(
        rf"^received/{SUBJECT}$", views_received.show_certificate, name="recognition-certificate"
    ),
]
