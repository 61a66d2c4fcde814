"""Linking: two officials compare eight groups of digits, and nothing else is believed."""

import re
import shutil

import orjson
import pytest
from click.testing import CliRunner

from certorigin.errors import CertoriginError, ConflictError, MalformedError
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.trust.folder import read_trust_folder, roots_to_bytes
from certorigin_server.operate.commands import link_command
from certorigin_server.operate.link import CARD, adopt_card, fingerprint, make_card
from tests.server import partner as az


@pytest.fixture
def theirs(tmp_path):
    """The trust folder of AZ, as its own system keeps it."""
    folder = tmp_path / "az" / "trust"
    (folder / "AZ").mkdir(parents=True)
    (folder / "roots.json").write_bytes(roots_to_bytes({"AZ": az.own_roots()}))
    (folder / "AZ" / "1.json").write_bytes(az.trust_list())
    return folder


def state(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def card(**changes):
    facts = {
        "format": CARD,
        "roots": az.own_roots().to_data(),
        "state": "AZ",
        "trustList": az.trust_list().decode(),
    }
    return strict_bytes(facts | changes)


def test_a_card_is_adopted_and_both_sides_read_the_same_digits(folder, theirs):
    state_, digits = adopt_card(folder / "trust", make_card(theirs, "AZ"))
    assert state_ == "AZ"
    assert digits == fingerprint(read_trust_folder(theirs).roots["AZ"])
    assert re.fullmatch(r"([0-9a-f]{4} ){7}[0-9a-f]{4}", digits)
    trust = read_trust_folder(folder / "trust")
    assert trust.states == ("AZ", "BY")
    before = state(folder / "trust")
    adopt_card(folder / "trust", b" " + make_card(theirs, "AZ") + b"\n")
    assert state(folder / "trust") == before


def test_a_newer_card_brings_the_newer_list(folder, theirs):
    adopt_card(folder / "trust", make_card(theirs, "AZ"))
    (theirs / "AZ" / "2.json").write_bytes(az.trust_list(2))
    adopt_card(folder / "trust", make_card(theirs, "AZ"))
    assert read_trust_folder(folder / "trust").newest("AZ").version == 2


def test_other_roots_of_a_state_that_is_linked_are_not_pinned(folder, theirs):
    adopt_card(folder / "trust", make_card(theirs, "AZ"))
    before = state(folder / "trust")
    other = az.Roots(1, (az.sealer("another root").key,)).to_data()
    with pytest.raises(ConflictError, match=r"link\.other_roots_pinned"):
        adopt_card(folder / "trust", card(roots=other))
    assert state(folder / "trust") == before


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"garbage",
        b"[]",
        card(format="another"),
        strict_bytes({"format": CARD}),
        card(more="x"),
        card(state="az"),
        card(state="KZ"),
        card(roots={}),
        card(roots=az.Roots(1, (az.sealer("another root").key,)).to_data()),
        card(trustList="{}"),
        card(trustList=az.trust_list().decode().replace("Baku", "Bako")),
        card()[:-1],
    ],
)
def test_what_is_no_card_changes_nothing(folder, wrong):
    before = state(folder / "trust")
    with pytest.raises(CertoriginError):
        adopt_card(folder / "trust", wrong)
    assert state(folder / "trust") == before


def test_a_card_with_another_states_list_is_none(folder):
    own = (folder / "trust" / "BY" / "1.json").read_bytes().decode()
    with pytest.raises(MalformedError, match=r"link\.not_a_card"):
        adopt_card(folder / "trust", card(trustList=own))


def test_a_card_that_does_not_fit_the_folder_changes_nothing(folder, theirs):
    """A list that would be a roll-back is found out before anything is written."""
    (theirs / "AZ" / "2.json").write_bytes(az.trust_list(2, withdrawn={"seal": az.START}))
    adopt_card(folder / "trust", make_card(theirs, "AZ"))
    before = state(folder / "trust")
    with pytest.raises(CertoriginError):
        adopt_card(folder / "trust", card(trustList=az.trust_list(3).decode()))
    assert state(folder / "trust") == before


def test_the_commands_link_two_systems(folder, tmp_path, theirs):
    runner = CliRunner()
    other = tmp_path / "az"
    text = (folder / "system.toml").read_text("utf-8")
    for ours, changed in (('"BY"', '"AZ"'), ('"AZ-1"', '"BY-1"'), ('id = "BY-1"', 'id = "AZ-1"')):
        text = text.replace(ours, changed)
    (other / "system.toml").write_text(text, "utf-8")
    made = runner.invoke(link_command, ["card", str(other), str(tmp_path / "card.json")])
    assert made.exit_code == 0, made.output
    heard = made.output.partition(": ")[2].strip()
    adopting = ["adopt", str(folder), str(tmp_path / "card.json")]
    wrong = runner.invoke(link_command, [*adopting, "--fingerprint", heard[:-1] + "x"])
    assert wrong.exit_code == 2
    assert "trust.fingerprint_differs" in wrong.output
    assert heard not in wrong.output
    assert read_trust_folder(folder / "trust").states == ("BY",)
    typed = runner.invoke(link_command, adopting, input="0000\n")
    assert typed.exit_code == 2
    adopted = runner.invoke(link_command, [*adopting, "--fingerprint", heard])
    assert adopted.exit_code == 0, adopted.output
    assert made.output == adopted.output
    assert orjson.loads((tmp_path / "card.json").read_bytes())["state"] == "AZ"

    (tmp_path / "card.json").write_text("{}")
    refused = runner.invoke(link_command, ["adopt", str(folder), str(tmp_path / "card.json")])
    assert refused.exit_code == 2
    assert "link.not_a_card" in refused.output
    shutil.rmtree(other / "trust")
    gone = runner.invoke(link_command, ["card", str(other), str(tmp_path / "none.json")])
    assert gone.exit_code == 2
