"""Setting up the system that is filled: a new folder and an empty database, or its own again."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from certorigin.errors import ConflictError, UnknownError
from certorigin_server.operate.fill import fill_system
from certorigin_server.operate.generate.abroad import moment
from certorigin_server.operate.generate.home import Home
from certorigin_server.operate.generate.partner import PlayedPartner
from certorigin_server.operate.generate.staff import find_staff, with_more_people
from certorigin_server.operate.generate.trade import make_plan
from certorigin_server.operate.generate.walk import NAME, Clock, Walk
from certorigin_server.operate.profile import read_profile
from certorigin_server.trail.queries import latest
from certorigin_server.users.queries import authorities, get_user
from certorigin_server.users.rights import Role
from certorigin_server.users.services import add_organisation, add_user, set_password

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from certorigin_server.operate.generate.trade import Order, Plan
    from certorigin_server.users.queries import User

# As many exporters get a password; the others have nobody who signs in.
_WITH_PASSWORD = 3
_HEAD_AGE = 4 * 86_400
_PASSWORDS = "accounts.txt"


def set_up(order: Order) -> None:
    """Fill the system of this process with bodies, people and keys, unless that is done.

    Raises ConflictError (`generate.database_taken`) when the database holds anything of another
    system: nobody's certificates are ever mixed with invented ones.
    """
    place = settings.SYSTEM.folder / _PASSWORDS
    if place.is_file():
        return
    call_command("migrate", verbosity=0, interactive=False)
    if authorities() or latest(1):
        raise ConflictError("generate.database_taken", folder=settings.SYSTEM.folder.name)
    profile = with_more_people(read_profile(order.state), order.seed)
    fill_system(profile, max_head_age=_HEAD_AGE, at=moment(order.begins, 0))


def generate(order: Order, progress: Callable[[date, int], None]) -> int:
    """Let the system of this process live through an order; return the number of certificates."""
    plan, clock = make_plan(order), Clock(moment(order.begins, 1))
    partner = PlayedPartner(
        settings.SYSTEM, settings.SYSTEM.folder / "partner", seed=order.seed, clock=clock
    )
    partner.pin(since=moment(order.begins, 0))
    done = walk_through(plan, partner, clock, progress)
    _hand_out(plan, clock())
    return done


def _hand_out(plan: Plan, at: datetime) -> None:
    """Let the first exporters sign in: their passwords join those of the officers."""
    place = settings.SYSTEM.folder / _PASSWORDS
    known = place.read_text("utf-8")
    for trader in plan.exporters[:_WITH_PASSWORD]:
        if f"{trader.slug} " not in known:
            password = secrets.token_urlsafe(12)
            set_password(user=get_user(trader.slug), password=password, by=NAME, at=at)
            known += f"{trader.slug} {password}\n"
    place.write_text(known, "utf-8")


def walk_through(
    plan: Plan, partner: PlayedPartner, clock: Clock, progress: Callable[[date, int], None]
) -> int:
    """Walk through a plan in a system that is set up and linked; add its exporters first."""
    at = moment(plan.order.begins, 1)
    exporters = _exporters(plan, at)
    home = Home(find_staff(at=at), exporters, partner.corridor.corridor.agreement)
    return Walk(plan, home, partner, clock).go(progress)


def _exporters(plan: Plan, at: datetime) -> dict[str, User]:
    slugs = [trader.slug for trader in plan.exporters]
    try:
        get_user(slugs[-1])
    except UnknownError:
        with transaction.atomic():
            _add_exporters(plan, at)
    return {slug: get_user(slug) for slug in slugs}


def _add_exporters(plan: Plan, at: datetime) -> None:
    for trader in plan.exporters:
        organisation = add_organisation(
            by=NAME,
            at=at,
            kind="trader",
            slug=trader.slug,
            name=trader.name,
            address=trader.address,
            state=trader.state,
            identifier_scheme=trader.identifier.scheme,
            identifier=trader.identifier.value,
        )
        add_user(
            by=NAME,
            at=at,
            username=trader.slug,
            password=None,
            roles=[Role.EXPORTER],
            organisation=organisation,
            first_name=trader.first_name,
            last_name=trader.last_name,
        )
