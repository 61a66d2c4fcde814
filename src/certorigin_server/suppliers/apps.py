"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    """The `suppliers` room."""

    name = "certorigin_server.suppliers"
    label = "suppliers"
