"""Stands in for jsonschema-rs: the keywords that the published schemas use, and no others.

A schema becomes a function once; a keyword that is not known here is an error, never passed over.
"""

import re
from functools import partial

_TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
_SILENT = {"$schema", "$id", "title", "$defs", "description"}


class ValidationError(Exception):
    """One fault, with the way to it."""

    def __init__(self, path):
        super().__init__("/".join(map(str, path)))
        self.instance_path = list(path)


class RegexOptions:
    """Which engine looks for patterns: here there is one."""

    def __init__(self, **_options):
        pass


class Draft202012Validator:
    """A schema, ready to check."""

    def __init__(self, schema, **_options):
        self._root = schema
        self._names = {}
        self._check = self._compile(schema)

    def is_valid(self, value) -> bool:
        """Say whether a value keeps the schema."""
        return self._check(value, ()) is None

    def iter_errors(self, value):
        """Yield the first fault."""
        path = self._check(value, ())
        if path is not None:
            yield ValidationError(path)

    def _compile(self, schema):
        if schema is True:
            return _passes
        checks = []
        for keyword, wanted in schema.items():
            if keyword in _SILENT:
                continue
            make = getattr(self, f"_make_{keyword.lstrip('$')}", None)
            if make is None:
                raise ValueError(f"keyword {keyword} is not known here")
            checks.append(make(wanted, schema))
        return partial(_all, tuple(check for check in checks if check is not None))

    def _make_ref(self, wanted, _schema):
        name = wanted.removeprefix("#/$defs/")
        if name not in self._names:
            self._names[name] = None  # a schema that refers to itself finds its place later
            self._names[name] = self._compile(self._root["$defs"][name])
        return lambda value, path: self._names[name](value, path)  # noqa: PLW0108 - known later

    def _make_type(self, wanted, _schema):
        kind = _TYPES[wanted]
        return lambda value, path: None if isinstance(value, kind) else path

    def _make_const(self, wanted, _schema):
        return lambda value, path: None if _same(value, wanted) else path

    def _make_enum(self, wanted, _schema):
        return lambda value, path: None if any(_same(value, one) for one in wanted) else path

    def _make_pattern(self, wanted, _schema):
        text = (
            wanted[:-1] + r"\Z" if wanted.endswith("$") and not wanted.endswith(r"\$") else wanted
        )
        search = re.compile(text).search
        return lambda value, path: path if isinstance(value, str) and not search(value) else None

    def _make_minLength(self, wanted, _schema):
        return lambda value, path: path if isinstance(value, str) and len(value) < wanted else None

    def _make_maxLength(self, wanted, _schema):
        return lambda value, path: path if isinstance(value, str) and len(value) > wanted else None

    def _make_minItems(self, wanted, _schema):
        return lambda value, path: path if isinstance(value, list) and len(value) < wanted else None

    def _make_maxItems(self, wanted, _schema):
        return lambda value, path: path if isinstance(value, list) and len(value) > wanted else None

    def _make_required(self, wanted, _schema):
        def check(value, path):
            return path if isinstance(value, dict) and any(n not in value for n in wanted) else None

        return check

    def _make_dependentRequired(self, wanted, _schema):
        def check(value, path):
            for name, others in wanted.items() if isinstance(value, dict) else ():
                if name in value and any(other not in value for other in others):
                    return path
            return None

        return check

    def _make_properties(self, wanted, _schema):
        checks = {name: self._compile(part) for name, part in wanted.items()}

        def check(value, path):
            for name, inner in checks.items() if isinstance(value, dict) else ():
                if name in value:
                    fault = inner(value[name], (*path, name))
                    if fault is not None:
                        return fault
            return None

        return check

    def _make_additionalProperties(self, wanted, schema):
        known = set(schema.get("properties", {}))
        if wanted is not False:
            raise ValueError("additionalProperties must be false here")
        return lambda value, path: path if isinstance(value, dict) and set(value) - known else None

    def _make_items(self, wanted, _schema):
        inner = self._compile(wanted)

        def check(value, path):
            for index, one in enumerate(value if isinstance(value, list) else ()):
                fault = inner(one, (*path, index))
                if fault is not None:
                    return fault
            return None

        return check

    def _make_not(self, wanted, _schema):
        inner = self._compile(wanted)
        return lambda value, path: path if inner(value, path) is None else None

    def _make_oneOf(self, wanted, _schema):
        parts = [self._compile(part) for part in wanted]

        def check(value, path):
            return None if sum(part(value, path) is None for part in parts) == 1 else path

        return check


def _passes(_value, _path):
    return None


def _all(checks, value, path):
    for check in checks:
        fault = check(value, path)
        if fault is not None:
            return fault
    return None


def _same(one, other) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return one == other
