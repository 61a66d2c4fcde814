"""A trust folder: `roots.json` with the pinned roots, `<STATE>/<version>.json` with exact bytes.

`roots.json` is what the reader believes to begin with, so it must have come by a way of its own.
Everything else in the folder is verified from there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from certorigin.durable import make_folder, replace_file
from certorigin.errors import LimitError, MalformedError, UnknownError
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.trust.entries import Roots
from certorigin.seal.trust.trust import Trust
from certorigin.seal.trust.trust_list import MAX_TRUST_LIST, TrustList
from certorigin.vocabulary.country import country_from_text
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

ROOTS = "roots.json"
MAX_LISTS = 10_000

_NAME = re.compile(r"([A-Z]{2})/([1-9][0-9]{0,8})\.json")


def roots_to_bytes(roots: Mapping[str, Roots]) -> bytes:
    """Write `roots.json`."""
    return strict_bytes({state: pinned.to_data() for state, pinned in roots.items()})


def roots_from_bytes(raw: bytes) -> dict[str, Roots]:
    """Read `roots.json`; white space around it is forgiven. Raises MalformedError."""
    data: dict[str, Any] = parse_strict(raw.strip())
    record = Record(data)
    return {
        country_from_text(state, place=state): record.part(state, Roots.from_record)
        for state in sorted(data)
    }


def list_name(trust_list: TrustList) -> str:
    """Return the name of a trust list in the folder: `BY/3.json`."""
    return f"{trust_list.state}/{trust_list.version}.json"


def load_trust(read: Callable[[str], bytes], names: Iterable[str]) -> Trust:
    """Load trust from named bytes: `roots.json` first, then every list in the order of its version.

    Names of another shape are passed over. Raises MalformedError when a list is not what its name
    says, LimitError for too many, and as `Trust.adopt`.
    """
    trust = Trust(roots_from_bytes(read(ROOTS)))
    found = [(match[1], int(match[2]), match[0]) for match in map(_NAME.fullmatch, names) if match]
    if len(found) > MAX_LISTS:
        raise LimitError("trust.too_many_lists", limit=str(MAX_LISTS))
    for _, _, name in sorted(found):
        trust_list = trust.adopt(read(name))
        if list_name(trust_list) != name:
            raise MalformedError("trust.list_misnamed", place=name, value=list_name(trust_list))
    return trust


def read_trust_folder(folder: Path) -> Trust:
    """Load trust from a folder on disk. Raises UnknownError for a missing file; as `load_trust`."""

    def read(name: str) -> bytes:
        try:
            with (folder / name).open("rb") as file:
                return file.read(MAX_TRUST_LIST + 1)
        except OSError:
            raise UnknownError("trust.file_missing", path=str(folder / name)) from None

    names = [f"{path.parent.name}/{path.name}" for path in folder.glob("*/*.json")]
    return load_trust(read, names)


def write_trust_folder(trust: Trust, folder: Path) -> None:
    """Write the pinned roots and every kept version into a folder; the inverse of reading.

    Lists come first and whole, so a reader never finds roots without what they lead to.
    """
    make_folder(folder)
    for state in trust.states:
        make_folder(folder / state)
        for trust_list in trust.versions(state):
            replace_file(folder / list_name(trust_list), trust_list.raw)
    replace_file(folder / ROOTS, roots_to_bytes(trust.roots))
