"""Prepare, record, then seal: what is stored before a key is used decides what is sealed."""

import orjson
import pytest

from certorigin.errors import MalformedError, SignatureError
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.plain import seal_plain
from certorigin.seal.prepared import Prepared, Slot, prepare
from certorigin.seal.proof import (
    ASSERTION,
    proof_options,
    seal_canonical,
    seal_document,
    verify_sealed,
)
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.corridor import Corridor
from tests.library.recognition import world as w
from tests.library.seal.samples import NOON, SYSTEM, sealer
from tests.library.standing import sample

ORIGIN = "certorigin/BY-1/AZ-BY/CIS-2009/2026"
KEYS = {key.key: key for key in (sealer("one"), sealer("two", "ecdsa-jcs-2019"))}
SLOTS = [Slot(SYSTEM, key.key, key.suite) for key in KEYS.values()]


def _document(**changes):
    act = Act(
        id="urn:uuid:0193b1f2-6c5a-7d3e-8f00-1a2b3c4d5e6f",
        kind=Kind.TERM_OPENED,
        issuer=SYSTEM,
        at=NOON,
        corridor=Corridor.from_text("AZ-BY/CIS-2009"),
        subject="urn:certorigin:log:BY-1",
        body={"origin": ORIGIN},
    )
    return act.to_document() | changes


def test_what_was_prepared_is_what_is_sealed():
    prepared = prepare(_document(), slots=SLOTS, created=NOON)
    kept = Prepared(bytes(prepared.document), bytes(prepared.options))
    raw = kept.seal(KEYS.__getitem__)
    assert raw == prepared.seal(KEYS.__getitem__)
    found = verify_sealed(raw)
    assert [proof.key for proof in found.proofs] == list(KEYS)
    assert {name: found.document[name] for name in found.document if name != "proof"} == _document()


def test_what_is_sealed_is_not_sealed_again():
    prepared = prepare(_document(), slots=SLOTS[:1], created=NOON)
    again = Prepared(prepared.seal(KEYS.__getitem__), prepared.options)
    with pytest.raises(MalformedError, match=r"seal\.sealed_already"):
        again.seal(KEYS.__getitem__)


@pytest.mark.parametrize("names", [("a",), ("a", "zz"), ("zz",)])
def test_proofs_stand_in_their_place_whatever_stands_around_them(names):
    """The bytes are joined, not written anew; they are those of the one spelling all the same."""
    document = dict.fromkeys(names, "proof")
    for shown in (document, document | {"@context": ["x"]}):
        found = parse_strict(seal_document(shown, [(sealer("one"), SYSTEM)], created=NOON))
        assert {name: found[name] for name in shown} == shown
        assert len(found.pop("proof")) == 1
        assert found == shown


def test_nothing_is_prepared_for_nobody():
    with pytest.raises(MalformedError, match=r"seal\.no_slot"):
        prepare(_document(), slots=[], created=NOON)


def test_nothing_is_prepared_outside_the_schema_or_the_profile():
    with pytest.raises(MalformedError, match=r"act\.schema_violated"):
        prepare(_document(issuer="x"), slots=SLOTS, created=NOON)
    with pytest.raises(MalformedError):
        prepare(_document(validFrom=1), slots=SLOTS, created=NOON)


def test_a_broken_key_module_leaves_no_mark():
    class Broken:
        key, suite = SLOTS[0].key, SLOTS[0].suite

        def sign(self, data):
            return bytes(64)

    prepared = prepare(_document(), slots=SLOTS[:1], created=NOON)
    with pytest.raises(SignatureError, match=r"seal\.signature_invalid"):
        prepared.seal(lambda key: Broken())
    with pytest.raises(SignatureError, match=r"seal\.sealer_is_another_key"):
        prepared.seal(lambda key: KEYS[SLOTS[1].key])
    assert orjson.loads(prepared.options)[0]["cryptosuite"] == "eddsa-jcs-2022"


# -- plain certificates are sealed without being read ----------------------------------------------


PLAIN = w.act(Kind.ISSUED, sample.certificate().to_data(), 1)
SEALERS = [("BY seal", w.BODY), ("BY officer", w.OFFICER), ("another", w.installation("BY-1"))]


def pairs_of(count, **changes):
    """Options and sealer for each of so many seals; `changes` spoils the options of the last."""
    document, pairs = PLAIN.to_document(), []
    for name, owner in SEALERS[:count]:
        key = w.sealer(name)
        kept = proof_options(
            key.suite, f"{owner}#{key.key}", PLAIN.at, ASSERTION, document["@context"]
        )
        pairs.append((kept, key))
    pairs[-1] = (pairs[-1][0] | changes, pairs[-1][1])
    return pairs


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_plain_certificate_is_sealed_to_the_same_bytes_as_the_long_way(count):
    raw = strict_bytes(PLAIN.to_document())
    sealed = seal_plain(raw, pairs_of(count))
    assert sealed is not None
    assert sealed == seal_canonical(raw, pairs_of(count))
    assert len(verify_sealed(sealed).proofs) == count


@pytest.mark.parametrize(
    "changes",
    [
        {"@context": ["https://www.w3.org/ns/credentials/v2"]},
        {"created": "2026-02-30T12:00:00Z"},
        {"cryptosuite": "ecdsa-jcs-2019"},
        {"cryptosuite": "of-the-future"},
        {"proofPurpose": "authentication"},
        {"proofValue": "z" + "1" * 88},
        {"type": 'DataIntegrityProof","type":"DataIntegrityProof'},
        {"verificationMethod": "urn:certorigin:body:BY:minsk#z6Mk"},
        {"domain": "example.org"},
    ],
)
def test_unusual_options_go_the_long_way(changes):
    assert seal_plain(strict_bytes(PLAIN.to_document()), pairs_of(2, **changes)) is None


@pytest.mark.parametrize("change", [lambda raw: raw + b" ", lambda raw: raw[:-1], lambda _: b""])
def test_bytes_that_are_no_plain_certificate_go_the_long_way(change):
    raw = strict_bytes(PLAIN.to_document())
    assert seal_plain(change(raw), pairs_of(1)) is None
    assert seal_plain(seal_plain(raw, pairs_of(1)), pairs_of(2)) is None
    assert seal_plain(strict_bytes(_document()), pairs_of(1)) is None


class Broken:
    """A key module that signs wrongly."""

    def __init__(self, key, spoil):
        self.key, self.suite, self.sign = key.key, key.suite, lambda data: spoil(key.sign(data))


@pytest.mark.parametrize("spoil", [lambda s: bytes(64), lambda s: s[:63], lambda s: s + b"\0"])
def test_nor_does_one_that_seals_a_plain_certificate(spoil):
    prepared = prepare(
        PLAIN.to_document(),
        slots=[Slot(w.BODY, w.sealer("BY seal").key, "eddsa-jcs-2022")],
        created=PLAIN.at,
    )
    with pytest.raises(SignatureError, match=r"seal\.signature"):
        prepared.seal(lambda _: Broken(w.sealer("BY seal"), spoil))
    with pytest.raises(SignatureError, match=r"seal\.sealer_is_another_key"):
        prepared.seal(lambda _: w.sealer("another"))
