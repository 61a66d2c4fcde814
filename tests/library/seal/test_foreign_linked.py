"""JSON-LD of others: terms with a meaning, statements in one order, and nothing fetched."""

import hashlib
import json

import pytest

from certorigin.errors import LimitError, MalformedError, UnknownError, VerificationError
from certorigin.seal.foreign.contexts import read_contexts
from certorigin.seal.foreign.linked import canonical_quads, check_terms
from certorigin.seal.foreign.proofs import ASSERTION, Wanted, verify_proofs
from tests.data import shared, vectors
from tests.library.seal.others import AT, BASE, CONTEXTS, EXAMPLES, credential, published

RDFC = {"eddsa/eddsa-rdfc-2022": "DataInt", "ecdsa/ecdsa-rdfc-2019-p256": "ECDSAP256"}


@pytest.mark.parametrize("folder", RDFC)
def test_w3c_vectors_of_the_rdfc_suites(folder):
    place, suffix = shared("w3c-di-vectors") / folder, RDFC[folder]
    contexts = published()

    def text(name):
        return (place / f"{name}{suffix}.txt").read_text()

    document = json.loads((place.parent / "unsigned.json").read_bytes())
    options = json.loads((place / f"proofConfig{suffix}.json").read_bytes())
    quads, proof = canonical_quads(document, contexts), canonical_quads(options, contexts)
    hashes = [hashlib.sha256(data).hexdigest() for data in (proof, quads)]
    signed = json.loads((place / f"signed{suffix}.json").read_bytes())
    checks = [
        quads.decode() == text("canonDoc"),
        proof.decode() == text("proofCanon"),
        hashes == [text("proofHash").strip(), text("docHash").strip()],
        "".join(hashes) == text("combinedHash").strip(),
        signed["proof"]["proofValue"] == text("sigBTC58").strip(),
        len(verify_proofs(signed, Wanted(ASSERTION, AT), contexts)) == 1,
    ]
    assert checks == [True] * 6
    vectors.count(f"seal.w3c.{folder.split('/')[1]}", len(checks))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"unheard": "of"}, "foreign.term_undefined"),
        ({"type": ["VerifiableCredential", "Unheard"]}, "foreign.term_undefined"),
        ({"credentialSubject": {"unheard": "of"}}, "foreign.term_undefined"),
        (
            {"@context": [BASE, {"@vocab": None}], "credentialSubject": {"unheard": "of"}},
            "foreign.term_undefined",
        ),
        (
            {"credentialSubject": {"@context": {"@vocab": ""}, "unheard": "of"}},
            "foreign.term_undefined",
        ),
        (
            {"@context": [BASE, {"VerifiableCredential": "https://elsewhere.example/x"}]},
            "foreign.linked_data_malformed",
        ),
        (
            {"@context": [BASE, {"name": {"@id": "https://elsewhere.example/x"}}]},
            "foreign.linked_data_malformed",
        ),
        ({"@context": [BASE, {"x": {"@id": 1}}]}, "foreign.linked_data_malformed"),
        ({"@context": [BASE, None]}, "foreign.linked_data_malformed"),
        ({"credentialSubject": {"id": 7}}, "foreign.linked_data_malformed"),
    ],
)
def test_a_document_that_does_not_mean_what_it_seems(changes, code):
    with pytest.raises(MalformedError) as error:
        check_terms(credential(**changes), CONTEXTS)
    assert error.value.code == code


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"@context": [BASE, EXAMPLES], "credentialSubject": {"unheard": "of"}},
        {"@context": [BASE, {"weight": "https://terms.example/weight"}], "weight": "12.35"},
        {"type": ["VerifiableCredential", "https://terms.example/Certificate"]},
    ],
)
def test_a_term_with_a_meaning(changes):
    check_terms(credential(**changes), CONTEXTS)


def test_a_context_that_is_not_here_is_unknown_and_not_fetched():
    for contexts in ([BASE, "https://terms.example/v1"], [BASE, {"@import": "https://x.example"}]):
        with pytest.raises(UnknownError, match=r"foreign\.context_unknown"):
            check_terms(credential(**{"@context": contexts}), CONTEXTS)


def test_a_knot_of_blank_nodes_ends_with_a_limit():
    names = [f"_:b{at}" for at in range(12)]
    knot = [
        {"@id": name, "https://x.example/p": [{"@id": other} for other in names if other != name]}
        for name in names
    ]
    with pytest.raises(LimitError, match=r"foreign\.too_many_statements"):
        canonical_quads({"@context": {}, "@graph": knot}, CONTEXTS)


def test_equal_goods_are_no_knot():
    goods = [{"name": "Тракторы"} for _ in range(40)]
    assert canonical_quads(credential(credentialSubject=goods), CONTEXTS).count(b"\n") > 80


def test_a_folder_of_contexts_is_checked(tmp_path):
    with pytest.raises(UnknownError, match=r"foreign\.context_unknown"):
        read_contexts(tmp_path)
    index = {"urn:x": {"file": "x.json", "sha256": hashlib.sha256(b"{}").hexdigest()}}
    (tmp_path / "index.json").write_text(json.dumps(index))
    (tmp_path / "x.json").write_text("{} ")
    with pytest.raises(VerificationError, match=r"foreign\.context_altered"):
        read_contexts(tmp_path)
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(MalformedError, match=r"foreign\.contexts_malformed"):
        read_contexts(tmp_path)
    (tmp_path / "index.json").write_text('{"urn:x": {"file": "../x.json"}}')
    with pytest.raises(UnknownError, match=r"foreign\.context_unknown"):
        read_contexts(tmp_path)
