"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The `web` room."""

    name = "certorigin_server.web"
    label = "web"
