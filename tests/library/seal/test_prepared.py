"""Prepare, record, then seal: what is stored before a key is used decides what is sealed."""

import orjson
import pytest

from certorigin.errors import MalformedError, SignatureError
from certorigin.seal.canonical import parse_strict
from certorigin.seal.prepared import Prepared, Slot, prepare
from certorigin.seal.proof import seal_document, verify_sealed
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.corridor import Corridor
from tests.library.seal.samples import NOON, SYSTEM, sealer

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
