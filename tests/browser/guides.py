"""Pictures for docs/guide, out of those that the tests of the browser keep in var/screenshots.

    scripts/guides

Each is cut to a screen's height, made 1000 px wide and given few colours, so that the guide stays
light. `PICTURES` says which: the name in the guide, and the name under which a test keeps it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PIL import Image

from tests.data import ROOT

if TYPE_CHECKING:
    from pathlib import Path

KEPT = ROOT / "var" / "screenshots"
GUIDE = ROOT / "docs" / "guide" / "pictures"
PICTURES = {
    "exporter-form": "application-page-en",
    "exporter-facts": "facts-exporter",
    "body-sheet": "certification-sheet",
    "customs-examination": "customs-examine",
    "auditor-trail": "audit-trail-en",
    "auditor-sample": "audit-check-en",
    "administrator-people": "administration-people-en",
    "administrator-loops": "administration-loops-en",
}
WIDTH, HEIGHT, COLOURS = 1000, 900, 48


def make(kept: Path, target: Path) -> None:
    """Write one picture of the guide."""
    with Image.open(kept) as whole:
        wide = whole.convert("RGB").crop((0, 0, whole.width, min(whole.height, 1150)))
        share = WIDTH / wide.width
        small = wide.resize((WIDTH, round(wide.height * share)), Image.Resampling.LANCZOS)
        small = small.crop((0, 0, WIDTH, min(small.height, HEIGHT)))
        small.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def main() -> int:
    """Write all pictures of the guide; say which are missing."""
    GUIDE.mkdir(parents=True, exist_ok=True)
    missing = [name for name in PICTURES.values() if not (KEPT / f"{name}.png").is_file()]
    for name, kept in PICTURES.items():
        if kept not in missing:
            make(KEPT / f"{kept}.png", GUIDE / f"{name}.png")
    if missing:
        print("no test has kept:", ", ".join(missing), file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
