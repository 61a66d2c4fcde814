"""Merkle trees of RFC 6962 (2.1), with the verification algorithms of RFC 9162 (2.1)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from certorigin.errors import ProofError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

_NODE = sha256(b"\x01")

Node = tuple[int, int]
"""A complete subtree: (level, index) covers the leaves [index << level, (index + 1) << level)."""

if TYPE_CHECKING:
    HashReader = Callable[[Sequence[Node]], Sequence[bytes]]


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of one entry (RFC 6962, 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbouring subtrees (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def root_of_joined(data: bytes) -> bytes:
    """Return the root over hashes that stand joined in `data`, as they do in a tile."""
    if not data:
        return EMPTY_ROOT
    begin = _NODE.copy  # the hottest loop of the house: a copied state beats a new one
    while len(data) > HASH_SIZE:
        paired = len(data) - len(data) % (2 * HASH_SIZE)
        view = memoryview(data)
        parents = []
        for start in range(0, paired, 2 * HASH_SIZE):
            state = begin()
            state.update(view[start : start + 2 * HASH_SIZE])
            parents.append(state.digest())
        # An unpaired last hash climbs as it is: that is the tree of RFC 6962, not Bitcoin's.
        data = b"".join(parents) + data[paired:]
    return data


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, from scratch."""
    return root_of_joined(b"".join(hashes))


def fold_right(hashes: Sequence[bytes]) -> bytes:
    """Join the roots of ever smaller subtrees, left to right, into the root over all of them."""
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def subtrees(start: int, end: int) -> list[Node]:
    """Return the fewest complete subtrees, left to right, that cover the leaves [start, end)."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def tree_root(size: int, read: HashReader) -> bytes:
    """Return the root of the first `size` leaves."""
    return fold_right(read(subtrees(0, size))) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: HashReader) -> list[bytes]:
    """Prove that leaf `index` is in the tree of `size` leaves (RFC 6962, 2.1.1).

    Raises ProofError when the index is not in the tree.
    """
    if not 0 <= index < size:
        raise ProofError("log.index_outside", index=str(index), size=str(size))
    ranges = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    return _roots_of_ranges(ranges[::-1], read)


def consistency_proof(old: int, new: int, read: HashReader) -> list[bytes]:
    """Prove that the tree of `new` leaves begins with the tree of `old` leaves (RFC 6962, 2.1.2).

    Raises ProofError when the sizes are not in order, or when the old tree is empty.
    """
    if not 0 < old <= new:
        raise ProofError("log.sizes_wrong", old=str(old), new=str(new))
    ranges = []
    low, high = 0, new
    while high != old:
        middle = low + _split(high - low)
        if old <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    if low:  # the old tree is not a subtree that the verifier already knows as the old root
        ranges.append((low, high))
    return _roots_of_ranges(ranges[::-1], read)


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Verify that `leaf` is leaf `index` of the tree. Raises ProofError.

    The loop of RFC 9162, 2.1.3.2, taken in two stretches: as long as the tree on the leaf's right
    is there (`inner`), the index says on which side the sibling stands; beyond, it stands on the
    left.
    """
    if not 0 <= index < size:
        raise ProofError("log.index_outside", index=str(index), size=str(size))
    _check_hashes(leaf, root, *proof)
    inner = (index ^ (size - 1)).bit_length()
    steps = inner + (index >> inner).bit_count()
    if len(proof) != steps:
        raise _wrong_length(proof, steps)
    hash_, begin = leaf, _NODE.copy
    for sibling in proof[:inner]:
        state = begin()
        state.update(sibling + hash_ if index & 1 else hash_ + sibling)
        hash_ = state.digest()
        index >>= 1
    for sibling in proof[inner:]:
        hash_ = sha256(b"\x01" + sibling + hash_).digest()
    if hash_ != root:
        raise ProofError("log.not_included", size=str(size))


def verify_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Verify that the new tree begins with the old one (RFC 9162, 2.1.4.2). Raises ProofError.

    Two sizes of zero agree when the roots do; from zero to anything else there is nothing to prove,
    and a caller that asks for it has mistaken something.
    """
    if not 0 <= old <= new or (old == 0 and new != 0):
        raise ProofError("log.sizes_wrong", old=str(old), new=str(new))
    _check_hashes(old_root, new_root, *proof)
    if old == new:
        if proof:
            raise _wrong_length(proof, 0)
        if old_root != new_root:
            raise ProofError("log.inconsistent", old=str(old), new=str(new))
        return
    _climb(old, old_root, new, new_root, proof)


def _climb(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Climb from the old tree's right edge to both roots, in two stretches as `verify_inclusion`.

    `known` levels of the old tree's last leaf are complete: the climb begins above them, from the
    old root itself when that is all there is, else from the first hash of the proof.
    """
    known = (old & -old).bit_length() - 1
    edge = (old - 1) >> known
    inner = (edge ^ ((new - 1) >> known)).bit_length()
    climb = proof if edge == 0 else proof[1:]
    steps = inner + (edge >> inner).bit_count() + (edge != 0)
    if len(proof) != steps:
        raise _wrong_length(proof, steps)
    old_hash = new_hash = proof[0] if edge else old_root
    for sibling in climb[:inner]:
        if edge & 1:
            old_hash = sha256(b"\x01" + sibling + old_hash).digest()
            new_hash = sha256(b"\x01" + sibling + new_hash).digest()
        else:
            new_hash = sha256(b"\x01" + new_hash + sibling).digest()
        edge >>= 1
    for sibling in climb[inner:]:
        old_hash = sha256(b"\x01" + sibling + old_hash).digest()
        new_hash = sha256(b"\x01" + sibling + new_hash).digest()
    if old_hash != old_root or new_hash != new_root:
        raise ProofError("log.inconsistent", old=str(old), new=str(new))


def _split(width: int) -> int:
    """Return the largest power of two that is smaller than `width`, which is two or more."""
    return 1 << ((width - 1).bit_length() - 1)


def _roots_of_ranges(ranges: Sequence[tuple[int, int]], read: HashReader) -> list[bytes]:
    """Read every subtree of every range in one go, then fold each range to its root."""
    nodes = [subtrees(start, end) for start, end in ranges]
    hashes = iter(read([node for group in nodes for node in group]))
    return [fold_right([next(hashes) for _ in group]) for group in nodes]


def _check_hashes(*hashes: bytes) -> None:
    if {*map(len, hashes)} != {HASH_SIZE}:
        raise ProofError("log.hash_size")


def _wrong_length(proof: Sequence[bytes], steps: int) -> ProofError:
    code = "log.proof_too_short" if len(proof) < steps else "log.proof_too_long"
    return ProofError(code, steps=str(steps), length=str(len(proof)))
