"""The administrator's desk for machines: proposals with four eyes, people, partners."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.paginator import Paginator
from ninja import Router, Schema, Status

from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.administration import invitations, services
from certorigin_server.administration.partners import followed_lines, state_lists
from certorigin_server.administration.queries import (
    after_of,
    before_of,
    decided_proposals,
    get_proposal,
    open_proposals,
    suspension_of,
)
from certorigin_server.users.access import Caller
from certorigin_server.users.queries import get_user, people
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Page, Reason, Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.administration.partners import StateLists
    from certorigin_server.administration.queries import Proposal
    from certorigin_server.users.queries import User

router = Router(tags=["administration"])
PAGE_SIZE = 100


class ProposeIn(Schema):
    """A change: its kind, and its members as texts."""

    kind: Text
    data: dict[str, Text]
    remark: Reason = ""


class DecideIn(Schema):
    """What the second person adds."""

    remark: Reason = ""


class SuspendIn(Schema):
    """Why a person is stopped."""

    reason: Reason


class ProposalOut(Schema):
    """A proposal: what stood, what will stand, and who decided."""

    id: str
    kind: str
    subject: str
    before: dict[str, str]
    after: dict[str, str]
    remark: str
    proposed_by: str
    proposed_at: str
    outcome: str
    decided_by: str
    decided_at: str
    decision_remark: str


class Confirmed(Schema):
    """A change in force; `code` is the confirmer's half of an invitation, shown this once."""

    proposal: ProposalOut
    code: str


class LinkOut(Schema):
    """The proposer's half of an invitation, shown this once: the word of the link."""

    word: str


class GrantOut(Schema):
    """One role with its period."""

    role: str
    starts: str
    ends: str


class PersonOut(Schema):
    """A person with all roles, also those that are over."""

    username: str
    name: str
    position: str
    organisation: str
    is_active: bool
    suspended: str
    grants: list[GrantOut]


class KeyOut(Schema):
    """One key of a trust list, by its fingerprint."""

    holder: str
    roles: list[str]
    fingerprint: str
    until: str
    withdrawn: str


class StateOut(Schema):
    """The newest trust list of one state."""

    state: str
    version: str
    valid_from: str
    next_update: str
    days_left: str
    keys: list[KeyOut]


class CorridorOut(Schema):
    """How a partner's log stands here."""

    origin: str
    status: str
    reason: str
    size: str
    head_age_seconds: str
    evidence: list[str]


class PartnersOut(Schema):
    """States and logs, as the page shows them."""

    states: list[StateOut]
    followed: list[CorridorOut]


@router.get("/proposal", response=list[ProposalOut])
def list_proposals(
    request: HttpRequest, *, decided: bool = False, page: Page = "1"
) -> list[ProposalOut]:
    """List what waits for a decision, or what was decided, a hundred at a time."""
    Caller.of(request, Right.ADMINISTRATION_READ)
    rows = decided_proposals() if decided else open_proposals()
    return [_proposal(row) for row in Paginator(rows, PAGE_SIZE).get_page(page)]


@router.post("/proposal", response={201: ProposalOut})
def propose(request: HttpRequest, body: ProposeIn) -> Status[ProposalOut]:
    """Propose a change of people or rights."""
    caller = Caller.of(request, Right.USERS_WRITE)
    row = services.propose(
        kind=body.kind, data=body.data, remark=body.remark, by=caller.user, at=caller.at
    )
    return Status(201, _proposal(row))


@router.get("/proposal/{uuid:proposal}", response=ProposalOut)
def read_proposal(request: HttpRequest, proposal: UUID) -> ProposalOut:
    """Show one proposal."""
    Caller.of(request, Right.ADMINISTRATION_READ)
    return _proposal(get_proposal(proposal))


@router.post("/proposal/{uuid:proposal}/confirm", response=Confirmed)
def confirm(request: HttpRequest, proposal: UUID, body: DecideIn) -> Confirmed:
    """Put a change in force as the second person."""
    caller = Caller.of(request, Right.USERS_WRITE)
    code = services.confirm(proposal=proposal, remark=body.remark, by=caller.user, at=caller.at)
    return Confirmed(proposal=_proposal(get_proposal(proposal)), code=code)


@router.post("/proposal/{uuid:proposal}/link", response=LinkOut)
def take_link(request: HttpRequest, proposal: UUID) -> LinkOut:
    """Take the link of an invitation that one proposed, once; another administrator has the code.

    The person opens `/welcome/<word>` and needs both.
    """
    caller = Caller.of(request, Right.USERS_WRITE)
    return LinkOut(word=invitations.take_link(proposal=proposal, by=caller.user, at=caller.at))


@router.post("/proposal/{uuid:proposal}/refuse", response=ProposalOut)
def refuse(request: HttpRequest, proposal: UUID, body: DecideIn) -> ProposalOut:
    """Refuse a change, with a reason."""
    caller = Caller.of(request, Right.USERS_WRITE)
    services.refuse(proposal=proposal, remark=body.remark, by=caller.user, at=caller.at)
    return _proposal(get_proposal(proposal))


@router.post("/proposal/{uuid:proposal}/take-back", response=ProposalOut)
def take_back(request: HttpRequest, proposal: UUID) -> ProposalOut:
    """Take back one's own proposal."""
    caller = Caller.of(request, Right.USERS_WRITE)
    services.take_back(proposal=proposal, by=caller.user, at=caller.at)
    return _proposal(get_proposal(proposal))


@router.get("/people", response=list[PersonOut])
def list_people(request: HttpRequest, page: Page = "1") -> list[PersonOut]:
    """List everybody with their roles, a hundred at a time."""
    Caller.of(request, Right.ADMINISTRATION_READ)
    return [_person(row) for row in Paginator(people(), PAGE_SIZE).get_page(page)]


@router.get("/people/{username}", response=PersonOut)
def read_person(request: HttpRequest, username: str) -> PersonOut:
    """Show one person."""
    Caller.of(request, Right.ADMINISTRATION_READ)
    return _person(get_user(username))


@router.post("/people/{username}/suspend", response=PersonOut)
def suspend(request: HttpRequest, username: str, body: SuspendIn) -> PersonOut:
    """Stop a person at once; two restore them."""
    caller = Caller.of(request, Right.USERS_WRITE)
    services.suspend(username=username, reason=body.reason, by=caller.user, at=caller.at)
    return _person(get_user(username))


@router.get("/partners", response=PartnersOut)
def read_partners(request: HttpRequest) -> PartnersOut:
    """Show trust lists with what ends soon, and how partners' logs stand."""
    caller = Caller.of(request, Right.ADMINISTRATION_READ)
    followed = [
        CorridorOut(
            origin=one.log.origin,
            status=one.log.status,
            reason=one.log.reason,
            size=str(one.log.size),
            head_age_seconds="" if one.age is None else str(one.age),
            evidence=list(one.evidence),
        )
        for one in followed_lines(caller.at)
    ]
    return PartnersOut(states=[_state(one) for one in state_lists(caller.at)], followed=followed)


def _proposal(row: Proposal) -> ProposalOut:
    return ProposalOut(
        id=str(row.pk),
        kind=row.kind,
        subject=row.subject,
        before=before_of(row),
        after=after_of(row),
        remark=row.remark,
        proposed_by=row.proposed_by.username,
        proposed_at=moment_to_text(row.proposed_at),
        outcome=row.outcome or "",
        decided_by=row.decided_by.username if row.decided_by else "",
        decided_at=moment_to_text(row.decided_at) if row.decided_at else "",
        decision_remark=row.decision_remark or "",
    )


def _person(row: User) -> PersonOut:
    suspension = None if row.is_active else suspension_of(row)
    return PersonOut(
        username=row.username,
        name=row.full_name,
        position=row.position,
        organisation=row.organisation.slug if row.organisation else "",
        is_active=row.is_active,
        suspended=moment_to_text(suspension.suspended_at) if suspension else "",
        grants=[
            GrantOut(
                role=grant.role,
                starts=moment_to_text(grant.starts),
                ends=moment_to_text(grant.ends) if grant.ends else "",
            )
            for grant in row.grants.all()
        ],
    )


def _state(one: StateLists) -> StateOut:
    return StateOut(
        state=one.state,
        version=str(one.version),
        valid_from=one.valid_from.isoformat(),
        next_update=one.term.end.isoformat() if one.term.end else "",
        days_left="" if one.term.days is None else str(one.term.days),
        keys=[
            KeyOut(
                holder=key.holder,
                roles=list(key.roles),
                fingerprint=key.fingerprint,
                until=key.term.end.isoformat() if key.term.end else "",
                withdrawn=moment_to_text(key.withdrawn) if key.withdrawn else "",
            )
            for key in one.keys
        ],
    )
