"""Canonical bytes of sealed JSON: a strict profile with a fast path, and RFC 8785 for everything else.

Strict profile: objects, arrays, strings and booleans only (no number, no null), ASCII member names, no
control character but the line feed, no lone surrogate, at most 32 levels. Inside it, orjson with sorted
keys writes the same bytes as RFC 8785 (docs/spec/seal.md); outside it the two differ, so the profile is
guarded before anything is signed and before anything is believed.
"""

from __future__ import annotations

import json
from typing import Any

import orjson
import rfc8785

from certorigin.errors import LimitError, MalformedError

MAX_BYTES = 1_048_576
MAX_DEPTH = 32

_SORTED = orjson.OPT_SORT_KEYS
_ALLOWED_CONTROL = "\n"


def strict_bytes(data: object) -> bytes:
    """Write `data` canonically after checking that it keeps the strict profile.

    Raises MalformedError (LimitError for depth) with the place of the first fault. RFC 8785, narrowed.
    """
    _guard(data)
    try:
        written = orjson.dumps(data, option=_SORTED)
    except orjson.JSONEncodeError:  # lone surrogates are the one fault the guard leaves to the writer
        raise _first_fault(data) from None
    if b"\\" in written:
        _guard_escapes(written, data)
    return written


def strict_bytes_unchecked(data: object) -> bytes:
    """Write canonically what `parse_strict` has just read, without guarding it a second time."""
    return orjson.dumps(data, option=_SORTED)


def parse_strict(raw: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Read an object of the strict profile from its one spelling.

    Raises LimitError when too large or too deep; MalformedError for anything outside the profile and for
    every other spelling of it: white space, duplicate members, other order, other escapes.
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

    Raises MalformedError for what RFC 8785 cannot write (NaN, integers above 2^53, lone surrogates).
    """
    try:
        return rfc8785.dumps(data)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise MalformedError("seal.not_canonicalisable", place="", value=str(error)[:80]) from None


def _guard(data: object) -> None:
    """Refuse every type, name and depth outside the profile: level by level, without recursion."""
    level: list[Any] = [data]
    depth = 0
    if type(data) is not dict and type(data) is not list:
        raise _first_fault([data], "")
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise LimitError("seal.too_deep", limit=str(MAX_DEPTH))
        deeper: list[Any] = []
        for node in level:
            values = node
            if type(node) is dict:
                _guard_names(node, data)
                values = node.values()
            for value in values:
                kind = type(value)
                if kind is str or kind is bool:
                    continue
                if kind is dict or kind is list:
                    deeper.append(value)
                else:
                    raise _first_fault(data)
        level = deeper


def _guard_names(node: dict[Any, Any], data: object) -> None:
    try:
        if "".join(node).isascii():
            return
    except TypeError:
        pass
    raise _first_fault(data)


def _guard_escapes(written: bytes, data: object) -> None:
    """Refuse control characters: in canonical bytes each of them, and nothing else, needs \\b \\t \\f \\r \\u."""
    rest = written.replace(b"\\\\", b"").replace(b'\\"', b"").replace(b"\\n", b"")
    if b"\\" in rest:
        raise _first_fault(data)


def _unreadable(error: orjson.JSONDecodeError) -> MalformedError:
    place = f"character {error.pos}"
    if "depth limit" in error.msg:
        return LimitError("seal.too_deep", limit=str(MAX_DEPTH), place=place)
    return MalformedError("seal.not_json", place=place)


def _other_spelling(raw: bytes, data: dict[str, Any]) -> MalformedError:
    """Say why bytes that hold a strict value are not its canonical bytes."""
    repeated: list[str] = []

    def note_repeats(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        repeated.extend(name for name in names if names.count(name) > 1)

    json.loads(raw, object_pairs_hook=note_repeats)
    if repeated:
        return MalformedError("seal.duplicate_member", place=repeated[0])
    pairs = zip(raw, orjson.dumps(data, option=_SORTED), strict=False)
    offset = next((at for at, (ours, theirs) in enumerate(pairs) if ours != theirs), len(raw) - 1)
    return MalformedError("seal.not_canonical", place=f"byte {offset}")


def _first_fault(data: object, place: str = "") -> MalformedError:
    """Find the first place outside the profile: the slow twin of the guard, used only to say where."""
    fault = _find_fault(data, place)
    return fault or MalformedError("seal.not_canonicalisable", place=place)


def _find_fault(data: object, place: str) -> MalformedError | None:
    if type(data) is dict:
        for name, value in data.items():
            inside = f"{place}.{name}" if place else str(name)
            if type(name) is not str or not name.isascii():
                return MalformedError("seal.name_not_ascii", place=place, value=repr(name)[:40])
            fault = _text_fault(name, inside) or _find_fault(value, inside)
            if fault:
                return fault
        return None
    if type(data) is list:
        faults = (_find_fault(value, f"{place}[{at}]") for at, value in enumerate(data))
        return next((fault for fault in faults if fault), None)
    if type(data) is str:
        return _text_fault(data, place)
    return _type_fault(data, place)


def _type_fault(data: object, place: str) -> MalformedError | None:
    if type(data) is bool:
        return None
    if data is None:
        return MalformedError("seal.null", place=place)
    if isinstance(data, int | float):
        return MalformedError("seal.number", place=place, value=str(data)[:40])
    return MalformedError("seal.type_not_allowed", place=place, value=type(data).__name__)


def _text_fault(text: str, place: str) -> MalformedError | None:
    for character in text:
        if character < " " and character not in _ALLOWED_CONTROL:
            return MalformedError("seal.control_character", place=place, value=repr(character))
        if "\ud800" <= character <= "\udfff":
            return MalformedError("seal.lone_surrogate", place=place, value=repr(character))
    return None
