"""The language-neutral cases of vectors/log."""

import json

import pytest

from certorigin import errors
from certorigin.log.checkpoint import read_head
from certorigin.log.entry import entry_of
from certorigin.log.key import Verifier
from certorigin.log.proof import Proof
from certorigin.log.tiles import bundle_from_bytes, bundle_to_bytes
from tests.data import vectors
from tests.library.log.make_vectors import FOLDER, build, to_text


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_bytes())


def cases(name):
    return pytest.mark.parametrize("case", load(name)["cases"], ids=lambda case: case["name"])


def keys(name):
    log, *others = (Verifier.from_text(text) for text in load(name)["keys"])
    return log, others


def expect(case, act):
    """Run `act`, and compare what it raises with the case."""
    if not case.get("error", case["code"]):
        return act()
    with pytest.raises(getattr(errors, case.get("error", "MalformedError"))) as caught:
        act()
    assert case["code"] in {None, caught.value.code}
    return None


@cases("head")
def test_head(case):
    vectors.count("log.head")
    data = case["text"].encode()
    head = expect(case, lambda: read_head(data, *keys("head")))
    assert head is None or head.data == data


@cases("proof")
def test_proof(case):
    vectors.count("log.proof")
    data = case["text"].encode()
    entry = load("proof")["entry"].encode()
    head = expect(case, lambda: Proof.from_bytes(data).verify(entry, *keys("proof")))
    assert head is None or Proof.from_bytes(data).to_bytes() == data


@cases("bundle")
def test_bundle(case):
    vectors.count("log.bundle")
    data = bytes.fromhex(case["hex"])
    entries = expect(case, lambda: bundle_from_bytes(data, case["width"]))
    assert entries is None or bundle_to_bytes(entries) == data


@cases("entry")
def test_entry(case):
    vectors.count("log.entry")
    data = case["text"].encode() if "text" in case else b"a" * case["length"]
    entry = expect(case, lambda: entry_of(data))
    assert entry is None or entry == (case["entry"].encode() if case["entry"] else data)


def test_the_files_are_what_makes_them():
    assert {path.name for path in FOLDER.iterdir()} == build().keys()
    for name, content in build().items():
        assert (FOLDER / name).read_text() == to_text(content), name
