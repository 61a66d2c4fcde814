"""Certificates without a fault, told in one look: the published schema, made narrower.

The schema can't see a 31st of June or a state that there is not, so that every member of a
certificate has to be read again to know that it can be. This one can. It leaves out, besides, what
is rare and could go either way (the 29th of February, a text that begins with a blank). Its yes
means that schema and reading both hold; its no means nothing, and leads to the long way.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from certorigin.late import Later
from certorigin.vocabulary.acts import BODY_MEMBER, Kind
from certorigin.vocabulary.country import CODES
from certorigin.vocabulary.schema import ACT_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import jsonschema_rs
else:
    jsonschema_rs = Later("jsonschema_rs")

MOST_ITEMS = 1000

_DAY = (
    "[1-9][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_MOMENT = f"{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
_TARIFF = "(?:0[1-9]|[1-8][0-9]|9[0-7])(?:[0-9]{2}|[0-9]{4}|[0-9]{6,8})"
NUMBERS = [str(number) for number in range(1, MOST_ITEMS + 1)]


def narrowed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema that holds for plain certificates alone, made from that of all acts."""
    narrow: dict[str, Any] = orjson.loads(orjson.dumps(schema))  # a copy of its own
    wanted = ["VerifiableCredential", str(Kind.ISSUED)]
    kinds = [kind["properties"] for kind in narrow.pop("oneOf")]
    narrow["properties"] |= next(kind for kind in kinds if kind["type"]["const"] == wanted)
    names = narrow["$defs"]
    unshown = names["text"]["not"]["pattern"][1:-1]
    names["text"] = {
        "type": "string",
        "maxLength": names["text"]["maxLength"],
        "pattern": f"^[^\\s{unshown}][^{unshown}]*$",
    }
    names["country"]["pattern"] = _whole(_any_country())
    names["day"]["pattern"] = _whole(_DAY)
    names["moment"]["pattern"] = _whole(_MOMENT)
    names["item"]["properties"]["tariffCode"]["pattern"] = _whole(_TARIFF)
    _drop_lengths(names)
    return narrow


def _any_country() -> str:
    """Every code, by its first letter: an engine that tries one choice after another has few."""
    letters: dict[str, str] = {}
    for code in sorted(CODES):
        letters[code[0]] = letters.get(code[0], "") + code[1]
    return "|".join(f"{first}[{second}]" for first, second in letters.items())


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _drop_lengths(part: object) -> None:
    """Leave lengths to the patterns that bound them: one look less at each of a hundred values."""
    inner = part if isinstance(part, list) else []
    if isinstance(part, dict):
        pattern = part.get("pattern", "")
        if isinstance(pattern, str) and pattern.startswith("^(?:") and not set(pattern) & set("*+"):
            part.pop("maxLength", None)
        inner = list(part.values())
    for value in inner:
        _drop_lengths(value)


@cache
def _look() -> Callable[[Mapping[str, Any]], bool]:
    # No pattern looks around or back, so that the engine of linear time can take them all.
    return jsonschema_rs.Draft202012Validator(
        narrowed(ACT_SCHEMA), pattern_options=jsonschema_rs.RegexOptions()
    ).is_valid


def is_plain_certificate(document: Mapping[str, Any]) -> bool:
    """Say whether a sealed act is an `Issued` that keeps the schema and can be read to the end."""
    if not _look()(document):
        return False
    items = document["credentialSubject"][BODY_MEMBER[Kind.ISSUED]]["items"]
    return [item["sequence"] for item in items] == NUMBERS[: len(items)]
