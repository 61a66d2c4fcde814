"""What a page weighs: bytes over the line and requests, with nothing in the cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass(frozen=True)
class Weight:
    """Bytes as they came, headers and compression included, and how many requests they took."""

    size: int
    requests: int


def weigh(page: Page, url: str) -> Weight:
    """Open a page as if for the first time, and weigh all that comes until it rests."""
    sizes: dict[str, int] = {}
    line = page.context.new_cdp_session(page)
    line.on("Network.loadingFinished", lambda told: _note(sizes, told))
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(url, wait_until="networkidle")
    line.detach()
    return Weight(sum(sizes.values()), len(sizes))


def _note(sizes: dict[str, int], told: dict) -> None:
    # Data that stand in the page itself are no request.
    if told["encodedDataLength"]:
        sizes[told["requestId"]] = int(told["encodedDataLength"])
