"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class InquiryConfig(AppConfig):
    """The `inquiry` room."""

    name = "certorigin_server.inquiry"
    label = "inquiry"
