"""Debian's own Chromium, cut off from every host but this machine.

Without its own windows where Debian has it so (chromium-headless-shell): the same engine, and no
second page is drawn for the bars and menus around each page, which takes as long as the page.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

# How long a click may take, and what is expected of a page: a server answers that shares two cores
# with others and their browsers, and a page looks for news every few seconds.
PATIENCE_MS = 60_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


@contextmanager
def chromium_started() -> Iterator[Browser]:
    """Start it, and close it in the end."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        assert path, "Debian's chromium is missing: scripts/test browser installs it"
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE_MS)
        try:
            yield browser
        finally:
            browser.close()
