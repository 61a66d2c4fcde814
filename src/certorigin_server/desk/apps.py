"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The `desk` room."""

    name = "certorigin_server.desk"
    label = "desk"
