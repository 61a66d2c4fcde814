"""Stands in for orjson where it is not installed: as much of it as a verification needs."""

import json
from json import JSONDecodeError

OPT_APPEND_NEWLINE, OPT_INDENT_2, OPT_SORT_KEYS = 1 << 10, 1 << 0, 1 << 5
MAX_DEPTH = 1024


class JSONEncodeError(TypeError):
    """What can't be written."""


def _refused(name: str) -> None:
    raise JSONDecodeError(f"{name} is not JSON", "", 0)


def loads(data):
    """Read strict JSON in UTF-8: no NaN, no lone surrogate, no byte order mark."""
    if isinstance(data, bytes | bytearray | memoryview):
        raw = bytes(data)
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise JSONDecodeError("not UTF-8", "", fault.start) from None
    elif isinstance(data, str):
        text = data
    else:
        raise JSONDecodeError("input must be bytes or text", "", 0)
    if text.startswith("\ufeff") or text[:1] in "\v\f\x1c\x1d\x1e\x1f\x85\xa0":
        raise JSONDecodeError("unexpected character", text, 0)
    try:
        found = json.loads(text, parse_constant=_refused)
    except RecursionError:
        raise JSONDecodeError("recursion limit reached", text, 0) from None
    if "\\u" in text or not isinstance(data, bytes):
        _check_surrogates(found, text)
    return found


def _check_surrogates(found, text: str) -> None:
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise JSONDecodeError("lone surrogate", text, 0) from None


def dumps(data, default=None, option=0) -> bytes:
    """Write JSON in UTF-8 without blanks; keys in order where they are wanted so."""
    option = option or 0
    layout = {"indent": 2} if option & OPT_INDENT_2 else {"separators": (",", ":")}
    _check_keys(data)
    try:
        text = json.dumps(
            data,
            ensure_ascii=False,
            allow_nan=False,
            sort_keys=bool(option & OPT_SORT_KEYS),
            default=default,
            **layout,
        )
        raw = text.encode()
    except (TypeError, ValueError, RecursionError) as fault:
        raise JSONEncodeError(str(fault)) from None
    return raw + b"\n" if option & OPT_APPEND_NEWLINE else raw


def _check_keys(data, depth: int = 0) -> None:
    """Refuse what JSON has no word for, and what orjson refuses: other keys, too deep a tree."""
    if depth > 254:
        raise JSONEncodeError("Recursion limit reached")
    if isinstance(data, dict):
        for key, value in data.items():
            if not isinstance(key, str):
                raise JSONEncodeError("Dict key must be str")
            _check_keys(value, depth + 1)
    elif isinstance(data, list | tuple):
        for value in data:
            _check_keys(value, depth + 1)
    elif isinstance(data, int) and not -(1 << 63) <= data < 1 << 64:
        raise JSONEncodeError("Integer exceeds 64-bit range")
