"""The account of the crash points: which were armed where, how often they were passed, how long."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from tests.data import ROOT


def crash_points() -> dict[str, str]:
    """Every crash point in the source, with the module that names it."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if called and node.func.id == "crash_point":
                (argument,) = node.args
                name = ast.literal_eval(argument)
                assert name not in found, f"{name} is at two places"
                found[name] = path.relative_to(ROOT).as_posix()
    return found


@dataclass
class Hits:
    """One row a point."""

    rows: dict[str, tuple[str, int, float]] = field(default_factory=dict)
    kills: int = 0

    def __bool__(self) -> bool:
        return bool(self.rows)

    def note(self, point: str, process: str, hits: int, seconds: float) -> None:
        self.rows[point] = (process, hits, seconds)

    def lines(self) -> list[str]:
        width = max(map(len, self.rows))
        table = [
            f"{point:<{width}}  {process:<14}  {hits:>4} hits  {seconds:>5.1f} s"
            for point, (process, hits, seconds) in sorted(self.rows.items())
        ]
        died = sum(1 for _, hits, _ in self.rows.values() if hits)
        return [*table, f"{died} points hit, {self.kills} random kills"]


HITS = Hits()
