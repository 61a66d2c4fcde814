"""The description of the machine interface knows a shape by its name alone: each has its own."""

import ast
from collections import defaultdict

from tests.data import ROOT

SERVER = ROOT / "src" / "certorigin_server"


def shapes():
    """Every shape of a request or an answer, by name, with the files that define one."""
    texts = {place: place.read_text("utf-8") for place in sorted(SERVER.rglob("*.py"))}
    classes = [
        (place, node)
        for place, text in texts.items()
        if "ninja" in text
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    ]
    found, count = defaultdict(list), -1
    while count != len(found):
        count = len(found)
        known = {"Schema", *found}
        found = defaultdict(list)
        for place, node in classes:
            if known & {getattr(base, "id", "") for base in node.bases}:
                found[node.name].append(place.relative_to(SERVER).as_posix())
    return found


def test_no_two_shapes_of_the_machine_interface_share_a_name():
    found = shapes()
    assert len(found) > 100
    assert {name: files for name, files in found.items() if len(files) > 1} == {}
