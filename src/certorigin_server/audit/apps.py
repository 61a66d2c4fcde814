"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The `audit` room."""

    name = "certorigin_server.audit"
    label = "audit"
