"""The picture that README shows: what a customs officer reads of a certificate, in English.

.venv/bin/python -m benchmarks.tasks --picture      takes it anew
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from tests.data import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

PICTURE = ROOT / "docs" / "pictures" / "customs.png"
# As wide as a page of README shows it, and not longer than a screen.
WIDTH, HEIGHT = 1000, 820
COOKIE = "django_language"


def take(page: Page, path: Path) -> None:
    """Take it of the examination that somebody has before them, in another tab."""
    context, url = page.context, page.url
    (before,) = (one for one in context.cookies() if one["name"] == COOKIE)
    context.add_cookies([{**before, "value": "en"}])
    try:
        with context.new_page() as tab:
            tab.set_viewport_size({"width": WIDTH, "height": HEIGHT})
            tab.goto(url)
            tab.locator("html[lang=en] #verdict .notice.good").wait_for()
            tab.screenshot(path=path)
    finally:
        context.add_cookies([before])


def size_of(path: Path) -> tuple[int, int]:
    """Return the width and height of a PNG file."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", f"{path} is no PNG"
    width, height = struct.unpack(">II", head[16:24])
    return width, height
