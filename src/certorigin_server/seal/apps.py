"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class SealConfig(AppConfig):
    """The `seal` room."""

    name = "certorigin_server.seal"
    label = "seal"
