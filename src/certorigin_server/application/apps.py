"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class ApplicationConfig(AppConfig):
    """The `application` room."""

    name = "certorigin_server.application"
    label = "application"
