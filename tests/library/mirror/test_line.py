"""Signed requests: what is accepted, and every way in which one is not."""

import base64
import json
from datetime import timedelta

import pytest
from http_message_signatures import HTTPMessageSigner
from nacl.signing import SigningKey, VerifyKey

from certorigin.errors import (
    SignatureError,
    UntrustedKeyError,
    VerificationError,
)
from certorigin.mirror.line import (
    LIFETIME,
    TAG,
    _Multikey,
    _Request,
    sign_request,
    verify_request,
)
from tests.library.mirror.lying import NOON
from tests.library.recognition.world import sealer
from tests.simulator import base58_decode

URL = "http://127.0.0.1:8702/exchange/log/certorigin/BY-1/AZ-BY/CIS-2009/2026/checkpoint"
KEY = sealer("AZ-1 exchange")
NONCE = "abcdefghijklmnop"


def signed(url=URL, method="GET", at=NOON, nonce=NONCE, key=KEY):
    return sign_request(method, url, sealer=key, at=at, nonce=nonce)


class Memory:
    def __init__(self):
        self.seen = set()

    def __call__(self, key, nonce, until):
        known = (key, nonce) in self.seen
        self.seen.add((key, nonce))
        return known


def known(key):
    if key != KEY.key and not key.startswith("zDn"):
        raise UntrustedKeyError("trust.key_unknown", key=key)
    return "AZ-1"


def verified(headers, url=URL, method="GET", now=NOON, memory=None, key_for=known):
    memory = memory or Memory()
    return verify_request(method, url, headers, key_for, now=now, seen_nonce=memory)


def test_a_signed_request_says_who_asks():
    caller = verified(signed())
    assert (caller.installation, caller.key, caller.created) == ("AZ-1", KEY.key, NOON)


def test_a_key_on_the_other_curve_signs_too():
    key = sealer("AZ-1 p256", "ecdsa-jcs-2019")
    assert verified(signed(key=key)).key == key.key


def test_the_signature_is_what_rfc_9421_says():
    headers = signed(f"{URL}?a=1")
    name, _, parameters = headers["Signature-Input"].partition("=")
    path = "/exchange/log/certorigin/BY-1/AZ-BY/CIS-2009/2026/checkpoint"
    base = (
        '"@method": GET\n"@authority": 127.0.0.1:8702\n'
        f'"@path": {path}\n"@query": ?a=1\n"@signature-params": {parameters}'
    )
    value = headers["Signature"].removeprefix(f"{name}=:").removesuffix(":")
    public = base58_decode(KEY.key.removeprefix("z"))[2:]
    VerifyKey(public).verify(base.encode(), base64.b64decode(value))
    assert f'keyid="{KEY.key}"' in parameters
    assert 'tag="certorigin-exchange"' in parameters


@pytest.mark.parametrize("case", [str.lower, str.upper, str.title])
def test_names_of_headers_have_no_case(case):
    verified({case(name): value for name, value in signed().items()})


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("POST", URL),
        ("GET", URL.replace("checkpoint", "log.json")),
        ("GET", f"{URL}?more=1"),
        ("GET", URL.replace("8702", "8703")),
        ("GET", URL.replace("127.0.0.1", "127.0.0.2")),
    ],
)
def test_a_signature_holds_for_one_request_only(method, url):
    with pytest.raises(SignatureError, match="signature_invalid"):
        verified(signed(), url, method)


@pytest.mark.parametrize("missing", ["Signature", "Signature-Input"])
def test_a_request_without_signature_is_unsigned(missing):
    headers = {name: value for name, value in signed().items() if name != missing}
    with pytest.raises(SignatureError, match="unsigned"):
        verified(headers)


@pytest.mark.parametrize(
    "change",
    [
        lambda headers: headers | {"Signature": headers["Signature"].replace(":", "", 1)},
        lambda headers: headers | {"Signature": f"certorigin=:{'A' * 86}==:"},
        lambda headers: headers | {"Signature-Input": "garbage ("},
        lambda headers: headers | {"Signature-Input": "certorigin=1"},
        lambda headers: headers | {"Signature-Input": headers["Signature-Input"] + "x" * 5000},
        lambda headers: headers | {"Signature-Input": headers["Signature-Input"] + ';alg="none"'},
        lambda headers: {name: value.replace('"@path" ', "") for name, value in headers.items()},
        lambda headers: {
            name: value.replace("certorigin-exchange", "other") for name, value in headers.items()
        },
        lambda headers: {
            name: ", ".join([value, value.replace("certorigin=", "again=")])
            for name, value in headers.items()
        },
    ],
)
def test_a_wrong_signature_is_no_signature(change):
    with pytest.raises(SignatureError, match="signature_invalid"):
        verified(change(signed()))


def test_a_signature_that_leaves_something_out_is_refused():
    request = _Request("GET", URL)
    signer = HTTPMessageSigner(signature_algorithm=_Multikey)
    prepared = signer.prepare(
        request,
        key_id=KEY.key,
        created=NOON,
        expires=NOON + LIFETIME,
        nonce=NONCE,
        tag=TAG,
        include_alg=False,
        covered_component_ids=("@method", "@authority"),
    )
    signer.apply(request, prepared, KEY.sign(prepared.signature_base))
    with pytest.raises(SignatureError, match="signature_invalid"):
        verified(request.headers)


def custom(parameters, key=KEY):
    """A request signed by hand over all components with these parameters."""
    path = URL.removeprefix("http://127.0.0.1:8702")
    inner = f'("@method" "@authority" "@path" "@query");{parameters}'
    base = (
        f'"@method": GET\n"@authority": 127.0.0.1:8702\n"@path": {path}\n"@query": ?\n'
        f'"@signature-params": {inner}'
    )
    value = base64.b64encode(key.sign(base.encode())).decode()
    return {"Signature-Input": f"x={inner}", "Signature": f"x=:{value}:"}


def parameters(**changes):
    facts = {
        "created": int(NOON.timestamp()),
        "expires": int(NOON.timestamp()) + 300,
        "keyid": json.dumps(KEY.key),
        "nonce": f'"{NONCE}"',
        "tag": '"certorigin-exchange"',
    } | changes
    return ";".join(f"{name}={value}" for name, value in facts.items() if value is not None)


def test_a_request_signed_by_hand_is_accepted():
    assert verified(custom(parameters())).installation == "AZ-1"


@pytest.mark.parametrize(
    "changes",
    [
        {"created": None},
        {"expires": None},
        {"nonce": None},
        {"nonce": '"short"'},
        {"nonce": '"abcdefghijklmnop\\""'},
        {"created": 10**14},
        {"created": -(10**14)},
    ],
)
def test_parameters_that_are_missing_or_odd_are_refused(changes):
    with pytest.raises(SignatureError, match="parameters_missing"):
        verified(custom(parameters(**changes)))


@pytest.mark.parametrize(
    "shift", [timedelta(minutes=-2), timedelta(minutes=7), timedelta(days=1), timedelta(days=-1)]
)
def test_an_old_or_early_request_is_stale(shift):
    with pytest.raises(VerificationError, match="stale"):
        verified(signed(), now=NOON + shift)


@pytest.mark.parametrize("shift", [timedelta(seconds=-59), timedelta(minutes=5)])
def test_clocks_may_differ_a_little(shift):
    verified(signed(), now=NOON + shift)


@pytest.mark.parametrize("seconds", [0, -1, 301, 10**6])
def test_a_life_longer_than_five_minutes_is_refused(seconds):
    changed = parameters(expires=int(NOON.timestamp()) + seconds)
    with pytest.raises(VerificationError, match="stale"):
        verified(custom(changed))


def test_a_request_counts_once():
    memory = Memory()
    verified(signed(), memory=memory)
    with pytest.raises(VerificationError, match="replayed"):
        verified(signed(), memory=memory)
    verified(signed(nonce="another-nonce-16"), memory=memory)


def test_strangers_do_not_fill_the_memory():
    memory = Memory()
    stranger = sealer("stranger")
    with pytest.raises(UntrustedKeyError, match="key_unknown"):
        verified(signed(key=stranger), memory=memory)
    with pytest.raises(SignatureError):
        verified(signed() | {"Signature": f"certorigin=:{'A' * 86}==:"}, memory=memory)
    assert memory.seen == set()


@pytest.mark.parametrize(
    "keyid", ["z", "zz", "nonsense", "z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP"]
)
def test_a_key_that_can_be_none_is_not_trusted(keyid):
    class Odd:
        key = keyid

        @staticmethod
        def sign(data):
            return SigningKey(bytes(32)).sign(data).signature

    with pytest.raises((UntrustedKeyError, SignatureError)):
        verified(custom(parameters(keyid=json.dumps(keyid)), Odd))


@pytest.mark.parametrize("nonce", ["", "short", "x" * 65, "abcdefghijklmno\n", "äbcdefghijklmnop"])
def test_a_nonce_is_base64url_of_some_length(nonce):
    with pytest.raises(ValueError, match="nonce"):
        signed(nonce=nonce)
