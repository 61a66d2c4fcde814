"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class StandingConfig(AppConfig):
    """The `standing` room."""

    name = "certorigin_server.standing"
    label = "standing"
