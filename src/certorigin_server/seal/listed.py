"""What the trust lists say, for people: who signed, what to compare with, and what ends soon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from certorigin.seal.trust.entries import Body, Officer, urn_parts
from certorigin.seal.trust.expiry import Expiry, expiries
from certorigin_server.seal.ceremony import picture_place
from certorigin_server.seal.trust import get_trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from certorigin.seal.trust.period import Period
    from certorigin.seal.trust.specimen import Picture, Specimen
    from certorigin.seal.trust.trust_list import TrustDraft


@dataclass(frozen=True)
class ShownSpecimen:
    """A specimen of somebody: what it is, its words, its period, and whether its picture is here.

    `picture` is the SHA-256 under which `picture_of` finds the bytes; empty when there is none, or
    when it has not arrived from the partner yet (`is_awaited`).
    """

    kind: str
    text: str
    start: datetime
    end: datetime | None
    picture: str
    media_type: str
    is_awaited: bool


@dataclass(frozen=True)
class Signatory:
    """Who signed, in whose name, with what rights, and the specimens at that time (R1, R31).

    `refusals` are the codes of what does not hold at that time; empty when all does.
    """

    state: str
    list_version: int
    officer: str
    officer_name: str
    position: str
    rights: tuple[str, ...]
    forms: tuple[str, ...]
    start: datetime
    end: datetime | None
    body: str
    body_name: str
    body_address: str
    body_start: datetime
    body_end: datetime | None
    refusals: tuple[str, ...]
    specimens: tuple[ShownSpecimen, ...]


def find_signatory(officer: str, *, at: datetime, form: str = "") -> Signatory | None:
    """Return what the officer's state says of the officer and the body at a moment, or None.

    `at` is legal time, or the moment of issue where there is none yet.
    """
    trust = get_trust()
    found = trust.find_holder(officer)
    if not isinstance(found, Officer):
        return None
    body = trust.find_holder(found.body)
    assert isinstance(body, Body)  # noqa: S101 - the list was read: its officers have bodies
    state = urn_parts(officer)[1]
    newest = trust.newest(state)
    return Signatory(
        state=state,
        list_version=newest.version,
        officer=found.id,
        officer_name=found.name,
        position=found.position,
        rights=found.rights,
        forms=found.forms or body.forms,
        start=found.period.start,
        end=found.period.end,
        body=body.id,
        body_name=body.name,
        body_address=_address_at(newest.contents, body, at),
        body_start=body.period.start,
        body_end=body.period.end,
        refusals=tuple(_refusals(found, body, at=at, form=form)),
        specimens=tuple(_shown(newest.contents, {found.id, body.id}, at)),
    )


def picture_of(state: str, sha256: str) -> tuple[bytes, str] | None:
    """Return the bytes and the media type of a specimen's picture, verified, or None."""
    trust = get_trust()
    if state not in trust.states:
        return None
    for picture in pictures_in(trust.newest(state).contents):
        if picture.sha256 == sha256:
            place = picture_place(settings.SYSTEM, state, sha256)
            data = place.read_bytes() if place.is_file() else b""
            return (data, picture.media_type) if picture.fits(data) else None
    return None


def pictures_in(contents: TrustDraft) -> list[Picture]:
    """Return the pictures that a list speaks of, each once."""
    found = [one.picture for one in contents.specimens if one.picture is not None]
    return list({picture.sha256: picture for picture in found}.values())


def announced(*, at: datetime, state: str = "") -> list[Expiry]:
    """Return what ends within 60 days in the lists of all states here, or of one; soonest first."""
    trust = get_trust()
    found = [
        expiry
        for one in trust.states
        if state in {"", one}
        for expiry in expiries(trust.newest(one).contents, at=at)
    ]
    return sorted(found, key=lambda one: (one.ends, one.state, one.name))


def _shown(contents: TrustDraft, owners: set[str], at: datetime) -> Iterator[ShownSpecimen]:
    for one in contents.specimens:
        if one.of in owners and _holds(one.period, at):
            yield _specimen(contents.state, one)


def _specimen(state: str, one: Specimen) -> ShownSpecimen:
    known = one.picture is not None and picture_of(state, one.picture.sha256) is not None
    return ShownSpecimen(
        kind=one.kind,
        text=one.text,
        start=one.period.start,
        end=one.period.end,
        picture=one.picture.sha256 if one.picture is not None and known else "",
        media_type=one.picture.media_type if one.picture else "",
        is_awaited=one.picture is not None and not known,
    )


def _address_at(contents: TrustDraft, body: Body, at: datetime) -> str:
    """Return the address at a moment: that of a specimen where there is one, else the body's."""
    for one in contents.specimens:
        if one.of == body.id and one.kind == "address" and one.text and _holds(one.period, at):
            return one.text
    return body.address


def _refusals(officer: Officer, body: Body, *, at: datetime, form: str) -> Iterator[str]:
    if not _holds(officer.period, at):
        yield "trust.officer_not_in_office"
    if "certify" not in officer.rights:
        yield "trust.officer_without_right"
    if not _holds(body.period, at):
        yield "trust.body_not_authorised"
    if form and (form not in body.forms or (officer.forms and form not in officer.forms)):
        yield "trust.form_not_allowed"


def _holds(period: Period, at: datetime) -> bool:
    return period.start <= at and (period.end is None or at < period.end)
