"""The other state, played: it keeps a log and a mirror with the library alone, in a folder.

Its keys follow from the seed of the order, so that the same order makes the same partner: nobody
must ever believe them elsewhere.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx

from certorigin.errors import CertoriginError, UnknownError
from certorigin.log.append import Log
from certorigin.log.directory import Directory
from certorigin.log.head import FileHead
from certorigin.log.identity import Identity
from certorigin.log.key import KeyKind, Signer, Verifier
from certorigin.mirror.follow import Mirror
from certorigin.mirror.http import HttpLine
from certorigin.mirror.line import verify_request
from certorigin.mirror.partner import Partner
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.multikey import public_key
from certorigin.seal.proof import seal_document
from certorigin.seal.sealer import FileSealer, make_private_key
from certorigin.seal.trust.entries import Body, CorridorSettings, Installation, Key, Officer, Roots
from certorigin.seal.trust.folder import read_trust_folder
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust_list import draft_trust_list, seal_trust_list
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import TermOpening
from certorigin_server.operate.link import CARD, adopt_card

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from certorigin.mirror.take import Fetch
    from certorigin.seal.proof import Sealer
    from certorigin_server.settings.system import SystemSettings

_INSTALLATION_KEYS = ("gateway", "log", "heartbeat", "witness", "exchange")


class PlayedPartner:
    """The partner of a system's one corridor. `clock` gives the moment of everything it does."""

    def __init__(
        self, system: SystemSettings, folder: Path, *, seed: int, clock: Callable[[], datetime]
    ) -> None:
        (self.corridor,) = system.corridors
        self.name = self.corridor.partner
        self.state = self.name.partition("-")[0]
        self.installation = f"urn:certorigin:installation:{self.name}"
        self.body = f"urn:certorigin:body:{self.state}:origin-office"
        self.officer = f"urn:certorigin:officer:{self.state}:chief"
        self.customs = f"urn:certorigin:body:{self.state}:customs"
        self.inspector = f"urn:certorigin:officer:{self.state}:inspector"
        self.origin = self.corridor.origin_of(self.name)
        self._system, self._folder, self._seed, self._clock = system, folder, seed, clock
        self._seen_origin = self.corridor.origin_of(system.installation)
        self._sealers: dict[str, FileSealer] = {}
        self._log: Log | None = None

    # -- keys and trust ---------------------------------------------------------------------------

    def sealer(self, name: str) -> FileSealer:
        """Return one of the partner's keys."""
        if name not in self._sealers:
            stream = hashlib.shake_256(
                f"certorigin played {self.name} {self._seed} {name}".encode()
            )
            self._sealers[name] = FileSealer(make_private_key(stream.digest))
        return self._sealers[name]

    def pin(self, *, since: datetime) -> None:
        """Let our system believe the partner, as `certorigin link adopt` does."""
        trust_list = self._trust_list(since)
        card = {
            "format": CARD,
            "roots": self._roots().to_data(),
            "state": self.state,
            "trustList": trust_list.decode(),
        }
        adopt_card(self._system.trust_folder, strict_bytes(card))

    def _roots(self) -> Roots:
        return Roots(1, (self.sealer("root").key,))

    def _trust_list(self, since: datetime) -> bytes:
        always, form = Period(since), ("ST-1",)
        speaks = {
            "seal": self.body,
            "officer": self.officer,
            "seal-customs": self.customs,
            **dict.fromkeys(_INSTALLATION_KEYS, self.installation),
        }
        draft = draft_trust_list(
            state=self.state,
            version=1,
            valid_from=since.date(),
            next_update=(since + timedelta(days=3650)).date(),
            roots=self._roots(),
            installations=[
                Installation(self.installation, self.name, ("issuing", "customs"), always)
            ],
            bodies=[
                Body(self.body, "Отдел происхождения", "—", ("authorised-body",), form, always),
                Body(self.customs, "Таможня", "—", ("central-customs-authority",), (), always),
            ],
            officers=[
                Officer(
                    self.officer, self.body, "Мамедов А.", "эксперт", form, ("certify",), always
                )
            ],
            keys=[
                Key(self.sealer(name).key, who, ("seal" if "seal" in name else name,), always)
                for name, who in speaks.items()
            ],
            corridors=[
                CorridorSettings(
                    corridor=self.corridor.corridor,
                    max_head_age=86_400 * 4,
                    medium=(self.corridor.document_medium,),
                    forms=form,
                    direct_partial_use=True,
                )
            ],
        )
        return seal_trust_list(draft, [self.sealer("root")], created=since)

    # -- acts -------------------------------------------------------------------------------------

    def act_id(self, *names: object) -> str:
        """Return the id of an act, the same in every run."""
        text = " ".join(map(str, (self._seed, *names)))
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, text)}"

    def sealed(self, act: Act, *names: str) -> bytes:
        """Seal an act with keys of the partner; each speaks for whom the trust list says."""
        speaks = {"seal": self.body, "officer": self.officer, "seal-customs": self.customs}
        pairs: list[tuple[Sealer, str]] = [
            (self.sealer(name), speaks.get(name, self.installation)) for name in names
        ]
        return seal_document(act.to_document(), pairs, created=act.at)

    # -- log and mirror ---------------------------------------------------------------------------

    def open(self) -> None:
        """Open the partner's log; the first time, with the entry that opens its term."""
        root = self._folder / "log"
        directory, store = Directory(root), FileHead(root / "private/head")
        log, heartbeat = self._signers()
        if store.get() is not None:
            self._log = Log.open(directory, store, signer=log, heartbeat=heartbeat)
            return
        root.mkdir(parents=True, exist_ok=True)
        identity = Identity(log.verifier, heartbeat.verifier, None)
        self._log = Log.create(
            directory, store, identity, signer=log, heartbeat=heartbeat, at=self._clock()
        )

    def close(self) -> None:
        """Close the log."""
        if self._log is not None:
            self._log.close()
            self._log = None

    @property
    def size(self) -> int:
        """How many entries the partner's log holds."""
        return self._opened.head().checkpoint.size

    def enter(self, entries: Iterable[bytes]) -> None:
        """Enter sealed acts, or, when there are none, show that the log is alive."""
        acts = list(entries)
        if self.size == 0:
            acts.insert(0, self._opening())
        if acts:
            self._opened.append(acts, at=self._clock())
        else:
            self._opened.heartbeat(self._clock())

    def follow(self) -> int:
        """Follow our system's log and countersign it; return how far that is."""
        root = self._system.log_folder(self._seen_origin)
        seen = Partner.from_trust(read_trust_folder(self._system.trust_folder), self._seen_origin)
        witness = self._signer("witness", f"certorigin/{self.name}/witness", KeyKind.COSIGNATURE)
        fetch = _files(root)
        with Mirror.create(Directory(self._folder / "mirror"), seen, fetch) as mirror:
            return mirror.follow(fetch, at=self._clock(), cosigner=witness).size

    def line(self, exchange: Sealer) -> HttpLine:
        """Return the line that our system opens to the partner; only the wire is left out."""
        nonces = iter(range(10**12))
        return HttpLine(
            f"http://{self.name.lower()}/exchange",
            sealer=exchange,
            clock=lambda: datetime.now(UTC),
            nonce=lambda: f"generated-{next(nonces):012d}",
            transport=httpx.MockTransport(self._answer),
        )

    @property
    def _opened(self) -> Log:
        if self._log is None:
            self.open()
        assert self._log is not None  # noqa: S101 - `open` has just set it
        return self._log

    def _opening(self) -> bytes:
        corridor = self.corridor
        lineage = self.origin.removeprefix("certorigin/").replace("/", ":")
        act = Act(
            id=self.act_id("opening"),
            kind=Kind.TERM_OPENED,
            issuer=self.installation,
            at=self._clock(),
            corridor=corridor.corridor,
            subject=f"urn:certorigin:log:{lineage}",
            body=TermOpening(self.origin, "", "").to_data(),
        )
        return self.sealed(act, "gateway")

    def _signers(self) -> tuple[Signer, Signer]:
        return (
            self._signer("log", self.origin, KeyKind.ED25519),
            self._signer("heartbeat", f"{self.origin}/heartbeat", KeyKind.COSIGNATURE),
        )

    def _signer(self, name: str, key_name: str, kind: KeyKind) -> Signer:
        own = self.sealer(name)
        return Signer(Verifier(key_name, kind, public_key(own.key).raw), own.sign)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        verify_request(
            request.method,
            str(request.url),
            dict(request.headers),
            lambda key: key,
            now=datetime.now(UTC),
            seen_nonce=lambda *_: False,
        )
        path = request.url.path.removeprefix("/exchange/")
        places = {f"log/{self.origin}/": "log", f"mirror/{self._seen_origin}/": "mirror"}
        for prefix, folder in places.items():
            if path.startswith(prefix):
                try:
                    data = Directory(self._folder / folder).read(path.removeprefix(prefix))
                except CertoriginError:
                    break
                return httpx.Response(200, stream=httpx.ByteStream(data))
        return httpx.Response(404)


def _files(root: Path) -> Fetch:
    directory = Directory(root)

    def fetch(path: str, limit: int) -> bytes:
        try:
            return directory.read(path, limit=limit)
        except UnknownError:
            raise UnknownError("line.absent", path=path) from None

    return fetch
