"""A goods declaration from a file: JSON, XML or CSV, whichever the broker's program writes.

The notation shows in how the file begins. Whatever it is, the same members are read by the same
reader, and every fault is told at once, with its place in the document and in the file.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from certorigin.errors import FaultsError, LimitError, MalformedError
from certorigin.recognition.declaration import (
    FORMAT,
    MAX_DECLARATION,
    DeclaredItem,
    GoodsDeclaration,
)
from certorigin.recognition.intake_csv import data_from_csv
from certorigin.recognition.intake_xml import data_from_xml
from certorigin.recognition.members import Told
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.record import LONGEST_LIST, Record
from certorigin.vocabulary.search import number_in_latin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_FAULTS = 100
MOST_DEPTH = 24

_BLANK = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DOCUMENT_CODE = re.compile(r"\d{5}", re.ASCII)
_STEP = re.compile(r"([^.\[\]]+)|\[([0-9]+)\]")
_PARTY = {"name": "-", "address": "-", "country": "BY"}
_ITEM: dict[str, Any] = {
    "sequence": "1",
    "tariffCode": "0101",
    "description": "-",
    "quantity": {"value": "1", "unit": "KGM"},
}
# A value that reads, for each member that must be there; an optional one is left out instead.
_SOUND: dict[str, Any] = {
    "format": FORMAT,
    "number": "1000",
    "date": "2000-01-01",
    "post": "-",
    "destinationCountry": "BY",
    "exporter": _PARTY,
    "importer": _PARTY,
    **_PARTY,
    "scheme": "OTHER",
    **_ITEM,
    "value": "1",
    "unit": "KGM",
    "count": "1",
    "kind": "PX",
    "form": "ST-1",
    "issuingCountry": "BY",
    "item": "1",
    "amount": "1",
    "currency": "USD",
}


def read_declaration(raw: bytes) -> GoodsDeclaration:
    """Read a declaration from the bytes of a file.

    Raises MalformedError when it can't be parsed, LimitError when it is too large, and FaultsError
    with every fault (at most 100) when it is no declaration; their facts tell `line` and `column`
    as far as the notation has them.
    """
    if len(raw) > MAX_DECLARATION:
        raise LimitError("declaration.too_large", place="", limit=str(MAX_DECLARATION))
    told = _told(raw)
    data = tidied(told.data)
    faults = list(told.faults)
    if not faults:
        try:
            return declaration_from_data(data)
        except MalformedError:
            pass
    faults += [_located(one, told) for one in find_faults(data)]
    first = faults[0]
    raise FaultsError(first.code, faults[:MOST_FAULTS], **(dict(first.facts) | _place(first)))


def declaration_from_data(data: object) -> GoodsDeclaration:
    """Read a declaration to its last member. Raises MalformedError for the first fault."""
    record = Record(data)
    declaration = GoodsDeclaration.from_record(record)
    record.finish()
    return declaration


def tidied(data: dict[str, Any]) -> dict[str, Any]:
    """Return a document with numbers and forms of certificates as they were meant.

    People type `В` for `B`; a number is the only member whose letters can't be seen to be right.
    Where the form should stand, box 44 has the code of the document.
    """
    made = deepcopy(data)
    items = made.get("items")
    for item in items if isinstance(items, list) else ():
        claim = item.get("certificate") if isinstance(item, dict) else None
        if isinstance(claim, dict) and isinstance(claim.get("number"), str):
            claim["number"] = number_in_latin(claim["number"])
        if isinstance(claim, dict) and _DOCUMENT_CODE.fullmatch(str(claim.get("form", ""))):
            claim.setdefault("documentCode", claim.pop("form"))
    return made


def find_faults(data: object) -> tuple[Finding, ...]:
    """Return the faults of a declaration's data, at most 100; none when it can be read."""
    return tuple(islice(_all_faults(data), MOST_FAULTS))


def _told(raw: bytes) -> Told:
    start = raw.removeprefix(_BOM).lstrip(_BLANK)
    if start.startswith(b"<") or raw.startswith(_UTF_16):
        return data_from_xml(raw)
    if not start.startswith(b"{"):
        return data_from_csv(raw)
    try:
        data = orjson.loads(start)
    except orjson.JSONDecodeError as fault:
        raise MalformedError("declaration.not_json", place=f"character {fault.pos}") from None
    level: list[object] = [data]
    for _ in range(MOST_DEPTH):
        inner = [[*one.values()] if isinstance(one, dict) else one for one in level]
        level = [two for one in inner if isinstance(one, list) for two in one]
    if level:
        raise LimitError("declaration.too_deep", place="", limit=str(MOST_DEPTH))
    return Told(data)


def _located(finding: Finding, told: Told) -> Finding:
    """Say where in the file a finding is; what is not there is looked for around it."""
    place = finding.place
    while place and place not in told.lines:
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    where = told.lines.get(place)
    if where is None:
        return finding
    facts = {"line": str(where[0])} | ({"column": str(where[1])} if where[1] else {})
    return replace(finding, facts={**finding.facts, **facts})


def _place(finding: Finding) -> dict[str, str]:
    return {"place": finding.place}


def _all_faults(data: object) -> Iterator[Finding]:
    """Judge the head with a line that is sound, then each line alone: 10,000 of them are many."""
    if not isinstance(data, dict):
        yield Finding("record.not_an_object", ".")
        return
    items = data.get("items", [])
    yield from _faults_of(data | {"items": [_ITEM]}, "", _read_head)
    if not isinstance(items, list):
        yield Finding("record.not_a_list", "items")
        return
    if len(items) > LONGEST_LIST:
        facts = {"limit": str(LONGEST_LIST)}
        yield Finding("record.list_too_long", "items", facts=facts)
        return
    if not items:
        yield Finding("declaration.without_goods", "items")
    seen: set[str] = set()
    for index, item in enumerate(items):
        place = f"items[{index}]"
        yield from _faults_of(item, place, _read_item)
        sequence = str(item.get("sequence", "")) if isinstance(item, dict) else ""
        if sequence and sequence in seen:
            yield Finding("declaration.sequence_repeated", f"{place}.sequence")
        seen.add(sequence)


def _read_head(data: object, place: str) -> None:
    del place
    declaration_from_data(data)


def _read_item(data: object, place: str) -> None:
    record = Record(data, place)
    DeclaredItem.from_record(record)
    record.finish()


def _faults_of(data: object, place: str, read: Callable[[object, str], None]) -> Iterator[Finding]:
    """Read again with what was at fault put right, until it reads."""
    left, is_ours = data, False
    while True:
        try:
            read(left, place)
        except MalformedError as error:
            at = error.facts.get("place", "")
            yield Finding(error.code, at, facts=_without_place(error.facts))
            left, is_ours = left if is_ours else deepcopy(left), True
            if not _put_right(left, at.removeprefix(place).lstrip(".")):
                return
        else:
            return


def _without_place(facts: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in facts.items() if name != "place"}


def _put_right(data: object, place: str) -> bool:
    """Put a sound value at a place, or take the member out; say whether it could be done."""
    steps = [name or int(index) for name, index in _STEP.findall(place)]
    holder: Any = data
    try:
        for step in steps[:-1]:
            holder = holder[step]
    except (KeyError, IndexError, TypeError):  # a member whose name looks like a path
        return False
    last = steps[-1] if steps else ""
    if not isinstance(holder, dict) or not isinstance(last, str):
        return False
    sound = _SOUND.get(last)
    if last in holder and holder[last] != sound:
        present = holder.pop(last)
        if sound is not None and not (isinstance(present, dict) and isinstance(sound, str)):
            holder[last] = deepcopy(sound)
        return True
    if sound is None or last in holder:
        return False
    holder[last] = deepcopy(sound)
    return True
