"""The settings of one national system, read from `system.toml` in its folder."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certorigin.errors import MalformedError
from certorigin.log.national import AGREEMENT
from certorigin.mirror.profile import KNOWN
from certorigin.statistics.suppress import LEAST
from certorigin.vocabulary.corridor import Corridor
from certorigin_server.settings.messages import (
    MailSettings,
    WebhookSettings,
    read_mail,
    read_webhooks,
)
from certorigin_server.settings.sign_in import SignInSettings, read_sign_in

if TYPE_CHECKING:
    from collections.abc import Mapping

_ADDRESS = re.compile(r"https?://[^/?#\s@]+(/[^?#\s]*[^/?#\s])?", re.ASCII)


@dataclass(frozen=True)
class TlsFiles:
    """The PEM files of the line to a partner, in the folder or absolute; empty if none is set."""

    certificate: str = ""
    key: str = ""
    authorities: str = ""

    def below(self, folder: Path) -> dict[str, Path]:
        """Return the files that are set, by what they are."""
        named = {
            "certificate": self.certificate,
            "key": self.key,
            "authorities": self.authorities,
        }
        return {name: folder / path for name, path in named.items() if path}


@dataclass(frozen=True)
class CorridorSettings:
    """One corridor of this installation: whom it is shared with, and the term that is open.

    `known_as` is the address under which the partner asks us, where a gateway between the two
    changes it on the way; nothing where it does not (docs/spec/exchange.md). `profiles` are the
    versions of the corridor's profile that we speak (docs/spec/corridor.md).
    """

    corridor: Corridor
    partner: str
    partner_url: str
    term: str
    document_medium: str = "electronic-only"
    known_as: str = ""
    profiles: tuple[str, ...] = KNOWN
    tls: TlsFiles = TlsFiles()

    def origin_of(self, publisher: str) -> str:
        """Return the origin line of the log that `publisher` keeps for this corridor and term."""
        first, second = self.corridor.states
        agreement = self.corridor.agreement
        return f"certorigin/{publisher}/{first}-{second}/{agreement}/{self.term}"


@dataclass(frozen=True)
class LoopSettings:
    """How often the loops look for work, how long a lease holds, and a hint may take, in seconds.

    Without time for a hint none is sent.
    """

    interval: float = 1.0
    heartbeat: float = 60.0
    lease: float = 10.0
    hint: float = 2.0


@dataclass(frozen=True)
class PublishSettings:
    """What leaves for posts and third parties, and how often.

    Nought seconds make no snapshots; without an address there are no status lists. In open data a
    cell of fewer certificates than `small_cells` is hidden.
    """

    posts_every: float = 3600.0
    status_url: str = ""
    status_hour: int = 3
    status_days: int = 2
    small_cells: int = 5


@dataclass(frozen=True)
class DeviceSettings:
    """A PKCS#11 device: its maker's module, its token, the file of its PIN, the keys in it."""

    module: str
    token: str
    pin_file: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class SystemSettings:
    """One installation: a state, its roles, its corridors, its folder."""

    folder: Path
    installation: str
    state: str
    name: str
    roles: tuple[str, ...] = ("issuing", "customs")
    host: str = "127.0.0.1"
    port: int = 8100
    https: bool = False
    trusted_proxies: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    four_eyes: bool = True
    correct_parties: bool = False
    corridors: tuple[CorridorSettings, ...] = ()
    loops: LoopSettings = field(default_factory=LoopSettings)
    publish: PublishSettings = field(default_factory=PublishSettings)
    device: DeviceSettings | None = None
    sign_in: SignInSettings = field(default_factory=SignInSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)

    @property
    def site(self) -> str:
        """The address under which people know this system, for links in letters."""
        if self.sign_in.address:
            return self.sign_in.address
        if self.names:
            return f"{'https' if self.https else 'http'}://{self.names[0]}"
        return f"http://{self.host}:{self.port}"

    @property
    def trust_folder(self) -> Path:
        """Where the trust lists of both states lie."""
        return self.folder / "trust"

    @property
    def keys_folder(self) -> Path:
        """Where the encrypted keys lie; readable by this system's Unix user alone."""
        return self.folder / "keys"

    @property
    def evidence_folder(self) -> Path:
        """Where the files lie that people attached, each under the digest of its bytes."""
        return self.folder / "evidence"

    def log_folder(self, origin: str) -> Path:
        """Return the folder of one of our own logs."""
        return self.folder / "log" / _path_of(origin)

    def mirror_folder(self, origin: str) -> Path:
        """Return the folder in which we keep the partner's log."""
        return self.folder / "mirror" / _path_of(origin)

    def corridor_of(self, text: str) -> CorridorSettings:
        """Return the settings of a corridor. Raises MalformedError (`corridor.not_ours`)."""
        for settings in self.corridors:
            if str(settings.corridor) == text:
                return settings
        raise MalformedError("corridor.not_ours", place="corridor", value=text)

    def corridor_with(self, state: str, agreement: str) -> CorridorSettings:
        """Return the corridor with another state under an agreement. Raises MalformedError.

        Where that state shares no corridor with us, but there is a national log, the settings of
        that one hold.
        """
        first, second = sorted((self.state, state))
        text, national = f"{first}-{second}/{agreement}", self.national
        shared = any(one.corridor.has(state) for one in self.corridors if one != national)
        if national is None or first == second or shared:
            return self.corridor_of(text)
        return replace(national, corridor=Corridor.from_text(text))

    @property
    def known_corridors(self) -> frozenset[str]:
        """The names of the corridors that the settings name."""
        return frozenset(str(one.corridor) for one in self.corridors)

    @property
    def national(self) -> CorridorSettings | None:
        """The national log, shared with its witness, which takes what no corridor takes."""
        found = (one for one in self.corridors if one.corridor.agreement == AGREEMENT)
        return next(found, None)

    def log_for(self, corridor: str) -> str:
        """Return the corridor whose log takes the acts of a corridor: itself, or the national."""
        if corridor in self.known_corridors or self.national is None:
            return corridor
        return str(self.national.corridor)


def _path_of(origin: str) -> Path:
    _, publisher, states, agreement, term = origin.split("/")
    return Path(publisher) / states / agreement / term


def read_system(folder: Path) -> SystemSettings:
    """Read `system.toml`. Raises MalformedError naming the setting that is wrong."""
    path = folder / "system.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise MalformedError("settings.unreadable", place=path.name, reason=str(error)) from error
    return read_settings(data, folder)


def read_settings(data: Mapping[str, Any], folder: Path) -> SystemSettings:
    """Read what `system.toml` says. Raises MalformedError naming the setting that is wrong."""
    installation = _table(data, "installation")
    web, loops = data.get("web", {}), data.get("loops", {})
    proxies = _networks(web.get("trusted_proxies", []), "trusted_proxies")
    return SystemSettings(
        folder=folder,
        installation=_text(installation, "id"),
        state=_text(installation, "state"),
        name=_text(installation, "name"),
        roles=tuple(installation.get("roles", ("issuing", "customs"))),
        four_eyes=bool(installation.get("four_eyes", True)),
        correct_parties=bool(installation.get("correct_parties", False)),
        host=str(web.get("host", "127.0.0.1")),
        port=int(web.get("port", 8100)),
        https=_https(web.get("https", False), proxies),
        trusted_proxies=proxies,
        names=_texts(web, "names"),
        languages=tuple(installation.get("languages", ("en",))),
        corridors=tuple(_corridor(entry) for entry in data.get("corridor", ())),
        loops=LoopSettings(**{name: float(value) for name, value in loops.items()}),
        publish=_publish(data.get("publish", {})),
        device=_device(data),
        sign_in=read_sign_in(data.get("sign_in", {})),
        mail=read_mail(data.get("mail", {})),
        webhooks=read_webhooks(data.get("webhooks", {})),
    )


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name)
    if not isinstance(table, dict):
        raise MalformedError("settings.missing", place=name)
    return table


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value:
        raise MalformedError("settings.missing", place=name)
    return value


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    values = table.get(name, ())
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise MalformedError("settings.missing", place=name)
    return tuple(values)


def _profiles(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Read which versions are spoken: all that are known here when none is named."""
    named = _texts(entry, "profiles") or KNOWN
    unknown = [version for version in named if version not in KNOWN]
    if unknown:
        raise MalformedError("settings.profile_unknown", place="profiles", value=unknown[0][:60])
    return named


def _tls(entry: Mapping[str, Any]) -> TlsFiles:
    """Read which files the line to the partner uses; certificate and key come together."""
    files = TlsFiles(
        certificate=str(entry.get("certificate", "")),
        key=str(entry.get("key", "")),
        authorities=str(entry.get("authorities", "")),
    )
    if bool(files.certificate) != bool(files.key):
        raise MalformedError("settings.tls_without_pair", place="corridor.certificate")
    return files


def _address(value: object, place: str) -> str:
    """Read an address with a scheme and a host, and no slash at the end. Raises MalformedError."""
    text = str(value)
    if text and not _ADDRESS.fullmatch(text):
        raise MalformedError("settings.missing", place=place)
    return text


def _networks(values: object, place: str) -> tuple[str, ...]:
    """Read addresses and networks of machines. Raises MalformedError."""
    if not isinstance(values, list):
        raise MalformedError("settings.missing", place=place)
    for value in values:
        try:
            ip_network(value if isinstance(value, str) else "")
        except ValueError:
            raise MalformedError("settings.no_network", place=place, value=str(value)) from None
    return tuple(values)


def _https(value: object, proxies: tuple[str, ...]) -> bool:
    """Say whether people come by TLS; then a proxy whose word is believed must stand before us."""
    if not isinstance(value, bool):
        raise MalformedError("settings.missing", place="https")
    if value and not proxies:
        raise MalformedError("settings.https_without_proxy", place="trusted_proxies")
    return value


def _publish(publish: Mapping[str, Any]) -> PublishSettings:
    """Read how often files for posts and third parties are made. Raises MalformedError."""
    found = PublishSettings(
        posts_every=float(publish.get("posts_every", PublishSettings.posts_every)),
        status_url=_address(publish.get("status_url", ""), "publish.status_url"),
        status_hour=int(publish.get("status_hour", PublishSettings.status_hour)),
        status_days=int(publish.get("status_days", PublishSettings.status_days)),
        small_cells=int(publish.get("small_cells", PublishSettings.small_cells)),
    )
    is_odd = found.posts_every < 0 or found.status_hour not in range(24) or found.status_days < 1
    if is_odd or found.small_cells < LEAST:
        raise MalformedError("settings.missing", place="publish")
    return found


def _device(data: Mapping[str, Any]) -> DeviceSettings | None:
    if "device" not in data:
        return None
    device = _table(data, "device")
    names = device.get("keys", ())
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise MalformedError("settings.missing", place="keys")
    return DeviceSettings(
        module=_text(device, "module"),
        token=_text(device, "token"),
        pin_file=_text(device, "pin_file"),
        keys=tuple(names),
    )


def _corridor(entry: Mapping[str, Any]) -> CorridorSettings:
    corridor = Corridor.from_text(_text(entry, "id"), place="corridor.id")
    # A national log may do without a witness: then there is nobody to ask.
    needs_partner = corridor.agreement != AGREEMENT or "partner_url" in entry
    return CorridorSettings(
        corridor=corridor,
        partner=_text(entry, "partner"),
        partner_url=_text(entry, "partner_url") if needs_partner else "",
        term=_text(entry, "term"),
        document_medium=str(entry.get("medium", "electronic-only")),
        known_as=_address(entry.get("known_as", ""), "corridor.known_as"),
        profiles=_profiles(entry),
        tls=_tls(entry),
    )
