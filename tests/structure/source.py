"""The repository as the structure tests see it: its files, their syntax trees, the excuses."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.data import ROOT

LIBRARY = ROOT / "src" / "certorigin"
SERVER = ROOT / "src" / "certorigin_server"


@cache
def files() -> tuple[Path, ...]:
    """Every file that is kept or about to be: git's own list, without what it ignores."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted({path for path in paths if path.is_file()}))


def python_files(*folders: Path) -> list[Path]:
    """The Python files in the folders; migrations are written by Django."""
    return [
        path
        for path in files()
        if path.suffix == ".py"
        and any(path.is_relative_to(folder) for folder in folders)
        and path.parent.name != "migrations"
    ]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def name_of(path: Path) -> str:
    """The path as people say it: from the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def excuses(kind: str) -> dict[str, str]:
    """What a gate forgives, with the reason."""
    text = (ROOT / "tests" / "structure" / "excuses.toml").read_text("utf-8")
    return tomllib.loads(text).get(kind, {})


def check_against_excuses(kind: str, found: dict[str, str]) -> None:
    """Fail with everything found that has no excuse, and with every excuse that excuses nothing."""
    allowed = excuses(kind)
    problems = [
        f"{place}: {fault}" for place, fault in sorted(found.items()) if place not in allowed
    ]
    problems += [f"{place}: excused, but not at fault" for place in sorted(allowed.keys() - found)]
    problems += [f"{place}: an excuse needs a reason" for place, why in allowed.items() if not why]
    assert not problems, f"{kind}:\n" + "\n".join(problems)


def functions(module: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with its dotted name inside the module."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}"
                if not isinstance(child, ast.ClassDef):
                    yield name, child
                yield from walk(child, f"{name}.")
            else:
                yield from walk(child, prefix)

    return walk(module, "")


def imported_names(module: ast.Module) -> dict[str, str]:
    """What each imported name stands for: `{"now": "datetime.datetime", "os": "os"}`."""
    names = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return names


def dotted(node: ast.AST, names: dict[str, str]) -> str:
    """The full name of an expression such as `os.environ` that starts at an import, or nothing."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in names:
        return ""
    return ".".join([names[node.id], *reversed(parts)])
