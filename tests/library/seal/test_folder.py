"""The trust folder: what `certorigin verify --trust` takes."""

import pytest

from certorigin.errors import MalformedError, UnknownError
from certorigin.seal.trust.folder import (
    load_trust,
    read_trust_folder,
    roots_from_bytes,
    roots_to_bytes,
    write_trust_folder,
)
from tests.library.seal.samples import PINNED, az_draft, draft, known, sealed


def test_a_folder_goes_both_ways(tmp_path):
    versions = [draft(version=number) for number in range(1, 12)]
    trust = known(*versions, az_draft())
    write_trust_folder(trust, tmp_path / "trust")
    (tmp_path / "trust/BY/notes.txt").write_text("passed over")
    (tmp_path / "trust/BY/x.json").write_text("passed over")
    found = read_trust_folder(tmp_path / "trust")
    assert found.states == trust.states
    assert found.versions("BY") == trust.versions("BY")
    assert found.roots == trust.roots
    assert sorted(path.name for path in (tmp_path / "trust").iterdir()) == [
        "AZ",
        "BY",
        "roots.json",
    ]


def test_roots_go_both_ways():
    assert roots_from_bytes(roots_to_bytes(PINNED) + b"\n") == PINNED
    with pytest.raises(MalformedError, match=r"country\.unknown"):
        roots_from_bytes(roots_to_bytes({"XX": PINNED["BY"]}))


def test_a_folder_without_roots_is_unknown(tmp_path):
    with pytest.raises(UnknownError, match=r"trust\.file_missing"):
        read_trust_folder(tmp_path)


def test_a_list_under_another_name_is_malformed():
    files = {"roots.json": roots_to_bytes(PINNED), "BY/2.json": sealed(draft())}
    with pytest.raises(MalformedError, match=r"trust\.list_misnamed"):
        load_trust(files.__getitem__, files)


def test_a_folder_has_a_limit(monkeypatch):
    monkeypatch.setattr("certorigin.seal.trust.folder.MAX_LISTS", 1)
    files = {"roots.json": roots_to_bytes(PINNED), "BY/1.json": b"", "BY/2.json": b""}
    with pytest.raises(MalformedError, match=r"trust\.too_many_lists"):
        load_trust(files.__getitem__, files)
