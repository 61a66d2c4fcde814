"""Verification requests (R52 to R55; Rules 9-1): a fold over the acts of one, in both logs.

Nothing here refuses anything. What silence or a poor answer opens after the second clock is a
ground that an officer may choose; before, and by itself, it is nothing. The steps:

1. The request is found by its id; it counts only from an installation of the importing state.
2. Repeats and judgements count from who asked, replies from the state that issued.
3. Acts without legal time at the moment are on their way and count for nothing yet.
4. The first clock runs from the request, the second from the first repeat.
5. The stage is the one that follows from the newest reply, its judgement and the clocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from certorigin.returns.terms import term_of
from certorigin.standing.entry import read_body, state_of
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.requests import (
    ADEQUATE,
    INADEQUATE,
    WITHDRAWN,
    VerificationJudgement,
    VerificationRepeat,
    VerificationReply,
    VerificationRequest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin.returns.terms import Term
    from certorigin.standing.entry import LoggedAct

KINDS = (
    Kind.VERIFICATION_REQUESTED,
    Kind.VERIFICATION_REPEATED,
    Kind.VERIFICATION_REPLIED,
    Kind.VERIFICATION_JUDGED,
)


class Stage(StrEnum):
    """How a request stands. What a person of either side must do follows from it."""

    SENT = "sent"  # not in both logs yet: no clock runs
    ASKED = "asked"  # the first clock runs
    TO_JUDGE = "to_judge"  # a reply came: customs says whether it suffices
    REPEAT_DUE = "repeat_due"  # no answer in time, or none that suffices: customs must repeat
    REPEATED = "repeated"  # the second clock runs, or will when the repeat has arrived
    UNANSWERED = "unanswered"  # the second clock is over, and there is no usable answer
    SETTLED = "settled"  # a reply sufficed
    WITHDRAWN = "withdrawn"  # customs took the request back


OPEN = frozenset({Stage.SENT, Stage.ASKED, Stage.TO_JUDGE, Stage.REPEAT_DUE, Stage.REPEATED})
OVER = frozenset({Stage.SETTLED, Stage.WITHDRAWN})


@dataclass(frozen=True)
class Reply:
    """A reply with its judgement, where there is one, and whether it came within a clock."""

    entry: LoggedAct
    body: VerificationReply
    judgement: VerificationJudgement | None
    is_in_time: bool


@dataclass(frozen=True)
class Thread:
    """A request with all that followed, as of the heads from which the acts were read."""

    entry: LoggedAct
    body: VerificationRequest
    at: datetime
    stage: Stage
    first: Term | None
    second: Term | None
    repeats: tuple[tuple[LoggedAct, VerificationRepeat], ...]
    replies: tuple[Reply, ...]
    pending: tuple[LoggedAct, ...]

    @property
    def id(self) -> str:
        """The request by its act."""
        return self.entry.act.id

    @property
    def running(self) -> Term | None:
        """The clock that runs, or ran last."""
        return self.second or self.first

    @property
    def reply(self) -> Reply | None:
        """The newest reply."""
        return self.replies[-1] if self.replies else None

    @property
    def has_ground(self) -> bool:
        """Say whether `no_usable_answer` may be chosen (R55): never before the second clock ended.

        A reply that came too late and suffices, or that nobody has judged yet, keeps it closed.
        """
        return self.stage is Stage.UNANSWERED


def fold_requests(acts: Iterable[LoggedAct], *, at: datetime) -> list[Thread]:
    """Return the verification requests among the acts about one certificate, oldest first.

    Raises MalformedError for an act that counts and can't be read.
    """
    entries = sorted(
        {one.order: one for one in acts if one.act.kind in KINDS}.values(),
        key=lambda one: (one.order[0], one.act.at, one.order),
    )
    requests: dict[str, LoggedAct] = {}
    for one in entries:
        if one.act.kind is Kind.VERIFICATION_REQUESTED and _may_ask(one):
            requests.setdefault(one.act.id, one)
    return [_thread(one, entries, at) for one in requests.values()]


def find_request(acts: Iterable[LoggedAct], request: str, *, at: datetime) -> Thread | None:
    """Return one request by the id of its act, or None."""
    return next((one for one in fold_requests(acts, at=at) if one.id == request), None)


def _may_ask(entry: LoggedAct) -> bool:
    """Step 1: the importing state asks the one that issued."""
    named = entry.act.body.get("certificate")
    issued_in = named.get("issuingCountry") if isinstance(named, dict) else None
    state, corridor = state_of(entry.publisher), entry.act.corridor
    return issued_in != state and corridor.has(state) and corridor.partner_of(state) == issued_in


def _thread(request: LoggedAct, entries: Iterable[LoggedAct], at: datetime) -> Thread:
    body = read_body(request.act, VerificationRequest.from_record)
    own = [one for one in _once(entries) if _belongs(one, request)]
    counted = [one for one in own if one.is_registered(at)]
    repeats = tuple(
        (one, read_body(one.act, VerificationRepeat.from_record))
        for one in counted
        if one.act.kind is Kind.VERIFICATION_REPEATED
    )
    states = {"asking": state_of(request.publisher), "asked": body.certificate.issued_in}
    first = second = None
    if request.legal_time is not None and request.is_registered(at):
        first = term_of(body.registration.date, request.legal_time, **states)
    if repeats:
        entry, repeat = repeats[0]
        second = term_of(repeat.registration.date, entry.registered_at, **states)
    judgements = [
        (one, read_body(one.act, VerificationJudgement.from_record))
        for one in counted
        if one.act.kind is Kind.VERIFICATION_JUDGED
    ]
    replies = _replies(counted, [body for _, body in judgements], first, second)
    terms = (first, second)
    if any(body.outcome == WITHDRAWN for _, body in judgements):
        stage = Stage.WITHDRAWN
    else:
        is_repeated = any(one.act.kind is Kind.VERIFICATION_REPEATED for one in own)
        stage = _stage(*terms, replies, at=at, is_repeated=is_repeated)
    return Thread(
        entry=request,
        body=body,
        at=at,
        stage=stage,
        first=first,
        second=second,
        repeats=repeats,
        replies=replies,
        pending=tuple(one for one in own if one not in counted),
    )


def _stage(
    first: Term | None,
    second: Term | None,
    replies: tuple[Reply, ...],
    *,
    at: datetime,
    is_repeated: bool,
) -> Stage:
    """Step 5. An adequate reply settles for good; a repeat that is on its way is one."""
    if any(one.judgement and one.judgement.outcome == ADEQUATE for one in replies):
        return Stage.SETTLED
    if first is None:
        return Stage.SENT
    if replies and replies[-1].judgement is None:
        return Stage.TO_JUDGE
    if second is not None:
        return Stage.UNANSWERED if second.is_over(at) else Stage.REPEATED
    if is_repeated:
        return Stage.REPEATED
    failed = bool(replies)  # what was answered was judged, and did not suffice
    return Stage.REPEAT_DUE if failed or first.is_over(at) else Stage.ASKED


def _replies(
    counted: Iterable[LoggedAct],
    judgements: list[VerificationJudgement],
    first: Term | None,
    second: Term | None,
) -> tuple[Reply, ...]:
    found = []
    for one in counted:
        if one.act.kind is not Kind.VERIFICATION_REPLIED:
            continue
        judged = [body for body in judgements if body.reply == one.act.id]
        terms = [term for term in (first, second) if term is not None]
        in_time = any(not term.is_over(one.registered_at) for term in terms)
        body = read_body(one.act, VerificationReply.from_record)
        found.append(Reply(one, body, _judgement(judged), in_time))
    return tuple(found)


def _judgement(judged: list[VerificationJudgement]) -> VerificationJudgement | None:
    """The last word about a reply; that it suffices can't be taken back."""
    enough = [one for one in judged if one.outcome == ADEQUATE]
    last = [one for one in judged if one.outcome == INADEQUATE]
    found = enough[:1] or last[-1:]
    return found[0] if found else None


def _belongs(entry: LoggedAct, request: LoggedAct) -> bool:
    """Step 2. `request` names the first act; whoever has no say about it changes nothing."""
    if entry.act.body.get("request") != request.act.id:
        return False
    if entry.act.corridor != request.act.corridor or entry.act.subject != request.act.subject:
        return False
    asking = state_of(request.publisher)
    if entry.act.kind is Kind.VERIFICATION_REPLIED:
        return state_of(entry.publisher) == request.act.corridor.partner_of(asking)
    return entry.publisher == request.publisher


def _once(entries: Iterable[LoggedAct]) -> list[LoggedAct]:
    """Return each act of a state once, by its id, from its first legal time."""
    first: dict[tuple[str, str], LoggedAct] = {}
    for one in entries:
        first.setdefault((state_of(one.publisher), one.act.id), one)
    return list(first.values())
