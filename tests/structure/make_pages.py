"""Makes the pages that are written by the source itself; `scripts/docs` runs it.

`test_pages.py` fails while a page differs from what is made here.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from certorigin.terminal.sentences import get_catalogue
from tests.data import ROOT
from tests.structure.rights_page import RIGHTS_PAGE, rights_page

CODES = ROOT / "docs" / "guide" / "codes.md"
OPENAPI = ROOT / "docs" / "spec" / "openapi.json"

_DESCRIBE = """
import django, json, sys
django.setup()
from certorigin_server.api import api
described = api.get_openapi_schema(path_prefix="/api/v1/")
json.dump(described, sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
"""

_ABOUT_CODES = """\
# Codes

Everything that the library, the commands and the machine interface can say has a code and facts;
the sentence is made where it is shown, in English, Russian, Azerbaijani or Belarusian. This page
lists the English ones. Facts stand in braces. The codes of a report's parts, and what each comes
to, are in [the verdict](../spec/verdict.md).

Made from `src/certorigin/terminal/sentences/en.toml` by `scripts/docs`; not to be edited here.
"""


def codes_page() -> str:
    """The table of all codes, by their first word."""
    rooms: dict[str, list[str]] = {}
    for code, sentence in sorted(get_catalogue("en").items()):
        told = sentence.replace("|", "\\|")
        rooms.setdefault(code.split(".")[0], []).append(f"| `{code}` | {told} |")
    return _ABOUT_CODES + "".join(_section(room, rows) for room, rows in rooms.items())


def _section(room: str, rows: list[str]) -> str:
    return "\n".join(["", f"## {room}", "", "| code | sentence |", "|---|---|", *rows, ""])


def openapi() -> str:
    """The description of the machine interface, from a process that is a national system."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "CERTORIGIN_DIR": str(ROOT / "tests" / "system"),
        "DJANGO_SETTINGS_MODULE": "certorigin_server.settings.project",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }
    done = subprocess.run(
        [sys.executable, "-c", _DESCRIBE], env=environment, check=True, capture_output=True
    )
    return done.stdout.decode() + "\n"


def pages() -> Iterator[tuple[Path, str]]:
    """Each page with the text that it should have."""
    yield CODES, codes_page()
    yield OPENAPI, openapi()
    yield RIGHTS_PAGE, rights_page()


if __name__ == "__main__":
    for path, text in pages():
        path.write_text(text, "utf-8")
