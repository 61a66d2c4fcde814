"""What the gates count from marks is what coverage.py's own tracer would have counted."""

import subprocess
import sys
from importlib import import_module

import coverage
import pytest

from tests.coverage import counting

# Every statement that can go on in more than one way, partly walked.
SAMPLE = '''"""A module."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import dataclass


@dataclass
class Goods:
    """Has fields."""

    code: str
    weight: int = 0

    @property
    @functools.cache  # noqa: B019
    def heavy(self) -> bool:
        if (
            self.weight
            > 10
        ):
            return True
        return False

    def __hash__(self):
        return 1


def loops(items):
    found = []
    for item in items:
        if item > 2:
            continue
        elif item == 2:
            found.append(item)
        else:
            found.append(
                -item
            )
    else:
        found.append(0)
    while found:
        if found.pop() == 0:
            break
    for _ in ():
        return None
    return found


def never(items):
    for item in items:
        print(item)


def fails(kind):
    try:
        if kind:
            raise kind
    except (ValueError, KeyError):
        return "value"
    except TypeError as error:
        return str(error)
    else:
        return "nothing"
    finally:
        last = 1
        if last:
            last = 2


def nested(flag):
    with contextlib.suppress(OSError), contextlib.nullcontext():
        with contextlib.nullcontext():
            if flag:
                raise OSError
    for _ in range(2):
        with contextlib.nullcontext():
            if not flag:
                pass
    if flag:
        @functools.cache
        def inner():
            """Inner."""
            return [one for one in range(3) if one]

        inner()
    while True:
        if flag:
            return
        flag = True


def matches(what):
    match what:
        case 1 | 2:
            return "few"
        case str() if what:
            return "text"
        case []:
            return "none"
    match what:
        case None:
            return None
        case _:
            return "other"


def generates(end):
    number = 0
    while number < end:
        yield number
        number += 1


def documented():
    """Does nothing."""


if __name__ == "__main__":
    Goods("7210", 11).heavy
    loops([1, 2, 3])
    fails(None)
    fails(KeyError)
    with contextlib.suppress(ZeroDivisionError):
        fails(ZeroDivisionError)
    nested(True)
    nested(False)
    matches("word")
    matches(3)
    list(generates(2))
    documented()
'''


def report(data, source) -> dict:
    counted = coverage.Coverage(data_file=str(data), branch=True, config_file=False)
    counted.load()
    return {
        "statements": counted.analysis2(str(source))[1],
        "missing": counted.analysis2(str(source))[3],
        "branches": counted.branch_stats(str(source)),
    }


def test_marks_count_what_the_tracer_counts(tmp_path):
    source, traced, marked = (tmp_path / name for name in ("sample.py", "traced", "marked"))
    source.write_text(SAMPLE)
    run = ["-m", "coverage", "run", "--branch", f"--data-file={traced}", str(source)]
    subprocess.run([sys.executable, *run], cwd=tmp_path, check=True)
    exec(counting._Loader("sample", str(source)).get_code("sample"), {"__name__": "__main__"})
    found = counting.seen()[str(source)]
    coverage.CoverageData(str(marked)).add_arcs(
        {str(source): set(counting.arcs(str(source), found))}
    )
    by_tracer, by_marks = report(traced, source), report(marked, source)
    assert by_marks == by_tracer
    assert by_tracer["missing"]
    partly = [line for line, (ways, gone) in by_tracer["branches"].items() if 0 < gone < ways]
    assert len(partly) > 5


@pytest.mark.parametrize("name", ["library", "server"])
def test_a_file_that_no_test_reads_is_counted_as_missing(name, tmp_path, monkeypatch):
    """The gate is on all of a package, whatever the tests import of it."""
    rules = counting.read_rules(name) | {"data_file": str(tmp_path / "data")}
    monkeypatch.setattr(counting, "read_rules", lambda _: rules)
    counting.write(name, {})
    counted = coverage.CoverageData(str(tmp_path / "data"))
    counted.read()
    package = import_module(rules["source"])
    assert f"{package.__path__[0]}/__init__.py" in counted.measured_files()
    assert not any("/migrations/" in file for file in counted.measured_files())
    assert len(counted.measured_files()) > 300
