"""What a person types for a document: values by the names of its fields."""

from __future__ import annotations

from collections.abc import Iterator

# Members that pages keep by themselves, or that are asked in other words.
UNASKED = {"sequence", "format", "declaration"}


def fields_of(document: dict) -> dict[str, str]:
    """Return what is typed, by field: `items[0].quantity.value`."""
    return dict(_flat(document, ""))


def _flat(value, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, member in value.items():
            if name not in UNASKED:
                yield from _flat(member, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _flat(member, f"{place}[{index}]")
    else:
        yield place, value
