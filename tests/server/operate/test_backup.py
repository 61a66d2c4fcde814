"""What a restore refuses before it writes anything; the whole way is in tests/journeys."""

import json

import pytest

from certorigin.errors import CertoriginError
from certorigin_server.operate.backup import FORMAT, finish, put_back


@pytest.fixture
def backup(tmp_path):
    """A backup of a small system, with its keys."""
    folder = tmp_path / "backup"
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "passphrase").write_text("secret")
    (folder / "system.toml").write_text("[web]\n")
    (folder / "evidence").mkdir()
    (folder / "evidence" / "file").write_bytes(b"paper")
    (folder / "backup.json").write_text(json.dumps({"format": FORMAT, "at": "2026-11-22"}))
    return folder


def code_of(*arguments, **options):
    with pytest.raises(CertoriginError) as error:
        put_back(*arguments, **options)
    return error.value.code


def test_a_folder_has_its_name_only_when_all_of_it_is_there(backup, tmp_path):
    folder = tmp_path / "by"
    (tmp_path / "by.unfinished").mkdir()
    (tmp_path / "by.unfinished" / "junk").write_text("of a try that broke off")
    unfinished, card = put_back(backup, folder, keys=None)
    assert not folder.exists()
    assert not (unfinished / "junk").exists()
    assert card["at"] == "2026-11-22"
    finish(unfinished, folder)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {"system.toml", "evidence/file", "keys/passphrase"}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "keys" / "passphrase").stat().st_mode & 0o777 == 0o600


def test_what_is_there_is_not_overwritten(backup, tmp_path):
    assert code_of(backup, backup, keys=None) == "restore.folder_taken"


def test_without_keys_nothing_is_put_back(backup, tmp_path):
    (backup / "keys" / "passphrase").unlink()
    assert code_of(backup, tmp_path / "by", keys=None) == "restore.keys_missing"
    assert not (tmp_path / "by.unfinished").exists()


@pytest.mark.parametrize("card", [None, "x", "[]", '{"format":"another"}'])
def test_what_is_no_backup_is_told_so(backup, tmp_path, card):
    place = backup / "backup.json"
    place.unlink() if card is None else place.write_text(card)
    assert code_of(backup, tmp_path / "by", keys=None) == "backup.unreadable"
