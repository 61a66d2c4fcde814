"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class BlanksConfig(AppConfig):
    """The `blanks` room."""

    name = "certorigin_server.blanks"
    label = "blanks"
