"""The settings of one national system, as `certorigin_server.settings.reading` reads them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from certorigin.audit.retention import LEAST_YEARS
from certorigin.errors import MalformedError
from certorigin.log.national import AGREEMENT
from certorigin.mirror.profile import KNOWN
from certorigin.vocabulary.corridor import Corridor
from certorigin_server.settings.messages import MailSettings, WebhookSettings
from certorigin_server.settings.sign_in import SignInSettings
from certorigin_server.settings.uploads import UploadSettings


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
    calls_a_minute: int = 600
    languages: tuple[str, ...] = ("en",)
    four_eyes: bool = True
    correct_parties: bool = False
    keep_years: int = LEAST_YEARS
    keep_supplier_years: int = LEAST_YEARS
    keep_customs_years: int = LEAST_YEARS
    corridors: tuple[CorridorSettings, ...] = ()
    loops: LoopSettings = field(default_factory=LoopSettings)
    publish: PublishSettings = field(default_factory=PublishSettings)
    device: DeviceSettings | None = None
    sign_in: SignInSettings = field(default_factory=SignInSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)
    uploads: UploadSettings = field(default_factory=UploadSettings)

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
