"""Makes the examples of docs/spec/log.md: `python -m tests.library.log.make_spec` prints them.

The log of the examples has three entries; its keys are the test keys of sample.py.
"""

from certorigin.log.checkpoint import Checkpoint
from certorigin.log.cosignature import cosign
from certorigin.log.edge import Edge
from certorigin.log.entry import entry_of
from certorigin.log.merkle import inclusion_proof, leaf_hash, root_of
from certorigin.log.national import commitment_to
from certorigin.log.note import Note, sign_text
from certorigin.log.proof import Proof
from tests.library.log.sample import HEARTBEAT, IDENTITY, LOG, NOON, ORIGIN, WITNESS, minutes

ENTRIES = [b'{"a":"1"}', b'{"b":"2"}', b'{"c":"3"}']
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


def read(nodes):
    return [root_of(LEAVES[i << level : (i + 1) << level]) for level, i in nodes]


def examples():
    """The examples by the name that stands after the fence in the page."""
    edge, files = Edge().grow(ENTRIES)
    text = Checkpoint(ORIGIN, edge.size, edge.root).to_text()
    note = Note(text, (sign_text(text, LOG), cosign(text, HEARTBEAT, at=NOON)))
    head = note.with_signature(cosign(text, WITNESS, at=minutes(1))).to_bytes()
    proof = Proof(1, tuple(inclusion_proof(1, 3, read)), head)
    keys = [signer.verifier.to_text() for signer in (LOG, HEARTBEAT, WITNESS)]
    return {
        "checkpoint": note.to_bytes().decode(),
        "keys": "".join(f"{key}\n" for key in keys),
        "bundle": files["tile/entries/000.p/3"].hex(" ", -11) + "\n",
        "proof": proof.to_bytes().decode(),
        "reference": entry_of(b"a" * 65_536).decode(),
        "commitment": commitment_to(ENTRIES[0], bytes([7]) * 32).decode(),
        "log.json": IDENTITY.to_bytes().decode() + "\n",
    }


if __name__ == "__main__":
    for name, example in examples().items():
        print(f"```text {name}\n{example}```\n")
