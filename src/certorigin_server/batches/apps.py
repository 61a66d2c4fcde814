"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class BatchesConfig(AppConfig):
    """The `batches` room."""

    name = "certorigin_server.batches"
    label = "batches"
