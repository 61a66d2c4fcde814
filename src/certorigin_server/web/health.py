"""Whether the system can do its work."""

from __future__ import annotations

from django.db import DatabaseError, connection


def is_healthy() -> bool:
    """Say whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone())
    except DatabaseError:
        return False
