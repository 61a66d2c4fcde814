"""Proofs of others: each way in which one can be bad, and each way in which it may be good."""

import copy

import pytest

from certorigin.errors import CertoriginError, MalformedError, SignatureError, UnknownError
from certorigin.seal.foreign.proofs import (
    ASSERTION,
    AUTHENTICATION,
    Wanted,
    add_proof,
    verify_proofs,
)
from certorigin.seal.foreign.verification import (
    NOT_YET,
    OVER,
    WITHIN,
    issue_credential,
    verify_credential,
    verify_presentation,
)
from certorigin.seal.sealer import FileSealer, make_private_key
from tests.library.seal.others import (
    AT,
    BASE,
    CONTEXTS,
    EXAMPLES,
    HOLDER,
    KEY,
    credential,
    presentation,
    prove,
)
from tests.library.seal.samples import sealer

WANTED = Wanted(ASSERTION, AT)
P384 = FileSealer(
    make_private_key(lambda size: bytes(range(size)), suite="ecdsa-jcs-2019", algorithm="P-384")
)
KEYS = {"Ed25519": KEY, "P-256": sealer("others", "ecdsa-jcs-2019"), "P-384": P384}
ASKED = Wanted(AUTHENTICATION, AT, domain="customs.example", challenge="7f3a")


def _verify(document):
    return verify_proofs(document, WANTED, CONTEXTS)


def _with(**changes):
    """A proof whose members were changed after it was signed; None takes one away."""
    signed = prove(credential())
    signed["proof"] = {**signed["proof"], **changes}
    signed["proof"] = {name: value for name, value in signed["proof"].items() if value is not None}
    return signed


# -- issued here, verified here -------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_what_is_issued_verifies_and_what_is_altered_does_not(key):
    asked = credential(issuer=f"did:key:{key.key}", validFrom="2026-01-01T00:00:00Z")
    issued = issue_credential(asked, key, {}, CONTEXTS, at=AT)
    found = verify_credential(issued, CONTEXTS, at=AT)
    assert found.proofs[0].controller == asked["issuer"]
    assert found.period == WITHIN
    assert issued["proof"]["@context"] == issued["@context"]
    for place in ("name", "id"):
        altered = copy.deepcopy(issued)
        altered["credentialSubject"][place] = "did:example:other"
        with pytest.raises(SignatureError, match=r"seal\.signature_invalid"):
            verify_credential(altered, CONTEXTS, at=AT)


def test_numbers_are_written_as_rfc_8785_does():
    context = [BASE, {"@vocab": "https://terms.example/"}]
    asked = credential(**{"@context": context, "weight": 10.0, "small": 1e-6, "count": 3})
    issued = issue_credential(asked, KEY, {}, CONTEXTS, at=AT)
    assert _verify({**issued, "weight": 10})
    with pytest.raises(SignatureError):
        _verify({**issued, "weight": 10.5})


@pytest.mark.parametrize(
    "options",
    [
        {"type": "Ed25519Signature2020"},
        {"cryptosuite": "ecdsa-jcs-2019"},
        {"created": "yesterday"},
        {"expires": "tomorrow"},
        {"previousProof": "urn:uuid:nobody"},
    ],
)
def test_options_that_are_not_signed(options):
    with pytest.raises(CertoriginError):
        issue_credential(credential(), KEY, options, CONTEXTS, at=AT)


def test_the_period_is_told_and_is_no_fault_of_the_proof():
    for changes, period in (
        ({"validUntil": "2026-11-22T11:59:59Z"}, OVER),
        ({"validFrom": "2026-11-22T12:00:01Z"}, NOT_YET),
    ):
        found = verify_credential(prove(credential(**changes)), CONTEXTS, at=AT)
        assert found.period == period


# -- bad proofs -----------------------------------------------------------------------------------

BAD = {
    "no proof": (credential(), "seal.proof_missing"),
    "a text as proof": ({**credential(), "proof": "z"}, "seal.proof_missing"),
    "a list in a list": ({**credential(), "proof": [[]]}, "seal.proof_missing"),
    "no proofs": ({**credential(), "proof": []}, "seal.proof_missing"),
    "nine proofs": ({**credential(), "proof": [{}] * 9}, "seal.too_many_proofs"),
    "another type": (prove(credential(), type="Unheard"), "seal.proof_type_unknown"),
    "type missing": (_with(type=None), "seal.proof_malformed"),
    "another suite": (prove(credential(), cryptosuite="unheard"), "seal.suite_unknown"),
    "suite missing": (prove(credential(), cryptosuite=None), "seal.proof_malformed"),
    "suite of another key": (
        prove(credential(), cryptosuite="ecdsa-jcs-2019"),
        "seal.key_does_not_fit_suite",
    ),
    "purpose missing": (prove(credential(), proofPurpose=None), "seal.proof_malformed"),
    "another purpose": (
        prove(credential(), proofPurpose="authentication"),
        "seal.proof_purpose_differs",
    ),
    "method missing": (prove(credential(), verificationMethod=None), "seal.proof_malformed"),
    "method of another kind": (
        prove(credential(), verificationMethod="https://keys.example/1"),
        "seal.key_method_unknown",
    ),
    "method of another key": (
        prove(credential(), verificationMethod=f"did:key:{KEY.key}#{HOLDER.key}"),
        "seal.key_id_malformed",
    ),
    "created no moment": (prove(credential(), created="invalid"), "foreign.moment_malformed"),
    "created null": (_with(created=5), "foreign.moment_malformed"),
    "expires no moment": (prove(credential(), expires="invalid"), "foreign.moment_malformed"),
    "over": (prove(credential(), expires="2026-11-22T11:59:59Z"), "foreign.proof_over"),
    "id no address": (prove(credential(), id="first"), "foreign.not_a_url"),
    "value missing": (_with(proofValue=None), "seal.proof_malformed"),
    "value null": (_with(proofValue=0), "seal.proof_malformed"),
    "value without z": (
        _with(proofValue=prove(credential())["proof"]["proofValue"][1:]),
        "seal.proof_value_malformed",
    ),
    "value cut": (
        _with(proofValue=prove(credential())["proof"]["proofValue"][:-4]),
        "seal.signature_size",
    ),
    "value no base58": (_with(proofValue="z0OIl"), "seal.base58_malformed"),
    "a later moment": (_with(created="2026-11-22T11:00:01Z"), "seal.signature_invalid"),
    "a member more": (_with(nonce="1"), "seal.signature_invalid"),
    "a context appended": (
        {**prove(credential(), **{"@context": [BASE]}), "@context": [BASE, EXAMPLES]},
        "seal.proof_context_differs",
    ),
    "a context taken away": (
        {
            **prove(credential(**{"@context": [BASE, EXAMPLES]}), **{"@context": [BASE, EXAMPLES]}),
            "@context": [BASE],
        },
        "seal.proof_context_differs",
    ),
    "the previous is missing": (
        prove(credential(), previousProof="urn:uuid:1"),
        "foreign.previous_proof_missing",
    ),
    "itself as previous": (
        prove(credential(), id="urn:uuid:1", previousProof="urn:uuid:1"),
        "foreign.previous_proof_missing",
    ),
    "previous no text": (
        prove(credential(), previousProof=[5]),
        "foreign.previous_proof_missing",
    ),
}


@pytest.mark.parametrize(("document", "code"), BAD.values(), ids=BAD)
def test_a_bad_proof(document, code):
    with pytest.raises(CertoriginError) as error:
        _verify(document)
    assert error.value.code == code


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "eddsa-rdfc-2022"])
def test_a_good_proof_and_a_changed_document(suite):
    signed = prove(
        credential(), suite=suite, created="2026-11-22T11:00:00", expires="2027-01-01T00:00:00Z"
    )
    assert _verify(signed)
    with pytest.raises(SignatureError, match=r"seal\.signature_invalid"):
        _verify({**signed, "id": "urn:uuid:0193b1f2-0000-7d3e-8f00-1a2b3c4d5e6f"})


def test_an_rdfc_proof_is_bound_to_the_contexts():
    signed = prove(credential(), suite="eddsa-rdfc-2022")
    bent = {"@context": {"name": "https://elsewhere.example/name"}, **signed["credentialSubject"]}
    with pytest.raises(CertoriginError):
        _verify({**signed, "credentialSubject": bent})


# -- sets and chains ------------------------------------------------------------------------------


def test_every_proof_of_a_set_must_verify():
    both = prove(prove(credential()), key=HOLDER)
    assert len(_verify(both)) == 2
    both["proof"][1]["proofValue"] = both["proof"][0]["proofValue"]
    with pytest.raises(SignatureError):
        _verify(both)


@pytest.mark.parametrize("named", ["urn:uuid:1", ["urn:uuid:1"]])
def test_a_chain_covers_the_proof_before(named):
    first = prove(credential(), id="urn:uuid:1")
    chain = prove(first, key=HOLDER, over=[first["proof"]], previousProof=named)
    assert len(_verify(chain)) == 2
    other = prove(credential(), id="urn:uuid:1", created="2026-11-22T10:00:00Z")
    with pytest.raises(SignatureError, match=r"seal\.signature_invalid"):
        _verify({**chain, "proof": [other["proof"], chain["proof"][1]]})
    with pytest.raises(SignatureError, match=r"foreign\.previous_proof_missing"):
        _verify({**chain, "proof": [chain["proof"][1]]})


def test_a_chain_that_is_made_here():
    first = add_proof(credential(), KEY, {"id": "urn:uuid:1"}, created=AT)
    chain = add_proof(first, HOLDER, {"previousProof": "urn:uuid:1"}, created=AT)
    assert [proof.key for proof in _verify(chain)] == [KEY.key, HOLDER.key]


# -- whose key ------------------------------------------------------------------------------------


def test_a_key_speaks_for_itself_alone():
    with pytest.raises(SignatureError, match=r"foreign\.issuer_is_another"):
        verify_credential(prove(credential(), key=HOLDER), CONTEXTS, at=AT)
    named = credential(issuer="https://issuer.example")
    assert verify_credential(prove(named, key=HOLDER), CONTEXTS, at=AT)


# -- presentations --------------------------------------------------------------------------------


def _presented(*held, suite="eddsa-rdfc-2022", challenge="7f3a", domain="customs.example", **more):
    document = presentation(*held, **more)
    options = {"challenge": challenge, "domain": domain, "proofPurpose": "authentication"}
    return prove(document, key=HOLDER, suite=suite, **options)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
def test_a_presentation_that_answers_the_request(suite):
    held = [prove(credential(), suite="eddsa-rdfc-2022"), prove(credential())]
    for more in ({}, {"holder": f"did:key:{HOLDER.key}"}, {"holder": {"id": "did:example:a"}}):
        found = verify_presentation(_presented(*held, suite=suite, **more), ASKED, CONTEXTS)
        assert len(found.credentials) == 2


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (_presented(challenge="other"), "foreign.proof_for_another"),
        (_presented(challenge=None), "foreign.proof_for_another"),
        (_presented(domain="other.example"), "foreign.proof_for_another"),
        (_presented(holder=f"did:key:{KEY.key}"), "foreign.issuer_is_another"),
        (_presented(credential()), "seal.proof_missing"),
        (_presented(prove(credential(), expires="2026-01-01T00:00:00Z")), "foreign.proof_over"),
        (presentation(), "seal.proof_missing"),
    ],
)
def test_a_presentation_that_does_not(document, code):
    with pytest.raises(CertoriginError) as error:
        verify_presentation(document, ASKED, CONTEXTS)
    assert error.value.code == code


def test_one_of_several_domains_is_enough():
    document = _presented(domain=["elsewhere.example", "customs.example"], suite="eddsa-jcs-2022")
    assert verify_presentation(document, ASKED, CONTEXTS)


def test_what_is_not_known_is_told_apart_from_what_is_bad():
    with pytest.raises(UnknownError):
        _verify(prove(credential(), cryptosuite="bbs-2023"))
    with pytest.raises(MalformedError):
        _verify({**credential(), "proof": None})
