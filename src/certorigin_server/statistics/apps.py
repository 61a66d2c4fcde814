"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    """The `statistics` room."""

    name = "certorigin_server.statistics"
    label = "statistics"
