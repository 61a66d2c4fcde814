"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """The `users` room."""

    name = "certorigin_server.users"
    label = "users"
