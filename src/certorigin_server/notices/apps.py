"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The `notices` room."""

    name = "certorigin_server.notices"
    label = "notices"
