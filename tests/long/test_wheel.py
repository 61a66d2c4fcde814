"""The wheel is the same bytes wherever it is built; the bill of materials names what is pinned."""

import json
import os
import subprocess
import sys

from tests.data import ROOT

TRACKED = ("src", "pyproject.toml", "README.md", "LICENSE")


def build(folder, **environment):
    """Build the wheel of a copy of the source, as scripts/wheel does, and return its bytes."""
    out = folder / "out"
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    more = {"SOURCE_DATE_EPOCH": "1790000000", **environment}
    subprocess.run(command, cwd=folder, env=os.environ | more, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    return wheel.read_bytes()


def copy_to(folder, mask):
    folder.mkdir()
    kept = os.umask(mask)
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", *TRACKED], cwd=ROOT, check=True, capture_output=True
        ).stdout.decode()
        for name in filter(None, listed.split("\0")):
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes((ROOT / name).read_bytes())
    finally:
        os.umask(kept)
    return folder


def test_two_builds_in_two_places_are_the_same_bytes(tmp_path):
    one = build(copy_to(tmp_path / "one", 0o022), TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1")
    place = copy_to(tmp_path / "another place", 0o077)
    os.utime(place / "README.md", (1, 1))
    other = build(place, TZ="Asia/Baku", LC_ALL="C.UTF-8", PYTHONHASHSEED="2")
    assert one == other
    (place / "src/certorigin/__init__.py").write_text('__version__ = "9"\n')
    for old in (place / "out").iterdir():
        old.unlink()
    assert build(place) != one


def test_the_bill_of_materials_names_every_pinned_package_with_its_digests():
    run = [sys.executable, str(ROOT / "scripts/sbom")]
    first, second = (subprocess.run(run, check=True, capture_output=True).stdout for _ in "12")
    assert first == second
    told = json.loads(first)
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    names = {one["bom-ref"]: one for one in told["components"]}
    lines = (ROOT / "requirements/run.txt").read_text().splitlines()
    versions = [line for line in lines if "==" in line and not line.startswith((" ", "#"))]
    assert len(names) == len(versions)
    assert all(one["hashes"] and one["licenses"] for one in names.values())
    reached, waiting = set(), [told["metadata"]["component"]["bom-ref"]]
    needs = {one["ref"]: one["dependsOn"] for one in told["dependencies"]}
    while waiting:
        ref = waiting.pop()
        reached.add(ref)
        waiting += set(needs[ref]) - reached
    assert reached >= names.keys(), "nothing is there that nobody needs"
