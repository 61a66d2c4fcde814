"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class ReturnsConfig(AppConfig):
    """The `returns` room."""

    name = "certorigin_server.returns"
    label = "returns"
