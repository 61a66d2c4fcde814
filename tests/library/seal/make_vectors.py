"""Makes vectors/seal: `python -m tests.library.seal.make_vectors` from the root of the repository.

Expected answers are written here by hand; only keys and signatures are computed.
"""

import json
from pathlib import Path

import orjson

from certorigin.seal.base58 import base58_encode
from certorigin.seal.multikey import public_key
from certorigin.seal.proof import (
    ASSERTION,
    attach,
    make_proof,
    proof_options,
    seal_document,
)
from tests.library.seal.samples import CHAMBER, CONTEXT, NOON, OFFICER, document, sealer

FOLDER = Path(__file__).resolve().parents[3] / "vectors" / "seal"
KEY = sealer("chamber")
P256 = sealer("officer", "ecdsa-jcs-2019")
P = 2**255 - 19
Y8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7


def strict():
    """Bytes, and whether they are a document of the strict profile in its one spelling.

    Where bytes are no JSON at all, the place depends on the parser and is None.
    """
    deep = '{"a":' + "[" * 32 + "]" * 32 + "}"
    return [
        ("good_document", '{"a":["б",true,{"":""}],"b":"\\n\\"\\\\"}', "", ""),
        ("good_line_separator_not_escaped", '{"a":"\u2028\x7f\u0085😀"}', "", ""),
        ("good_deepest", '{"a":' + "[" * 31 + "]" * 31 + "}", "", ""),
        ("number_in_document", '{"a":{"b":1}}', "seal.number", "a.b"),
        ("number_as_whole_float", '{"a":[1.0]}', "seal.number", "a[0]"),
        ("number_beyond_double", '{"a":1e400}', "seal.not_json", None),
        ("null_in_document", '{"a":null}', "seal.null", "a"),
        ("member_name_not_ascii", '{"a":{"вес":"1"}}', "seal.name_not_ascii", "a"),
        ("duplicate_member", '{"a":"b","a":"c"}', "seal.duplicate_member", "a"),
        ("duplicate_member_same_value", '{"a":"b","a":"b"}', "seal.duplicate_member", "a"),
        ("member_order", '{"b":"1","a":"2"}', "seal.not_canonical", "byte 2"),
        ("white_space", '{"a": "b"}', "seal.not_canonical", "byte 5"),
        ("trailing_newline", '{"a":"b"}\n', "seal.not_canonical", "byte 9"),
        ("escaped_solidus", '{"a":"\\/"}', "seal.not_canonical", "byte 6"),
        ("escaped_letter", '{"a":"\\u0041"}', "seal.not_canonical", "byte 6"),
        ("escaped_line_feed_long", '{"a":"\\u000a"}', "seal.not_canonical", "byte 7"),
        ("nul_in_text", '{"a":"\\u0000"}', "seal.control_character", "a"),
        ("tab_in_text", '{"a":"\\t"}', "seal.control_character", "a"),
        ("control_character_in_name", '{"\\u001f":"a"}', "seal.control_character", ""),
        ("control_character_raw", '{"a":"\x01"}', "seal.not_json", None),
        ("lone_surrogate", '{"a":"\\ud800"}', "seal.not_json", None),
        ("byte_order_mark", '\ufeff{"a":"b"}', "seal.not_json", None),
        ("not_utf8", b'{"a":"\xff"}', "seal.not_json", None),
        ("overlong_utf8", b'{"a":"\xc0\xaf"}', "seal.not_json", None),
        ("not_a_number", '{"a":NaN}', "seal.not_json", None),
        ("trailing_comma", '{"a":"b",}', "seal.not_json", None),
        ("two_documents", "{}{}", "seal.not_json", None),
        ("empty", "", "seal.not_json", None),
        ("array_at_the_top", "[]", "seal.not_an_object", ""),
        ("text_at_the_top", '"a"', "seal.not_an_object", ""),
        ("too_deep", deep, "seal.too_deep", ""),
    ]


def _ed25519(y, sign=0):
    return "z" + base58_encode(b"\xed\x01" + (y | sign << 255).to_bytes(32, "little"))


def multikeys():
    """Multikey texts, and whether they are keys to verify with."""
    good = public_key(KEY.key).raw
    y = int.from_bytes(good, "little") & (2**255 - 1)
    p256 = public_key(P256.key).raw
    return [
        ("good_ed25519", KEY.key, ""),
        ("good_p256", P256.key, ""),
        ("identity_point_key", _ed25519(1), "seal.key_point_refused"),
        ("identity_point_key_other_sign", _ed25519(1, 1), "seal.key_point_refused"),
        ("identity_point_key_not_reduced", _ed25519(1 + P), "seal.key_point_refused"),
        ("order_two_point_key", _ed25519(P - 1), "seal.key_point_refused"),
        ("order_two_point_key_other_sign", _ed25519(P - 1, 1), "seal.key_point_refused"),
        ("order_four_point_key", _ed25519(0), "seal.key_point_refused"),
        ("order_four_point_key_other_sign", _ed25519(0, 1), "seal.key_point_refused"),
        ("order_four_point_key_not_reduced", _ed25519(P), "seal.key_point_refused"),
        ("order_eight_point_key_1", _ed25519(Y8), "seal.key_point_refused"),
        ("order_eight_point_key_2", _ed25519(Y8, 1), "seal.key_point_refused"),
        ("order_eight_point_key_3", _ed25519(P - Y8), "seal.key_point_refused"),
        ("order_eight_point_key_4", _ed25519(P - Y8, 1), "seal.key_point_refused"),
        ("mixed_order_point_key", _ed25519(P - y, 1 - (good[31] >> 7)), "seal.key_point_refused"),
        ("ed25519_off_the_curve", _ed25519(2), "seal.key_point_refused"),
        ("p256_off_the_curve", _p256(b"\2" + bytes(31) + b"\1"), "seal.key_point_refused"),
        ("p256_at_infinity", _p256(bytes(33)), "seal.key_point_refused"),
        ("p256_uncompressed_mark", _p256(b"\4" + p256[1:]), "seal.key_point_refused"),
        ("short_key", "z" + base58_encode(b"\xed\x01" + good[:-1]), "seal.key_size"),
        ("long_key", "z" + base58_encode(b"\xed\x01" + good + b"\0"), "seal.key_size"),
        ("leading_one", "z1" + KEY.key[1:], "seal.key_kind_unknown"),
        ("private_key_prefix", "z" + base58_encode(b"\x80\x26" + good), "seal.key_kind_unknown"),
        ("other_multibase", "u" + KEY.key[1:], "seal.key_malformed"),
        ("letter_outside_base58", KEY.key[:-1] + "0", "seal.base58_malformed"),
        ("trailing_newline", KEY.key + "\n", "seal.base58_malformed"),
    ]


def _p256(raw):
    return "z" + base58_encode(b"\x80\x24" + raw)


def _text(data):
    return orjson.dumps(data, option=orjson.OPT_SORT_KEYS).decode()


def documents():
    """Sealed documents, and what verifying them says."""
    two = seal_document(
        document(text="Ə"), [(KEY, CHAMBER), (P256, OFFICER)], created=NOON
    ).decode()
    data = orjson.loads(two)
    first, second = data["proof"]
    bare = {name: value for name, value in data.items() if name != "proof"}

    def with_first(**members):
        return _text({**bare, "proof": [{**first, **members}, second]})

    late = _sealed_at("2026-05-16T12:00:00Z\n")
    identity = f"{CHAMBER}#{_ed25519(1)}"
    nothing = "z" + base58_encode(b"\1" + bytes(63))  # fits any message under the identity point
    fitting = {"verificationMethod": identity, "proofValue": nothing}
    return [
        ("good_proof_set", two, "", ""),
        ("good_single_proof_object", _text({**bare, "proof": first}), "", ""),
        ("good_one_proof_of_the_set", _text({**bare, "proof": [second]}), "", ""),
        ("changed_text", two.replace("Ə", "E"), "SignatureError", "seal.signature_invalid"),
        ("changed_controller", two.replace("minsk-branch#", "minsk-brancj#"), *_INVALID),
        ("swapped_proof_values", with_first(proofValue=second["proofValue"]), *_INVALID),
        ("identity_point_key", with_first(**fitting), "MalformedError", "seal.key_point_refused"),
        ("trailing_newline_in_pattern", late, "MalformedError", "moment.malformed"),
        ("added_context", _text({**data, "@context": [*CONTEXT, "urn:x"]}), *_CONTEXT),
        ("unknown_suite", with_first(cryptosuite="bign-jcs-2026"), *_SUITE),
        ("suite_of_another_key", with_first(cryptosuite="ecdsa-jcs-2019"), *_FIT),
        ("proof_chain", with_first(previousProof="urn:x"), *_MEMBER),
        ("key_to_fetch", with_first(verificationMethod=f"https://x.example/#{KEY.key}"), *_METHOD),
        ("same_key_twice", _text({**bare, "proof": [first, first]}), *_TWICE),
        (
            "nine_proofs",
            _text({**bare, "proof": [first] * 9}),
            "LimitError",
            "seal.too_many_proofs",
        ),
        ("no_proof", _text(bare), "MalformedError", "seal.proof_missing"),
        ("empty_proof_set", _text({**bare, "proof": []}), "MalformedError", "seal.proof_missing"),
    ]


_INVALID = ("SignatureError", "seal.signature_invalid")
_CONTEXT = ("SignatureError", "seal.proof_context_differs")
_FIT = ("SignatureError", "seal.key_does_not_fit_suite")
_SUITE = ("UnknownError", "seal.suite_unknown")
_MEMBER = ("UnknownError", "seal.proof_member_unknown")
_METHOD = ("UnknownError", "seal.key_method_unknown")
_TWICE = ("MalformedError", "seal.key_twice_in_proof_set")


def _sealed_at(created):
    options = proof_options(KEY.suite, f"{CHAMBER}#{KEY.key}", NOON, ASSERTION, CONTEXT)
    return _text(attach(document(), [make_proof(document(), {**options, "created": created}, KEY)]))


def _input(raw):
    return {"hex": raw.hex()} if isinstance(raw, bytes) else {"text": raw}


def build():
    """Every file of the folder, by name."""
    own = "made for Certorigin by tests/library/seal/make_vectors.py; keys are derived from names"
    return {
        "strict.json": {
            "about": "Bytes; `code` is empty where they are a strict document in its one spelling.",
            "provenance": own,
            "cases": [
                {"name": name, **_input(raw), "code": code, "place": place}
                for name, raw, code, place in strict()
            ],
        },
        "multikey.json": {
            "about": "Multikey texts; `code` is empty where the key may be used to verify.",
            "provenance": own + "; torsion points from the equation of the curve (RFC 8032 5.1)",
            "cases": [{"name": name, "key": key, "code": code} for name, key, code in multikeys()],
        },
        "document.json": {
            "about": "Sealed documents; `error` and `code` are empty where every proof fits.",
            "provenance": own,
            "cases": [
                {"name": name, "text": text, "error": error, "code": code}
                for name, text, error, code in documents()
            ],
        },
    }


def to_text(content):
    """The text of a file."""
    return json.dumps(content, ensure_ascii=True, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in build().items():
        (FOLDER / name).write_text(to_text(content))
