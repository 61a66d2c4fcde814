"""Addresses of the questions to partners."""

from __future__ import annotations

from django.urls import path

from certorigin_server.inquiry.views import ask_partner, show_inquiry

urlpatterns = [
    path("received/ask", ask_partner, name="inquiry-ask"),
    path("received/ask/<uuid:inquiry>", show_inquiry, name="inquiry-show"),
]
