"""A new system: its folder, its people and bodies, its first trust list; nothing half-made."""

import os
import stat
from dataclasses import replace

import pytest
from click.testing import CliRunner

from certorigin.errors import ConflictError, MalformedError
from certorigin.seal.trust.folder import read_trust_folder
from certorigin_server.operate import commands
from certorigin_server.operate.fill import fill_system
from certorigin_server.operate.folder import Plan, make_folder, settings_text
from certorigin_server.operate.profile import builtin_profile, read_profile
from certorigin_server.seal.keyring import Keyring
from certorigin_server.settings.reading import read_system
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import Organisation, User
from certorigin_server.users.services import open_session

PLAN = Plan(
    installation="BY-1",
    state="BY",
    name="Национальная «система»",
    languages=("ru", "be"),
    host="127.0.0.1",
    port=8100,
    partner="AZ-1",
    partner_url="http://127.0.0.1:8200",
    agreement="CIS-2009",
    term="2026",
    interval=1.0,
    heartbeat=60.0,
)


@pytest.fixture(autouse=True)
def own_umask():
    """Making a folder closes the process's umask; a test gives it back."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


# -- the folder -----------------------------------------------------------------------------------


def test_a_folder_is_readable_by_its_owner_alone(tmp_path):
    folder = tmp_path / "by"
    make_folder(folder, PLAN)
    assert mode(folder) == 0o700
    assert all(mode(path) & 0o077 == 0 for path in folder.rglob("*"))
    system = read_system(folder)
    assert (system.installation, system.state, system.name) == ("BY-1", "BY", PLAN.name)
    assert system.languages == ("ru", "be")
    (corridor,) = system.corridors
    assert corridor.origin_of("AZ-1") == "certorigin/AZ-1/AZ-BY/CIS-2009/2026"
    assert Keyring(folder / "keys").has("exchange")
    assert (folder / "keys" / "passphrase").read_text() != (
        folder / "keys" / "session-secret"
    ).read_text()


def test_a_folder_that_is_taken_is_left_alone(tmp_path):
    make_folder(tmp_path / "by", PLAN)
    before = (tmp_path / "by" / "keys" / "log.pem").read_bytes()
    with pytest.raises(ConflictError, match=r"init\.folder_taken"):
        make_folder(tmp_path / "by", PLAN)
    assert (tmp_path / "by" / "keys" / "log.pem").read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        {"installation": "by-1"},
        {"installation": "AZ-1"},
        {"installation": "BY-1/x"},
        {"partner": "AZ"},
        {"partner": "BY-2"},
        {"partner": "KZ 1"},
        {"term": "20/26"},
        {"term": ""},
        {"agreement": "cis"},
        {"agreement": "../../keys"},
        {"name": ""},
    ],
)
def test_a_plan_that_names_no_log_makes_nothing(tmp_path, change):
    with pytest.raises(MalformedError):
        make_folder(tmp_path / "by", replace(PLAN, **change))
    assert not (tmp_path / "by").exists()


@pytest.mark.parametrize("name", ['a "quoted" name', "back\\slash", "two\nlines", "тест ’ ə"])
def test_any_name_is_written_as_it_is(tmp_path, name):
    (tmp_path / "system.toml").write_text(settings_text(replace(PLAN, name=name)), "utf-8")
    assert read_system(tmp_path).name == name


# -- profiles -------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["BY", "AZ"])
def test_a_states_profile_ships_with_the_package(state):
    profile = read_profile(state)
    slugs = {entry["slug"] for entry in profile.organisations}
    kinds = {entry["kind"] for entry in profile.organisations}
    assert {person.organisation for person in profile.people} <= slugs
    assert "central-customs-authority" in kinds


def test_a_state_without_a_profile_needs_one():
    with pytest.raises(MalformedError, match=r"profile\.none_for_state"):
        builtin_profile("KZ")


def test_a_second_file_adds_organisations_and_people(tmp_path):
    more = tmp_path / "more.toml"
    more.write_text(
        '[[organisation]]\nkind = "trader"\nslug = "mill"\nname = "M"\naddress = "A"\n'
        '[[person]]\nusername = "anna"\nname = ["Anna", "M"]\norganisation = "mill"\n'
        'roles = ["exporter"]\n',
        "utf-8",
    )
    profile = read_profile("BY", None, more)
    assert profile.organisations[-1]["slug"] == "mill"
    assert profile.people[-1].username == "anna"


HEAD = '[installation]\nname = "x"\n'
PERSON = f'{HEAD}[[person]]\nusername = "a"\n'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[[", "profile.unreadable"),
        ("", "profile.unreadable"),
        ('[installation]\nname = ""', "profile.unreadable"),
        ("installation = 1", "profile.unreadable"),
        (f'{HEAD}[[organisation]]\nslug = "a"\ncolour = "red"', "profile.setting_unknown"),
        (PERSON, "profile.person_misshaped"),
        (f'{PERSON}name = ["b"]\norganisation = "c"\nroles = []', "profile.person_misshaped"),
        (
            f'{PERSON}name = ["b", "c"]\norganisation = "c"\nroles = ["king"]',
            "profile.person_misshaped",
        ),
        (
            f'{PERSON}name = ["b", "c"]\norganisation = "c"\nroles = ["administrator"]',
            "profile.too_few_administrators",
        ),
    ],
)
def test_a_profile_that_can_not_be_read_is_named(tmp_path, text, code):
    path = tmp_path / "profile.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(MalformedError) as error:
        read_profile("BY", path)
    assert error.value.code == code


# -- filling --------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_system_is_filled_with_its_state(tmp_path, settings, clock):
    make_folder(tmp_path / "by", PLAN)
    settings.SYSTEM = read_system(tmp_path / "by")
    passwords = fill_system(read_profile("BY"), max_head_age=3600, at=clock())

    assert open_session(username="customs-by", password=passwords["customs-by"], at=clock())
    assert Organisation.objects.get(slug="minsk-2").parent.slug == "gtk"
    assert User.objects.get(username="certifier-by").language == "ru"
    accounts = tmp_path / "by" / "accounts.txt"
    assert mode(accounts) == 0o600
    assert f"admin-by {passwords['admin-by']}" in accounts.read_text().splitlines()

    trust = read_trust_folder(tmp_path / "by" / "trust")
    assert trust.corridor("AZ-BY/CIS-2009").max_head_age == 3600
    keyring = Keyring(tmp_path / "by" / "keys")
    facts = {"at": clock(), "form": "ST-1"}
    officer = keyring.named("officer-certifier-by").key
    found = trust.key_entitlement(officer, role="officer", right="certify", **facts)
    assert found.key.controller == "urn:certorigin:officer:BY:certifier-by"
    assert trust.keys_of("urn:certorigin:body:BY:gtk", "seal")
    assert TrailEntry.objects.filter(actor="operator").count() >= 10


# -- the command ----------------------------------------------------------------------------------


@pytest.fixture
def enter(monkeypatch, settings):
    """Entering a system sets Django up; here Django is up already, for the tests' own system."""
    entered = []

    def enter_system(folder):
        entered.append(folder)
        settings.SYSTEM = read_system(folder)

    monkeypatch.setattr(commands, "enter_system", enter_system)
    return entered


def init(*arguments):
    facts = ["--state=BY", "--partner=AZ-1", "--partner-url=http://127.0.0.1:8200"]
    return CliRunner().invoke(commands.init_command, [*facts, *map(str, arguments)])


@pytest.mark.django_db
def test_init_makes_a_whole_system(tmp_path, enter):
    done = init(tmp_path / "by", "--port=8111", "--json")
    assert done.exit_code == 0, done.output
    assert '"installation": "BY-1"' in done.output
    assert enter == [tmp_path / "by"]
    assert read_system(tmp_path / "by").port == 8111
    again = init(tmp_path / "by")
    assert again.exit_code == 2
    assert "init.folder_taken" in again.output


@pytest.mark.django_db
def test_init_tells_people_where_the_accounts_are(tmp_path, enter):
    done = init(tmp_path / "by")
    assert "accounts.txt" in done.output


def test_init_says_what_is_wrong(tmp_path):
    done = init(tmp_path / "by", "--installation=AZ-7")
    assert done.exit_code == 2
    assert "settings.states_differ" in done.output
    assert not (tmp_path / "by").exists()


def test_entering_a_system_names_its_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CERTORIGIN_DIR", "x")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", os.environ["DJANGO_SETTINGS_MODULE"])
    commands.enter_system(tmp_path)
    assert os.environ["CERTORIGIN_DIR"] == str(tmp_path)


def test_serving_what_is_no_system_says_so(tmp_path):
    done = CliRunner().invoke(commands.serve_command, ["--dir", str(tmp_path)])
    assert done.exit_code == 2
    assert "settings.unreadable" in done.output


def test_without_its_database_no_half_of_a_system_is_made(tmp_path, monkeypatch, enter):
    """A container's database may still be starting: then the same command works a little later."""
    monkeypatch.setenv("DATABASE_URL", f"postgres://certorigin@/certorigin?host={tmp_path}")
    done = init(tmp_path / "by")
    assert done.exit_code == 2, done.output
    assert "settings.database_silent: S38" in done.output
    assert str(tmp_path) in done.output
    assert not (tmp_path / "by").exists()
    assert enter == []


def test_a_fault_of_the_program_is_no_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(commands, "read_profile", lambda *_: 1 / 0)
    assert isinstance(init(tmp_path / "by").exception, ZeroDivisionError)
