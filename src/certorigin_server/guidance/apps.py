"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    """The `guidance` room."""

    name = "certorigin_server.guidance"
    label = "guidance"
