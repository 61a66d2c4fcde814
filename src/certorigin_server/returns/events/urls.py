"""Addresses of what is made from a certificate."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin_server.certification.urls import SUBJECT
from certorigin_server.returns.events import re_export_views, views

EVENT = r"(?P<event>duplicate|substitute|correction)"

urlpatterns = [
    re_path(rf"^certification/{SUBJECT}/ask/{EVENT}$", views.ask, name="event-ask"),
    re_path(rf"^certification/{SUBJECT}/enter/{EVENT}$", views.enter, name="event-enter"),
    re_path(rf"^certification/{SUBJECT}/sale$", views.sell, name="event-sale"),
    path("certification/asked/<int:asked>", views.make, name="event-make"),
    path("certification/re-export", re_export_views.find, name="re-export-find"),
    re_path(rf"^certification/re-export/{SUBJECT}$", re_export_views.ask, name="re-export-ask"),
    path("certification/re-export/<int:asked>", re_export_views.make, name="re-export-make"),
]
