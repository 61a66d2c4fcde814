"""Pictures of the guide: each is shown by a page, made by scripts/guides, and light."""

import re

from tests.structure.test_docs import GUIDE

SHOWN = re.compile(r"!\[([^\]]+)\]\(pictures/([a-z-]+)\.png\)")
MADE = re.compile(r'^    "([a-z-]+)": "[a-z-]+",$', re.MULTILINE)
# As tests/browser/guides.py makes them.
LARGEST = 120_000


def test_every_picture_is_shown_made_and_light():
    pictures = {path.stem: path for path in (GUIDE / "pictures").glob("*.png")}
    shown = [
        found for page in GUIDE.glob("*.md") for found in SHOWN.findall(page.read_text("utf-8"))
    ]
    source = (GUIDE.parents[1] / "tests" / "browser" / "guides.py").read_text("utf-8")
    assert {name for _, name in shown} == set(pictures) == set(MADE.findall(source))
    assert all(len(words) > 20 for words, _ in shown), "say what is to be seen"
    heavy = {name for name, path in pictures.items() if path.stat().st_size > LARGEST}
    assert not heavy
    assert all(path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" for path in pictures.values())
