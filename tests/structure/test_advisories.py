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
    return compared(place)


def compared(place):
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
        # Several branches, the newest first, as the public database writes them.
        (
            advisory(
                *({"introduced": DJANGO}, {"fixed": "999"}, {"introduced": "0"}, {"fixed": "1"})
            ),
            True,
        ),
        (
            advisory(
                *({"introduced": "998"}, {"fixed": "999"}, {"introduced": "0"}, {"fixed": DJANGO})
            ),
            False,
        ),
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


@pytest.mark.parametrize(("fixed", "is_known"), [("999", True), (DJANGO, False)])
def test_a_folder_of_yaml_is_read_as_well(tmp_path, fixed, is_known):
    """As PyPA's own database is kept, with files in it that are no advisories."""
    place = tmp_path / "vulns" / "django" / "OSV-1.yaml"
    place.parent.mkdir(parents=True)
    (tmp_path / "workflow.yaml").write_text("- on: push\n")
    (tmp_path / "README.md").write_text("# Advisories\n")
    # Unquoted, a version would be a number: 5.10 the same as 5.1.
    place.write_text(
        f"""\
id: OSV-1
modified: 2024-10-08T19:19:01.400873Z
affected:
- package: {{ecosystem: PyPI, name: django}}
  ranges:
  - type: ECOSYSTEM
    events:
    - introduced: 1.10
    - fixed: {fixed}
  versions: [1.10]
""",
        "utf-8",
    )
    status, said = compared(tmp_path)
    assert status == int(is_known), said
    assert "1 advisories, the last of 2024-10-08" in said


def test_an_empty_archive_is_no_answer(tmp_path):
    assert asked(tmp_path)[0] == 2
