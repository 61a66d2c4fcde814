"""The examples of docs/spec/log.md verify, as anybody who reads the page would verify them."""

import re

from certorigin.log.checkpoint import read_head
from certorigin.log.entry import MAX_OBJECT, Reference
from certorigin.log.identity import Identity
from certorigin.log.key import MAX_NAME, KeyKind, Verifier
from certorigin.log.merkle import leaf_hash, root_of
from certorigin.log.note import MAX_NOTE, MAX_SIGNATURES
from certorigin.log.proof import MAX_EXTRA, MAX_HASHES, Proof
from certorigin.log.tiles import MAX_ENTRY, bundle_from_bytes
from tests.data import ROOT
from tests.library.log.make_spec import ENTRIES, examples
from tests.library.log.sample import NOON, WITNESS, minutes, signer

PAGE = (ROOT / "docs/spec/log.md").read_text()
EXAMPLE = dict(re.findall(r"^```text (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
LOG, HEARTBEAT, PARTNER = map(Verifier.from_text, EXAMPLE["keys"].splitlines())


def test_the_examples_are_what_makes_them():
    assert examples() == EXAMPLE


def test_the_keys_are_made_as_the_page_says():
    for seed, key in enumerate((LOG, HEARTBEAT, PARTNER), start=1):
        assert signer(key.name, key.kind, seed).verifier == key
    assert (LOG.kind, HEARTBEAT.kind) == (KeyKind.ED25519, KeyKind.COSIGNATURE)
    assert (HEARTBEAT.name, PARTNER) == (f"{LOG.name}/heartbeat", WITNESS.verifier)


def test_the_checkpoint_verifies():
    head = read_head(EXAMPLE["checkpoint"].encode(), LOG, [HEARTBEAT])
    assert head.times_by(HEARTBEAT) == (NOON,)
    assert head.checkpoint.size == 3
    assert head.checkpoint.root == root_of([leaf_hash(entry) for entry in ENTRIES])
    assert all(f"`{entry.decode()}`" in PAGE for entry in ENTRIES)


def test_the_proof_verifies():
    proof = Proof.from_bytes(EXAMPLE["proof"].encode())
    head = proof.verify(b'{"b":"2"}', LOG, [HEARTBEAT, PARTNER])
    assert head.times_by(PARTNER) == (minutes(1),)
    assert head.checkpoint.extensions == ()


def test_the_bundle_holds_the_entries():
    assert bundle_from_bytes(bytes.fromhex(EXAMPLE["bundle"]), 3) == ENTRIES


def test_the_identity_holds_the_keys():
    identity = Identity.from_bytes(EXAMPLE["log.json"].encode().rstrip(b"\n"))
    assert identity == Identity(LOG, HEARTBEAT)


def test_the_reference_fits_the_letters():
    Reference.from_bytes(EXAMPLE["reference"].encode()).verify(b"a" * 65_536)


def test_the_limits_are_those_of_the_code():
    section = PAGE[PAGE.index("## 5. Limits") : PAGE.index("## 6.")]
    assert f"{MAX_NOTE >> 10} KiB, {MAX_SIGNATURES} signatures" in section
    assert f"{MAX_NAME} characters" in section
    assert f"{MAX_HASHES} hashes, {MAX_EXTRA >> 10} KiB" in section
    assert f"{MAX_ENTRY:,} bytes, {MAX_OBJECT >> 20} MiB" in section
