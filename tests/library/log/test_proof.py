import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import (
    CertoriginError,
    LimitError,
    MalformedError,
    ProofError,
    SignatureError,
)
from certorigin.log.checkpoint import Checkpoint
from certorigin.log.cosignature import cosign
from certorigin.log.key import KeyKind, Verifier
from certorigin.log.merkle import inclusion_proof, leaf_hash, root_of
from certorigin.log.note import Note, sign_text
from certorigin.log.proof import MAX_EXTRA, Proof
from tests.data import shared, vectors
from tests.library.log.sample import LOG, NOON, ORIGIN, WITNESS

ENTRIES = [b"entry %d" % number for number in range(11)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def read(nodes):
    return [root_of(LEAVES[i << level : (i + 1) << level]) for level, i in nodes]


def proof_of(index, extra=b""):
    text = Checkpoint(ORIGIN, 11, root_of(LEAVES)).to_text()
    head = Note(text, (sign_text(text, LOG), cosign(text, WITNESS, at=NOON))).to_bytes()
    return Proof(index, tuple(inclusion_proof(index, 11, read)), head, extra)


PROOF = proof_of(7)
DATA = PROOF.to_bytes()


@given(st.integers(0, 10), st.binary(max_size=40))
def test_round_trip(index, extra):
    proof = proof_of(index, extra)
    assert Proof.from_bytes(proof.to_bytes()) == proof
    head = proof.verify(ENTRIES[index], LOG.verifier, [WITNESS.verifier])
    assert head.times_by(WITNESS.verifier) == (NOON,)


@given(st.data())
def test_any_flipped_bit_fails(data):
    written = bytearray(DATA)
    bit = data.draw(st.integers(0, len(written) * 8 - 1))
    written[bit // 8] ^= 1 << bit % 8
    try:
        proof = Proof.from_bytes(bytes(written))
        head = proof.verify(ENTRIES[7], LOG.verifier, [WITNESS.verifier])
    except (MalformedError, ProofError, SignatureError):
        return
    # The bit was in the witness's name or key id: its line is an unknown signature now.
    assert not head.times_by(WITNESS.verifier)


@given(st.data())
def test_round_trip_the_other_way(data):
    written = bytearray(proof_of(7, b"extra").to_bytes())
    written[data.draw(st.integers(0, len(written) - 1))] = data.draw(st.integers(0, 255))
    try:
        read = Proof.from_bytes(bytes(written))
    except MalformedError:
        return
    assert read.to_bytes() == written


def test_another_entry():
    with pytest.raises(ProofError, match="not_included"):
        PROOF.verify(ENTRIES[8], LOG.verifier)


def test_another_log():
    stranger = replace(LOG.verifier, public_key=WITNESS.verifier.public_key)
    with pytest.raises(SignatureError, match="signature_missing"):
        PROOF.verify(ENTRIES[7], stranger)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        DATA.replace(b"@v1", b"@v2"),
        DATA.replace(b"index 7", b"index 07"),
        DATA.replace(b"index 7", b"index -7"),
        DATA.replace(b"index 7\n", b""),
        DATA.replace(b"index 7", b"extra \nindex 7"),
        DATA.replace(b"index 7", b"extra QQ\nindex 7"),
        DATA.replace(b"index 7", b"index 7\nQUFB"),
        DATA.replace(b"index 7", b"index 7\n\n"),
        DATA.replace(b"index 7", b"\xffindex 7"),
        DATA.replace(b"\n", b"\r\n"),
        DATA[: DATA.index(b"\n\n")],
        DATA[: DATA.index(b"\n\n") + 2],
        b"c2sp.org/tlog-proof@v1\n\n" + PROOF.head,
        b"c2sp.org/tlog-proof@v1\nextra QUFB\n\n" + PROOF.head,
        DATA + b"\n",
        DATA[:-1],
    ],
)
def test_malformed(data):
    with pytest.raises(MalformedError):
        Proof.from_bytes(data)


@pytest.mark.parametrize(
    "proof",
    [
        replace(PROOF, extra=bytes(MAX_EXTRA + 1)),
        replace(PROOF, hashes=(bytes(32),) * 64),
    ],
)
def test_limits(proof):
    with pytest.raises(LimitError, match="proof_over_limit"):
        proof.to_bytes()


def test_a_text_without_end():
    with pytest.raises(LimitError, match="proof_over_limit"):
        Proof.from_bytes(bytes(1 << 20))


@pytest.mark.parametrize(
    "proof",
    [
        replace(PROOF, index=-1),
        replace(PROOF, hashes=(bytes(31),)),
        replace(PROOF, head=b""),
        replace(PROOF, head=b"index\n\n" + PROOF.head),
    ],
)
def test_nothing_unreadable_is_written(proof):
    try:
        data = proof.to_bytes()
    except MalformedError:
        return
    assert Proof.from_bytes(data) == proof


def rekor_verdict(folder):
    """Verify entry, proof and checkpoint of a bundle, as anybody with our library would."""
    bundle = json.loads((folder / "bundle.sigstore.json").read_bytes())
    entry = bundle["verificationMaterial"]["tlogEntries"][0]
    inclusion = entry.get("inclusionProof")
    if inclusion is None:
        return False  # nothing to verify offline
    keys = json.loads((folder / "trusted_root.json").read_bytes())["tlogs"]
    verifiers = {}
    for key in keys:
        if key["publicKey"]["keyDetails"] == "PKIX_ED25519":
            name = key["baseUrl"].removeprefix("https://")
            raw = base64.b64decode(key["publicKey"]["rawBytes"])[-32:]
            verifiers[name] = Verifier(name, KeyKind.ED25519, raw)
            hint = base64.b64decode(key["logId"]["keyId"])[:4]
            assert verifiers[name].key_id == hint
    hashes = tuple(base64.b64decode(item) for item in inclusion["hashes"])
    head = inclusion["checkpoint"]["envelope"].encode()
    try:
        proof = Proof(int(inclusion["logIndex"]), hashes, head)
        assert Proof.from_bytes(proof.to_bytes()) == proof
        origin = Checkpoint.from_text(Note.from_bytes(head).text).origin
        if origin not in verifiers:
            return False
        proof.verify(base64.b64decode(entry["canonicalizedBody"]), verifiers[origin])
    except CertoriginError:
        return False
    return True


def test_bundles_of_rekor():
    folders = sorted(shared("tlog/rekor2").iterdir())
    for folder in folders:
        assert rekor_verdict(folder) is not folder.name.endswith("_fail"), folder.name
    vectors.count("tlog.rekor2", len(folders))
