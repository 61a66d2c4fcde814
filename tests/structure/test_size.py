"""A file fits in 400 lines and a function body in 40; excuses are listed with a reason."""

import ast

from tests.data import ROOT
from tests.structure.source import (
    check_against_excuses,
    functions,
    name_of,
    python_files,
    tree,
)

FILE_LINES = 400
BODY_LINES = 40
FOLDERS = (ROOT / "src", ROOT / "tests", ROOT / "benchmarks")


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines from the first statement after the docstring to the end."""
    body = function.body
    if ast.get_docstring(function, clean=False) is not None:
        body = body[1:]
    return function.end_lineno - body[0].lineno + 1 if body else 0


def test_no_file_is_longer_than_400_lines():
    lengths = {
        name_of(path): len(path.read_text("utf-8").splitlines()) for path in python_files(*FOLDERS)
    }
    assert lengths
    check_against_excuses(
        "file-length", {name: f"{n} lines" for name, n in lengths.items() if n > FILE_LINES}
    )


def test_no_function_body_is_longer_than_40_lines():
    lengths = {
        f"{name_of(path)}::{name}": body_lines(function)
        for path in python_files(*FOLDERS)
        for name, function in functions(tree(path))
    }
    assert lengths
    check_against_excuses(
        "function-length",
        {name: f"{n} lines in the body" for name, n in lengths.items() if n > BODY_LINES},
    )


def test_a_docstring_does_not_count():
    (function,) = ast.parse(
        'def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n    return a\n'
    ).body
    assert body_lines(function) == 2
