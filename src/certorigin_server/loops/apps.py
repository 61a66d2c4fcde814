"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class LoopsConfig(AppConfig):
    """The `loops` room."""

    name = "certorigin_server.loops"
    label = "loops"
