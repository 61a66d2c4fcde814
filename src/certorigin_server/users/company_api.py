"""One's own company over the machine interface: branches, people, powers of attorney (R60)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ninja import Router, Schema, Status

from certorigin.vocabulary.moment import day_from_text, moment_to_text
from certorigin_server.users.access import Caller
from certorigin_server.users.power_queries import (
    branches_of,
    powers_given,
    powers_held,
    principals_of,
)
from certorigin_server.users.power_services import give_power, revoke_power
from certorigin_server.users.queries import company_of, people_of
from certorigin_server.users.rights import Right
from certorigin_server.users.text import Text

if TYPE_CHECKING:
    from django.http import HttpRequest

    from certorigin_server.users.models import PowerOfAttorney

router = Router(tags=["company"])


class Named(Schema):
    """An organisation or a person, by short name and name."""

    id: str
    name: str


class PowerIn(Schema):
    """A power of attorney: `agent` is the number of the agent in its register, or its short name.

    `covers` is `prepare` or `submit`; both days belong to it.
    """

    agent: Text
    number: Text
    covers: Text
    starts: Text
    ends: Text


class PowerOut(Schema):
    """A power of attorney with what became of it."""

    id: str
    principal: str
    agent: str
    agent_name: str
    number: str
    covers: str
    starts: str
    ends: str
    recorded_at: str
    revoked_at: str = ""


class Company(Schema):
    """One's own company; `for_whom` lists who the caller may ask for."""

    id: str
    name: str
    branches: list[Named]
    people: list[Named]
    powers_given: list[PowerOut]
    powers_held: list[PowerOut]
    for_whom: list[Named]


@router.get("", response=Company)
def show_company(request: HttpRequest) -> Company:
    """Show the caller's own company."""
    caller = Caller.of(request, Right.COMPANY_READ)
    own = company_of(caller.user)
    return Company(
        id=own.slug,
        name=own.name,
        branches=[Named(id=one.slug, name=one.name) for one in branches_of(own)],
        people=[Named(id=one.username, name=one.full_name) for one in people_of(own)],
        powers_given=[_power(one) for one in powers_given(caller.user)],
        powers_held=[_power(one) for one in powers_held(caller.user, at=caller.at)],
        for_whom=[
            Named(id=one.slug, name=one.name) for one in principals_of(caller.user, at=caller.at)
        ],
    )


@router.post("/power", response={201: PowerOut})
def give(request: HttpRequest, power: PowerIn) -> Status[PowerOut]:
    """Let another company act for one's own until a last day."""
    caller = Caller.of(request, Right.COMPANY_WRITE)
    given = give_power(
        agent=power.agent,
        number=power.number,
        covers=power.covers,
        starts=_day(power.starts, "starts"),
        ends=_day(power.ends, "ends"),
        by=caller.user,
        at=caller.at,
    )
    return Status(201, _power(given))


@router.post("/power/{int:power}/revoke", response=PowerOut)
def revoke(request: HttpRequest, power: int) -> PowerOut:
    """Take a power of attorney back at once."""
    caller = Caller.of(request, Right.COMPANY_WRITE)
    return _power(revoke_power(power=power, by=caller.user, at=caller.at))


def _day(text: str, place: str) -> date | None:
    return day_from_text(text, place=place) if text else None


def _power(power: PowerOfAttorney) -> PowerOut:
    return PowerOut(
        id=str(power.pk),
        principal=power.principal.slug,
        agent=power.agent.slug,
        agent_name=power.agent.name,
        number=power.number,
        covers=power.covers,
        starts=power.starts.isoformat(),
        ends=power.ends.isoformat(),
        recorded_at=moment_to_text(power.recorded_at),
        revoked_at=moment_to_text(power.revoked_at) if power.revoked_at else "",
    )
