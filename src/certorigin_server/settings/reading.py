"""Reading `system.toml`: everything that is wrong in it is told at once."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from certorigin.audit.retention import LEAST_YEARS
from certorigin.errors import FaultsError, MalformedError
from certorigin.log.national import AGREEMENT
from certorigin.mirror.profile import KNOWN
from certorigin.seal.trust.entries import INSTALLATION_ROLES, MEDIA
from certorigin.statistics.suppress import LEAST
from certorigin.terminal.sentences import LANGUAGES
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.finding import Finding
from certorigin_server.settings.messages import read_mail, read_webhooks
from certorigin_server.settings.sign_in import read_sign_in
from certorigin_server.settings.system import (
    CorridorSettings,
    DeviceSettings,
    LoopSettings,
    PublishSettings,
    SystemSettings,
    TlsFiles,
)
from certorigin_server.settings.table import Table, require
from certorigin_server.settings.uploads import read_uploads

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_INSTALLATION = re.compile(r"[A-Z]{2}-[1-9][0-9]{0,2}")
_STATE = re.compile(r"[A-Z]{2}")
_TERM = re.compile(r"\w{1,20}", re.ASCII)
_DAY = 24 * 60 * 60.0
# Stands for a corridor whose name is none, until the faults are told.
_NONE = Corridor(("", ""), "")


def read_system(folder: Path) -> SystemSettings:
    """Read `system.toml`. Raises FaultsError with everything that is wrong in it."""
    path = folder / "system.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:  # a fault of TOML or of UTF-8 is a ValueError
        facts = {"place": path.name, "reason": str(error)}
        finding = Finding("settings.unreadable", place=path.name, facts=facts)
        raise FaultsError("settings.unreadable", [finding], **facts) from error
    return read_settings(data, folder)


def read_settings(data: Mapping[str, object], folder: Path) -> SystemSettings:
    """Read what `system.toml` says. Raises FaultsError with everything that is wrong in it."""
    faults: list[Finding] = []
    root = Table(data, "", faults)
    system = _system(root, folder)
    root.end()
    require(faults)
    return system


def _system(root: Table, folder: Path) -> SystemSettings:
    one, web = root.table("installation"), root.table("web")
    identity, state = one.shaped("id", _INSTALLATION, "BY-1"), one.shaped("state", _STATE, "BY")
    if identity and state and identity.partition("-")[0] != state:
        one.finding("settings.states_differ", "state", value=state[:60], other=identity[:60])
    proxies, usual = web.networks("trusted_proxies"), SystemSettings
    system = SystemSettings(
        folder=folder,
        installation=identity,
        state=state,
        name=one.text("name"),
        roles=one.texts("roles", INSTALLATION_ROLES, allowed=INSTALLATION_ROLES),
        four_eyes=one.flag("four_eyes", default=True),
        correct_parties=one.flag("correct_parties", default=False),
        keep_years=_years(one, "keep_years"),
        keep_supplier_years=_years(one, "keep_supplier_years"),
        keep_customs_years=_years(one, "keep_customs_years"),
        host=web.text("host", SystemSettings.host),
        port=web.whole("port", SystemSettings.port, least=1, most=65_535),
        https=web.flag("https", default=False),
        trusted_proxies=proxies,
        names=web.texts("names"),
        calls_a_minute=web.whole("calls_a_minute", usual.calls_a_minute, least=0, most=1_000_000),
        languages=one.texts("languages", ("en",), allowed=LANGUAGES) or ("en",),
        corridors=tuple(_corridor(entry, state) for entry in root.tables("corridor")),
        loops=_loops(root.table("loops")),
        publish=_publish(root.table("publish")),
        device=_device(root.table("device")) if root.has("device") else None,
        sign_in=read_sign_in(root.table("sign_in")),
        mail=read_mail(root.table("mail")),
        webhooks=read_webhooks(root.table("webhooks")),
        uploads=read_uploads(root.table("uploads")),
    )
    # Without a proxy whose word is believed, every request would count as one in the clear.
    if system.https and not proxies:
        web.finding("settings.https_without_proxy", "trusted_proxies")
    _each_once(root, system)
    one.end()
    web.end()
    return system


def _each_once(root: Table, system: SystemSettings) -> None:
    """Note corridors that stand there twice: two logs can't have one name."""
    names = [str(one.corridor) for one in system.corridors if one.corridor is not _NONE]
    for name in sorted({one for one in names if names.count(one) > 1}):
        root.finding("settings.corridor_twice", "corridor", value=name)


def _years(one: Table, name: str) -> int:
    return one.whole(name, LEAST_YEARS, least=LEAST_YEARS, most=100)


def _loops(loops: Table) -> LoopSettings:
    found = LoopSettings(
        interval=loops.seconds("interval", LoopSettings.interval, least=0.01, most=3600),
        heartbeat=loops.seconds("heartbeat", LoopSettings.heartbeat, least=0.1, most=_DAY),
        lease=loops.seconds("lease", LoopSettings.lease, least=0.1, most=3600),
        hint=loops.seconds("hint", LoopSettings.hint, least=0, most=60),
    )
    loops.end()
    return found


def _publish(publish: Table) -> PublishSettings:
    """Read how often files for posts and third parties are made."""
    usual = PublishSettings
    found = PublishSettings(
        posts_every=publish.seconds("posts_every", usual.posts_every, least=0, most=30 * _DAY),
        status_url=publish.address("status_url"),
        status_hour=publish.whole("status_hour", usual.status_hour, least=0, most=23),
        status_days=publish.whole("status_days", usual.status_days, least=1, most=366),
        small_cells=publish.whole("small_cells", usual.small_cells, least=LEAST, most=1000),
    )
    publish.end()
    return found


def _device(device: Table) -> DeviceSettings:
    found = DeviceSettings(
        module=device.text("module"),
        token=device.text("token"),
        pin_file=device.text("pin_file"),
        keys=device.texts("keys"),
    )
    device.end()
    return found


def _corridor(entry: Table, state: str) -> CorridorSettings:
    corridor, partner = _named(entry), entry.shaped("partner", _INSTALLATION, "AZ-1")
    for other in (state, partner[:2]) if corridor is not _NONE else ():
        if _STATE.fullmatch(other) and not corridor.has(other):
            entry.finding("settings.states_differ", "id", value=str(corridor), other=other)
    # A national log may do without a witness: then there is nobody to ask.
    needs_partner = corridor.agreement != AGREEMENT
    found = CorridorSettings(
        corridor=corridor,
        partner=partner,
        partner_url=entry.address("partner_url", None if needs_partner else ""),
        term=entry.shaped("term", _TERM, "2026"),
        document_medium=entry.choice("medium", MEDIA, MEDIA[0]),
        known_as=entry.address("known_as"),
        profiles=entry.texts("profiles", KNOWN, allowed=KNOWN) or KNOWN,
        tls=_tls(entry),
    )
    entry.end()
    return found


def _named(entry: Table) -> Corridor:
    name = entry.text("id")
    try:
        return Corridor.from_text(name)
    except MalformedError:
        if name:
            example = "AZ-BY/CIS-2009"
            entry.finding("settings.misshaped", "id", value=name[:60], example=example)
        return _NONE


def _tls(entry: Table) -> TlsFiles:
    """Read which files the line to the partner uses; certificate and key come together."""
    files = TlsFiles(
        certificate=entry.text("certificate", ""),
        key=entry.text("key", ""),
        authorities=entry.text("authorities", ""),
    )
    if bool(files.certificate) != bool(files.key):
        entry.finding("settings.tls_without_pair", "certificate")
    return files
