"""JOSE and COSE envelopes: the public inputs, our own, and hostile ones."""

import base64
import json
from datetime import UTC, datetime

import cbor2
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import CertoriginError, MalformedError, SignatureError
from certorigin.seal.foreign.envelopes import (
    CREDENTIAL_IN,
    PRESENTATION_IN,
    cose_from_text,
    open_signed,
    sign_cose,
    sign_jose,
    verify_cose,
    verify_jose,
)
from certorigin.seal.foreign.keys import key_from_jwk, key_from_multibase, signer_from_jwk
from certorigin.seal.foreign.proofs import AUTHENTICATION, Wanted
from certorigin.seal.foreign.reading import base64url_encode
from certorigin.seal.foreign.verification import verify_credential, verify_presentation
from certorigin.terminal.main import main
from tests.data import shared, vectors
from tests.library.seal.others import AT, BASE, CONTEXTS, DID, KEY, credential, presentation

OURS = key_from_multibase(KEY.key)
KID = f"{DID}#{KEY.key}"


def _public_inputs():
    folder = shared("vc-jose-cose")
    for entry in json.loads((folder / "index.json").read_bytes()):
        if not entry["feature"].endswith("sdjwt"):
            method = json.loads((folder / "input" / entry["key"]).read_bytes())
            yield entry, method, (folder / "input" / entry["input"]).read_text()


def _run(entry, method, text):
    """Issue, then verify what was issued; or verify. Return whether it held."""
    key = key_from_jwk(method["publicKeyJwk"])
    kind, _, form = entry["feature"].partition("_")
    holding = CREDENTIAL_IN if kind == "credential" else PRESENTATION_IN
    try:
        if entry["function"] == "issue":
            sign = signer_from_jwk(method["secretKeyJwk"])
            make = sign_jose if form == "jose" else sign_cose
            made = make(json.loads(text), sign, key, method["id"], holding, CONTEXTS)
        else:
            made = text.strip() if form == "jose" else cose_from_text(text)
        open_it = verify_jose if form == "jose" else verify_cose
        open_it(made, key, holding, CONTEXTS)
    except CertoriginError:
        return False
    return True


def test_public_inputs_of_the_w3c_suite():
    for entry, method, text in _public_inputs():
        assert _run(entry, method, text) == (entry["expected"] == "success"), entry["name"]
        vectors.count("seal.vc-jose-cose")


def test_web_signatures_of_wycheproof():
    data = json.loads(shared("wycheproof/json_web_signature_test.json").read_bytes())
    for group in data["testGroups"]:
        jwk = group.get("public") or group["private"]
        for case in group["tests"]:
            taken = jwk["kty"] == "EC" and jwk["crv"] == "P-256" and case["result"] == "valid"
            assert _opens(jwk, case["jws"]) == taken, case
            vectors.count("seal.wycheproof.json_web_signature")


def _opens(jwk, token):
    try:
        open_signed(token, key_from_jwk(jwk))
    except CertoriginError:
        return False
    return True


def _token(document=None, **header):
    """A token by our key with any header: what a careless or hostile signer would make."""
    head = {"alg": "EdDSA", "typ": "vc+jwt", "cty": "vc", "kid": KID, **header}
    head = {name: value for name, value in head.items() if value is not None}
    parts = [
        base64url_encode(json.dumps(part).encode()) for part in (head, document or credential())
    ]
    text = ".".join(parts)
    return f"{text}.{base64url_encode(KEY.sign(text.encode()))}"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (_token(alg="none"), "foreign.algorithm_differs"),
        (_token(alg="ES256"), "foreign.algorithm_differs"),
        (_token(typ="JWT"), "foreign.envelope_of_another_type"),
        (_token(typ="vp+jwt"), "foreign.envelope_of_another_type"),
        (_token(cty="vp"), "foreign.envelope_of_another_type"),
        (_token(crit=["exp"]), "foreign.header_unknown"),
        (_token(b64=False), "foreign.header_unknown"),
        (_token(credential(vc={})), "foreign.member_malformed"),
        (_token(credential(iss="https://other.example")), "foreign.issuer_is_another"),
        (_token(credential(exp=1)), "foreign.proof_over"),
        (_token(credential(nbf=4_000_000_000)), "foreign.proof_over"),
        (_token(credential(issuer=None)), "foreign.not_a_url"),
        (_token()[:-1], "foreign.not_base64url"),
        (_token() + ".x", "foreign.envelope_malformed"),
        ("x." + _token().partition(".")[2], "foreign.not_base64url"),
    ],
)
def test_a_bad_token(token, code):
    with pytest.raises(CertoriginError) as error:
        verify_jose(token, OURS, CREDENTIAL_IN, CONTEXTS, at=AT)
    assert error.value.code == code


def test_its_own_time_is_judged_at_a_moment_and_not_without_one():
    token = _token(credential(exp=1_700_000_000, iss=DID))
    assert verify_jose(token, OURS, CREDENTIAL_IN, CONTEXTS)["iss"] == DID
    before = datetime(2023, 1, 1, tzinfo=UTC)
    assert verify_jose(token, OURS, CREDENTIAL_IN, CONTEXTS, at=before)


def test_an_unlisted_member_is_signed_only_when_a_context_defines_it():
    vague = {"@context": [BASE, {"@vocab": "https://terms.example/"}], "weight": "12"}
    clear = {"@context": [BASE, {"weight": "https://terms.example/w"}], "weight": "12"}
    for changes, sound in ((vague, False), (clear, True)):
        document = credential(**changes)
        if sound:
            made = sign_jose(document, KEY.sign, OURS, KID, CREDENTIAL_IN, CONTEXTS)
            assert verify_jose(made, OURS, CREDENTIAL_IN, CONTEXTS) == document
        else:
            with pytest.raises(MalformedError, match=r"foreign\.term_undefined"):
                sign_jose(document, KEY.sign, OURS, KID, CREDENTIAL_IN, CONTEXTS)


# -- enveloped ------------------------------------------------------------------------------------


def _enveloped(token, kind="Credential", media="application/vc+jwt"):
    return {"@context": BASE, "type": f"EnvelopedVerifiable{kind}", "id": f"data:{media},{token}"}


def test_an_enveloped_credential_in_an_enveloped_presentation():
    inner = _enveloped(sign_jose(credential(), KEY.sign, OURS, KID, CREDENTIAL_IN, CONTEXTS))
    assert verify_credential(inner, CONTEXTS, at=AT).proofs[0].suite == "EdDSA"
    outer = presentation(inner, holder=DID)
    token = sign_jose(outer, KEY.sign, OURS, KID, PRESENTATION_IN, CONTEXTS)
    wanted = Wanted(AUTHENTICATION, AT)
    shown = _enveloped(token, "Presentation", "application/vp+jwt")
    assert len(verify_presentation(shown, wanted, CONTEXTS).credentials) == 1
    for changes in ({"@context": []}, {"id": token}, {"type": "VerifiablePresentation"}):
        with pytest.raises(CertoriginError):
            verify_presentation({**shown, **changes}, wanted, CONTEXTS)


@pytest.mark.parametrize(
    "document",
    [
        _enveloped(_token(kid="https://keys.example/1")),
        _enveloped(_token(kid=None)),
        _enveloped(_token(credential(issuer="did:key:z6MkvwxyzNobody"))),
        _enveloped(_token(), media="application/vc+cose"),
        _enveloped("x.y.z"),
    ],
)
def test_an_enveloped_credential_that_is_not_believed(document):
    with pytest.raises(CertoriginError):
        verify_credential(document, CONTEXTS, at=AT)


# -- COSE -----------------------------------------------------------------------------------------


def test_cose_there_and_back_and_altered():
    made = sign_cose(credential(), KEY.sign, OURS, KID, CREDENTIAL_IN, CONTEXTS)
    assert verify_cose(made, OURS, CREDENTIAL_IN, CONTEXTS) == credential()
    assert cose_from_text(base64.b64encode(made).decode().rstrip("=")) == made
    protected, _, payload, signature = cbor2.loads(made).value
    for parts in (
        [protected, {1: -8}, payload, signature],
        [protected, {}, None, signature],
        [protected, {}, payload],
        [protected, {}, payload.replace("Т".encode(), b"T"), signature],
    ):
        with pytest.raises(CertoriginError):
            verify_cose(cbor2.dumps(cbor2.CBORTag(18, parts)), OURS, CREDENTIAL_IN, CONTEXTS)
    with pytest.raises(SignatureError, match=r"foreign\.envelope_of_another_type"):
        verify_cose(made, OURS, PRESENTATION_IN, CONTEXTS)


@given(st.binary(max_size=80))
def test_no_bytes_are_a_crash(data):
    with pytest.raises(CertoriginError):
        verify_cose(data, OURS, CREDENTIAL_IN, CONTEXTS)
    with pytest.raises(CertoriginError):
        verify_jose(data.decode("latin-1"), OURS, CREDENTIAL_IN, CONTEXTS)


# -- the command ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["jose", "cose"])
def test_the_command_issues_and_verifies(tmp_path, form):
    def run(act, name, *more):
        words = ["seal", "envelope", act, "--input", str(tmp_path / name), "--feature"]
        words += [f"credential_{form}", "--key", str(tmp_path / "key.json"), *more]
        done = CliRunner().invoke(main, words)
        return done.exit_code, json.loads(done.stdout) if done.stdout else {}

    secret = ec.derive_private_key(5, ec.SECP521R1())
    public = secret.public_key().public_numbers()
    jwk = {"kty": "EC", "crv": "P-521", "alg": "ES512"}
    jwk |= {name: base64url_encode(getattr(public, name).to_bytes(66)) for name in "xy"}
    method = {"id": "https://keys.example/#1", "publicKeyJwk": jwk}
    with_secret = {**method, "secretKeyJwk": {**jwk, "d": base64url_encode((5).to_bytes(66))}}
    (tmp_path / "key.json").write_text(json.dumps(with_secret))
    (tmp_path / "vc.json").write_text(json.dumps(credential()))
    assert run("issue", "vc.json", "--output", str(tmp_path / "out.json")) == (0, {})
    (tmp_path / "made").write_text(json.loads((tmp_path / "out.json").read_bytes())["data"])
    status, told = run("verify", "made", "--at", "2026-05-16T12:00:00Z")
    assert (status, json.loads(told["data"])) == (0, credential())
    status, told = run("verify", "vc.json")
    assert (status, told["result"]) == (1, "failure")
    (tmp_path / "key.json").write_text(json.dumps(method))
    status, told = run("issue", "vc.json")
    assert (status, told["code"]) == (1, "foreign.jwk_malformed")
