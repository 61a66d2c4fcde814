"""Whether this system was made by `certorigin demo`, for show."""

from __future__ import annotations

from django.conf import settings

# Beside the folders of the two systems of a demo; what it says is for people.
DEMO_MARK = "certorigin-demo.txt"


def is_demo() -> bool:
    """Say whether nobody's data are in this system."""
    return (settings.SYSTEM.folder.parent / DEMO_MARK).is_file()
