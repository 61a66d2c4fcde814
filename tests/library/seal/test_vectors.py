"""The language-neutral cases of vectors/seal."""

import json

import pytest

from certorigin.errors import CertoriginError, MalformedError
from certorigin.seal.canonical import parse_strict
from certorigin.seal.multikey import public_key
from certorigin.seal.proof import verify_sealed
from tests.data import vectors
from tests.library.seal.make_vectors import FOLDER, build, to_text


def _cases(name):
    return json.loads((FOLDER / f"{name}.json").read_bytes())["cases"]


def _raw(case):
    return bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode()


@pytest.mark.parametrize("case", _cases("strict"), ids=lambda case: case["name"])
def test_strict(case):
    vectors.count("seal.strict")
    if not case["code"]:
        assert parse_strict(_raw(case))
        return
    with pytest.raises(MalformedError) as error:
        parse_strict(_raw(case))
    assert error.value.code == case["code"]
    assert case["place"] in {None, error.value.facts["place"]}


@pytest.mark.parametrize("case", _cases("multikey"), ids=lambda case: case["name"])
def test_multikey(case):
    vectors.count("seal.multikey")
    if not case["code"]:
        assert public_key(case["key"]).multibase == case["key"]
        return
    with pytest.raises(CertoriginError) as error:
        public_key(case["key"])
    assert error.value.code == case["code"]


@pytest.mark.parametrize("case", _cases("document"), ids=lambda case: case["name"])
def test_document(case):
    vectors.count("seal.document")
    if not case["code"]:
        assert verify_sealed(case["text"].encode()).proofs
        return
    with pytest.raises(CertoriginError) as error:
        verify_sealed(case["text"].encode())
    assert (type(error.value).__name__, error.value.code) == (case["error"], case["code"])


def test_the_files_are_what_their_maker_makes():
    made = {name: to_text(content) for name, content in build().items()}
    assert {path.name: path.read_text() for path in FOLDER.glob("*.json")} == made
    for content in build().values():
        names = [case["name"] for case in content["cases"]]
        assert len(set(names)) == len(names)
