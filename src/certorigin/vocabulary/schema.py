"""The published JSON Schemas: the same check for every verifier, and a fast one for acts.

`act` and `bundle` are files of their own; `certificate` is the part of an act that they hold.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from certorigin.errors import MalformedError, UnknownError
from certorigin.late import Later, read_beside

if TYPE_CHECKING:
    from collections.abc import Mapping

    import jsonschema_rs
else:
    jsonschema_rs = Later("jsonschema_rs")  # most acts are believed without it (`gist`)


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(read_beside(__spec__, f"schemas/{name}-v1.json"))
    return found


ACT_SCHEMA = _read("act")
SCHEMAS = ("act", "bundle", "certificate")


def check_schema(document: Mapping[str, Any]) -> None:
    """Check a sealed act against the schema. Raises MalformedError with the place of the fault."""
    if _validator().is_valid(document):
        return
    kind = str(document.get("type"))[:80]
    place = _place_of_fault(_validator(), document)
    raise MalformedError("act.schema_violated", place=place, value=kind)


@cache
def _validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(ACT_SCHEMA)


def published_schema(name: str) -> dict[str, Any]:
    """Return the schema of one of `SCHEMAS`. Raises UnknownError (`schema.unknown`)."""
    if name not in SCHEMAS:
        raise UnknownError("schema.unknown", value=name[:40], choices=", ".join(SCHEMAS))
    if name != "certificate":
        return _read(name)
    return {
        "$schema": ACT_SCHEMA["$schema"],
        "$id": "urn:certorigin:schema:certificate:v1",
        "title": "A certificate of origin, as an act of Certorigin holds it",
        "$ref": "#/$defs/certificate",
        "$defs": ACT_SCHEMA["$defs"],
    }


def check_published(name: str, document: object) -> None:
    """Check any JSON against a published schema.

    Raises UnknownError, MalformedError (`schema.violated`) with the place of the first fault.
    """
    validator = jsonschema_rs.Draft202012Validator(published_schema(name))
    if not validator.is_valid(document):
        place = _place_of_fault(validator, document)
        raise MalformedError("schema.violated", place=place, schema=name)


def _place_of_fault(validator: jsonschema_rs.Draft202012Validator, document: object) -> str:
    fault = next(iter(validator.iter_errors(document)))
    return ".".join(str(step) for step in fault.instance_path) or "."
