"""`certorigin audit`, as an outsider runs it."""

import json

import pytest
from click.testing import CliRunner

from certorigin.seal.trust.folder import roots_to_bytes
from certorigin.terminal.main import main
from tests.library.audit.test_export import GATEWAY, entries, exported, sealer, trust

__all__ = ["trust"]


@pytest.fixture
def folder(tmp_path, trust):
    """A folder of trust lists, as an installation has it."""
    place = tmp_path / "trust"
    (place / "BY").mkdir(parents=True)
    (place / "BY" / "1.json").write_bytes(trust.newest("BY").raw)
    (place / "roots.json").write_bytes(roots_to_bytes(trust.roots))
    return place


def run(tmp_path, folder, lines, *more):
    path = tmp_path / "trail.jsonl"
    path.write_bytes(b"".join(lines))
    return CliRunner().invoke(main, ["audit", "verify", str(path), "--trust", str(folder), *more])


def test_an_export_that_holds(tmp_path, folder):
    done = run(tmp_path, folder, exported(entries(3)))
    assert (done.exit_code, "BY-1: entries 1 to 3" in done.stdout) == (0, True)
    told = json.loads(run(tmp_path, folder, exported(entries(3)), "--json").stdout)
    assert (told["sound"], told["count"], told["key"]) == (True, "3", GATEWAY.key)


@pytest.mark.parametrize("language", ["ru", "az", "be"])
def test_an_export_is_told_in_every_language(tmp_path, folder, language):
    done = run(tmp_path, folder, exported(entries(3)), "--language", language)
    assert done.exit_code == 0
    assert "BY-1" in done.stdout
    assert "entries" not in done.stdout


def test_a_changed_export_exits_with_one(tmp_path, folder):
    lines = exported(entries(3))
    done = run(tmp_path, folder, [lines[0], *lines[2:]], "--json")
    assert (done.exit_code, json.loads(done.stdout)["code"]) == (1, "audit.chain_broken")


def test_an_unknown_key_leaves_it_open(tmp_path, folder):
    done = run(tmp_path, folder, exported(entries(3), key=sealer("stranger")))
    assert (done.exit_code, done.stdout) == (3, "")


@pytest.mark.parametrize("raw", [b"", b"x\n", b"x" * 70_000, b'{"a":"b"}'])
def test_what_is_no_export_exits_with_two(tmp_path, folder, raw):
    assert run(tmp_path, folder, [raw]).exit_code == 2


def test_a_sample_is_drawn_again(tmp_path):
    path = tmp_path / "population.txt"
    path.write_text("".join(f"name-{number}\n" for number in range(50)))
    order = ["audit", "draw", str(path), "--seed", "0123abcd", "--size", "5"]
    plain = CliRunner().invoke(main, order)
    told = json.loads(CliRunner().invoke(main, [*order, "--json"]).stdout)
    assert plain.stdout.split() == told["drawn"]
    assert "5 of 50" in plain.stderr
    assert told["digest"] in plain.stderr
    assert CliRunner().invoke(main, [*order[:4], "x", *order[5:]]).exit_code == 2
