"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class MirrorConfig(AppConfig):
    """The `mirror` room."""

    name = "certorigin_server.mirror"
    label = "mirror"
