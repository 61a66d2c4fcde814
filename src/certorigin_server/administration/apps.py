"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    """The `administration` room."""

    name = "certorigin_server.administration"
    label = "administration"
