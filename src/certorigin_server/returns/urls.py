"""Addresses of what travels back."""

from __future__ import annotations

from django.urls import re_path

from certorigin_server.certification.urls import SUBJECT
from certorigin_server.returns import views

urlpatterns = [
    re_path(rf"^certification/{SUBJECT}/annul$", views.annul, name="returns-annul"),
]
