"""`certorigin trust draft`: the next version of this state's trust list, step by step.

Every step prints the whole draft with its fingerprint, and can be taken back.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from certorigin.errors import UnknownError
from certorigin.seal.suite import ECDSA_JCS_2019, EDDSA_JCS_2022
from certorigin.seal.trust import change
from certorigin.seal.trust.ceremony import Ceremony
from certorigin.seal.trust.entries import KEY_ROLES, MEDIA, REASONS, RIGHTS, CorridorSettings
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.specimen import SPECIMEN_KINDS, Specimen
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import read_moment, told
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.moment import day_from_text
from certorigin_server.operate.tell import (
    OPERATOR,
    SYSTEM_FOLDER,
    enter,
    moment_or_none,
    now,
    spoken,
    tell_draft,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from certorigin.seal.trust.trust_list import TrustDraft
    from certorigin_server.settings.system import SystemSettings

FROM = click.option("--from", "start", help="From this moment on; now when not given.")
UNTIL = click.option("--until", help="Until just before this moment; without end when not given.")
SUITES = {"Ed25519": EDDSA_JCS_2022.name, "P-256": ECDSA_JCS_2019.name}


@click.group("draft")
def draft_command() -> None:
    """Draft the next version of this state's trust list, step by step."""


@draft_command.command("show")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the draft here."
)
@spoken
def show(folder: Path, *, out: Path | None, as_json: bool, language: str) -> None:
    """Show the draft in the system FOLDER; write it to a file for those who sign.

    Example: certorigin trust draft show var/by --out BY-2.draft
    """
    with told(language):
        system = enter(folder)
        ceremony = _ceremony().get_draft(system)
        if out is not None:
            out.write_bytes(ceremony.to_bytes())
        tell_draft(ceremony, as_json=as_json, language=language)


@draft_command.command("officer")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("username")
@click.option("--form", "forms", multiple=True, help="A form; those of the body when not given.")
@click.option("--right", "rights", multiple=True, type=click.Choice(RIGHTS), default=("certify",))
@FROM
@UNTIL
@spoken
def officer(
    folder: Path,
    username: str,
    *,
    forms: tuple[str, ...],
    rights: tuple[str, ...],
    start: str | None,
    until: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Add the person USERNAME of the system FOLDER as an officer, with a new key.

    Example: certorigin trust draft officer var/by petrova --form ST-1 --until 2027-11-22T00:00:00Z
    """
    with told(language):
        system = enter(folder)
        ceremony = _enrol().draft_officer(
            system,
            _keyring(),
            user=import_module("certorigin_server.users.queries").get_user(username),
            forms=forms,
            rights=rights,
            period=_period(start, until),
            by=OPERATOR,
            at=now(),
        )
        tell_draft(ceremony, as_json=as_json, language=language)


@draft_command.command("body")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("slug")
@click.option("--form", "forms", multiple=True, help="A form that the body may issue.")
@FROM
@UNTIL
@spoken
def body(
    folder: Path,
    slug: str,
    *,
    forms: tuple[str, ...],
    start: str | None,
    until: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Add the organisation SLUG of the system FOLDER as a body, with a key for its seal.

    Example: certorigin trust draft body var/by grodno --form ST-1
    """
    with told(language):
        system = enter(folder)
        ceremony = _enrol().draft_body(
            system,
            _keyring(),
            organisation=import_module("certorigin_server.users.queries").get_organisation(slug),
            forms=forms,
            period=_period(start, until),
            by=OPERATOR,
            at=now(),
        )
        tell_draft(ceremony, as_json=as_json, language=language)


@draft_command.command("key")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("name")
@click.option("--role", type=click.Choice(KEY_ROLES), required=True)
@click.option("--of", "controller", help="Whose key it is, a name of the list; else this system's.")
@click.option("--kind", type=click.Choice(list(SUITES)), default="Ed25519", show_default=True)
@FROM
@UNTIL
@spoken
def key(
    folder: Path,
    name: str,
    *,
    role: str,
    controller: str | None,
    kind: str,
    start: str | None,
    until: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Add the key NAME, and make it when it is not in the system FOLDER or its device.

    Example: certorigin trust draft key var/by witness-2 --role witness --from 2026-12-01T00:00:00Z
    """
    with told(language):
        system = enter(folder)
        ceremony = _enrol().draft_key(
            system,
            _keyring(),
            controller=controller or f"urn:certorigin:installation:{system.installation}",
            role=role,
            name=name,
            suite=SUITES[kind],
            period=_period(start, until),
            by=OPERATOR,
            at=now(),
        )
        tell_draft(ceremony, as_json=as_json, language=language)


@draft_command.command("withdraw")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("key_text", metavar="KEY")
@click.option("--reason", type=click.Choice(REASONS), required=True)
@FROM
@spoken
def withdraw(
    folder: Path, key_text: str, *, reason: str, start: str | None, as_json: bool, language: str
) -> None:
    """Withdraw KEY from a moment on, which may lie in the past. `trust drill` shows what falls.

    Example: certorigin trust draft withdraw var/by z6Mk... --reason compromised
    """
    with told(language):
        at = read_moment(start)
        _step(
            folder,
            lambda one: change.withdraw_key(one, key_text, at=at, reason=reason),
            language,
            as_json,
        )


@draft_command.command("end")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("name")
@FROM
@spoken
def end(folder: Path, name: str, *, start: str | None, as_json: bool, language: str) -> None:
    """Let the period of the officer, body or installation NAME end.

    Example: certorigin trust draft end var/by urn:certorigin:officer:BY:petrova
    """
    with told(language):
        at = read_moment(start)
        _step(folder, lambda one: change.end_entry(one, name, at=at), language, as_json)


@draft_command.command("specimen")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("name")
@click.argument("kind", type=click.Choice(SPECIMEN_KINDS))
@click.option(
    "--text", default="", help="In words: the address, numbers of blanks, an inscription."
)
@click.option("--picture", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@FROM
@UNTIL
@spoken
def specimen(
    folder: Path,
    name: str,
    kind: str,
    *,
    text: str,
    picture: Path | None,
    start: str | None,
    until: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Add a specimen of KIND of the body or officer NAME; the one before it ends.

    Example: certorigin trust draft specimen var/by urn:certorigin:body:BY:minsk stamp --text round
    """
    with told(language):
        system = enter(folder)
        kept = _ceremony().keep_picture(system, picture.read_bytes()) if picture else None
        shown = Specimen(name, kind, _period(start, until), text, kept)
        _step(folder, lambda one: change.with_specimen(one, shown), language, as_json)


@draft_command.command("renew")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--until", required=True, help="The day until which the next list must be there.")
@spoken
def renew_command(folder: Path, *, until: str, as_json: bool, language: str) -> None:
    """Renew the list: it counts as current until a later day.

    Example: certorigin trust draft renew var/by --until 2027-11-22
    """
    with told(language):
        day = day_from_text(until, place="--until")
        _step(folder, lambda one: change.renew(one, next_update=day), language, as_json)


@draft_command.command("roots")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("keys", nargs=-1, required=True)
@click.option("--threshold", default=2, show_default=True, help="How many of them must sign.")
@spoken
def roots(
    folder: Path, keys: tuple[str, ...], *, threshold: int, as_json: bool, language: str
) -> None:
    """Replace the root keys by KEYS. Enough of the old ones and of the new ones must then sign.

    Example: certorigin trust draft roots var/by z6Mk... z6Mk... z6Mk...
    """
    with told(language):
        _step(
            folder,
            lambda one: change.with_roots(one, keys=keys, threshold=threshold),
            language,
            as_json,
        )


@draft_command.command("corridor")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("name")
@click.option("--max-head-age", default=86_400, show_default=True, help="Seconds.")
@click.option("--medium", multiple=True, type=click.Choice(MEDIA), default=("electronic-only",))
@click.option("--form", "forms", multiple=True, default=("ST-1",), show_default=True)
@click.option("--direct-partial-use/--no-direct-partial-use", default=True, show_default=True)
@click.option(
    "--start", help="The first day whose certificates it carries; as before if not given."
)
@spoken
def corridor(
    folder: Path,
    name: str,
    *,
    max_head_age: int,
    medium: tuple[str, ...],
    forms: tuple[str, ...],
    direct_partial_use: bool,
    start: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Add the corridor NAME to the list, or change its settings.

    Example: certorigin trust draft corridor var/by BY-KZ/CIS-2009 --start 2027-01-01
    """
    with told(language):
        settings = CorridorSettings(
            corridor=Corridor.from_text(name, place="NAME"),
            max_head_age=max_head_age,
            medium=medium,
            forms=forms,
            direct_partial_use=direct_partial_use,
            start=day_from_text(start, place="--start") if start else None,
        )
        _step(folder, lambda one: change.with_corridor(one, settings), language, as_json)


@draft_command.command("join")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("other", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@spoken
def join_installation(folder: Path, other: Path, *, as_json: bool, language: str) -> None:
    """Add one more installation of this state, with bodies and keys: OTHER is its own draft.

    Example: certorigin trust draft join var/by BY-2.draft
    """
    with told(language):
        draft = Ceremony.from_bytes(other.read_bytes()).draft
        _step(folder, lambda one: change.join(one, draft), language, as_json)


@draft_command.command("undo")
@click.argument("folder", type=SYSTEM_FOLDER)
@spoken
def undo(folder: Path, *, as_json: bool, language: str) -> None:
    """Take the last step back.

    Example: certorigin trust draft undo var/by
    """
    with told(language):
        system = enter(folder)
        ceremony = _ceremony().undo_step(system)
        if ceremony is None:
            raise UnknownError("trust.no_draft", state=system.state)
        tell_draft(ceremony, as_json=as_json, language=language)


@draft_command.command("discard")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.option("--language", default="en", show_default=True)
def discard(folder: Path, *, language: str) -> None:
    """Take every step back: the list in force stays as it is.

    Example: certorigin trust draft discard var/by
    """
    with told(language):
        system = enter(folder)
        _ceremony().discard_draft(system)
        click.echo(say("trust.draft_discarded", {}, language))


def _step(
    folder: Path,
    edit: Callable[[TrustDraft], TrustDraft],
    language: str,
    as_json: bool,  # noqa: FBT001 - a flag as click gives it
) -> None:
    system: SystemSettings = enter(folder)
    ceremony = _ceremony().change_draft(system, edit, at=now())
    tell_draft(ceremony, as_json=as_json, language=language)


def _period(start: str | None, until: str | None) -> Period:
    return Period(read_moment(start), moment_or_none(until))


# Tables and settings are there only once Django has been told which system this is.
def _ceremony() -> Any:  # noqa: ANN401 - a module
    return import_module("certorigin_server.seal.ceremony")


def _enrol() -> Any:  # noqa: ANN401 - a module
    return import_module("certorigin_server.seal.enrol")


def _keyring() -> Any:  # noqa: ANN401 - a keyring, whose module needs Django
    return import_module("certorigin_server.seal.keyring").get_keyring()
