"""Addresses of what travels back."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin_server.certification.urls import SUBJECT
from certorigin_server.returns import views

urlpatterns = [
    re_path(rf"^certification/{SUBJECT}/annul$", views.annul, name="returns-annul"),
    re_path(rf"^certification/{SUBJECT}/renew-end$", views.renew, name="returns-renew"),
    re_path(rf"^certification/{SUBJECT}/replace$", views.replace, name="returns-replace"),
    path("certification/<uuid:application>/in-place", views.certify, name="returns-certify"),
]
