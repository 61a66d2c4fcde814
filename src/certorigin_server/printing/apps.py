"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class PrintingConfig(AppConfig):
    """The `printing` room."""

    name = "certorigin_server.printing"
    label = "printing"
