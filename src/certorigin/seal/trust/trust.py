"""Trust: what is known of the trust lists of several states. It only moves forward.

Rules of the state machine:
1. a state's first list is signed by its pinned roots, each later one by the roots of the list
   before it, and every one by its own roots;
2. a version is never adopted twice with different bytes, and never after a higher one;
3. what a list said of the past stands in every later list (`history`);
4. what one state says never touches another: a key that two states name is judged for the
   controller that is claimed, and by no state's word when none is claimed.
Every adopted version is kept. Questions are answered by the newest version, at the time asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from certorigin.errors import (
    ForkError,
    MalformedError,
    UnknownError,
    UntrustedKeyError,
    VerificationError,
)
from certorigin.late import dataclass
from certorigin.seal.canonical import parse_strict
from certorigin.seal.trust.entitlement import Entitlement, Holders, Question
from certorigin.seal.trust.entries import CorridorSettings, Key, Roots
from certorigin.seal.trust.history import verify_successor
from certorigin.seal.trust.trust_list import MAX_TRUST_LIST, VERSION, TrustList
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.record import Record

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin.seal.trust.entries import Body, Installation, Officer
    from certorigin.seal.trust.trust_list import TrustDraft


@dataclass(frozen=True)
class LogKeys:
    """Whose signatures to expect on the heads of a log. Each still has to be judged at its time."""

    origin: str
    publisher: str
    corridor: Corridor
    log: tuple[Key, ...]
    heartbeat: tuple[Key, ...]
    witnesses: tuple[Key, ...]


class Trust:
    """The trust lists that are believed, by state, with every version; there is no way back."""

    def __init__(self, roots: Mapping[str, Roots]) -> None:
        self._roots = dict(roots)
        self._lists: dict[str, dict[int, TrustList]] = {}
        self._holders: dict[str, Holders] = {}

    @property
    def roots(self) -> Mapping[str, Roots]:
        """The pinned roots, by state."""
        return dict(self._roots)

    @property
    def states(self) -> tuple[str, ...]:
        """The states of which a list is known."""
        return tuple(sorted(self._lists))

    def adopt(self, raw: bytes) -> TrustList:
        """Believe a sealed trust list, or say why not. Adopting a kept one again changes nothing.

        Raises UnknownError for a state without pinned roots; ForkError for other bytes of a version
        already kept; VerificationError for a roll-back or dropped history; UntrustedKeyError below
        the threshold; MalformedError, SignatureError.
        """
        state, version = _claim_of(raw)
        if state not in self._roots:
            raise UnknownError("trust.state_unknown", state=state)
        kept = self._lists.get(state, {})
        if version in kept and kept[version].raw == raw:
            return kept[version]
        earlier = [known for known in kept if known < version]
        roots = kept[max(earlier)].contents.roots if earlier else self._roots[state]
        trust_list = TrustList.from_bytes(raw, roots)
        if kept:
            _verify_forward(kept, trust_list)
        self._lists.setdefault(state, {})[trust_list.version] = trust_list
        self._holders[state] = Holders(trust_list.contents)
        return trust_list

    def supposing(self, contents: TrustDraft) -> Trust:
        """Return a copy that answers questions as if `contents` were a state's list already.

        For rehearsals: nobody signed it, and this object is left as it is.
        """
        other = Trust(self._roots)
        other._lists = {state: dict(kept) for state, kept in self._lists.items()}
        other._holders = self._holders | {contents.state: Holders(contents)}
        return other

    def newest(self, state: str) -> TrustList:
        """Return the newest list of a state. Raises UnknownError."""
        kept = self._lists.get(state)
        if not kept:
            raise UnknownError("trust.list_unknown", state=state)
        return kept[max(kept)]

    def versions(self, state: str) -> tuple[TrustList, ...]:
        """Return every version that is kept of a state's list, oldest first."""
        return tuple(self._lists.get(state, {}).values())

    def overdue(self, at: datetime) -> tuple[TrustList, ...]:
        """Return the newest lists that should have had a successor by `at` (freshness)."""
        newest = (self.newest(state) for state in self.states)
        return tuple(trust_list for trust_list in newest if trust_list.is_overdue(at))

    def key_entitlement(
        self,
        key: str,
        *,
        role: str,
        at: datetime,
        form: str | None = None,
        controller: str | None = None,
        body: str | None = None,
        right: str | None = None,
    ) -> Entitlement:
        """Answer whether a key was entitled to speak in that role at that time.

        `at` is legal time. `controller` and `body` are what the document claims; `right` is what an
        officer needs. Raises UntrustedKeyError, by the steps of `Holders.judge`.
        """
        question = Question(role, at, form, controller, body, right)
        found = [holders for holders in self._holders.values() if key in holders.keys]
        if controller is not None and len(found) > 1:
            found = [holders for holders in found if holders.keys[key].controller == controller]
        if not found:
            raise UntrustedKeyError("trust.key_unknown", key=key)
        if len(found) > 1:
            raise UntrustedKeyError("trust.key_of_two_states", key=key)
        return found[0].judge(found[0].keys[key], question)

    def keys_of(self, controller: str, role: str) -> tuple[Key, ...]:
        """Return every key that a controller has or had in a role, withdrawn ones too."""
        return tuple(
            key
            for holders in self._holders.values()
            for key in holders.keys.values()
            if key.controller == controller and role in key.roles
        )

    def find_holder(self, name: str) -> Body | Officer | Installation | None:
        """Find a body, officer or installation by its URN, or None."""
        for holders in self._holders.values():
            for found in (holders.bodies, holders.officers, holders.installations):
                if name in found:
                    return found[name]
        return None

    def verifiers_of_log(self, origin: str) -> LogKeys:
        """Return whose keys sign the heads of a log: its publisher's, and its partner's witnesses.

        Raises MalformedError for an origin of another shape, UnknownError for an unknown publisher.
        """
        publisher, corridor = _publisher_and_corridor(origin)
        state = publisher.split("-")[0]
        name = f"urn:certorigin:installation:{publisher}"
        if self.find_holder(name) is None:
            raise UnknownError("trust.publisher_unknown", origin=origin)
        partner = self._holders.get(corridor.partner_of(state))
        witnesses = partner.keys.values() if partner else ()
        return LogKeys(
            origin=origin,
            publisher=name,
            corridor=corridor,
            log=self.keys_of(name, "log"),
            heartbeat=self.keys_of(name, "heartbeat"),
            witnesses=tuple(key for key in witnesses if "witness" in key.roles),
        )

    def corridor(self, text: str, *, state: str | None = None) -> CorridorSettings:
        """Return a corridor's settings as one state set them, or the strictest of all that did.

        Raises UnknownError when no list (of that state) has it.
        """
        found = [
            settings
            for holder in self.states
            for settings in self.newest(holder).contents.corridors
            if settings.id == text and state in {None, holder}
        ]
        if not found:
            raise UnknownError("trust.corridor_unknown", corridor=text[:60], state=state or "")
        strictest, *others = found
        for other in others:
            strictest = _strictest(strictest, other)
        return strictest


def _claim_of(raw: bytes) -> tuple[str, int]:
    """Read which state and version a list claims to be, only to choose the roots that must sign."""
    document: dict[str, Any] = parse_strict(raw, max_bytes=MAX_TRUST_LIST)
    subject = Record(Record(document).value("credentialSubject"), "credentialSubject")
    return subject.text("state"), int(subject.text("version", pattern=VERSION))


def _verify_forward(kept: Mapping[int, TrustList], new: TrustList) -> None:
    if new.version in kept:
        ours = kept[new.version].raw
        raise ForkError(
            "trust.forked", ours=ours, theirs=new.raw, state=new.state, version=str(new.version)
        )
    newest = max(kept)
    if new.version < newest:
        raise VerificationError(
            "trust.rolled_back", state=new.state, version=str(new.version), ours=str(newest)
        )
    verify_successor(kept[newest].contents, new.contents)


def _publisher_and_corridor(origin: str) -> tuple[str, Corridor]:
    parts = origin.split("/")
    if len(parts) != 5 or parts[0] != "certorigin" or not parts[4]:
        raise MalformedError("trust.origin_malformed", place="origin", value=origin[:80])
    corridor = Corridor.from_text("/".join(parts[2:4]), place="origin")
    if not corridor.has(parts[1].split("-")[0]):
        raise MalformedError("trust.origin_malformed", place="origin", value=origin[:80])
    return parts[1], corridor


def _strictest(one: CorridorSettings, two: CorridorSettings) -> CorridorSettings:
    """Join two states' settings: what both allow, the younger head, and the later start."""
    return CorridorSettings(
        corridor=one.corridor,
        max_head_age=min(one.max_head_age, two.max_head_age),
        medium=tuple(medium for medium in one.medium if medium in two.medium),
        forms=tuple(form for form in one.forms if form in two.forms),
        direct_partial_use=one.direct_partial_use and two.direct_partial_use,
        logs=tuple(dict.fromkeys(one.logs + two.logs)),
        start=max(filter(None, (one.start, two.start)), default=None),
    )
