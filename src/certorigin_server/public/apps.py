"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class PublicConfig(AppConfig):
    """The `public` room."""

    name = "certorigin_server.public"
    label = "public"
