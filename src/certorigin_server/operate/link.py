"""Linking two states: each carries a card with its pinned roots and its newest trust list.

The officials of both sides read the fingerprints to one another before they link
(docs/guide/link.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from certorigin.durable import make_folder, replace_file
from certorigin.errors import ConflictError, MalformedError
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.seal.trust.ceremony import fingerprint_of_roots
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


@dataclass(frozen=True)
class Card:
    """What a partner hands over: its state, its roots, its newest list."""

    state: str
    roots: Roots
    trust_list: bytes


def fingerprint(roots: Roots) -> str:
    """Return what two officials compare by voice: eight groups of four hexadecimal digits."""
    return fingerprint_of_roots(roots)


def make_card(trust_folder: Path, state: str) -> bytes:
    """Return the card of a state: its newest trust list and the roots of that list."""
    newest = read_trust_folder(trust_folder).newest(state)
    card = {
        "format": CARD,
        "roots": newest.contents.roots.to_data(),
        "state": state,
        "trustList": newest.raw.decode(),
    }
    return strict_bytes(card)


def read_card(card: bytes) -> Card:
    """Read a card. Raises MalformedError for what is none; nothing is believed yet."""
    data = parse_strict(card.strip(), max_bytes=10_000_000)
    if data.get("format") != CARD or set(data) != {"format", "roots", "state", "trustList"}:
        raise MalformedError("link.not_a_card", place="format")
    state = str(data["state"])
    pinned = roots_from_bytes(strict_bytes({state: data["roots"]}))
    return Card(state, pinned[state], str(data["trustList"]).encode())


def adopt_card(trust_folder: Path, card: bytes) -> tuple[str, str]:
    """Pin a partner's roots and adopt its list; return its state and fingerprint.

    Whoever calls this has compared the fingerprint with what the partner's officials said. A state
    that changed its roots since it was linked keeps those that were pinned: its lists lead on.

    Raises MalformedError for what is no card, ConflictError (`link.other_roots_pinned`) when other
    roots of that state are pinned already, and as `Trust.adopt`. Nothing is written before the
    whole folder was found to hold together with the card.
    """
    read = read_card(card)
    state = read.state
    pinned = trust_folder / ROOTS
    known = roots_from_bytes(pinned.read_bytes()) if pinned.is_file() else {}
    if state in known and read.roots not in _roots_of(trust_folder, state):
        raise ConflictError("link.other_roots_pinned", state=state)
    merged = roots_to_bytes({state: read.roots} | known)
    names = [f"{path.parent.name}/{path.name}" for path in trust_folder.glob("*/*.json")]
    trust = load_trust(
        lambda name: merged if name == ROOTS else (trust_folder / name).read_bytes(), names
    )
    trust_list = trust.adopt(read.trust_list)
    if trust_list.state != state:
        raise MalformedError("link.not_a_card", place="trustList")
    # Roots first: a system that runs meanwhile lacks the list for a moment, which it says.
    replace_file(trust_folder / ROOTS, merged)
    place = trust_folder / list_name(trust_list)
    make_folder(place.parent)
    replace_file(place, trust_list.raw)
    return state, fingerprint(read.roots)


def _roots_of(trust_folder: Path, state: str) -> list[Roots]:
    """Return the roots of a state that are believed: those pinned, and those of its newest list."""
    trust = read_trust_folder(trust_folder)
    newest = [trust.newest(state).contents.roots] if state in trust.states else []
    return [trust.roots[state], *newest]
