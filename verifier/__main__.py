"""`python certorigin-verify.pyz FILE… --trust DIR`: one JSON object a line.

Exits 0 recognised, 1 refused, 3 undetermined, 2 unreadable; of several, the worst.
"""

import argparse
import json
import sys
from pathlib import Path

from certorigin_verify import CertoriginError, Session

EXITS = {"unreadable": 2, "refused": 1, "undetermined": 3, "recognised": 0}
MAX_FILE = 16 << 20


def main() -> int:
    """Verify each file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="bundles or sealed acts")
    parser.add_argument("--trust", required=True, type=Path, help="folder of trust lists")
    parser.add_argument("--mirror", action="append", default=[], type=Path, help="folder of logs")
    parser.add_argument("--at", help="as of which moment, such as 2026-05-16T09:30:00Z")
    parser.add_argument("--declaration", type=Path, help="the goods declaration, JSON")
    given = parser.parse_args()
    try:
        declaration = given.declaration.read_bytes() if given.declaration else None
        session = Session(given.trust, given.mirror)
    except (CertoriginError, OSError) as fault:
        print(json.dumps(_unreadable(fault), ensure_ascii=False, sort_keys=True))
        return EXITS["unreadable"]
    lines = [_verify(session, path, given.at, declaration) for path in given.files]
    for line in lines:
        print(json.dumps(line, ensure_ascii=False, sort_keys=True))
    found = {line["bottom_line"] for line in lines}
    return next(status for line, status in EXITS.items() if line in found)


def _verify(session, path, at, declaration):
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE)
        return {"file": str(path), **session.verify(raw, at=at, declaration=declaration)}
    except (CertoriginError, OSError) as fault:
        return {"file": str(path), **_unreadable(fault)}


def _unreadable(fault):
    code, facts = getattr(fault, "code", "file.unreadable"), getattr(fault, "facts", {})
    return {"bottom_line": "unreadable", "error": {"code": code, "facts": facts}}


sys.exit(main())
