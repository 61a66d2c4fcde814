"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class LogConfig(AppConfig):
    """The `log` room."""

    name = "certorigin_server.log"
    label = "log"
