"""Addresses of the assessing officer's desk."""

from __future__ import annotations

from django.urls import path

from certorigin_server.assessment import views

urlpatterns = [
    path("assessment/", views.list_waiting, name="assessment-list"),
    path("assessment/<uuid:application>", views.show, name="assessment-show"),
    path("assessment/<uuid:application>/worksheet", views.fill, name="assessment-worksheet"),
    path("assessment/<uuid:application>/decide", views.decide, name="assessment-decide"),
    path("assessment/<uuid:application>/evidence", views.attach, name="assessment-evidence"),
]
