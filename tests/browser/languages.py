"""In which languages the pages are looked at.

All rooms together in all four, each page in one or two of them. With CERTORIGIN_EVERY_LANGUAGE, as
in scripts/long, each page in each: its words are checked without a browser as well.
"""

import os

LOCALES = {"en": "en-GB", "ru": "ru-RU", "az": "az-AZ", "be": "be-BY"}
EVERY = bool(os.environ.get("CERTORIGIN_EVERY_LANGUAGE"))


def some(*chosen: str) -> list[str]:
    """Return these languages, or all four where there is time."""
    return list(LOCALES) if EVERY else list(chosen)
