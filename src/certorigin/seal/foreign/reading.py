"""JSON of others: any value, but one meaning. Our own acts are read by `parse_strict` instead."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, NoReturn

from certorigin.errors import LimitError, MalformedError

MAX_BYTES = 262_144
MAX_DEPTH = 64


def read_json(raw: bytes, *, max_bytes: int = MAX_BYTES) -> object:
    """Read any JSON value whose members stand once each.

    Raises LimitError when too large or too deep, MalformedError for what is no JSON (RFC 8259), a
    member twice, NaN, half a character.
    """
    if len(raw) > max_bytes:
        raise LimitError("seal.too_large", size=str(len(raw)), limit=str(max_bytes))
    try:
        text = raw.decode()
        data = json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
        if "\\u" in text:
            json.dumps(data, ensure_ascii=False).encode()
    except RecursionError:
        raise LimitError("seal.too_deep", limit=str(MAX_DEPTH), place="") from None
    except json.JSONDecodeError as error:
        raise MalformedError("seal.not_json", place=f"character {error.pos}") from None
    except UnicodeEncodeError:
        raise MalformedError("seal.lone_surrogate", place="", value="\\u") from None
    except ValueError:  # no UTF-8, or an integer of thousands of digits
        raise MalformedError("seal.not_json", place="") from None
    _guard_depth(data)
    return data


def read_object(raw: bytes, *, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Read a JSON object. Raises as `read_json`, and MalformedError for another value."""
    data = read_json(raw, max_bytes=max_bytes)
    if type(data) is not dict:
        raise MalformedError("seal.not_an_object", place="")
    return data


def base64url_decode(text: str, place: str) -> bytes:
    """Read base64url without padding, in its one spelling (RFC 7515, 2). Raises MalformedError."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError("foreign.not_base64url", place=place) from None
    if base64url_encode(data) != text:
        raise MalformedError("foreign.not_base64url", place=place)
    return data


def base64url_encode(data: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise MalformedError("seal.duplicate_member", place=twice[:60])
    return members


def _no_constant(name: str) -> NoReturn:
    raise MalformedError("seal.not_json", place=name)


def _guard_depth(data: object) -> None:
    level = [data]
    for _ in range(MAX_DEPTH):
        deeper: list[object] = []
        for node in level:
            if type(node) is dict:
                deeper.extend(node.values())
            elif type(node) is list:
                deeper.extend(node)
        if not deeper:
            return
        level = deeper
    raise LimitError("seal.too_deep", limit=str(MAX_DEPTH), place="")
