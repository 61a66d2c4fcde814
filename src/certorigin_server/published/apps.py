"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class PublishedConfig(AppConfig):
    """The `published` room. It has files and no tables."""

    name = "certorigin_server.published"
    label = "published"
