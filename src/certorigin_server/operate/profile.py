"""A state's profile: its bodies, posts and people as a TOML file (R1: never hard-coded)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin_server.users.rights import Role

if TYPE_CHECKING:
    from pathlib import Path

_ORGANISATION = {
    "kind",
    "slug",
    "parent",
    "name",
    "address",
    "number_grammar",
    "number_code",
    "identifier_scheme",
    "identifier",
}

# Rights change with four eyes: one alone could change nothing afterwards.
LEAST_ADMINISTRATORS = 2


@dataclass(frozen=True)
class Person:
    """Somebody who will be able to sign in."""

    username: str
    first_name: str
    last_name: str
    position: str
    organisation: str
    roles: tuple[Role, ...]


@dataclass(frozen=True)
class Profile:
    """What `certorigin init` fills a new system with."""

    name: str
    languages: tuple[str, ...]
    organisations: tuple[dict[str, str], ...]
    people: tuple[Person, ...]


def builtin_profile(state: str) -> str:
    """Return the text of the profile that ships with the package. Raises MalformedError."""
    resource = files("certorigin_server.operate").joinpath(f"profiles/{state}.toml")
    if not resource.is_file():
        raise MalformedError("profile.none_for_state", place="--state", value=state)
    return resource.read_text("utf-8")


def read_profile(state: str, path: Path | None = None, extra: Path | None = None) -> Profile:
    """Read a profile, and add the organisations and people of a second file when one is given."""
    data = _parse(path.read_text("utf-8") if path else builtin_profile(state))
    more = _parse(extra.read_text("utf-8")) if extra else {}
    organisations = [*data.get("organisation", []), *more.get("organisation", [])]
    people = [*data.get("person", []), *more.get("person", [])]
    installation = data.get("installation")
    if not isinstance(installation, dict) or not installation.get("name"):
        raise MalformedError("profile.unreadable", place="installation", reason="name")
    profile = Profile(
        name=str(installation["name"]),
        languages=tuple(installation.get("languages", ("en",))),
        organisations=tuple(_organisation(entry) for entry in organisations),
        people=tuple(_person(entry) for entry in people),
    )
    if sum(Role.ADMINISTRATOR in person.roles for person in profile.people) < LEAST_ADMINISTRATORS:
        raise MalformedError(
            "profile.too_few_administrators", place="person", least=str(LEAST_ADMINISTRATORS)
        )
    return profile


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MalformedError("profile.unreadable", place="profile", reason=str(error)) from error


def _organisation(entry: dict[str, str]) -> dict[str, str]:
    unknown = sorted(set(entry) - _ORGANISATION)
    if unknown:
        raise MalformedError("profile.setting_unknown", place="organisation", value=unknown[0])
    return entry


def _person(entry: dict[str, Any]) -> Person:
    try:
        return Person(
            username=entry["username"],
            first_name=entry["name"][0],
            last_name=entry["name"][1],
            position=entry.get("position", ""),
            organisation=entry["organisation"],
            roles=tuple(Role(role) for role in entry["roles"]),
        )
    except (KeyError, ValueError, IndexError) as error:
        raise MalformedError(
            "profile.person_misshaped", place="person", reason=str(error)
        ) from error
