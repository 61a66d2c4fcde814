"""Makes vectors/log: `python -m tests.library.log.make_vectors` from the root of the repository.

Expected answers are written here by hand; only hashes, keys and signatures are computed.
"""

import base64
import json
from pathlib import Path

from certorigin.log.checkpoint import Checkpoint
from certorigin.log.cosignature import cosign
from certorigin.log.key import KeyKind, Verifier
from certorigin.log.merkle import inclusion_proof, leaf_hash, root_of
from certorigin.log.note import Note, Signature, sign_text
from certorigin.log.proof import Proof
from tests.library.log.sample import HEARTBEAT, LOG, NOON, ORIGIN, STRANGER, WITNESS

FOLDER = Path(__file__).resolve().parents[3] / "vectors" / "log"
PROVENANCE = (
    "made for Certorigin by tests/library/log/make_vectors.py after the C2SP specifications "
    "signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof; the keys are test keys"
)
ENTRIES = [b'{"entry":%d}' % number for number in range(7)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
MALFORMED, SIGNATURE, PROOF = "MalformedError", "SignatureError", "ProofError"


def read(nodes):
    return [root_of(LEAVES[i << level : (i + 1) << level]) for level, i in nodes]


TEXT = Checkpoint(ORIGIN, 7, root_of(LEAVES)).to_text()
SIGNED = sign_text(TEXT, LOG)
BEAT = cosign(TEXT, HEARTBEAT, at=NOON)
COSIGNED = cosign(TEXT, WITNESS, at=NOON)
HEAD = Note(TEXT, (SIGNED, BEAT, COSIGNED)).to_bytes().decode()
INCLUSION = Proof(2, tuple(inclusion_proof(2, 7, read)), HEAD.encode()).to_bytes().decode()


def signed(text):
    """A text with a good signature by the log, whether it is a checkpoint or not."""
    value = base64.b64encode(LOG.verifier.key_id + LOG.sign(text.encode())).decode()
    return f"{text}\n\u2014 {ORIGIN} {value}\n"


def with_lines(*signatures):
    return Note(TEXT, signatures).to_bytes().decode()


def heads():
    """Text of a signed head; error and code that a reader who knows the three keys comes to."""
    return [*checkpoints(), *notes()]


def checkpoints():
    """Heads whose text is good or misshaped, whoever signed it."""
    text = TEXT.decode()
    root = text.split("\n")[2]
    wrong = "log.checkpoint_malformed"
    twin = Verifier(ORIGIN, KeyKind.ED25519, STRANGER.verifier.public_key)
    foreign = Signature(ORIGIN, twin.key_id, STRANGER.sign(TEXT))
    return [
        ("good_head", HEAD, "", ""),
        ("good_signature_repeated", with_lines(SIGNED, SIGNED), "", ""),
        ("good_unknown_signature", with_lines(foreign, SIGNED), "", ""),
        ("good_extension_line", signed(text + "extension\n"), "", ""),
        ("checkpoint_trailing_space", signed(text.replace("\n7\n", "\n7 \n")), MALFORMED, wrong),
        ("checkpoint_leading_zero", signed(text.replace("\n7\n", "\n07\n")), MALFORMED, wrong),
        ("checkpoint_negative_size", signed(text.replace("\n7\n", "\n-7\n")), MALFORMED, wrong),
        (
            "checkpoint_size_beyond_63_bits",
            signed(text.replace("\n7\n", f"\n{2**63}\n")),
            MALFORMED,
            wrong,
        ),
        ("checkpoint_without_size", signed(text.replace("\n7\n", "\n")), MALFORMED, wrong),
        ("checkpoint_empty_line", signed(text + "\n"), MALFORMED, wrong),
        ("checkpoint_empty_tree_with_root", signed(f"{ORIGIN}\n0\n{root}\n"), MALFORMED, wrong),
        ("checkpoint_root_of_31_bytes", signed(text.replace(root, "A" * 42)), MALFORMED, None),
        (
            "checkpoint_root_without_padding",
            signed(text.replace("=", "")),
            MALFORMED,
            "log.base64_malformed",
        ),
    ]


def notes():
    """Heads whose note or signatures are misshaped or another's."""
    text = TEXT.decode()
    moved = Signature(BEAT.name, BEAT.key_id, b"\0" * 7 + b"\1" + BEAT.value[8:])
    spoilt = Signature(SIGNED.name, SIGNED.key_id, bytes(64))
    twin = Verifier(ORIGIN, KeyKind.ED25519, STRANGER.verifier.public_key)
    foreign = Signature(ORIGIN, twin.key_id, STRANGER.sign(TEXT))
    return [
        (
            "note_carriage_return",
            HEAD.replace("\n7\n", "\r\n7\r\n"),
            MALFORMED,
            "log.note_malformed",
        ),
        ("note_trailing_line", HEAD + "more\n", MALFORMED, "log.note_malformed"),
        ("note_without_last_newline", HEAD[:-1], MALFORMED, "log.note_malformed"),
        ("note_without_signature", text + "\n", MALFORMED, "log.note_malformed"),
        ("note_of_another_log", HEAD.replace("2026\n7", "2025\n7"), SIGNATURE, "log.origin_wrong"),
        ("note_flipped_bit", HEAD.replace("\n7\n", "\n6\n"), SIGNATURE, "log.signature_wrong"),
        ("note_spoilt_signature", with_lines(SIGNED, spoilt), SIGNATURE, "log.signature_wrong"),
        ("note_cosigned_only", with_lines(BEAT), SIGNATURE, "log.signature_missing"),
        ("note_signed_by_unknown_key", with_lines(foreign), SIGNATURE, "log.signature_missing"),
        ("cosignature_time_moved", with_lines(SIGNED, moved), SIGNATURE, "log.signature_wrong"),
    ]


def proofs():
    """Text of a proof for entry 2; error and code."""
    lines = INCLUSION.split("\n")
    swapped = "\n".join([*lines[:2], lines[3], lines[2], *lines[4:]])
    flipped = ("B" if lines[2][0] == "A" else "A") + lines[2][1:]
    wrong = "log.proof_malformed"
    return [
        ("good_proof", INCLUSION, "", ""),
        ("good_proof_with_extra", INCLUSION.replace("\nindex", "\nextra eA==\nindex"), "", ""),
        ("proof_flipped_bit", INCLUSION.replace(lines[2], flipped), PROOF, "log.not_included"),
        ("proof_hashes_swapped", swapped, PROOF, "log.not_included"),
        (
            "proof_of_another_index",
            INCLUSION.replace("index 2", "index 3"),
            PROOF,
            "log.not_included",
        ),
        (
            "proof_index_outside",
            INCLUSION.replace("index 2", "index 7"),
            PROOF,
            "log.index_outside",
        ),
        ("proof_too_short", INCLUSION.replace(lines[4] + "\n", ""), PROOF, "log.proof_too_short"),
        (
            "proof_too_long",
            INCLUSION.replace(lines[4], f"{lines[4]}\n{lines[4]}"),
            PROOF,
            "log.proof_too_long",
        ),
        ("proof_hash_of_3_bytes", INCLUSION.replace(lines[4], "QUFB"), MALFORMED, wrong),
        ("proof_index_leading_zero", INCLUSION.replace("index 2", "index 02"), MALFORMED, None),
        ("proof_without_index", INCLUSION.replace("index 2\n", ""), MALFORMED, wrong),
        ("proof_empty_extra", INCLUSION.replace("\nindex", "\nextra \nindex"), MALFORMED, wrong),
        ("proof_of_version_2", INCLUSION.replace("@v1", "@v2"), MALFORMED, wrong),
        ("proof_without_head", "\n".join(lines[:5]) + "\n\n", MALFORMED, "log.note_malformed"),
    ]


def bundles():
    """Entry bundles in hex, the width that is expected, and the code."""
    return [
        ("good_bundle", "00026162000000017a", 3, ""),
        ("entry_cut_off", "000261", 1, "log.bundle_malformed"),
        ("entry_length_cut_off", "0001610000ff", 2, "log.bundle_malformed"),
        ("entry_missing", "000161", 2, "log.bundle_malformed"),
        ("entry_too_many", "000161000162", 1, "log.bundle_malformed"),
        ("entry_257", "0000" * 257, 257, "log.bundle_malformed"),
    ]


def entries():
    """Data as a length of the letter `a` or as text; the entry (None: the data), or the code."""
    digest = "bf718b6f653bebc184e1479f1935b8da974d701b893afcf49e701f3e2f9f9c5a"
    reference = f"certorigin-object/v1\n{digest}\n65536\n"
    return [
        ("good_entry", {"text": "{}"}, None, ""),
        ("good_entry_of_65535_bytes", {"length": 65_535}, None, ""),
        ("entry_too_long", {"length": 65_536}, reference, ""),
        ("object_too_long", {"length": (16 << 20) + 1}, "", "log.object_too_long"),
        (
            "data_that_pretends_to_be_a_reference",
            {"text": reference},
            "",
            "log.entry_like_reference",
        ),
    ]


def build():
    """Every file of vectors/log."""
    keys = [signer.verifier.to_text() for signer in (LOG, HEARTBEAT, WITNESS)]
    answers = ("name", "text", "error", "code")
    return {
        "head.json": {
            "about": "Signed heads. `keys`: the log's own first. `error` is empty for a good one.",
            "provenance": PROVENANCE,
            "keys": keys,
            "cases": [dict(zip(answers, case, strict=True)) for case in heads()],
        },
        "proof.json": {
            "about": "Proofs that `entry` is in the log. A code of null depends on the reader.",
            "provenance": PROVENANCE,
            "keys": keys,
            "entry": ENTRIES[2].decode(),
            "cases": [dict(zip(answers, case, strict=True)) for case in proofs()],
        },
        "bundle.json": {
            "about": "Entry bundles of a given width. `code` is empty for a good one.",
            "provenance": PROVENANCE,
            "cases": [
                {"name": name, "hex": data, "width": width, "code": code}
                for name, data, width, code in bundles()
            ],
        },
        "entry.json": {
            "about": "What is entered for a text, or for so many letters `a`; null: itself.",
            "provenance": PROVENANCE + "; the digest of 65,536 letters by sha256sum of coreutils",
            "cases": [
                {"name": name, **data, "entry": entry, "code": code}
                for name, data, entry, code in entries()
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
