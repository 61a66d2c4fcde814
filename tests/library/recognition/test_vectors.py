"""The language-neutral cases of vectors/recognition."""

import json

import orjson
import pytest

from certorigin.errors import MalformedError
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.declaration import GoodsDeclaration
from certorigin.recognition.match import match
from certorigin.recognition.verify import verify
from certorigin.seal.trust.folder import roots_from_bytes
from certorigin.seal.trust.trust import Trust
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.form import get_form
from certorigin.vocabulary.moment import moment_from_text
from certorigin.vocabulary.record import Record
from tests.data import vectors
from tests.library.recognition.make_vectors import FOLDER, build, to_text


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_bytes())


def cases(name):
    return [pytest.param(case, id=case["name"]) for case in read(name)["cases"]]


@pytest.fixture(scope="module")
def trust():
    data = read("verdict")
    trust = Trust(roots_from_bytes(data["roots"].encode()))
    for raw in data["trustLists"]:
        trust.adopt(raw.encode())
    return trust


@pytest.mark.parametrize("case", cases("verdict"))
def test_verdict(case, trust):
    vectors.count("recognition.verdict")
    report = verify(case["text"].encode(), trust=trust, at=moment_from_text(case["at"]))
    assert str(report.bottom_line) == case["bottomLine"]
    assert report.parts[case["code"].partition(".")[0]].code == case["code"]


@pytest.mark.parametrize("case", cases("bundle"))
def test_bundle(case):
    vectors.count("recognition.bundle")
    raw = case["text"].encode()
    if not case["code"]:
        assert Bundle.from_bytes(raw).to_bytes() == raw
        return
    with pytest.raises(MalformedError) as fault:
        Bundle.from_bytes(raw)
    assert fault.value.code == case["code"]


@pytest.mark.parametrize("case", cases("match"))
def test_match(case):
    vectors.count("recognition.match")
    certificate = Certificate.from_record(Record(read("match")["certificate"]))
    asked = GoodsDeclaration.from_bytes(orjson.dumps(case["declaration"]))
    report = match(certificate, asked, standing=None, form=get_form(certificate.form))
    codes = {finding.code for finding in report.all_findings} - {"match.uses_unknown"}
    assert (str(report.fit), sorted(codes)) == (case["fit"], case["findings"])


def test_the_vectors_are_those_that_are_made():
    for name, data in build().items():
        assert (FOLDER / f"{name}.json").read_text() == to_text(data), name
