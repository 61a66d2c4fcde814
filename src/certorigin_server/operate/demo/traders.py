"""The exporters of the samples, as a second profile for `certorigin init --more`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from certorigin_server.operate.demo.samples import Sample


def trader_of(sample: Sample) -> str:
    """Return the user name of the sample's exporter."""
    number = sample.name.split("-", 1)[0]
    return f"exporter-{sample.exporter_state.lower()}-{number}"


def traders_profile(samples: Iterable[Sample], state: str) -> str:
    """Return a profile with each exporter of a state as an organisation with one person."""
    parts = []
    for sample in samples:
        if sample.exporter_state != state:
            continue
        party, slug = sample.application["exporter"], trader_of(sample)
        identifier = party.get("identifier", {})
        declarant = sample.application["declaration"]["declarant"].split(" ", 1)
        parts.append(
            _table(
                "organisation",
                kind="trader",
                slug=slug,
                name=party["name"],
                address=party["address"],
                identifier_scheme=identifier.get("scheme", ""),
                identifier=identifier.get("value", ""),
            )
            + _table(
                "person",
                username=slug,
                name=[declarant[-1], declarant[0]],
                organisation=slug,
                roles=["exporter"],
            )
        )
    return "\n".join(parts)


def _table(table: str, /, **values: object) -> str:
    """Write one TOML table; JSON's strings and lists of strings are TOML's too."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([f"[[{table}]]", *lines, ""])
