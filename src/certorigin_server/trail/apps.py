"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """The `trail` room."""

    name = "certorigin_server.trail"
    label = "trail"
