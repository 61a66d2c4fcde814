"""Canonical bytes of sealed JSON: a strict profile with a fast path, and RFC 8785 for the rest.

Strict profile: objects, arrays, strings and booleans only (no number, no null), ASCII member names,
no control character but the line feed, no lone surrogate, at most 32 levels. Inside it, orjson with
sorted keys writes the same bytes as RFC 8785 (docs/spec/seal.md); outside it the two differ, so the
profile is guarded before anything is signed and before anything is believed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from certorigin.errors import LimitError, MalformedError
from certorigin.late import Later

if TYPE_CHECKING:
    import rfc8785
else:
    rfc8785 = Later("rfc8785")

MAX_BYTES = 1_048_576
MAX_DEPTH = 32

# Places are for people: without these limits a hostile document would make them larger than itself.
_LONGEST_PLACE = 200
_LONGEST_NAME = 60

_SORTED = orjson.OPT_SORT_KEYS


def strict_bytes(data: object) -> bytes:
    """Write `data` canonically after checking that it keeps the strict profile.

    Raises MalformedError (LimitError for depth) with the place of the first fault.
    """
    _guard(data)
    try:
        written = orjson.dumps(data, option=_SORTED)
    except (
        orjson.JSONEncodeError
    ):  # lone surrogates are the one fault the guard leaves to the writer
        raise next(_faults(data)) from None
    if b"\\" in written:
        _guard_escapes(written, data)
    return written


def strict_bytes_unchecked(data: object) -> bytes:
    """Write canonically what `parse_strict` has just read, without guarding it a second time."""
    return orjson.dumps(data, option=_SORTED)


def parse_strict(raw: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Read an object of the strict profile from its one spelling.

    Raises LimitError when too large or too deep; MalformedError for anything outside the profile
    and for every other spelling: white space, duplicate members, other order, other escapes.
    """
    if len(raw) > max_bytes:
        raise LimitError("seal.too_large", size=str(len(raw)), limit=str(max_bytes))
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _unreadable(error) from None
    if type(data) is not dict:
        raise MalformedError("seal.not_an_object", place="")
    if strict_bytes(data) != raw:
        raise _other_spelling(raw, data)
    return data


def jcs_bytes(data: object) -> bytes:
    """Write any JSON value by RFC 8785: the slow path, for credentials made elsewhere.

    Raises MalformedError for what it cannot write: NaN, integers above 2^53, lone surrogates.
    """
    try:
        return rfc8785.dumps(data)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise MalformedError("seal.not_canonicalisable", place="", value=str(error)[:80]) from None


def _guard(data: object) -> None:
    """Refuse every type, name and depth outside the profile: level by level, without recursion."""
    if type(data) is not dict and type(data) is not list:
        raise MalformedError("seal.not_an_object", place="")
    level: list[Any] = [data]
    for _ in range(MAX_DEPTH):
        names: list[Any] = []
        values: list[Any] = []
        for node in level:
            if type(node) is dict:
                names += node
                values += node.values()
            else:
                values += node
        _guard_names(names, data)
        level = []
        for value in [value for value in values if type(value) is not str]:
            kind = type(value)
            if kind is dict or kind is list:
                level.append(value)
            elif kind is not bool:
                raise next(_faults(data))
        if not level:
            return
    raise LimitError("seal.too_deep", limit=str(MAX_DEPTH), place="")


def _guard_names(names: list[Any], data: object) -> None:
    try:
        ascii_only = "".join(names).isascii()
    except TypeError:  # a name that is no string
        ascii_only = False
    if not ascii_only:
        raise next(_faults(data))


def _guard_escapes(written: bytes, data: object) -> None:
    """Refuse control characters: only they, `"`, the backslash and the line feed are escaped."""
    rest = written.replace(b"\\\\", b"").replace(b'\\"', b"").replace(b"\\n", b"")
    if b"\\" in rest:
        raise next(_faults(data))


def _unreadable(error: orjson.JSONDecodeError) -> MalformedError:
    place = f"character {error.pos}"
    if "depth limit" in error.msg:
        return LimitError("seal.too_deep", limit=str(MAX_DEPTH), place=place)
    return MalformedError("seal.not_json", place=place)


def _other_spelling(raw: bytes, data: dict[str, Any]) -> MalformedError:
    """Say why bytes that hold a strict value are not its canonical bytes."""
    repeated: list[str] = []

    def note_repeats(pairs: list[tuple[str, Any]]) -> None:
        counts = Counter(name for name, _ in pairs)
        repeated.extend(name for name, count in counts.items() if count > 1)

    json.loads(raw, object_pairs_hook=note_repeats)
    if repeated:
        return MalformedError("seal.duplicate_member", place=repeated[0][:_LONGEST_NAME])
    pairs = zip(raw, orjson.dumps(data, option=_SORTED), strict=False)
    offset = next((at for at, (ours, theirs) in enumerate(pairs) if ours != theirs), len(raw) - 1)
    return MalformedError("seal.not_canonical", place=f"byte {offset}")


def _faults(data: object) -> Iterator[MalformedError]:
    """Yield every place outside the profile in reading order: the slow twin of the guard."""
    rest: list[tuple[str, int, Any]] = [("", 0, data)]
    while rest:
        place, depth, value = rest.pop()
        if type(value) is dict:
            yield from (fault for name in value for fault in _name_faults(name, place))
            inside = [(_join(place, name), inner) for name, inner in value.items()]
        elif type(value) is list:
            inside = [(f"{place[:_LONGEST_PLACE]}[{at}]", inner) for at, inner in enumerate(value)]
        else:
            yield from _value_faults(value, place)
            continue
        if depth < MAX_DEPTH:
            rest.extend((where, depth + 1, inner) for where, inner in reversed(inside))


def _join(place: str, name: object) -> str:
    short = str(name)[:_LONGEST_NAME]
    return f"{place[:_LONGEST_PLACE]}.{short}" if place else short


def _name_faults(name: object, place: str) -> Iterator[MalformedError]:
    if type(name) is not str or not name.isascii():
        yield MalformedError("seal.name_not_ascii", place=place, value=ascii(name)[:60])
    else:
        yield from _value_faults(name, place)


def _value_faults(value: object, place: str) -> Iterator[MalformedError]:
    if type(value) is str:
        for character in value:
            if character < " " and character != "\n":
                yield MalformedError("seal.control_character", place=place, value=ascii(character))
            elif "\ud800" <= character <= "\udfff":
                yield MalformedError("seal.lone_surrogate", place=place, value=ascii(character))
    elif value is None:
        yield MalformedError("seal.null", place=place)
    elif type(value) is int or type(value) is float:
        yield MalformedError("seal.number", place=place, value=str(value)[:60])
    elif type(value) is not bool:
        yield MalformedError("seal.type_not_allowed", place=place, value=type(value).__name__)
