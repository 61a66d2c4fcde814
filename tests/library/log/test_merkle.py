import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency

from certorigin.errors import ProofError
from certorigin.log import merkle
from tests.data import shared, vectors

LEAVES = [merkle.leaf_hash(b"entry %d" % number) for number in range(300)]


def read(nodes):
    return [merkle.root_of(LEAVES[i << level : (i + 1) << level]) for level, i in nodes]


def flip(data: bytes, bit: int) -> bytes:
    place = bit % (len(data) * 8)
    return data[: place // 8] + bytes([data[place // 8] ^ 1 << place % 8]) + data[place // 8 + 1 :]


def plain_root(leaves):
    """RFC 6962, 2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else merkle.EMPTY_ROOT
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return merkle.node_hash(plain_root(leaves[:half]), plain_root(leaves[half:]))


@pytest.mark.parametrize("size", [*range(20), 255, 256, 257, 300])
def test_root_is_that_of_rfc_6962(size):
    assert merkle.root_of(LEAVES[:size]) == plain_root(LEAVES[:size])
    assert merkle.tree_root(size, read) == plain_root(LEAVES[:size])


def test_every_inclusion_and_consistency_proof_of_small_trees_verifies():
    for size in range(1, 36):
        root = merkle.root_of(LEAVES[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, read)
            merkle.verify_inclusion(LEAVES[index], index, size, proof, root)
            old_root = merkle.root_of(LEAVES[: index + 1])
            proof = merkle.consistency_proof(index + 1, size, read)
            merkle.verify_consistency(index + 1, old_root, size, root, proof)


sizes = st.integers(1, len(LEAVES))


@given(size=sizes, data=st.data())
def test_inclusion_proof_with_any_bit_flipped_fails(size, data):
    index = data.draw(st.integers(0, size - 1))
    root = merkle.root_of(LEAVES[:size])
    proof = merkle.inclusion_proof(index, size, read)
    merkle.verify_inclusion(LEAVES[index], index, size, proof, root)
    parts = [LEAVES[index], root, *proof]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = flip(parts[which], data.draw(st.integers(0, 255)))
    with pytest.raises(ProofError):
        merkle.verify_inclusion(parts[0], index, size, parts[2:], parts[1])


@given(new=sizes, data=st.data())
def test_consistency_proof_with_any_bit_flipped_fails(new, data):
    old = data.draw(st.integers(1, new))
    roots = merkle.root_of(LEAVES[:old]), merkle.root_of(LEAVES[:new])
    proof = merkle.consistency_proof(old, new, read)
    merkle.verify_consistency(old, roots[0], new, roots[1], proof)
    parts = [*roots, *proof]
    which = data.draw(st.integers(0, len(parts) - 1))
    parts[which] = flip(parts[which], data.draw(st.integers(0, 255)))
    with pytest.raises(ProofError):
        merkle.verify_consistency(old, parts[0], new, parts[1], parts[2:])


@given(size=sizes, data=st.data())
def test_proof_fits_no_other_place(size, data):
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(
        st.integers(0, size - 1).filter(lambda i: i != index) if size > 1 else st.just(size)
    )
    root = merkle.root_of(LEAVES[:size])
    proof = merkle.inclusion_proof(index, size, read)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(LEAVES[index], other, size, proof, root)


@pytest.mark.parametrize("size", [1, 2, 7, 8, 100, 257])
def test_pymerkle_agrees(size):
    tree = InmemoryTree(algorithm="sha256")
    for number in range(size):
        tree.append_entry(b"entry %d" % number)
    root = merkle.root_of(LEAVES[:size])
    assert tree.get_root() == root
    for index in {0, size // 2, size - 1}:
        theirs = tree.prove_inclusion(index + 1, size)  # it counts from one, and names the leaf
        path = [bytes.fromhex(item) for item in theirs.serialize()["path"]]
        assert [LEAVES[index], *merkle.inclusion_proof(index, size, read)] == path
        old_root = merkle.root_of(LEAVES[: index + 1])
        verify_consistency(old_root, root, tree.prove_consistency(index + 1, size))


def cases(kind):
    for path in sorted(shared(f"tlog/merkle/{kind}").rglob("*.json")):
        case = json.loads(path.read_bytes())
        hashes = [decoded(item) for item in case["proof"] or ()]
        yield path.name, case, hashes


def decoded(text):
    return base64.b64decode(text or "")


def accepts(verify, *arguments):
    try:
        verify(*arguments)
    except ProofError:
        return False
    return True


def test_inclusion_vectors_of_transparency_dev():
    ran = 0
    for name, case, proof in cases("inclusion"):
        leaf, root = decoded(case["leafHash"]), decoded(case["root"])
        arguments = (leaf, case["leafIdx"], case["treeSize"], proof, root)
        assert accepts(merkle.verify_inclusion, *arguments) is not case["wantErr"], name
        ran += 1
    vectors.count("tlog.merkle.inclusion", ran)


def test_consistency_vectors_of_transparency_dev():
    ran = 0
    for name, case, proof in cases("consistency"):
        old, new = (case["size1"], decoded(case["root1"])), (case["size2"], decoded(case["root2"]))
        assert accepts(merkle.verify_consistency, *old, *new, proof) is not case["wantErr"], name
        ran += 1
    vectors.count("tlog.merkle.consistency", ran)


def test_two_empty_trees_agree():
    merkle.verify_consistency(0, merkle.EMPTY_ROOT, 0, merkle.EMPTY_ROOT, [])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_index_outside_the_tree(index, size):
    with pytest.raises(ProofError, match="index_outside"):
        merkle.inclusion_proof(index, size, read)
    with pytest.raises(ProofError, match="index_outside"):
        merkle.verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_sizes_out_of_order(old, new):
    with pytest.raises(ProofError, match="sizes_wrong"):
        merkle.consistency_proof(old, new, read)
    with pytest.raises(ProofError, match="sizes_wrong"):
        merkle.verify_consistency(old, LEAVES[0], new, LEAVES[0], [])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda proof: proof[:-1], "proof_too_short"),
        (lambda proof: [], "proof_too_short"),
        (lambda proof: [*proof, proof[0]], "proof_too_long"),
        (lambda proof: [*proof[:-1], proof[-1][:31]], "hash_size"),
    ],
)
def test_proof_of_another_length(change, code):
    root = merkle.root_of(LEAVES[:13])
    inclusion = change(merkle.inclusion_proof(4, 13, read))
    with pytest.raises(ProofError, match=code):
        merkle.verify_inclusion(LEAVES[4], 4, 13, inclusion, root)
    consistency = change(merkle.consistency_proof(6, 13, read))
    with pytest.raises(ProofError, match=code):
        merkle.verify_consistency(6, merkle.root_of(LEAVES[:6]), 13, root, consistency)


def test_equal_sizes_need_no_proof():
    root = merkle.root_of(LEAVES[:5])
    merkle.verify_consistency(5, root, 5, root, [])
    with pytest.raises(ProofError, match="proof_too_long"):
        merkle.verify_consistency(5, root, 5, root, [root])
    with pytest.raises(ProofError, match="inconsistent"):
        merkle.verify_consistency(5, root, 5, LEAVES[0], [])
