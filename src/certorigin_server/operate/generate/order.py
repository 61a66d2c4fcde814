"""The order that a generated folder was made for: it marks the folder as the generator's own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import orjson

from certorigin.errors import MalformedError
from certorigin_server.operate.generate.trade import Order

if TYPE_CHECKING:
    from pathlib import Path

MARK = "generated.json"


def read_order(folder: Path) -> Order | None:
    """Return what the generator noted in a folder of its own, or None. Raises MalformedError."""
    place = folder / MARK
    if not place.is_file():
        return None
    try:
        data = orjson.loads(place.read_bytes())
        return Order(
            state=data["state"],
            certificates=int(data["certificates"]),
            seed=int(data["seed"]),
            until=date.fromisoformat(data["until"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedError("generate.order_unreadable", place=MARK) from error


def write_order(folder: Path, order: Order) -> None:
    """Note the order in the folder."""
    data = {
        "certificates": str(order.certificates),
        "seed": str(order.seed),
        "state": order.state,
        "until": order.until.isoformat(),
    }
    (folder / MARK).write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2))
