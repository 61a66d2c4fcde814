"""Linking two states: each carries a card with its pinned roots and its newest trust list.

The officials of both sides read the fingerprints to one another before they link
(docs/guide/link.md).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from certorigin.durable import make_folder, replace_file
from certorigin.errors import ConflictError, MalformedError
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.trust.folder import (
    ROOTS,
    list_name,
    load_trust,
    read_trust_folder,
    roots_from_bytes,
    roots_to_bytes,
)

if TYPE_CHECKING:
    from pathlib import Path

    from certorigin.seal.trust.entries import Roots

CARD = "certorigin-card/v1"


def fingerprint(roots: Roots) -> str:
    """Return what two officials compare by voice: eight groups of four hexadecimal digits."""
    digest = hashlib.sha256(orjson.dumps(roots.to_data(), option=orjson.OPT_SORT_KEYS)).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


def make_card(trust_folder: Path, state: str) -> bytes:
    """Return the card of a state: its roots and its newest trust list, for the partner."""
    trust = read_trust_folder(trust_folder)
    card = {
        "format": CARD,
        "roots": trust.roots[state].to_data(),
        "state": state,
        "trustList": trust.newest(state).raw.decode(),
    }
    return strict_bytes(card)


def adopt_card(trust_folder: Path, card: bytes) -> tuple[str, str]:
    """Pin a partner's roots and adopt its list; return its state and fingerprint.

    Raises MalformedError for what is no card, ConflictError (`link.other_roots_pinned`) when other
    roots of that state are pinned already, and as `Trust.adopt`. Nothing is written before the
    whole folder was found to hold together with the card.
    """
    data = parse_strict(card.strip(), max_bytes=10_000_000)
    if data.get("format") != CARD or set(data) != {"format", "roots", "state", "trustList"}:
        raise MalformedError("link.not_a_card", place="format")
    state = str(data["state"])
    pinned = roots_from_bytes(strict_bytes({state: data["roots"]}))
    known = roots_from_bytes((trust_folder / ROOTS).read_bytes())
    if state in known and known[state] != pinned[state]:
        raise ConflictError("link.other_roots_pinned", state=state)
    merged = roots_to_bytes({**known, **pinned})
    names = [f"{path.parent.name}/{path.name}" for path in trust_folder.glob("*/*.json")]
    trust = load_trust(
        lambda name: merged if name == ROOTS else (trust_folder / name).read_bytes(), names
    )
    trust_list = trust.adopt(str(data["trustList"]).encode())
    if trust_list.state != state:
        raise MalformedError("link.not_a_card", place="trustList")
    # Roots first: a system that runs meanwhile lacks the list for a moment, which it says.
    replace_file(trust_folder / ROOTS, merged)
    place = trust_folder / list_name(trust_list)
    make_folder(place.parent)
    replace_file(place, trust_list.raw)
    return state, fingerprint(pinned[state])
