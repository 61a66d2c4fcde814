"""Credentials and presentations as others would send them, made from one sample each."""

import copy
from datetime import UTC, datetime
from functools import cache

from certorigin.seal.base58 import base58_encode
from certorigin.seal.canonical import jcs_bytes
from certorigin.seal.foreign.contexts import known_contexts, read_contexts
from certorigin.seal.foreign.linked import canonical_quads
from certorigin.seal.multikey import public_key
from certorigin.seal.suite import get_suite
from tests.data import shared
from tests.library.seal.samples import sealer

CONTEXTS = known_contexts()
BASE = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = sealer("issuer of others")
HOLDER = sealer("holder of others")
DID = f"did:key:{KEY.key}"


@cache
def published():
    """The contexts as they were published: the folder that a test of public samples names."""
    return read_contexts(shared("w3c-contexts"))


def credential(**changes):
    """A small sound credential; None takes a member away."""
    members = {
        "@context": [BASE],
        "id": "urn:uuid:0193b1f2-6c5a-7d3e-8f00-1a2b3c4d5e6f",
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "credentialSubject": {"id": "did:example:goods", "name": "Тракторы"},
        **changes,
    }
    return {name: value for name, value in members.items() if value is not None}


def presentation(*credentials, **changes):
    """A presentation of these credentials."""
    members = {"@context": [BASE], "type": ["VerifiablePresentation"], **changes}
    held = {"verifiableCredential": list(credentials)} if credentials else {}
    return {**members, **held}


def prove(document, key=KEY, suite=None, over=(), **options):
    """Sign whatever is given, sound or not: what a careless or hostile signer would make."""
    name = suite or key.suite
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": name,
        "created": "2026-11-22T11:00:00Z",
        "verificationMethod": f"did:key:{key.key}#{key.key}",
        "proofPurpose": "assertionMethod",
        **options,
    }
    proof = {member: value for member, value in proof.items() if value is not None}
    present = document.get("proof", [])
    present = present if isinstance(present, list) else [present]
    bare = {member: value for member, value in document.items() if member != "proof"}
    covered = {**bare, "proof": list(over)} if over else bare
    rdfc = "rdfc" in name
    asked = {**proof, "@context": document["@context"]} if rdfc else proof
    canonical = (lambda data: canonical_quads(data, CONTEXTS)) if rdfc else jcs_bytes
    known, public = get_suite(key.suite), public_key(key.key)
    data = b"".join(known.hash(public, canonical(part)) for part in (asked, covered))
    proof["proofValue"] = "z" + base58_encode(key.sign(data))
    return {**copy.deepcopy(bare), "proof": [*present, proof] if present else proof}
