"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """The `assessment` room."""

    name = "certorigin_server.assessment"
    label = "assessment"
