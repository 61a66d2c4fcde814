"""The account of the demo: for people on the terminal, and as one JSON object for machines."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from certorigin.log.checkpoint import Checkpoint
from certorigin.log.note import Note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from certorigin_server.operate.demo.journey import Consignment
    from certorigin_server.operate.demo.systems import NationalSystem


def report_of(
    consignments: Sequence[Consignment],
    systems: Mapping[str, NationalSystem],
    *,
    seconds: float,
) -> dict[str, Any]:
    """Return the whole report. `ok` needs every stop of every consignment to have held."""
    seen = [one.seal_to_seen for one in consignments if one.seal_to_seen is not None]
    by, az = systems["BY"], systems["AZ"]
    return {
        "ok": bool(consignments) and all(one.held for one in consignments),
        "seconds": round(seconds, 2),
        "consignments": [one.to_data() for one in consignments],
        "logs": [entry for system in (by, az) for entry in _logs(system, systems)],
        "mirrors": [entry for system in (by, az) for entry in _mirrors(system)],
        "trust": str(az.folder / "trust"),
        "seal_to_seen_seconds": {
            "median": round(statistics.median(seen), 3) if seen else None,
            "most": round(max(seen), 3) if seen else None,
        },
        "systems": [
            {"state": one.state, "folder": str(one.folder), "url": one.url} for one in (by, az)
        ],
    }


def print_account(report: Mapping[str, Any]) -> list[str]:
    """Return the lines of the account for people."""
    lines = []
    for one in report["consignments"]:
        mark = "held" if one["held"] else "FAILED"
        number = one["number"] or "no certificate"
        way = f"{one['exporter_state']} → {one['importer_state']}"
        lines.append(f"{way}  {one['title']}  [{number}]  {one['outcome']}  {mark}")
        lines.extend(f"      {said}" for said in one["account"])
        if one["error"]:
            lines.append(f"      error: {one['error']}")
    held = sum(1 for one in report["consignments"] if one["held"])
    seen = report["seal_to_seen_seconds"]
    lines.append("")
    lines.append(f"{held} of {len(report['consignments'])} held, in {report['seconds']} s.")
    lines.append(f"From seal to seen by the partner's customs: median {seen['median']} s.")
    lines.extend(
        f"Log of {log['owner']} for {log['partner']}: {log['size']} entries, {log['path']}"
        for log in report["logs"]
    )
    lines.append(f"Trust lists: {report['trust']}")
    return lines


def _logs(system: NationalSystem, systems: Mapping[str, NationalSystem]) -> list[dict[str, Any]]:
    (partner,) = (state for state in systems if state != system.state)
    found = []
    for path in sorted((system.folder / "log").rglob("log.json")):
        head = Note.from_bytes((path.parent / "checkpoint").read_bytes())
        size = Checkpoint.from_text(head.text).size
        found.append(
            {"owner": system.state, "partner": partner, "path": str(path.parent), "size": size}
        )
    return found


def _mirrors(system: NationalSystem) -> list[dict[str, Any]]:
    return [
        {"owner": system.state, "partner": _publisher_of(path), "path": str(path.parent)}
        for path in sorted((system.folder / "mirror").rglob("log.json"))
    ]


def _publisher_of(path: Path) -> str:
    """Return the state whose log a mirror's folder holds: mirror/<publisher>/…."""
    return path.parents[3].name.partition("-")[0]
