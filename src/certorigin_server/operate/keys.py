"""`certorigin key`: the keys of an installation, in files or in a device."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from certorigin.seal.trust.ceremony import fingerprint_of_key
from certorigin.terminal.sentences import say
from certorigin.terminal.trust import told
from certorigin_server.operate.draft import SUITES
from certorigin_server.operate.tell import (
    OPERATOR,
    SYSTEM_FOLDER,
    enter,
    now,
    spoken,
    tell_json,
)

if TYPE_CHECKING:
    from pathlib import Path


@click.group("key")
def key_command() -> None:
    """Keys of this installation: made where the settings say that they live."""


@key_command.command("make")
@click.argument("folder", type=SYSTEM_FOLDER)
@click.argument("name")
@click.option("--kind", type=click.Choice(list(SUITES)), default="Ed25519", show_default=True)
@spoken
def make(folder: Path, name: str, *, kind: str, as_json: bool, language: str) -> None:
    """Make the key NAME: in its file, or in the device when the settings name it there.

    It speaks for nobody before the trust list says so.

    Example: certorigin key make var/by seal-minsk-2 --kind P-256
    """
    with told(language):
        enter(folder)
        keyring = import_module("certorigin_server.seal.keyring").get_keyring()
        make_key = import_module("certorigin_server.seal.enrol").make_named_key
        sealer = make_key(keyring, name, by=OPERATOR, at=now(), suite=SUITES[kind])
        _tell([(name, sealer.key)], as_json=as_json, language=language)


@key_command.command("list")
@click.argument("folder", type=SYSTEM_FOLDER)
@spoken
def list_command(folder: Path, *, as_json: bool, language: str) -> None:
    """List the keys that can be opened here, with their fingerprints. Root keys are none of them.

    Example: certorigin key list var/by
    """
    with told(language):
        enter(folder)
        keyring = import_module("certorigin_server.seal.keyring").get_keyring()
        found = [(name, keyring.named(name).key) for name in keyring.names()]
        _tell(found, as_json=as_json, language=language)


def _tell(found: list[tuple[str, str]], *, as_json: bool, language: str) -> None:
    if as_json:
        tell_json({"keys": [{"name": name, "key": key} for name, key in found]})
        return
    for name, key in found:
        facts = {"name": name, "key": key, "fingerprint": fingerprint_of_key(key)}
        click.echo(say("key.shown", facts, language))
