"""Assessments a second for ten and a thousand lines of materials; how time grows with the lines.

The item is a refrigerator: two shares of its materials, reckoned with and without what is open.
Half the materials are foreign. The limit is in the same run: adding the same exact values, once,
with nothing decided. A thousand lines may cost at most 150 times as much as ten. Run it with the
folder above `benchmarks` as working folder.

    .venv/bin/python -m benchmarks.assess [--seconds 2]

Time is that of the processor: other work on the machine is not counted.
"""

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import Decision, assess
from certorigin.assessment.worksheet import Worksheet

DAY = date(2026, 9, 1)
LINES = (10, 100, 1_000)
MOST_GROWTH = 150
CODES = ("841430", "740811", "721070", "853710", "390761")


def worksheet(lines: int) -> Worksheet:
    """One item with so many materials, worth 45 % of it in foreign ones."""
    materials = [
        {
            "description": "part",
            "tariffCode": CODES[number % len(CODES)],
            "originCountry": "CN" if number % 2 else "BY",
            "value": {"amount": f"{900 + number % 7}.{number % 100:02d}", "currency": "USD"},
            "valueBasis": "customs_value",
        }
        for number in range(lines)
    ]
    item = {
        "sequence": "1",
        "tariffCode": "841810",
        "exWorksPrice": {"amount": f"{lines * 1_000}.00", "currency": "USD"},
        "materials": materials,
        "operations": ["case_making"],
    }
    return Worksheet.from_data(
        {
            "format": "certorigin-worksheet/v1",
            "agreement": "CIS-2009",
            "productionCountry": "BY",
            "items": [item],
        }
    )


def rate(act: Callable[[], object], seconds: float) -> float:
    """How often an act is done in a second of processor time."""
    count, start = 0, time.process_time()
    while (spent := time.process_time() - start) < seconds:
        act()
        count += 1
    return count / spent


def main() -> None:
    """Measure, and say whether time grows with the lines alone."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seconds", type=float, default=2)
    seconds = parser.parse_args().seconds
    agreement = get_agreement("CIS-2009")
    told: dict[str, dict[str, float]] = {}
    for lines in LINES:
        sheet = worksheet(lines)
        assert assess(sheet, agreement=agreement, at=DAY).decision is Decision.ORIGINATING
        values = [one.value.amount for one in sheet.items[0].materials if one.value]
        told[str(lines)] = {
            "assessments_per_second": round(
                rate(lambda sheet=sheet: assess(sheet, agreement=agreement, at=DAY), seconds), 1
            ),
            "bare_sums_per_second": round(
                rate(lambda values=values: sum(map(Fraction, values), Fraction(0)), seconds / 4), 1
            ),
        }
    first, last = (told[str(lines)]["assessments_per_second"] for lines in (LINES[0], LINES[-1]))
    growth = first / last
    print(json.dumps({"lines": told, "growth": round(growth, 1)}, indent=1))
    assert growth < MOST_GROWTH, "time grows faster than the lines"


if __name__ == "__main__":
    main()
