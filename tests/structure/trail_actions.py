"""Every action that the server records in the trail, read off the source.

An action is the argument `action=` of a call of `record`: a literal, one of two, a name that the
same function gives a literal, or a parameter for which callers in the same file give one. One that
is put together (`f"recognition.{outcome}"`) stands in PUT_TOGETHER with what may come.
"""

import ast
from collections.abc import Iterator

from tests.structure.source import SERVER, name_of, python_files, tree

PUT_TOGETHER = {
    "administration.": ("confirmed", "refused", "taken_back"),
    "certification.": ("draft_approved", "draft_to_change"),
    "fees.": ("paid", "refunded", "waived", "waiver_recalled"),
    "recognition.": ("accepted", "refused"),
    "sign_in.": (
        *("new_device", "tries", "factor_added", "factor_removed"),
        *("factors_reset", "codes_made", "recovery_used", "passkey_behind"),
    ),
}


def recorded_actions() -> dict[str, str]:
    """Every action with the place that records it. Raises AssertionError for one out of sight."""
    found = {}
    for path in python_files(SERVER):
        for action, line in actions_in(tree(path), name_of(path)):
            found[action] = f"{name_of(path)}:{line}"
    return found


def actions_in(module: ast.Module, where: str) -> Iterator[tuple[str, int]]:
    """The actions of one file with their lines."""
    for function in ast.walk(module):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in _calls(function, "record"):
            for keyword in call.keywords:
                if keyword.arg == "action":
                    actions = list(_texts(keyword.value, function, module))
                    assert actions, f"{where}:{call.lineno}: which action is it?"
                    yield from ((action, call.lineno) for action in actions)


def _texts(node: ast.AST, function: ast.FunctionDef, module: ast.Module) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, function, module)
        yield from _texts(node.orelse, function, module)
    elif isinstance(node, ast.JoinedStr):
        start = node.values[0]
        family = str(start.value) if isinstance(start, ast.Constant) else ""
        yield from (f"{family}{what}" for what in PUT_TOGETHER.get(family, ()))
    elif isinstance(node, ast.Name):
        yield from _named(node.id, function, module)


def _named(name: str, function: ast.FunctionDef, module: ast.Module) -> Iterator[str]:
    for inner in ast.walk(function):
        if isinstance(inner, ast.Assign):
            for target, value in _pairs(inner):
                if isinstance(target, ast.Name) and target.id == name:
                    yield from _texts(value, function, module)
    parameters = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
    if name not in parameters:
        return
    place = parameters.index(name)
    for call in _calls(module, function.name):
        given = {one.arg: one.value for one in call.keywords}
        node = call.args[place] if place < len(call.args) else given.get(name)
        assert node is not None, f"{function.name}: line {call.lineno} gives no {name}"
        yield from _texts(node, function, module)


def _pairs(assigned: ast.Assign) -> Iterator[tuple[ast.AST, ast.AST]]:
    """What gets what: `a = b = x`, and `a, b = x, y`."""
    for target in assigned.targets:
        if isinstance(target, ast.Tuple) and isinstance(assigned.value, ast.Tuple):
            yield from zip(target.elts, assigned.value.elts, strict=False)
        else:
            yield target, assigned.value


def _calls(within: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(within):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
            yield node
