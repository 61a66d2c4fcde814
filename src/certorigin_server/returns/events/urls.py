"""Addresses of what is made from a certificate."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin_server.certification.urls import SUBJECT
from certorigin_server.returns.events import views

EVENT = r"(?P<event>duplicate|substitute|correction)"

urlpatterns = [
    re_path(rf"^certification/{SUBJECT}/ask/{EVENT}$", views.ask, name="event-ask"),
    re_path(rf"^certification/{SUBJECT}/enter/{EVENT}$", views.enter, name="event-enter"),
    re_path(rf"^certification/{SUBJECT}/sale$", views.sell, name="event-sale"),
    path("certification/asked/<int:asked>", views.make, name="event-make"),
]
