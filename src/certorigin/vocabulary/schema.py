"""The published JSON Schema of sealed acts: the same check for every verifier, and a fast one."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from certorigin.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Mapping

ACT_SCHEMA = orjson.loads(
    files("certorigin.vocabulary").joinpath("schemas/act-v1.json").read_bytes()
)
_VALIDATOR = jsonschema_rs.Draft202012Validator(ACT_SCHEMA)


def check_schema(document: Mapping[str, Any]) -> None:
    """Check a sealed act against the schema. Raises MalformedError with the place of the fault."""
    if _VALIDATOR.is_valid(document):
        return
    fault = next(iter(_VALIDATOR.iter_errors(document)))
    place = ".".join(str(step) for step in fault.instance_path)
    kind = str(document.get("type"))[:80]
    raise MalformedError("act.schema_violated", place=place or ".", value=kind)
