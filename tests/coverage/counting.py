"""Counts which lines and branches of our source the tests reach, by the rules in `tests/coverage`.

`PYTEST_PLUGINS=tests.coverage.counting CERTORIGIN_COUNT=server` counts by `server.ini`: a plugin
named so comes before those that import Django's settings. Each process of pytest tells what was
marked in it (`tests/coverage/marks.py`); the one that began them writes it down as coverage.py's
own data, and `coverage report` counts as if its tracer had looked. No other process is counted.
"""

from __future__ import annotations

import ast
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from configparser import ConfigParser
from fnmatch import fnmatch
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.coverage.marks import Mark, mark_module

HERE = Path(__file__).parent
WISH = "CERTORIGIN_COUNT"
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ

_marks: dict[str, list[Mark]] = {}
_seen: dict[str, bytearray] = {}
# What other processes told, beside what this one saw.
_told: dict[str, set[Mark]] = defaultdict(set)


def read_rules(name: str) -> dict[str, str]:
    """The part `run` of the rules of this name."""
    rules = ConfigParser()
    rules.read(HERE / f"{name}.ini", "utf-8")
    return dict(rules["run"])


def start() -> str:
    """Mark what is imported from now on, if that is wished; return the name of the rules."""
    name = os.environ.get(WISH, "")
    if not name:
        return ""
    package = read_rules(name)["source"]
    early = [one for one in sys.modules if one.partition(".")[0] == package]
    if early:
        message = f"nothing is counted of what was imported before: {early}"
        raise RuntimeError(message)
    sys.meta_path.insert(0, _Finder(package))
    if IS_WORKER:  # its children are not counted
        del os.environ[WISH], os.environ["PYTEST_PLUGINS"]
    return name


# -- marking --------------------------------------------------------------------------------------


class _Finder:
    def __init__(self, package: str) -> None:
        self.package = package

    def find_spec(self, fullname, path=None, target=None) -> ModuleSpec | None:
        if fullname.partition(".")[0] != self.package:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def path_stats(self, path):
        """Let compiled modules that are kept alone: they bear no marks."""
        raise OSError

    def source_to_code(self, data, path, *, _optimization=-1):
        tree = ast.parse(data, path)
        marks = mark_module(tree, path)
        _marks[path] = marks
        _seen.setdefault(path, bytearray(len(marks)))
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimization)


def seen_in(path: str) -> bytearray:
    """Where the module at this path notes what was reached."""
    return _seen[path]


def seen() -> dict[str, set[Mark]]:
    """What was reached in this process and in those that told."""
    found = defaultdict(set)
    for path, marks in _marks.items():
        found[path] = {mark for mark, hit in zip(marks, _seen[path], strict=True) if hit}
    for path, marks in _told.items():
        found[path] |= marks
    return found


# -- counting -------------------------------------------------------------------------------------


def arcs(path: str, marks: Iterable[Mark]) -> Iterator[tuple[int, int]]:
    """Say it as a tracer does: from which line to which the program went."""
    from coverage.parser import PythonParser  # noqa: PLC0415 - as below

    parser = PythonParser(filename=path)
    parser.parse_source()
    ways = defaultdict(set)
    for origin, to in parser.arcs():
        ways[origin].add(to)
    for mark in marks:
        yield -1, mark.line
        if mark.last:
            line = parser.first_line(mark.line)
            yield from (
                (line, to)
                for to in ways[line]
                if (mark.first <= to <= mark.last) is bool(mark.entered)
            )


def write(name: str, found: dict[str, set[Mark]]) -> None:
    """Write coverage.py's data file by the rules of this name; files that nobody read count too."""
    from coverage import CoverageData  # noqa: PLC0415 - costs each worker a quarter of a second

    rules = read_rules(name)
    (folder,) = find_spec(rules["source"]).submodule_search_locations
    files = [
        str(file)
        for file in sorted(Path(folder).rglob("*.py"))
        if not fnmatch(str(file), rules.get("omit", ""))
    ]
    data = CoverageData(rules["data_file"])
    data.erase()
    data.add_arcs({file: set(arcs(file, found[file])) for file in files if file in found})
    data.touch_files(files)


# -- pytest ---------------------------------------------------------------------------------------


def pytest_sessionfinish(session) -> None:
    """Tell the process that began this one."""
    if COUNTED and IS_WORKER:
        told = {path: [tuple(mark) for mark in marks] for path, marks in seen().items()}
        session.config.workeroutput["seen"] = told


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    """Take what another process tells."""
    for path, marks in getattr(node, "workeroutput", {}).get("seen", {}).items():
        _told[path] |= {Mark(*mark) for mark in marks}


def pytest_unconfigure() -> None:
    """Write everything down."""
    if COUNTED and not IS_WORKER:
        write(COUNTED, seen())


COUNTED = start()
