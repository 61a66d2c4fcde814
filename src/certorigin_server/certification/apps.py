"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class CertificationConfig(AppConfig):
    """The `certification` room."""

    name = "certorigin_server.certification"
    label = "certification"
