"""Addresses of the questions to partners."""

from __future__ import annotations

from django.urls import path

from certorigin_server.inquiry.views import ask_partner, search_paper, show_inquiry

urlpatterns = [
    path("received/paper", search_paper, name="inquiry-paper"),
    path("received/ask", ask_partner, name="inquiry-ask"),
    path("received/ask/<uuid:inquiry>", show_inquiry, name="inquiry-show"),
]
