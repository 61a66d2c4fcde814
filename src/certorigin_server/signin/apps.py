"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class SigninConfig(AppConfig):
    """The `signin` room."""

    name = "certorigin_server.signin"
    label = "signin"
