"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    """The `recognition` room."""

    name = "certorigin_server.recognition"
    label = "recognition"
