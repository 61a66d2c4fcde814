"""Mutation test of the rule algebra: small wrongs are put into it one at a time; tests must see.

    python -m tests.long.mutate_rules [--jobs 2] [--only rule.py]

Each mutant is a copy of the source with one comparison turned, one `and` made `or`, one constant
changed, one `not` dropped, one outcome exchanged. A mutant that no test sees survives: it is
printed with its line. Not part of the checks: a full run takes a quarter of an hour.
"""

import argparse
import ast
import copy
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.data import ROOT

PLACE = Path("certorigin") / "assessment"
FILES = (
    "rule.py",
    "processing.py",
    "special.py",
    "preference.py",
    "general.py",
    "wholly.py",
    "assess.py",
    "exact.py",
    "case.py",
    "step.py",
)
TESTS = tuple(
    f"tests/library/assessment/test_{name}.py"
    for name in (
        "rule",
        "processing",
        "wholly",
        "assess",
        "special",
        "preference",
        "supplier",
        "edges",
        "list",
        "worked_examples",
    )
)
COMPARED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
NAMED = {"MET": "NOT_MET", "NOT_MET": "MET", "UNDETERMINED": "NOT_MET"}
NAMED |= {"FOREIGN": "ORIGINATING", "ORIGINATING": "FOREIGN", "OPEN": "FOREIGN"}
COUNTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult}


@dataclass(frozen=True)
class Mutant:
    """A changed source of one file, and what was changed."""

    file: str
    line: int
    what: str
    source: str


def mutants_of(file: str) -> Iterator[Mutant]:
    """Every mutant of a file, one change each."""
    tree = ast.parse((ROOT / "src" / PLACE / file).read_text("utf-8"))
    told = {id(node) for node in skipped(tree)}
    for index, node in enumerate(ast.walk(tree)):
        if id(node) in told:
            continue
        for what in changes_to(node):
            changed = copy.deepcopy(tree)
            twin = next(one for place, one in enumerate(ast.walk(changed)) if place == index)
            change(twin)
            yield Mutant(file, getattr(node, "lineno", 0), what, ast.unparse(changed))


def skipped(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes that decide nothing: docstrings, annotations, imports, what is only for the checker."""
    for node in ast.walk(tree):
        parts: list[ast.AST] = []
        checked = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        spoken = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if checked or spoken or isinstance(node, ast.Import | ast.ImportFrom):
            parts = [node]
        elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
            parts = [node.annotation]
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            parts = [*node.decorator_list]
            returns = getattr(node, "returns", None)
            parts += [returns] if returns else []
        for part in parts:
            yield from ast.walk(part)


def changes_to(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        yield "comparison"
    elif isinstance(node, ast.BoolOp):
        yield "and/or"
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not"
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        yield "arithmetic"
    elif isinstance(node, ast.Attribute) and node.attr in NAMED:
        yield "outcome"
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int):
        yield "constant"


def change(node: ast.AST) -> None:
    if isinstance(node, ast.Compare):
        node.ops[0] = COMPARED[type(node.ops[0])]()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.UnaryOp):
        node.operand = ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.BinOp):
        node.op = COUNTED[type(node.op)]()
    elif isinstance(node, ast.Attribute):
        node.attr = NAMED[node.attr]
    elif isinstance(node, ast.Constant):
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1


def is_seen(mutant: Mutant, source: Path) -> bool:
    """Run the tests against a copy of the source that has the mutant."""
    path = source / PLACE / mutant.file
    sound = path.read_text("utf-8")
    path.write_text(mutant.source, "utf-8")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *TESTS, "-x", "-q", "-p", "no:randomly"],
            cwd=ROOT,
            env=os.environ
            | {
                "PYTHONPATH": str(source),
                "PYTHONDONTWRITEBYTECODE": "1",
                "CERTORIGIN_SOURCE": str(source),
                "CERTORIGIN_VECTORS_LEDGER": "",
                "PYTEST_ADDOPTS": "-p no:cacheprovider",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=300,
        )
    finally:
        path.write_text(sound, "utf-8")
    return done.returncode != 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", choices=FILES)
    asked = parser.parse_args()
    mutants = [one for file in FILES if asked.only in {None, file} for one in mutants_of(file)]
    with tempfile.TemporaryDirectory() as folder:
        copies = [Path(folder) / str(number) for number in range(asked.jobs)]
        for one in copies:
            shutil.copytree(ROOT / "src", one, ignore=shutil.ignore_patterns("__pycache__"))
        shares = [mutants[number :: asked.jobs] for number in range(asked.jobs)]

        def work(number: int) -> int:
            seen = 0
            for one in shares[number]:
                if is_seen(one, copies[number]):
                    seen += 1
                else:
                    print(f"survives: {one.file}:{one.line}: {one.what}", flush=True)
            return seen

        with ThreadPoolExecutor(asked.jobs) as pool:
            seen = sum(pool.map(work, range(asked.jobs)))
    print(f"{seen} of {len(mutants)} mutants are seen: {100 * seen / max(len(mutants), 1):.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
