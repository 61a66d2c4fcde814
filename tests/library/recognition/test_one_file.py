"""The verifier as one file: same bytes each time, same answers, with `cryptography` alone."""

import json
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import jsonschema_rs
import orjson
import pytest
from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign_open
from nacl.exceptions import BadSignatureError

from certorigin.vocabulary.schema import ACT_SCHEMA
from tests.data import ROOT
from verifier.build import build

# All that a clean Python is given beside its own library.
NEEDED = ("cryptography", "cffi", "_cffi_backend")
VECTORS = ROOT / "vectors"
ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from certorigin_verify import CertoriginError, Session
import orjson, nacl, jsonschema_rs
assert all("standins" in one.__file__ for one in (orjson, nacl, jsonschema_rs))
session, told = Session(sys.argv[2]), {}
for case in json.load(open(sys.argv[3]))["cases"]:
    report = session.verify(case["text"].encode(), at=case["at"])
    told[case["name"]] = [report["bottom_line"], [p["code"] for p in report["parts"].values()]]
print(json.dumps(told))
"""
# Points of small order, another spelling of one, one off the curve, one of mixed order.
POINTS = [
    "00" * 32,
    "01" + "00" * 31,
    "ec" + "ff" * 30 + "7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ee" + "ff" * 30 + "7f",
    "02" + "00" * 31,
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    place = tmp_path_factory.mktemp("verifier") / "certorigin-verify.pyz"
    build(place)
    return place


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """A folder with the packages that are needed, and no other."""
    folder = tmp_path_factory.mktemp("clean")
    for name in NEEDED:
        found = find_spec(name)
        place = Path(found.origin)
        place = place.parent if place.name == "__init__.py" else place
        (folder / place.name).symlink_to(place)
    return folder


@pytest.fixture(scope="module")
def trust(tmp_path_factory):
    data = json.loads((VECTORS / "recognition" / "verdict.json").read_bytes())
    folder = tmp_path_factory.mktemp("trust")
    (folder / "roots.json").write_text(data["roots"])
    for raw in data["trustLists"]:
        state = json.loads(raw)["credentialSubject"]["state"]
        (folder / state).mkdir(exist_ok=True)
        (folder / state / "1.json").write_text(raw)
    return folder


def run(clean, *words):
    made = [sys.executable, "-S", "-s", *map(str, words)]
    environment = {"PYTHONPATH": str(clean), "PATH": ""}
    return subprocess.run(made, capture_output=True, text=True, env=environment, check=False)


def test_the_same_source_makes_the_same_bytes(archive, tmp_path):
    again = tmp_path / "b"
    subprocess.run([sys.executable, "-m", "verifier.build", str(again)], cwd=ROOT, check=True)
    assert again.read_bytes() == archive.read_bytes()
    with zipfile.ZipFile(archive) as files:
        names = files.namelist()
    assert not [name for name in names if "terminal" in name or "certorigin_server" in name]


def test_every_vector_has_the_same_verdict_in_a_clean_python(archive, clean, trust):
    place = VECTORS / "recognition" / "verdict.json"
    answer = run(clean, "-c", ASK, archive, trust, place)
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    cases = json.loads(place.read_bytes())["cases"]
    assert len(told) == len(cases)
    for case in cases:
        line, codes = told[case["name"]]
        assert (line, case["code"] in codes) == (case["bottomLine"], True), case["name"]


def test_the_command_says_and_exits_as_the_verdict_is(archive, clean, trust, tmp_path):
    cases = json.loads((VECTORS / "recognition" / "verdict.json").read_bytes())["cases"]
    (good,) = [case for case in cases if case["name"] == "good"]
    (tmp_path / "good.json").write_text(good["text"])
    (tmp_path / "none.json").write_text("{}")
    words = ("--trust", trust, "--at", good["at"])
    answer = run(clean, archive, tmp_path / "good.json", *words)
    assert (answer.returncode, json.loads(answer.stdout)["bottom_line"]) == (0, "recognised")
    answer = run(clean, archive, tmp_path / "good.json", tmp_path / "none.json", *words)
    assert answer.returncode == 2
    assert json.loads(answer.stdout.splitlines()[1])["bottom_line"] == "unreadable"


def standin(name):
    """A stand-in as a module of its own, beside the real one."""
    found = {}
    source = (ROOT / "verifier" / "standins" / name).read_text()
    exec(compile(source, name, "exec"), found)
    return found


@pytest.mark.parametrize("name", ["act", "body", "certificate"])
def test_the_stand_in_for_schemas_judges_every_vector_alike(name):
    real = jsonschema_rs.Draft202012Validator(ACT_SCHEMA)
    ours = standin("jsonschema_rs.py")["Draft202012Validator"](ACT_SCHEMA)
    for case in json.loads((VECTORS / "act" / f"{name}.json").read_bytes())["cases"]:
        try:
            document = orjson.loads(case["text"])
        except orjson.JSONDecodeError:
            continue
        assert ours.is_valid(document) == real.is_valid(document), case["name"]


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"b":["x",true,null]}',
        b'{"a":NaN}',
        b"\xef\xbb\xbf{}",
        b'"\\ud800"',
        b'"\\ud83d\\ude00"',
        b'"\xff"',
        b'"a\nb"',
        b"{} {}",
        b'{"a":1,"a":2}',
        b"",
        b"[" * 5000,
        '"é\\u007f\\u001f\\n"'.encode(),
    ],
)
def test_the_stand_in_for_json_reads_and_writes_alike(raw):
    def tried(module, name):
        try:
            return module["loads"](raw)
        except ValueError:
            return ("refused", name)

    ours = standin("orjson.py")
    found = tried({"loads": orjson.loads}, "x"), tried(ours, "x")
    assert found[0] == found[1]
    if found[0] != ("refused", "x"):
        written = orjson.dumps(found[0], option=orjson.OPT_SORT_KEYS)
        assert ours["dumps"](found[1], option=ours["OPT_SORT_KEYS"]) == written


def test_the_stand_in_for_libsodium_refuses_what_libsodium_refuses():
    ours = standin("nacl/bindings.py")
    for text in POINTS:
        raw = bytes.fromhex(text)
        real = crypto_core_ed25519_is_valid_point(raw)
        assert ours["crypto_core_ed25519_is_valid_point"](raw) == real, text
        if real:
            continue
        forged = raw + bytes(32) + b"message"
        for check in (crypto_sign_open, ours["crypto_sign_open"]):
            with pytest.raises((BadSignatureError, ValueError)):
                check(forged, bytes.fromhex(POINTS[-1]))
