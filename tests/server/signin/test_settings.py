"""The table `[sign_in]`: each setting is read, and a wrong one is named."""

import pytest

from certorigin.errors import MalformedError
from certorigin_server.settings.sign_in import (
    ROLES,
    DirectorySettings,
    SignInSettings,
    read_sign_in,
)
from certorigin_server.settings.table import Table, require
from certorigin_server.users.rights import Role

DIRECTORY = {"name": "Directory", "issuer": "https://id.example.by", "client": "certorigin"}
ALL = {
    "second_factor": ["administrator"],
    "verified_passkey": ["certifying_officer"],
    "fresh": 10,
    "idle": 60,
    "longest": 600,
    "address": "https://co.example.by",
}


def read(data):
    faults = []
    found = read_sign_in(Table(data, "sign_in", faults))
    require(faults)
    return found


def test_every_setting_is_read():
    more = {
        "secret_file": "keys/directory",
        "scopes": ["openid"],
        "username_claim": "upn",
        "groups_claim": "roles",
        "makes_accounts": True,
        "organisation": "minsk",
        "roles": {"assess": "assessing_officer"},
        "is_second_factor": True,
        "keeps_passwords": False,
    }
    found = read(ALL | {"directory": DIRECTORY | more})
    directory = DirectorySettings(**DIRECTORY | more | {"scopes": ("openid",)})
    texts = {name: tuple(value) for name, value in ALL.items() if isinstance(value, list)}
    assert found == SignInSettings(**ALL | texts, directory=directory)


def test_the_roles_are_those_that_there_are():
    assert {str(role) for role in Role} == ROLES


def test_without_settings_a_password_is_enough_and_sessions_end():
    found = read({})
    assert (found.second_factor, found.fresh, found.directory) == ((), 0, None)
    assert 0 < found.idle <= found.longest


@pytest.mark.parametrize(
    "wrong",
    [
        {"idle": 0},
        {"longest": 0},
        {"fresh": -1},
        {"fresh": True},
        {"idle": "60"},
        {"second_factor": "administrator"},
        {"second_factor": ["administratr"]},
        {"address": "https://co.example.by/"},
        {"address": "co.example.by"},
        {"directory": DIRECTORY | {"issuer": "http://id.example.by"}},
        {"directory": DIRECTORY | {"client": ""}},
        {"directory": DIRECTORY | {"makes_accounts": "yes"}},
        {"directory": DIRECTORY | {"roles": {"it": "administrator"}}},
        {"directory": DIRECTORY | {"roles": {"it": "certifier"}}},
        {"directory": []},
    ],
    ids=str,
)
def test_a_wrong_setting_stops_the_system(wrong):
    with pytest.raises(MalformedError):
        read(wrong)
