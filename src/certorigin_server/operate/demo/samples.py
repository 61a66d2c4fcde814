"""The sample consignments: data files, with days counted from today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import orjson

_DAY = re.compile(r"\{day(-\d{1,4})?\}")


@dataclass(frozen=True)
class Sample:
    """One consignment. `expected` is the file's claim; the journey never looks at it."""

    name: str
    title: str
    exporter_state: str
    importer_state: str
    application: dict[str, Any]
    worksheet: dict[str, Any]
    declarations: tuple[dict[str, Any], ...]
    events: tuple[str, ...]
    expected: str


def read_samples(today: date) -> list[Sample]:
    """Read every sample that ships with the package, in the order of their names."""
    folder = files("certorigin_server.operate").joinpath("samples")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".json"))
    return [_read(name, folder.joinpath(name).read_text("utf-8"), today) for name in names]


def _read(name: str, text: str, today: date) -> Sample:
    data = orjson.loads(_DAY.sub(lambda found: _day(found, today), text))
    return Sample(
        name=name.removesuffix(".json"),
        title=data["title"],
        exporter_state=data["exporterState"],
        importer_state=data["importerState"],
        application=data["application"],
        worksheet=data["worksheet"],
        declarations=tuple(data["goodsDeclarations"]),
        events=tuple(data["events"]),
        expected=data["expected"],
    )


def _day(found: re.Match[str], today: date) -> str:
    return (today + timedelta(days=int(found.group(1) or 0))).isoformat()
