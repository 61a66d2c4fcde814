"""`certorigin application`: ready, lacking and unreadable, for people and for programs."""

import json

import pytest
from click.testing import CliRunner

from certorigin.terminal.main import main
from tests.data import ROOT

INVOICE = ROOT / "docs/guide/examples/invoice.xml"


def run(*arguments):
    return CliRunner().invoke(main, ["application", *map(str, arguments)])


def test_what_lacks_is_told_with_its_place_and_the_status():
    answer = run("check", INVOICE, "--state", "BY", "--at", "2026-05-16", "--json")
    assert answer.exit_code == 1
    told = json.loads(answer.output)
    places = {one["place"] for one in told["findings"] if one["grade"] == "error"}
    assert told["ready"] is False
    assert "items[0].netWeight" in places
    assert "declaration" not in places
    assert run("check", INVOICE, "--language", "ru").exit_code == 1


def test_a_whole_application_is_ready(tmp_path):
    answer = run("check", INVOICE, "--at", "2026-05-16", "--json")
    document = json.loads(answer.output)["application"]
    document["destinationCountry"] = "AZ"
    document["transport"] = {"means": "автомобиль"}
    weight = {"value": "7000", "unit": "KGM"}
    packages = {"count": "100", "kind": "CT"}
    document["items"][0] |= {"packages": packages, "grossWeight": weight, "netWeight": weight}
    path = tmp_path / "application.json"
    path.write_text(json.dumps(document), "utf-8")
    answer = run("check", path, "--at", "2026-05-16", "--json")
    assert json.loads(answer.output)["ready"] is True, answer.output
    assert answer.exit_code == 0


@pytest.mark.parametrize("raw", [b"{", b"<a/>", b"nothing"])
def test_what_can_not_be_read(tmp_path, raw):
    path = tmp_path / "file"
    path.write_bytes(raw)
    assert run("check", path, "--json").exit_code == 2
    assert run("check", path).exit_code == 2
    assert run("check", path, "--state", "QQ").exit_code == 2


def test_the_code_lists_are_those_of_the_form():
    lists = json.loads(run("lists", "--language", "ru").output)
    assert lists["packages"]["CT"]
    assert {"states", "currencies", "units"} <= lists.keys()
