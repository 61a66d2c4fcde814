"""The language-neutral cases of vectors/live."""

import base64
import json

import pytest

from certorigin.errors import CertoriginError, MalformedError
from certorigin.seal.trust.folder import roots_from_bytes
from certorigin.seal.trust.trust import Trust
from certorigin.standing.live import code_of, pack, unpack, verify_live
from certorigin.standing.places import place_of
from tests.data import vectors
from tests.library.standing.make_vectors import FOLDER, build, to_text


def _content(name):
    return json.loads((FOLDER / f"{name}.json").read_bytes())


@pytest.mark.parametrize("case", _content("codes")["cases"], ids=lambda case: case["name"])
def test_codes(case):
    vectors.count("live.codes")
    data = base64.b64decode(case["codes"])
    if case["values"] is None:
        with pytest.raises(MalformedError, match=r"live\.malformed"):
            unpack(data, case["count"])
        return
    values = tuple(map(int, case["values"]))
    assert unpack(data, case["count"]) == values
    assert pack(values) == data


def test_hashes():
    for case in _content("codes")["hashes"]:
        assert code_of(case["salt"], case["subject"]) == int(case["code"])


def test_documents():
    content = _content("document")
    trust = Trust(roots_from_bytes(content["roots"].encode()))
    trust.adopt(content["trustList"].encode())
    found = {}
    for case in content["cases"]:
        vectors.count("live.document")
        if case["code"]:
            with pytest.raises(CertoriginError) as error:
                verify_live(case["text"].encode(), trust)
            assert error.value.code == case["code"], case["name"]
        else:
            found[case["name"]] = verify_live(case["text"].encode(), trust)
    first, delta, second = found.values()
    assert delta.apply(first) == second


def test_places():
    content = _content("place")
    for case in content["cases"]:
        vectors.count("live.place")
        place = place_of(bytes.fromhex(content["secret"]), case["origin"], case["rank"])
        assert (place.name, place.index) == (case["list"], case["index"])


def test_the_files_are_what_their_maker_makes():
    made = {f"{name}.json": to_text(content) for name, content in build().items()}
    assert {path.name: path.read_text() for path in FOLDER.glob("*.json")} == made
