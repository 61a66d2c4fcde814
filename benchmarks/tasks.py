"""Clicks and seconds of each role's scripted task, and the weight of the pages they see.

Two states are made and linked, and the whole journey is walked in two browsers by clicks and typing
alone (tests/browser/walk.py). Counted are clicks, fields and keys; the seconds of a person are the
estimate of the keystroke-level model, the same on every machine; what was waited for pages is the
clock's, on this machine and its load. Pages are weighed without a cache. A first page above 100 kB
fails. Run it with the folder above `benchmarks` as working folder.

    .venv/bin/python -m benchmarks.tasks [--write] [--picture]

`--write` puts the tables, with today's date, in place of those of docs/operate/results.md;
`--picture` takes the picture of README anew.
"""

import argparse
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import chromium_started  # noqa: E402 - they lie beside this folder
from tests.browser.picture import PICTURE  # noqa: E402
from tests.browser.walk import Walk, whole  # noqa: E402
from tests.journeys.states import copy_pair, make_template, sample_named  # noqa: E402

RESULTS = ROOT / "docs" / "operate" / "results.md"
TITLE = "# Tasks of people, weight of pages"
LIMIT = 100_000
FIRST = {"sign-in", "start"}


def walked(picture: Path) -> Walk:
    """Walk the journey; keep the picture that is taken on the way."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in ("template", "states", "papers"):
            (folder / name).mkdir()
        pair = copy_pair(make_template(folder / "template"), folder / "states")
        try:
            pair.start()
            with chromium_started() as browser:
                walk = Walk(browser, pair, sample_named("01-tractors"), folder / "papers")
                whole(walk)
                shutil.copy(walk.picture, picture)
                walk.close()
        finally:
            pair.stop()
    return walk


def tasks_table(walk: Walk) -> str:
    """Return what each task took."""
    rows = [
        "| role | task | clicks | fields | keys | pages | seconds of a person | waited here, s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows += [
        f"| {one.role} | {one.what} | {one.clicks} | {one.fields} | {one.keys} | {one.pages} "
        f"| {one.seconds:.0f} | {one.waited:.1f} |"
        for one in walk.tasks
    ]
    return "\n".join(rows)


def weights_table(walk: Walk) -> str:
    """Return what each page weighed."""
    rows = ["| role | page | kB | requests |", "|---|---|---|---|"]
    rows += [
        f"| {role} | {page} | {weight.size / 1000:.0f} | {weight.requests} |"
        for role, page, weight in walk.weights
    ]
    return "\n".join(rows)


def section(walk: Walk) -> str:
    """Return the section of results.md."""
    today = datetime.now(UTC).date()
    return f"""{TITLE}

`.venv/bin/python -m benchmarks.tasks --write` makes this section: two linked states, six roles,
two browsers, clicks and typing alone, signing in and out included. Last walked on {today}. The
seconds of a person are an estimate (keystroke-level model: 0.28 s a key, 2.65 s a click, 1.63 s a
field, 0.4 s for a hand from mouse to keyboard), not a measurement with people; waiting depends on
the machine and its load.

{tasks_table(walk)}

Weight as it came over the line, nothing in the cache. A first page may have 100 kB.

{weights_table(walk)}
"""


def write(text: str) -> None:
    """Put the section in place of the one that results.md has, or at its end."""
    before, _, rest = RESULTS.read_text("utf-8").partition(TITLE)
    _, found, after = rest.partition("\n# ")
    kept = f"{before.rstrip()}\n\n{text}"
    RESULTS.write_text(f"{kept}\n# {after}" if found else kept, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="into docs/operate/results.md")
    parser.add_argument("--picture", action="store_true", help="take the picture of README anew")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        picture = Path(temporary) / "picture.png"
        walk = walked(picture)
        if options.picture:
            PICTURE.parent.mkdir(exist_ok=True)
            shutil.copy(picture, PICTURE)
    text = section(walk)
    print(text)
    if options.write:
        write(text)
    heavy = [one for one in walk.weights if one[1] in FIRST and one[2].size >= LIMIT]
    if heavy:
        sys.exit(f"a first page above {LIMIT} bytes: {heavy}")


if __name__ == "__main__":
    main()
