"""`certorigin tariff find`: one line for each line of a file."""

import json

import pytest
from click.testing import CliRunner

from certorigin.terminal import tariff
from certorigin.terminal.tariff import tariff_command

CODES = "hscode,description\n84,Machinery\n8418,Refrigerators\n841830,Freezers; chest\n"


def run(tmp_path, *arguments, codes=CODES, terms=None):
    nomenclature = tmp_path / "codes.csv"
    nomenclature.write_text(codes, "utf-8")
    more = ["--nomenclature", str(nomenclature)]
    if terms is not None:
        (tmp_path / "terms").write_bytes(terms)
        more += ["--terms", str(tmp_path / "terms")]
    return CliRunner().invoke(tariff_command, ["find", *more, *arguments])


def test_every_line_has_its_answer(tmp_path):
    ran = run(tmp_path, "--json", terms="freezer\r\n\nчай\nxzqvkjw".encode())
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [one["term"] for one in answers] == ["freezer", "", "чай", "xzqvkjw"]
    assert answers[0]["hits"] == [{"code": "841830", "description": "Freezers; chest"}]
    assert answers[3]["hits"] == []


def test_words_are_answered_for_people(tmp_path):
    ran = run(tmp_path, "chest", "freezer")
    assert "841830  Freezers; chest" in ran.output
    assert "Nothing found" in run(tmp_path, "xzqvkjw").output
    assert run(tmp_path, terms=b"freezer\n").output.startswith("freezer\n")


@pytest.mark.parametrize("more", [["--json"], []])
def test_what_cannot_be_read_exits_with_two(tmp_path, more):
    assert run(tmp_path, "x", *more, codes="no").exit_code == 2
    assert run(tmp_path, *more, terms=b"\xff").exit_code == 2


@pytest.mark.parametrize("name", ["MAX_BYTES", "MOST_TERMS_BYTES"])
def test_large_files_are_not_read(tmp_path, monkeypatch, name):
    monkeypatch.setattr(tariff, name, 1)
    assert run(tmp_path, terms=b"freezer").exit_code == 2
