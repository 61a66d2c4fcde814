"""What is known of pinned packages is found in files that were carried in, without a network."""

import json
import re
import subprocess
import sys
import zipfile

import pytest

from tests.data import ROOT

DJANGO = re.search(r"^django==(\S+)", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE)[1]


def advisory(*events, name="Django", **more):
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    package = {"ecosystem": "PyPI", "name": name}
    affected = {"package": package, "ranges": ranges} | more.pop("affected", {})
    return {"id": "OSV-1", "summary": "a fault", "affected": [affected], **more}


def asked(folder, *found):
    place = folder / "all.zip"
    with zipfile.ZipFile(place, "w") as archive:
        for number, one in enumerate(found):
            archive.writestr(f"{number}.json", json.dumps(one))
    command = [sys.executable, str(ROOT / "scripts/advisories"), str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("one", "is_known"),
    [
        (advisory({"introduced": "0"}), True),
        (advisory({"introduced": "0"}, {"fixed": DJANGO}), False),
        (advisory({"introduced": "0"}, {"fixed": "999"}), True),
        (advisory({"introduced": "0"}, {"last_affected": DJANGO}), True),
        (advisory({"introduced": "0"}, {"fixed": "1"}, {"introduced": DJANGO}), True),
        (advisory({"introduced": "999"}), False),
        (advisory({"introduced": "999"}, affected={"versions": [DJANGO]}), True),
        (advisory({"introduced": "0"}, name="django-other"), False),
        (advisory({"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z"), False),
    ],
)
def test_what_is_known_of_a_pinned_version_is_told(tmp_path, one, is_known):
    status, said = asked(tmp_path, one)
    assert status == int(is_known), said
    assert ("OSV-1" in said) is is_known


def test_an_empty_archive_is_no_answer(tmp_path):
    assert asked(tmp_path)[0] == 2
