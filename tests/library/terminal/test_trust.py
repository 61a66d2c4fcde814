"""`certorigin trust` without a system: show, verify, make-root, sign."""

import hashlib
import json
from datetime import date

import pytest
from click.testing import CliRunner

from certorigin.seal.sealer import FileSealer
from certorigin.seal.trust.ceremony import Ceremony, Signature, check_signature, fingerprint_of_key
from certorigin.seal.trust.change import (
    check_draft,
    next_version,
    renew,
    with_specimen,
    withdraw_key,
)
from certorigin.seal.trust.folder import write_trust_folder
from certorigin.seal.trust.specimen import Specimen
from certorigin.seal.trust.trust import Trust
from certorigin.terminal.main import main
from tests.library.seal.samples import (
    ALWAYS,
    CHAMBER,
    NOON,
    PINNED,
    draft,
    known,
    sealed,
    sealer,
)

PASSPHRASE = "a long passphrase of one holder"


@pytest.fixture
def trust(tmp_path):
    contents = withdraw_key(draft(), sealer("BY seal").key, at=NOON, reason="compromised")
    contents = with_specimen(contents, Specimen(CHAMBER, "stamp", ALWAYS, "круглая"))
    made = Trust(PINNED)
    made.adopt(sealed(contents))
    write_trust_folder(made, tmp_path / "trust")
    return tmp_path / "trust"


@pytest.fixture
def draft_file(tmp_path):
    following = renew(next_version(draft(), valid_from=NOON.date()), next_update=date(2027, 1, 1))
    ceremony = Ceremony(check_draft(following, draft()), sealed(draft()))
    place = tmp_path / "BY-2.draft"
    place.write_bytes(ceremony.to_bytes())
    return place


def run(*words, typed=""):
    return CliRunner().invoke(main, ["trust", *map(str, words)], input=typed)


def test_a_list_is_shown_in_plain_words_and_for_machines(trust):
    for language, word in (("en", "withdrawn from"), ("ru", "отозван"), ("be", "адкліканы")):
        shown = run("show", trust, "--at=2026-06-25T00:00:00Z", f"--language={language}")
        assert shown.exit_code == 0, shown.output
        assert word in shown.output
        assert "круглая" in shown.output
        assert "Иванова" in shown.output
    data = json.loads(run("show", trust, "--at=2026-06-25T00:00:00Z", "--json").output)
    (one,) = data["lists"]
    assert (one["state"], one["expiries"][0]["stage"]) == ("BY", "7")
    assert json.loads(run("show", trust, "--state=AZ", "--json").output) == {"lists": []}


def test_a_folder_is_verified_from_its_pinned_roots(trust):
    assert "2 needed" in run("verify", trust).output
    assert json.loads(run("verify", trust, "--json").output)["ok"] is True
    (trust / "BY" / "1.json").write_bytes(sealed(draft(), [sealer("BY root 1")]))
    refused = run("verify", trust)
    assert refused.exit_code == 1
    assert "trust.threshold_not_met" in refused.output
    (trust / "roots.json").unlink()
    assert run("verify", trust).exit_code == 2
    assert run("show", trust).exit_code == 2


def test_a_root_holder_makes_a_key_and_nobody_sees_the_passphrase(tmp_path):
    made = run("make-root", tmp_path / "root.pem", typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert made.exit_code == 0, made.output
    assert PASSPHRASE not in made.output
    assert "BEGIN ENCRYPTED PRIVATE KEY" in (tmp_path / "root.pem").read_text()
    key = made.output.partition("Key ")[2].partition(",")[0]
    assert fingerprint_of_key(key) in made.output
    again = run("make-root", tmp_path / "root.pem", typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert again.exit_code == 2
    (tmp_path / "short").write_text("short\n")
    short = run("make-root", tmp_path / "x.pem", f"--passphrase-file={tmp_path / 'short'}")
    assert "trust.passphrase_short" in short.output
    assert not (tmp_path / "x.pem").exists()


@pytest.fixture
def root_file(tmp_path):
    """The first root key of the samples, in a file with a passphrase."""
    samples = hashlib.shake_256(b"certorigin sample key BY root 1")
    FileSealer.create(tmp_path / "root-1.pem", PASSPHRASE.encode(), samples.digest)
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    return tmp_path / "root-1.pem"


def test_a_draft_is_read_compared_and_signed(draft_file, root_file, tmp_path):
    ceremony = Ceremony.from_bytes(draft_file.read_bytes())
    out = tmp_path / "sig"
    words = ["sign", draft_file, f"--key={root_file}", f"--out={out}"]
    by_hand = run(*words, typed=f"{ceremony.fingerprint}\n{PASSPHRASE}\n")
    assert by_hand.exit_code == 0, by_hand.output
    assert "2027-01-01" in by_hand.output
    assert PASSPHRASE not in by_hand.output
    assert check_signature(ceremony, Signature.from_bytes(out.read_bytes())).key == (
        sealer("BY root 1").key
    )
    out.unlink()
    other = run(*words, f"--passphrase-file={tmp_path / 'passphrase'}", "--fingerprint=0000 1111")
    assert other.exit_code == 2
    assert "trust.fingerprint_differs" in other.output
    assert not out.exists()
    wrong = run(*words, f"--fingerprint={ceremony.fingerprint}", typed="another passphrase\n")
    assert "seal.key_file_unreadable" in wrong.output
    assert not out.exists()
    draft_file.write_text("{}")
    assert "trust.not_a_draft" in run(*words).output


def test_a_list_of_two_states_is_shown_by_state(tmp_path):
    write_trust_folder(known(), tmp_path)
    data = json.loads(run("show", tmp_path, "--json").output)
    assert [one["state"] for one in data["lists"]] == ["AZ", "BY"]
