"""Boxes 1 and 2 against the parties declared (R25, R56; Rules 7.4, 9.3)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from certorigin.recognition.matching.names import Likeness, compare_names
from certorigin.vocabulary.finding import Finding, Grade
from certorigin.vocabulary.search import name_key, number_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from certorigin.recognition.declaration import GoodsDeclaration
    from certorigin.vocabulary.certificate import Certificate
    from certorigin.vocabulary.party import Party

_MISPRINT = "Rules 9.3"

# "One by order of the other" in the words of the trade (R25).
_BY_ORDER = re.compile(
    r"\s(?:по поручению|па даручэнні|by order of|on behalf of|tapşırığı ilə)\s", re.IGNORECASE
)

_BY_NAME = {
    Likeness.SPELLING: ("match.party_similar", Grade.WARNING),
    Likeness.LEGAL_FORM: ("match.party_form_written", Grade.WARNING),
    Likeness.ORDER: ("match.party_order", Grade.WARNING),
    Likeness.TRANSLITERATION: ("match.party_transliterated", Grade.WARNING),
    Likeness.TYPING: ("match.party_close", Grade.WARNING),
    Likeness.OTHER_FORM: ("match.party_form_differs", Grade.WARNING),
    Likeness.DIFFERENT: ("match.party_differs", Grade.ERROR),
}
_BY_NUMBER = ("match.party_by_number", Grade.WARNING)
_NUMBER_MISTYPED = ("match.party_number_differs", Grade.WARNING)
PARTY_FINDINGS = (*_BY_NAME.values(), _BY_NUMBER, _NUMBER_MISTYPED)
# From equal to different: of two parties in a box the one that fits better is meant.
_RANKS = (
    "",
    "match.party_similar",
    "match.party_by_number",
    "match.party_form_written",
    "match.party_order",
    "match.party_transliterated",
    "match.party_close",
    "match.party_form_differs",
    "match.party_number_differs",
    "match.party_differs",
)
# What is left to a person, or differs, is judged by the box; the rest is a misprint.
_BY_THE_BOX = frozenset(_RANKS[-4:])

_Found = tuple[str, Grade, dict[str, str]] | None


def compare_parties(certificate: Certificate, declaration: GoodsDeclaration) -> Iterator[Finding]:
    """Compare boxes 1 and 2; who acts by order may stand for the other, or both be named (R25)."""
    sides = (
        ("exporter", "Rules 7.4, box 1", certificate.exporter, certificate.consignor),
        ("importer", "Rules 7.4, box 2", certificate.importer, certificate.consignee),
    )
    for name, box, first, second in sides:
        declared = declaration.exporter if name == "exporter" else declaration.importer
        known = [party for party in (first, second) if party is not None]
        party, found = _compare_side(known, declared)
        if found is not None:
            code, grade, facts = found
            clause = box if code in _BY_THE_BOX else _MISPRINT
            pair = {"party": name, "certified": party.name, "declared": declared.name}
            yield Finding(code, f"{name}.name", grade, clause, pair | facts)
        if party.country != declared.country:
            facts = {"party": name, "certified": party.country, "declared": declared.country}
            place = f"{name}.country"
            yield Finding("match.party_country_differs", place, Grade.WARNING, box, facts)
        if name_key(party.address) != name_key(declared.address):
            facts = {"party": name, "certified": party.address, "declared": declared.address}
            place = f"{name}.address"
            yield Finding("match.party_address_differs", place, Grade.NOTE, box, facts)


def _compare_side(known: Sequence[Party], declared: Party) -> tuple[Party, _Found]:
    """Return the party of the box that is meant, and how it differs from the declared one.

    Where the declared name says who acts for whom, each of the two must be in the box.
    """
    halves = _BY_ORDER.split(declared.name)
    if len(halves) == 2 and len(known) == 2 and declared.name not in {one.name for one in known}:
        founds = [
            min((_compare(one, declared, half) for one in known), key=_rank) for half in halves
        ]
        return known[0], max(founds, key=_rank)
    compared = [(one, _compare(one, declared, declared.name)) for one in known]
    return min(compared, key=lambda pair: _rank(pair[1]))


def _compare(ours: Party, theirs: Party, name: str) -> _Found:
    """Compare a party with a declared name; one number in a register joins spellings."""
    likeness, typed = compare_names(ours.name, name)
    first, second = ours.identifier, theirs.identifier
    if first is not None and second is not None and first.scheme == second.scheme:
        if number_key(first.value) == number_key(second.value):
            return (*_BY_NUMBER, {}) if likeness > Likeness.SPELLING else _named(likeness, typed)
        if first.scheme != "OTHER":
            is_mistyped = not (first.is_valid() and second.is_valid())
            if is_mistyped and likeness <= Likeness.TRANSLITERATION:
                numbers = {"ours": first.value, "theirs": second.value}
                return *_NUMBER_MISTYPED, numbers
            return *_BY_NAME[Likeness.DIFFERENT], {}
    return _named(likeness, typed)


def _named(likeness: Likeness, typed: int) -> _Found:
    if likeness is Likeness.EQUAL:
        return None
    code, grade = _BY_NAME[likeness]
    return code, grade, {"letters": str(typed)} if likeness is Likeness.TYPING else {}


def _rank(found: _Found) -> int:
    return _RANKS.index(found[0] if found else "")
