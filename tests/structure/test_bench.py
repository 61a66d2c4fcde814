"""`scripts/bench` makes its table: each figure beside the other's, kept, and compared later."""

import json

import pytest

from benchmarks import table
from benchmarks.figures import FIGURES
from benchmarks.peers import NotInstalledError


@pytest.fixture
def run(monkeypatch, capsys):
    def run(*options):
        monkeypatch.setattr("sys.argv", ["table", "--quick", "--only", "signature alone", *options])
        table.main()
        return capsys.readouterr().out

    return run


def test_a_quick_table_is_told_kept_and_compared(run, tmp_path):
    kept = tmp_path / "table.json"
    told = run("--json", str(kept))
    rows = json.loads(kept.read_bytes())["rows"]
    assert [row["name"] for row in rows] == [
        "a bundle verified",
        "an act verified, as followers do",
    ]
    for row in rows:
        low, high = row["share_quarters"]
        assert 0 < low <= row["share"] <= high < 1, "no check is quicker than the signature in it"
        assert row["rounds"] >= 3
        assert f"| {row['name']} |" in told
    earlier = json.loads(kept.read_bytes())
    for row in earlier["rows"]:
        row["share"] = 1_000
    kept.write_text(json.dumps(earlier))
    assert run("--beside", str(kept)).count("(-100%)") == 2


def test_a_peer_that_is_not_installed_is_named():
    def missing(effort):
        raise NotInstalledError("other")

    figure = table.Figure("ours", "other", "/s", 1, missing)
    (line,) = table.lines_of([table.row_of(figure, 1)], {})[2:]
    assert "not installed" in line


def test_no_two_lines_of_the_table_are_alike():
    names = [(figure.name.strip(), figure.beside) for figure in FIGURES]
    assert len({*names}) == len(names)
