"""Facts carry over, files of others do not: nothing of the shared data stands in the repository.

Compared by content: whole files, and runs of eight lines that say something.
"""

import re

from tests.data import shared
from tests.structure.source import files, name_of

RUN = 8
# The text of a licence is there to be copied.
LICENCES = "LICENCES"


def runs(text):
    """Every run of eight lines, without indentation and without lines of brackets alone."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    telling = [line for line in lines if len(re.sub(r"\W", "", line)) >= 4]
    return {hash(tuple(telling[at : at + RUN])) for at in range(len(telling) - RUN + 1)}


def text_of(path):
    raw = path.read_bytes()
    return "" if b"\0" in raw[:2000] else raw.decode("utf-8", "replace")


def test_no_file_of_others_and_no_run_of_its_lines_is_kept():
    theirs = [
        path
        for path in shared(".").rglob("*")
        if path.is_file() and LICENCES not in path.parts and path.stat().st_size
    ]
    assert len(theirs) > 500
    whole = {path.read_bytes() for path in theirs}
    known = set().union(*(runs(text_of(path)) for path in theirs))
    copied = [name_of(path) for path in files() if path.read_bytes() in whole]
    alike = [name_of(path) for path in files() if not known.isdisjoint(runs(text_of(path)))]
    assert (copied, alike) == ([], [])


def test_a_run_is_found_however_it_is_indented():
    lines = [f"line {at} says something" for at in range(RUN + 1)]
    known = runs("\n".join(lines))
    assert len(known) == 2
    shifted = "\n{\n\n".join(f"    {line}" for line in lines[1:])
    assert len(known & runs(shifted)) == 1
    assert runs("\n".join(lines[2:])) == set()
