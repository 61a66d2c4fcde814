"""The commands of the ceremonies, on one system: what they print, and what they change."""

import json

import pytest
from click.testing import CliRunner

from certorigin.errors import ConflictError, MalformedError
from certorigin.seal.sealer import FileSealer
from certorigin.terminal.main import main
from certorigin.vocabulary.acts import Kind
from certorigin_server.log.models import Log
from certorigin_server.operate.corridor import add_corridor
from certorigin_server.seal import keyring as keyrings
from certorigin_server.seal.keyring import Keyring
from certorigin_server.seal.models import SealedAct
from certorigin_server.seal.trust import get_trust
from certorigin_server.settings.reading import read_system
from certorigin_server.users.models import Organisation
from tests.server.acts import prepare
from tests.server.authority import CORRIDOR, PASSPHRASE, body_urn, officer_urn
from tests.server.factories import make_body, make_organisation, make_user
from tests.server.turns import OURS

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n a stamp"


@pytest.fixture(autouse=True)
def own_keys(folder, monkeypatch):
    """Commands make keys in this test's folder, and leave the environment as it was."""
    keyring = Keyring(folder / "keys")
    monkeypatch.setattr(keyrings, "get_keyring", lambda: keyring)
    monkeypatch.setenv("CERTORIGIN_DIR", str(folder))
    return keyring


def run(*words, code=0):
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def draft(verb, folder, *words, code=0):
    said = run("trust", "draft", verb, folder, *words, "--json", code=code)
    return json.loads(said) if code == 0 else said


def codes(told):
    return [one["code"] for one in told["changes"]]


def test_a_list_is_drafted_signed_and_published_by_commands(folder, tmp_path):
    make_user("novikova", organisation=make_body())
    make_organisation("grodno", Organisation.Kind.AUTHORISED_BODY)
    (tmp_path / "stamp.png").write_bytes(PNG)
    minsk = body_urn("minsk")
    told = draft("officer", folder, "novikova", "--form=ST-1", "--until=2099-01-01T00:00:00Z")
    assert codes(told) == ["trust.changes_key_added", "trust.changes_added"]
    draft("body", folder, "grodno", "--form=ST-1")
    draft("key", folder, "witness-2", "--role=witness", "--from=2098-01-01T00:00:00Z")
    draft("key", folder, "seal-p", "--role=seal", f"--of={minsk}", "--kind=P-256")
    draft("specimen", folder, minsk, "stamp", f"--picture={tmp_path / 'stamp.png'}")
    draft("end", folder, officer_urn("brest-certifier"))
    draft("renew", folder, "--until=2099-06-30")
    draft("corridor", folder, "BY-KZ/CIS-2009", "--no-direct-partial-use")
    told = draft("corridor", folder, "BY-UZ/CIS-2009")
    assert (told["version"], told["thresholds"]) == (2, [2])
    assert len(codes(draft("undo", folder))) == len(codes(told)) - 1

    file = tmp_path / "draft"
    shown = json.loads(run("trust", "draft", "show", folder, f"--out={file}", "--json"))
    (tmp_path / "passphrase").write_bytes(PASSPHRASE)
    signatures = []
    for number in (1, 2):
        signatures.append(tmp_path / f"{number}.sig")
        run(
            "trust",
            "sign",
            file,
            f"--key={folder / 'keys' / f'root-{number}.pem'}",
            f"--passphrase-file={tmp_path / 'passphrase'}",
            f"--fingerprint={shown['fingerprint']}",
            f"--out={signatures[-1]}",
        )
    refused = run("trust", "publish", folder, signatures[0], code=2)
    assert "trust.threshold_not_met" in refused
    assert get_trust().newest("BY").version == 1
    assert "2099-06-30" in run("trust", "publish", folder, *signatures, "--by=Ivanova")
    contents = get_trust().newest("BY").contents
    assert {one.id for one in contents.corridors} == {CORRIDOR, "BY-KZ/CIS-2009"}
    assert officer_urn("novikova") in {one.id for one in contents.officers}
    assert [one.picture.size for one in contents.specimens] == [len(PNG)]


def test_roots_are_drafted_and_everything_is_taken_back(folder):
    keys = [FileSealer.open(folder / "keys" / f"root-{n}.pem", PASSPHRASE).key for n in (1, 2)]
    new = Keyring(folder / "keys").make("somebody").key
    told = draft("roots", folder, keys[0], new, "--threshold=2")
    assert "trust.changes_root_dropped" in codes(told)
    assert "2 of 2" in run("trust", "draft", "show", folder)
    run("trust", "draft", "discard", folder)
    for verb in ("undo", "show"):
        assert "trust.no_draft" in draft(verb, folder, code=2)
    assert "trust.no_draft" in run("trust", "draft", "discard", folder, code=2)
    draft("renew", folder, "--until=2099-06-30")
    assert "trust.no_draft" in draft("undo", folder, code=2)  # the only step is gone


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("officer", "nobody"), "user.unknown"),
        (("body", "nobody"), "organisation.unknown"),
        (("withdraw", "z6Mkx", "--reason=ceased"), "trust.key_unknown"),
        (("end", "urn:x"), "trust.entry_unknown"),
        (("renew", "--until=never"), "text."),
        (("corridor", "BY-KZ"), "corridor."),
        (("specimen", "urn:x", "stamp", "--text=x"), "trust.specimen_of_nobody"),
    ],
)
def test_a_step_that_is_none_is_said_and_leaves_no_draft(folder, words, code):
    verb, *rest = words
    said = draft(verb, folder, *rest, code=2)
    assert code in said or code in {"text.", "corridor."}
    assert not list((folder / "ceremony").glob("*/*.json"))


def test_a_drill_tells_what_falls_without_changing_anything(partner, turns, folder):
    sealed_by = {"issuer": body_urn("minsk"), "key": "seal-minsk"}
    act = prepare(at=turns.clock(), **sealed_by)
    turns.publish()
    partner.follow(OURS)
    turns.follow(partner)
    key = Keyring(folder / "keys").named("seal-minsk").key
    before = sorted(folder.rglob("*.json"))
    told = json.loads(
        run("trust", "drill", folder, key, "--from=2020-06-01T00:00:00Z", "--json", code=1)
    )
    assert [one["act"] for one in told["falls"]] == [act.pk]
    assert [one["code"] for one in told["lacking"]] == ["trust.drill_no_successor"]
    waiting = prepare(at=turns.clock(), **sealed_by)
    turns.publish()
    spoken = run("trust", "drill", folder, key, "--from=2090-06-01T00:00:00Z", code=1)
    assert waiting.subject in spoken
    assert sorted(folder.rglob("*.json")) == before
    assert "trust.key_unknown" in run("trust", "drill", folder, "z6Mkx", code=2)


def test_keys_are_made_and_listed(folder):
    made = json.loads(run("key", "make", folder, "seal-new", "--kind=P-256", "--json"))
    assert made["keys"][0]["key"].startswith("zDn")
    listed = json.loads(run("key", "list", folder, "--json"))["keys"]
    assert made["keys"][0] in listed
    assert not [one for one in listed if one["name"].startswith("root-")]
    assert "seal.key_file_exists" in run("key", "make", folder, "seal-new", code=2)
    assert "gateway" in run("key", "list", folder, "--language=be")


def test_a_term_is_closed_by_a_command(partner, turns, folder):
    assert "log.no_open_term" in run("log", "close-term", folder, "--next=2027", code=2)
    turns.publish()
    assert "2027" in run("log", "close-term", folder, "--next=2027")
    assert SealedAct.objects.filter(kind=str(Kind.TERM_CLOSED)).count() == 1
    turns.publish()
    assert Log.objects.get(status="open").term == "2027"
    again = ("log", "close-term", folder, "--next=2028", "--json")
    assert json.loads(run(*again))["successor"].endswith("/2028")
    stranger = ("log", "close-term", folder, "--next=2029", "--corridor=BY-KZ/CIS-2009")
    assert "corridor.not_ours" in run(*stranger, code=2)


def test_where_there_are_several_corridors_one_is_named(folder, settings):
    words = ("--partner=KZ-1", "--partner-url=http://kz", "--term=2026")
    run("link", "corridor", folder, *words)
    settings.SYSTEM = read_system(folder)
    said = run("log", "close-term", folder, "--next=2027", code=2)
    assert "log.corridor_needed" in said
    assert "BY-KZ/CIS-2009" in said


def test_a_corridor_joins_the_settings_whole_or_not_at_all(folder):
    facts = {"partner_url": "http://kz", "agreement": "CIS-2009", "medium": "paper+record"}
    words = ("--partner=KZ-1", "--partner-url=http://kz", "--term=2026")
    assert "BY-KZ/CIS-2009" in run("link", "corridor", folder, *words)
    (_, added) = read_system(folder).corridors
    assert (added.partner, added.term, added.document_medium) == (
        "KZ-1",
        "2026",
        "electronic-only",
    )
    before = (folder / "system.toml").read_bytes()
    with pytest.raises(ConflictError, match=r"link\.corridor_there"):
        add_corridor(folder, partner="KZ-1", term="2026", **facts)
    with pytest.raises(MalformedError):
        add_corridor(folder, partner="UZ-1", term="../..", **facts)
    assert (folder / "system.toml").read_bytes() == before
