"""`certorigin seal check`: a verdict for each line, whatever the line holds."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import CertoriginError
from certorigin.seal.foreign.cases import INVALID, MAX_LINE, UNREADABLE, VALID, judge_line
from certorigin.seal.foreign.keys import key_from_jwk
from certorigin.seal.multikey import public_key
from certorigin.terminal.main import main
from tests.data import shared, vectors
from tests.library.seal.samples import sealer

WYCHEPROOF = [
    ("ed25519", "Ed25519", ""),
    ("ecdsa_secp256r1_sha256_p1363", "ES256", "p1363"),
    ("ecdsa_secp256r1_sha256_p1363", "ES256", ""),
    ("ecdsa_secp256r1_sha256", "ES256", "der"),
    ("ecdsa_secp256r1_sha256", "ecdsa-p256-sha256", ""),
    ("ecdsa_secp384r1_sha384_p1363", "ES384", "p1363"),
]
WEAK = ["01" + "00" * 31, "00" * 32, "ec" + "ff" * 30 + "7f", "ed" + "ff" * 30 + "7f"]
MESSAGE = b"certificate"
KEY = sealer("cases")


def _case(**changes):
    raw = public_key(KEY.key).raw.hex()
    case = {"alg": "EdDSA", "key": raw, "message": MESSAGE.hex()}
    return {**case, "signature": KEY.sign(MESSAGE).hex(), **changes}


def _judge(case):
    return judge_line(json.dumps(case).encode())


def _wycheproof(name, algorithm, encoding):
    for group in json.loads(shared(f"wycheproof/{name}_test.json").read_bytes())["testGroups"]:
        public = group["publicKey"]
        keys = [{"key": public.get("uncompressed") or public["pk"]}, {"key": group["publicKeyDer"]}]
        if "publicKeyJwk" in group:
            keys.append({"jwk": group["publicKeyJwk"]})
        for test in group["tests"]:
            asked = {"alg": algorithm, "message": test["msg"], "signature": test["sig"]}
            if encoding:
                asked["encoding"] = encoding
            for key in keys:
                yield {**key, **asked, "id": test["tcId"]}, test["result"]


@pytest.mark.parametrize(("name", "algorithm", "encoding"), WYCHEPROOF)
def test_wycheproof_through_the_command(name, algorithm, encoding, tmp_path):
    cases = list(_wycheproof(name, algorithm, encoding))
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case, _ in cases))
    done = CliRunner().invoke(main, ["seal", "check", "--cases", str(path), "--json"])
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert len(told) == len(cases)
    for line, (case, expected) in zip(told, cases, strict=True):
        assert line["name"] == str(case["id"])
        assert line["verdict"] == (VALID if expected == "valid" else INVALID), case
    vectors.count(f"seal.check.{name}.{encoding or 'unstated'}", len(cases))


@pytest.mark.parametrize("key", WEAK)
def test_a_weak_key_is_refused_whatever_the_signature(key):
    # Under the identity point R = identity, S = 0 fits every message in OpenSSL.
    judged = _judge(_case(key=key, signature="01" + "00" * 63))
    assert (judged.verdict, judged.code) == (INVALID, "seal.key_point_refused")


@pytest.mark.parametrize(
    ("changes", "verdict", "code"),
    [
        ({}, VALID, ""),
        ({"alg": "Ed25519", "key": KEY.key}, VALID, ""),
        ({"key": {"kty": "OKP", "crv": "Ed25519", "x": "!"}}, UNREADABLE, "foreign.not_base64url"),
        ({"message": "00"}, INVALID, "seal.signature_invalid"),
        ({"signature": ""}, INVALID, "seal.signature_size"),
        ({"alg": "ES256", "key": KEY.key}, INVALID, "foreign.algorithm_differs"),
        ({"alg": "none"}, UNREADABLE, "foreign.algorithm_unknown"),
        ({"alg": 1}, UNREADABLE, "foreign.case_malformed"),
        ({"alg": "ES256", "key": "04" + "11" * 64}, INVALID, "seal.key_point_refused"),
        ({"signature": "0 0"}, UNREADABLE, "foreign.case_malformed"),
        ({"key": "00"}, UNREADABLE, "seal.key_size"),
        ({"key": None}, UNREADABLE, "foreign.case_malformed"),
        ({"jwk": []}, UNREADABLE, "foreign.jwk_malformed"),
    ],
)
def test_a_verdict_and_its_reason(changes, verdict, code):
    judged = _judge(_case(**changes))
    assert (judged.verdict, judged.code) == (verdict, code)


def test_a_raw_key_without_an_algorithm_is_known_by_its_size():
    for suite in ("eddsa-jcs-2022", "ecdsa-jcs-2019"):
        private = sealer("cases", suite)
        raw = public_key(private.key).raw.hex()
        case = {"raw": raw, "message": "00", "signature": private.sign(b"\0").hex()}
        assert _judge(case).verdict == VALID
        assert _judge({**case, "raw": raw + "0000"}).code == "foreign.case_malformed"


def test_a_form_that_is_not_known_is_not_guessed():
    p256 = sealer("cases", "ecdsa-jcs-2019")
    case = {"alg": "ES256", "key": p256.key, "message": "00", "signature": p256.sign(b"\0").hex()}
    assert _judge(case).verdict == VALID
    assert _judge({**case, "encoding": "der"}).code == "foreign.signature_not_der"
    assert _judge({**case, "encoding": "pem"}).verdict == UNREADABLE


@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: json.dumps(text).encode()))
def test_no_line_is_a_crash(raw):
    assert judge_line(raw).verdict == UNREADABLE


@given(
    st.dictionaries(
        st.sampled_from(["alg", "key", "jwk", "message", "signature", "encoding", "name"]),
        st.none()
        | st.integers()
        | st.text(max_size=8)
        | st.sampled_from(["EdDSA", "ES256", "ES512", KEY.key, "30" * 40, "00"])
        | st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "use"]), st.text(max_size=4)),
    )
)
def test_no_case_is_a_crash(case):
    assert _judge(case).verdict in {INVALID, UNREADABLE}


def test_hostile_files_end_with_a_status(tmp_path):
    path = tmp_path / "cases.jsonl"
    for content in (b"", b"\0\xff\n[1]\n", b"[" * 100_000, b"x" * (MAX_LINE + 10) + b"\n{}"):
        path.write_bytes(content)
        done = CliRunner().invoke(main, ["seal", "check", "--cases", str(path)])
        assert done.exit_code == 2
        assert all(" unreadable" in line for line in done.stdout.splitlines())


def test_what_a_terminal_would_obey_is_left_out(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text(json.dumps(_case(name="\x1b[2Jclear")))
    done = CliRunner().invoke(main, ["seal", "check", "--cases", str(path), "--require-valid"])
    assert (done.exit_code, done.stdout) == (0, "1 valid [2Jclear\n")
    path.write_text(json.dumps(_case(message="")))
    done = CliRunner().invoke(main, ["seal", "check", "--cases", str(path), "--require-valid"])
    assert done.exit_code == 1


def test_web_keys_of_others_that_must_not_verify():
    data = json.loads(shared("wycheproof/json_web_key_test.json").read_bytes())
    refused = 0
    for group in data["testGroups"]:
        for jwk in (group.get("public") or group["private"])["keys"]:
            if (jwk.get("alg"), jwk["kty"]) == ("ES256", "EC") and jwk["y"].endswith("nVgmw"):
                continue
            with pytest.raises(CertoriginError):
                key_from_jwk(jwk)
            refused += 1
    vectors.count("seal.wycheproof.json_web_key", refused)
