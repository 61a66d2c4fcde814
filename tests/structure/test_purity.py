"""The library reads no clock, no environment and no randomness, and opens no connection.

They are arguments. `terminal` is the edge that supplies them; `mirror/http.py` is the one door out.
"""

import ast
import subprocess
import sys

import pytest

from tests.data import ROOT
from tests.structure.source import (
    LIBRARY,
    check_against_excuses,
    dotted,
    imported_names,
    name_of,
    python_files,
    tree,
)

EDGES = (LIBRARY / "terminal", LIBRARY / "mirror" / "http.py", LIBRARY / "__main__.py")

CLOCK = (
    "time",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
)
ENVIRONMENT = (
    "os.environ",
    "os.environb",
    "os.getenv",
    "os.getenvb",
    "os.putenv",
    "sys.argv",
    "getpass",
    "locale",
    "platform",
)
RANDOMNESS = (
    "random",
    "secrets",
    "os.urandom",
    "os.getrandom",
    "uuid.uuid1",
    "uuid.uuid4",
    "nacl.utils.random",
)
CONNECTION = (
    "socket",
    "ssl",
    "urllib.request",
    "http.client",
    "http.server",
    "httpx",
    "httpcore",
    "requests",
    "asyncio",
    "ftplib",
    "smtplib",
    "socketserver",
    "subprocess",
)
FORBIDDEN = CLOCK + ENVIRONMENT + RANDOMNESS + CONNECTION
# Making a key is randomness, whatever the library that does it.
KEY_MAKERS = ("generate", "generate_private_key")
KEY_LIBRARIES = ("nacl", "cryptography")


def is_forbidden(name: str) -> bool:
    if any(name == word or name.startswith(f"{word}.") for word in FORBIDDEN):
        return True
    top, _, rest = name.partition(".")
    return top in KEY_LIBRARIES and rest.rpartition(".")[2] in KEY_MAKERS


def impurities(module: ast.Module) -> dict[str, int]:
    """Each forbidden name that the module uses, with its first line."""
    names = imported_names(module)
    found = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute | ast.Name):
            used = [dotted(node, names)]
        elif isinstance(node, ast.ImportFrom):
            used = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            used = [alias.name for alias in node.names]
        else:
            continue
        for name in used:
            if is_forbidden(name):
                found.setdefault(name, node.lineno)
    return found


def test_only_the_edges_read_clock_environment_and_randomness_or_open_connections():
    found = {}
    for path in python_files(LIBRARY):
        if any(path == edge or path.is_relative_to(edge) for edge in EDGES):
            continue
        for name, line in impurities(tree(path)).items():
            found[f"{name_of(path)}::{name}"] = f"line {line}"
    check_against_excuses("purity", found)


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.monotonic()",
        "from time import time",
        "import datetime as d\nd.datetime.now(d.UTC)",
        "from datetime import datetime\ndatetime.now()",
        "from datetime import date\ndate.today()",
        "import os\nos.environ['X']",
        "from os import environ",
        "from uuid import uuid4",
        "from nacl.signing import SigningKey\nSigningKey.generate()",
        "from cryptography.hazmat.primitives.asymmetric import ec\nec.generate_private_key(c)",
        "import urllib.request",
        "from urllib import request",
        "from http import client",
        "import socket",
    ],
)
def test_an_impurity_is_seen(source):
    assert impurities(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\ndatetime(2026, 1, 1, tzinfo=UTC)",
        "from urllib.parse import urlsplit",
        "from uuid import UUID",
        "import os\nos.replace(a, b)",
        "def f(time):\n    return time.hour",
        "def f(rules, at):\n    return rules.generate(at)",
        "from nacl.signing import SigningKey\nSigningKey(seed)",
    ],
)
def test_a_pure_line_is_left_alone(source):
    assert impurities(ast.parse(source)) == {}


WITHOUT_DJANGO = """
import importlib, pkgutil, sys

for name in ("django", "ninja", "certorigin_server", "psycopg", "granian"):
    sys.modules[name] = None  # importing it raises ImportError

import certorigin

names = [m.name for m in pkgutil.walk_packages(certorigin.__path__, "certorigin.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
print(len(names))
"""


def test_every_module_of_the_library_imports_without_django():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WITHOUT_DJANGO],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20
