"""One table of all speeds, each beside its limit or a peer in the same run, with its spread.

    .venv/bin/python -m benchmarks.table [--quick] [--only verified] [--json FILE] [--beside FILE]

A share is ours divided by the other's, of the same round; the median of the rounds is told with the
quarter and three-quarter points. Rates are those of the processor's time, so that other work on the
machine is not counted; appends wait for the disk and are told by the wall's clock. `--json` keeps
the table for a later `--beside`, which tells how much each share has changed. `--quick` takes a
tenth of the effort and leaves out what needs a whole system. Exits 0 whatever the figures are.
"""

import argparse
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import FIGURES, Figure, spread
from benchmarks.peers import NotInstalledError

FORMAT = "certorigin-bench/v1"
QUICK = 0.1


def row_of(figure: Figure, effort: float) -> dict:
    """Measure one line of the table; a peer that is not installed is named."""
    row = {"name": figure.name.strip(), "beside": figure.beside, "unit": figure.unit}
    try:
        pairs = figure.measure(effort)
    except NotInstalledError as missing:
        return row | {"missing": str(missing)}
    low, middle, high = spread([ours / other for ours, other in pairs])
    return row | {
        "aim": figure.aim,
        "ours": round(spread([ours for ours, _ in pairs])[1], 1),
        "other": round(spread([other for _, other in pairs])[1], 1),
        "rounds": len(pairs),
        "share": round(middle, 3),
        "share_quarters": [round(low, 3), round(high, 3)],
    }


def machine() -> dict:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "cores": os.cpu_count(),
        "load": [round(one, 1) for one in os.getloadavg()],
        "memory_gb": round(pages / (1 << 30)),
        "python": platform.python_version(),
        "system": platform.machine(),
    }


def lines_of(rows: list[dict], before: dict[tuple[str, str], float]) -> list[str]:
    """Write the table as Markdown."""
    told = ["| what | ours /s | beside | theirs /s | share | quarters | aim |", "|---" * 7 + "|"]
    for row in rows:
        if "missing" in row:
            told.append(f"| {row['name']} | | {row['beside']} | not installed | | | |")
            continue
        low, high = row["share_quarters"]
        share, was = f"{row['share']:.3g}", before.get((row["name"], row["beside"]))
        share += f" ({row['share'] / was - 1:+.0%})" if was else ""
        told.append(
            f"| {row['name']} | {row['ours']:,.0f} | {row['beside']} | {row['other']:,.0f}"
            f" | {share} | {low:.3g} to {high:.3g} | {row['aim'] or '–'} |"
        )
    return told


def shares_in(file: Path | None) -> dict[tuple[str, str], float]:
    if file is None:
        return {}
    rows = json.loads(file.read_text("utf-8"))["rows"]
    return {(row["name"], row["beside"]): row["share"] for row in rows if "share" in row}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help="lines whose name or peer holds this text")
    parser.add_argument("--json", type=Path, help="keep the table in this file")
    parser.add_argument("--beside", type=Path, help="an earlier table to compare with")
    options = parser.parse_args()
    chosen = [
        figure
        for figure in FIGURES
        if options.only in f"{figure.name} {figure.beside}"
        and (figure.is_quick or not options.quick)
    ]
    table = {
        "format": FORMAT,
        "machine": machine(),
        "quick": options.quick,
        "rows": [],
        "taken": datetime.now(UTC).strftime("%Y-%m-%d"),
    }
    before = shares_in(options.beside)
    print("\n".join(lines_of([], before)), flush=True)
    for figure in chosen:  # each is told and kept at once: the whole takes long, and may be ended
        row = row_of(figure, QUICK if options.quick else 1.0)
        table["rows"].append(row)
        print(lines_of([row], before)[-1], flush=True)
        if options.json:
            options.json.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", "utf-8")
    print(json.dumps(table["machine"], sort_keys=True))


if __name__ == "__main__":
    main()
