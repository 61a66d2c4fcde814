"""Settings at the start: everything that is wrong is told at once, and nothing is started."""

import json
import logging
import socket
from dataclasses import replace
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from certorigin.errors import FaultsError
from certorigin_server.operate.commands import serve_command
from certorigin_server.settings.lines import JsonLines
from certorigin_server.settings.reading import read_settings, read_system
from certorigin_server.settings.start import read_ready_system, require_free_port

SYSTEM = """\
[installation]
id = "BY-1"
state = "BY"
name = "Test"

[web]
port = 8101

[[corridor]]
id = "AZ-BY/CIS-2009"
partner = "AZ-1"
partner_url = "http://127.0.0.1:8102"
term = "2026"
"""
WRONG = """\
colour = "red"

[installation]
id = "BY-1"
state = "AZ"
name = ""
four_eyes = "false"
languages = ["en", "fr"]

[web]
port = 81010
names = ["by.example", 7]
trusted_proxies = ["proxy"]
https = true

[loops]
hearbeat = 60
lease = -1

[[corridor]]
id = "BY-AZ/CIS-2009"
partner = "Azerbaijan"
term = "2026/1"
medium = "stone"
key = "tls/key.pem"
"""
TOLD = {
    ("settings.unknown", "colour"),
    ("settings.states_differ", "installation.state"),
    ("settings.missing", "installation.name"),
    ("settings.not_flag", "installation.four_eyes"),
    ("settings.not_choice", "installation.languages"),
    ("settings.not_whole", "web.port"),
    ("settings.not_list", "web.names"),
    ("settings.no_network", "web.trusted_proxies"),
    ("settings.misspelt", "loops.hearbeat"),
    ("settings.not_seconds", "loops.lease"),
    ("settings.misshaped", "corridor[1].id"),
    ("settings.misshaped", "corridor[1].partner"),
    ("settings.misshaped", "corridor[1].term"),
    ("settings.missing", "corridor[1].partner_url"),
    ("settings.not_choice", "corridor[1].medium"),
    ("settings.tls_without_pair", "corridor[1].certificate"),
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "session-secret").write_text("s")
    (tmp_path / "system.toml").write_text(SYSTEM)
    return tmp_path


def told(error):
    return {(one.code, one.place) for one in error.value.findings}


def test_everything_that_is_wrong_is_told_at_once_and_nothing_is_started(folder):
    (folder / "system.toml").write_text(WRONG)
    with pytest.raises(FaultsError) as refused:
        read_system(folder)
    assert told(refused) == TOLD
    done = CliRunner().invoke(serve_command, ["--dir", str(folder)])
    assert done.exit_code == 2
    assert len(done.output.splitlines()) == len(TOLD)
    assert "S04: there is no setting loops.hearbeat. Perhaps heartbeat was meant." in done.output


def test_what_is_right_is_read(folder):
    system = read_ready_system(folder, {})
    assert (system.port, system.four_eyes, len(system.corridors)) == (8101, True, 1)


def test_two_corridors_of_one_name_are_refused(folder):
    with pytest.raises(FaultsError, match=r"settings\.corridor_twice"):
        read_settings(
            {
                "installation": {"id": "BY-1", "state": "BY", "name": "x"},
                "corridor": [{"id": "BY-RU/NATIONAL", "partner": "RU-1", "term": "2026"}] * 2,
            },
            folder,
        )


def test_what_the_settings_name_must_be_there_and_secret(folder):
    mail = '[mail]\nserver = "mail.example"\nsender = "a@b.example"\npassword_file = "keys/mail"\n'
    (folder / "system.toml").write_text(
        SYSTEM + 'authorities = "none.pem"\ncertificate = "none.pem"\nkey = "none.key"\n' + mail
    )
    (folder / "keys" / "session-secret").unlink()
    (folder / "keys" / "mail").write_text("secret")
    (folder / "keys" / "mail").chmod(0o604)
    with pytest.raises(FaultsError) as refused:
        read_ready_system(folder, {"DATABASE_URL": "mysql://certorigin:pass@db/x"})
    assert told(refused) == {
        ("settings.file_missing", "keys"),
        ("settings.file_open", "mail.password_file"),
        ("settings.file_missing", "corridor[1].key"),
        ("settings.tls_unreadable", "corridor[1].authorities"),
        ("settings.no_database", "DATABASE_URL"),
    }
    assert "pass" not in str([one.facts for one in refused.value.findings if "DATA" in one.place])


def test_a_line_of_the_log_is_json_and_says_nothing_of_the_row_that_broke():
    with pytest.raises(ValueError, match="Ivanov") as broken:
        int("Key (name)=(Ivanov) already exists.")
    broke = (broken.type, broken.value, broken.tb)
    record = logging.LogRecord("django.request", 40, "x.py", 1, "at %s", ("/",), broke)
    line = JsonLines().format(record)
    told = json.loads(line)
    assert (told["level"], told["message"]) == ("ERROR", "at /")
    assert told["error"] == "builtins.ValueError"
    assert told["places"][0].startswith("test_start.py:")
    assert "Ivanov" not in line


@pytest.mark.parametrize(
    ("path", "status", "is_written"),
    [
        ("/exchange/trust/9.json", 404, False),
        ("/exchange/trust/9.json", 500, True),
        ("/exchanges", 404, True),
    ],
)
def test_what_a_partner_asks_for_in_vain_each_second_is_not_written_down(path, status, is_written):
    record = logging.LogRecord("django.request", 30, "x.py", 1, "Not Found", None, None)
    record.request, record.status_code = SimpleNamespace(path=path), status
    assert bool(logging.getLogger("django.request").filter(record)) is is_written


@pytest.mark.parametrize("address", ["", "postgres:///x", "postgresql://db/x", "sqlite:////var/x"])
def test_the_databases_that_we_know_are_taken(folder, address):
    assert read_ready_system(folder, {"DATABASE_URL": address})


@pytest.mark.loopback
def test_an_address_that_is_taken_is_told_before_anything_starts(folder):
    system = read_system(folder)
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = replace(system, port=other.getsockname()[1])
        with pytest.raises(FaultsError, match=r"settings\.port_taken"):
            require_free_port(taken)
    require_free_port(taken)
