"""Every fault of a worksheet at once, each with its place.

Reading stops at the first fault. Here each part is read again with what was at fault put right,
until it reads: so the second fault is found behind the first.
"""

from __future__ import annotations

import copy
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from certorigin.assessment.material import Material
from certorigin.assessment.worksheet import FORMAT, ItemWorksheet, SetElement, Worksheet
from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_FAULTS = 200

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_ITEM = {"sequence": "1", "tariffCode": "0101"}
_MONEY = {"amount": "1", "currency": "USD"}

# A value that reads, for each member that must be there; an optional one is left out instead.
_SOUND: dict[str, Any] = {
    "format": FORMAT,
    "items": [_ITEM],
    "agreement": "AGREEMENT",
    "productionCountry": "BY",
    "tariffCode": "0101",
    "sequence": "1",
    "description": "-",
    "amount": "1",
    "currency": "USD",
    "category": "plants",
    "id": "urn:uuid:00000000-0000-4000-8000-000000000000",
    "form": "ST-1",
    "number": "0001",
    "date": "2000-01-01",
    "issuingCountry": "BY",
    "from": "USD",
    "to": "EUR",
    "rate": "1",
    "source": "-",
    "cause": "mistake",
    "exWorksPrice": _MONEY,
    "value": _MONEY,
}


def find_faults(data: object) -> tuple[Finding, ...]:
    """Return the faults of a worksheet's data, at most 200; none when it can be read."""
    return tuple(islice(_all_faults(data), MOST_FAULTS))


def _all_faults(data: object) -> Iterator[Finding]:
    whole = data
    items = data.get("items") if isinstance(data, dict) else None
    if isinstance(data, dict) and isinstance(items, list) and items:
        whole = data | {"items": [_ITEM]}
    yield from _faults_of(whole, Worksheet.from_record, "")
    for index, item in enumerate(items if isinstance(items, list) else []):
        place = f"items[{index}]"
        yield from _item_faults(item, place)
        told = item.get("sequence") if isinstance(item, dict) else None
        if isinstance(told, str) and told.isdigit() and told != str(index + 1):
            facts = {"value": told[:20]}
            yield Finding("goods.sequence_broken", f"{place}.sequence", facts=facts)


def _item_faults(item: object, place: str) -> Iterator[Finding]:
    bare = item
    for name, read in (("materials", Material.from_record), ("elements", SetElement.from_record)):
        parts = item.get(name) if isinstance(item, dict) else None
        if isinstance(bare, dict) and isinstance(parts, list):
            bare = {member: value for member, value in bare.items() if member != name}
            for index, part in enumerate(parts):
                yield from _faults_of(part, read, f"{place}.{name}[{index}]")
    yield from _faults_of(bare, ItemWorksheet.from_record, place)
    if isinstance(item, dict) and item.get("elements") and item.get("materials"):
        yield Finding("worksheet.set_with_materials", f"{place}.elements")


def _faults_of(value: object, read: Callable[[Record], object], place: str) -> Iterator[Finding]:
    """Read a part over and over, each time with one fault less."""
    data = copy.deepcopy(value)
    told: set[tuple[str, str]] = set()
    while True:  # each turn puts one member right for good, or ends
        try:
            record = Record(data, place)
            read(record)
            record.finish()
        except MalformedError as error:
            facts = dict(error.facts)
            where = facts.pop("place")
            if (error.code, where) in told:  # what was put there does not fit either
                return
            told.add((error.code, where))
            yield Finding(error.code, where, facts=facts)
            if isinstance(error, LimitError) or not _put_right(data, where[len(place) :]):
                return
        else:
            return


def _put_right(data: object, path: str) -> bool:
    """Put a sound value where the fault is, or nothing. Say whether anything was done."""
    steps = [name or int(index) for name, index in _STEP.findall(path)]
    holder: Any = data
    for step in steps[:-1]:
        holder = holder[step]
    if not steps or not isinstance(holder, dict | list):
        return False
    last: Any = steps[-1]
    if isinstance(holder, list):
        holder[last] = f"put_right_{steps[-2]}_{last}".lower()
        return True
    sound = _SOUND.get(last)
    if sound is not None and holder.get(last) != sound:
        holder[last] = copy.deepcopy(sound)
        return True
    return holder.pop(last, None) is not None
