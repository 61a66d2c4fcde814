"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class FeesConfig(AppConfig):
    """The `fees` room."""

    name = "certorigin_server.fees"
    label = "fees"
