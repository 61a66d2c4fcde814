"""Addresses of the certifying officer's desk."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin_server.certification import views

SUBJECT = r"(?P<subject>urn:[\w:.-]{1,250})"

urlpatterns = [
    path("certification/", views.list_certificates, name="certification-list"),
    path("certification/<uuid:application>", views.certify, name="certification-certify"),
    re_path(rf"^certification/{SUBJECT}$", views.show, name="certification-show"),
]
