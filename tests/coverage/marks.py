"""Our own source, compiled with a mark before each statement and on each way that a branch takes.

coverage.py follows a program by Python's trace function, and Python 3.11 has no other means: every
line of every package is announced, Django's as well as ours, and that doubles the time of the
server's tests. A mark is one store into a bytearray, and only our lines have one. What was marked
is what a tracer would have seen (`tests/coverage/counting.py`), and coverage.py counts it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

SEEN = "__seen__"
SOURCE = "tests.coverage.counting"
DECORATED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Mark(NamedTuple):
    """A line that was reached; or, with a body, a line that went on into its body or past it."""

    line: int
    first: int = 0
    last: int = 0
    entered: bool = False


def mark_module(tree: ast.Module, path: str) -> list[Mark]:
    """Put marks into a module; it finds its bytearray by its path. Return what each mark means."""
    marking = _Marking()
    marking.suite(tree, f"from {SOURCE} import seen_in as {SEEN}; {SEEN} = {SEEN}({path!r})")
    ast.fix_missing_locations(tree)
    return marking.marks


class _Marking:
    def __init__(self) -> None:
        self.marks: list[Mark] = []

    def mark(self, *meaning: int) -> ast.stmt:
        """Return the statement `__seen__[place] = 1`."""
        place = ast.Subscript(ast.Name(SEEN, ast.Load()), self._place(*meaning), ast.Store())
        return _at(meaning[0], ast.Assign([place], ast.Constant(1)))

    def _place(self, *meaning: int) -> ast.Constant:
        self.marks.append(Mark(*meaning))
        return ast.Constant(len(self.marks) - 1)

    def suite(self, node, begin: str = "") -> None:
        """Mark the body of a module, class or function; what has to stand first still does."""
        body, kept = node.body, int(ast.get_docstring(node, clean=False) is not None)
        while kept < len(body) and _is_future(body[kept]):
            kept += 1
        future = [self.mark(one.lineno) for one in body[:kept] if _is_future(one)]
        begun = ast.parse(begin).body
        node.body = [*body[:kept], *begun, *future, *self.block(body[kept:])]

    def block(self, body: Sequence[ast.stmt], *marks: ast.stmt) -> list[ast.stmt]:
        """Return a body with a mark before each statement, and with these before the first."""
        marked = list(marks)
        for node in body:
            marked += [self.mark(line) for line in _lines(node)]
            marked.append(node)
            self.inside(node)
        return marked

    def inside(self, node: ast.stmt) -> None:
        """Mark what a compound statement holds."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self.suite(node)
            case ast.If() | ast.For() | ast.AsyncFor() | ast.While():
                way = (node.lineno, *_span(node.body))
                node.body = self.block(node.body, self.mark(*way, True))
                node.orelse = self.block(node.orelse, self.mark(*way, False))
            case ast.With() | ast.AsyncWith():
                node.body = self.block(node.body)
            case ast.Try() | ast.TryStar():
                node.body = self.block(node.body)
                for handler in node.handlers:
                    self.handler(handler)
                node.orelse = self.block(node.orelse)
                node.finalbody = self.block(node.finalbody)
            case ast.Match():
                self.cases(node)

    def handler(self, node: ast.ExceptHandler) -> None:
        """Mark that an exception came to this line, whether or not it is of the type."""
        if node.type is None:
            node.body = self.block(node.body, self.mark(node.lineno))
            return
        store = ast.Attribute(ast.Name(SEEN, ast.Load()), "__setitem__", ast.Load())
        come = ast.Call(store, [self._place(node.lineno), ast.Constant(1)], [])
        node.type = ast.BoolOp(ast.Or(), [come, node.type])  # a store gives None
        node.body = self.block(node.body)

    def cases(self, node: ast.Match) -> None:
        """Who comes to one case went past those before it; who comes to none, past all."""
        ways = [(case.pattern.lineno, *_span(case.body)) for case in node.cases]
        for number, case in enumerate(node.cases):
            passed = [self.mark(*way, False) for way in ways[:number]]
            case.body = self.block(case.body, *passed, self.mark(*ways[number], True))
        if not _takes_everything(node.cases[-1]):
            passed = [self.mark(*way, False) for way in ways]
            node.cases.append(ast.match_case(_at(node.lineno, ast.MatchAs()), None, passed))


def _at(line: int, node):
    node.lineno = node.end_lineno = line
    node.col_offset = node.end_col_offset = 0
    return node


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _lines(node: ast.stmt) -> list[int]:
    """The lines that a statement's own code begins on: its decorators' too."""
    decorators = node.decorator_list if isinstance(node, DECORATED) else []
    return [*(one.lineno for one in decorators), node.lineno]


def _span(body: Sequence[ast.stmt]) -> tuple[int, int]:
    return _lines(body[0])[0], body[-1].end_lineno


def _takes_everything(case: ast.match_case) -> bool:
    pattern = case.pattern
    return case.guard is None and isinstance(pattern, ast.MatchAs) and pattern.pattern is None
