"""The partner of the tests: AZ-1 keeps a log and a mirror with the library alone, in a folder.

What it serves goes through a real `HttpLine`, with real signatures; only the wire is left out.
"""

import hashlib
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from certorigin.application.draft import Application
from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import assess
from certorigin.assessment.worksheet import Worksheet
from certorigin.certification.draft import draft_certificate
from certorigin.certification.issue import issued
from certorigin.errors import CertoriginError, UnknownError
from certorigin.log.append import Log
from certorigin.log.directory import Directory
from certorigin.log.head import FileHead
from certorigin.log.identity import Identity, Predecessor
from certorigin.log.key import KeyKind, Signer, Verifier
from certorigin.mirror.follow import Mirror
from certorigin.mirror.http import HttpLine
from certorigin.mirror.line import verify_request
from certorigin.mirror.partner import Partner as Seen
from certorigin.seal.multikey import public_key
from certorigin.seal.proof import seal_document
from certorigin.seal.sealer import FileSealer, make_private_key
from certorigin.seal.trust.entries import (
    Body,
    CorridorSettings,
    Installation,
    Key,
    Officer,
    Roots,
    Withdrawal,
)
from certorigin.seal.trust.folder import read_trust_folder, roots_from_bytes, roots_to_bytes
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust_list import draft_trust_list, seal_trust_list
from certorigin.standing.entry import certificate_subject
from certorigin.vocabulary.acts import Act, Cause, Kind
from certorigin.vocabulary.bodies import (
    Annulment,
    CertificateReference,
    TermClosing,
    TermOpening,
)
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.record import Record
from tests.server.authority import CORRIDOR, START
from tests.server.factories import consignment

NAME = "AZ-1"
INSTALLATION = f"urn:certorigin:installation:{NAME}"
BODY = "urn:certorigin:body:AZ:baku"
OFFICER = "urn:certorigin:officer:AZ:mammadov"
CUSTOMS = "urn:certorigin:body:AZ:customs"
INSPECTOR = "urn:certorigin:officer:AZ:aliyev"
KEYS = {
    "seal": BODY,
    "officer": OFFICER,
    "seal-customs": CUSTOMS,
    "gateway": INSTALLATION,
    "log": INSTALLATION,
    "heartbeat": INSTALLATION,
    "witness": INSTALLATION,
    "exchange": INSTALLATION,
}


class Clock:
    """A clock that a test sets; it begins an hour ago, so that the real one is always ahead."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, seconds: float = 1) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


def sealer(name: str) -> FileSealer:
    stream = hashlib.shake_256(f"certorigin test partner {name}".encode())
    return FileSealer(make_private_key(stream.digest))


def signer(name: str, key_name: str, kind: KeyKind) -> Signer:
    own = sealer(name)
    return Signer(Verifier(key_name, kind, public_key(own.key).raw), own.sign)


def origin_of(publisher: str, term: str = "2026") -> str:
    return f"certorigin/{publisher}/{CORRIDOR}/{term}"


# -- trust lists ----------------------------------------------------------------------------------


def trust_list(version: int = 1, *, withdrawn=None, omit=(), specimens=()) -> bytes:
    """AZ's trust list; `withdrawn` names keys with the moment, `omit` keys that are not in it."""
    always = Period(START)
    draft = draft_trust_list(
        state="AZ",
        version=version,
        valid_from=START.date(),
        next_update=date(2100, 1, 1),
        roots=own_roots(),
        installations=[Installation(INSTALLATION, "AZ", ("issuing", "customs"), always)],
        bodies=[
            Body(BODY, "Baku", "Baku", ("authorised-body",), ("ST-1",), always),
            Body(CUSTOMS, "DGK", "Baku", ("central-customs-authority",), (), always),
        ],
        officers=[Officer(OFFICER, BODY, "Мамедов", "эксперт", ("ST-1",), ("certify",), always)],
        keys=[_key(name, withdrawn or {}) for name in KEYS if name not in omit],
        corridors=[
            CorridorSettings(
                corridor=Corridor.from_text(CORRIDOR),
                max_head_age=86_400,
                medium=("electronic-only",),
                forms=("ST-1",),
                direct_partial_use=True,
            )
        ],
        specimens=list(specimens),
    )
    return seal_trust_list(draft, [sealer("root")], created=START)


def own_roots() -> Roots:
    return Roots(1, (sealer("root").key,))


def _key(name: str, withdrawn: dict[str, datetime]) -> Key:
    moment = withdrawn.get(name)
    ended = Withdrawal(moment, "compromised") if moment else None
    role = "seal" if name.startswith("seal") else name
    return Key(sealer(name).key, KEYS[name], (role,), Period(START), withdrawn=ended)


def pin(trust_folder: Path) -> None:
    """Link: our system believes the partner's roots and its first list."""
    place = trust_folder / "roots.json"
    roots = roots_from_bytes(place.read_bytes())
    place.write_bytes(roots_to_bytes({**roots, "AZ": own_roots()}))
    (trust_folder / "AZ").mkdir(exist_ok=True)
    (trust_folder / "AZ" / "1.json").write_bytes(trust_list())


# -- acts -----------------------------------------------------------------------------------------


def act_id() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def certificate_of(sample: dict[str, Any], number: str, day: date, medium: str = "electronic-only"):
    """The library's draft for a sample consignment from Azerbaijan."""
    application = Application.from_record(Record(sample["application"]))
    worksheet = Worksheet.from_data(sample["worksheet"])
    return draft_certificate(
        application,
        assess(worksheet, agreement=get_agreement("CIS-2009"), at=day),
        number=number,
        body=BODY,
        body_name="Бакинское бюро",
        body_address="Баку",
        officer=OFFICER,
        officer_name="Мамедов А.",
        issued_in="AZ",
        medium=medium,
        at=day,
    )


def sealed(act: Act, *names: str) -> bytes:
    pairs = [(sealer(name), KEYS[name]) for name in names]
    return seal_document(act.to_document(), pairs, created=act.at)


class Issue:
    """A certificate that AZ issued: its act, sealed, and how a declaration cites it."""

    def __init__(self, number: str, at: datetime, *, sample: str = "09-wine", **changes) -> None:
        self.sample = consignment(sample, at.date())
        self.boxes = certificate_of(
            self.sample, number, at.date(), changes.pop("medium", "electronic-only")
        )
        self.subject = changes.pop("subject", certificate_subject(NAME, number))
        self.number, self.at = number, at
        corridor = Corridor.from_text(CORRIDOR)
        self.act = issued(
            self.boxes,
            act_id=act_id(),
            subject=certificate_subject(NAME, number),
            corridor=corridor,
            at=at,
        )
        if self.subject != self.act.subject:
            self.act = Act(**{**self.act.__dict__, "subject": self.subject})
        self.raw = sealed(self.act, "officer", "seal")

    @property
    def reference(self) -> CertificateReference:
        return CertificateReference("ST-1", self.number, self.at.date(), "AZ")

    @property
    def cause(self) -> Cause:
        return Cause(self.act.id, hashlib.sha256(self.raw).hexdigest())

    def annulment(self, at: datetime, key: str = "seal") -> bytes:
        body = Annulment(self.reference, "error_in_certificate", "", at, OFFICER).to_data()
        act = self._about(Kind.ANNULLED, BODY, body, at)
        return seal_document(act.to_document(), [(sealer(key), BODY)], created=at)

    def _about(self, kind: Kind, issuer: str, body: dict[str, Any], at: datetime) -> Act:
        corridor = Corridor.from_text(CORRIDOR)
        return Act(act_id(), kind, issuer, at, corridor, self.subject, body, (self.cause,))

    def declaration(self, number: str = "1", *, amount: str | None = None, cite: str = "") -> dict:
        """The sample's goods declaration, citing this certificate."""
        found = self.sample["goodsDeclarations"][0] | {"number": f"06533/{number}"}
        for item in found["items"]:
            cited = {"number": cite or self.number, "date": self.at.date().isoformat()}
            item["certificate"] = item["certificate"] | cited
            if amount is not None:
                item["quantity"] = item["quantity"] | {"value": amount}
                for name in ("netWeight", "packages", "grossWeight"):
                    item.pop(name, None)
        return found


# -- log, mirror, exchange ------------------------------------------------------------------------


class Partner:
    """AZ-1 in a folder: `log/<term>`, `mirror`, and the trust lists that it publishes."""

    def __init__(self, folder: Path, ours: Path, clock: Clock) -> None:
        self.folder, self.ours, self.clock = folder, ours, clock
        self.lists = {1: trust_list()}
        self.lists_of_ours: dict[str, bytes] = {}
        self.logs: dict[str, Log] = {}
        self.asked: list[str] = []
        self.hinted = 0
        self.faults: dict[str, Any] = {}
        self.open_term("2026")

    def open_term(self, term: str, before: str = "", head: bytes | None = None) -> None:
        """Open a term; its first entry embeds the closing head of the term before."""
        origin, root = origin_of(NAME, term), self.folder / "log" / term
        root.mkdir(parents=True)
        log = signer("log", origin, KeyKind.ED25519)
        heartbeat = signer("heartbeat", f"{origin}/heartbeat", KeyKind.COSIGNATURE)
        predecessor = None
        if before:
            data = head or (self.folder / "log" / before / "checkpoint").read_bytes()
            predecessor = Predecessor(origin_of(NAME, before), data)
        identity = Identity(log.verifier, heartbeat.verifier, predecessor)
        self.logs[term] = Log.create(
            Directory(root),
            FileHead(root / "private/head"),
            identity,
            signer=log,
            heartbeat=heartbeat,
            at=self.clock(),
        )
        known = (predecessor.origin, predecessor.head.decode()) if predecessor else ("", "")
        self.enter(self.term_act(Kind.TERM_OPENED, TermOpening(origin, *known), term), term=term)

    def close_term(self, term: str, successor: str) -> None:
        body = TermClosing(origin_of(NAME, term), successor)
        self.enter(self.term_act(Kind.TERM_CLOSED, body, term), term=term)

    def term_act(self, kind: Kind, body: TermOpening | TermClosing, term: str) -> bytes:
        subject = f"urn:certorigin:log:{NAME}:AZ-BY:CIS-2009:{term}"
        corridor = Corridor.from_text(CORRIDOR)
        act = Act(act_id(), kind, INSTALLATION, self.clock(), corridor, subject, body.to_data())
        return sealed(act, "gateway")

    def enter(self, *entries: bytes, term: str = "2026") -> int:
        return self.logs[term].append(list(entries), at=self.clock.tick())

    def issue(self, number: str = "AZBY6001000001", **changes) -> Issue:
        """Issue a certificate and enter it."""
        made = Issue(number, self.clock(), **changes)
        self.enter(made.raw)
        return made

    def restart_log(self, *entries: bytes) -> None:
        """Show another history under the same name: a fork, truly signed."""
        self.logs["2026"].close()
        (self.folder / "log" / "2026").rename(self.folder / f"first-{len(self.asked)}")
        self.open_term("2026")
        self.enter(*entries)

    def mirror_of(self, origin: str) -> Directory:
        return Directory(self.folder / "mirror" / origin.rpartition("/")[2])

    def follow(self, origin: str) -> int:
        """Follow our log and countersign it, as the partner's own loop does; return its size."""
        root = self.ours / "log" / origin.removeprefix("certorigin/")
        seen = Seen.from_trust(read_trust_folder(self.ours / "trust"), origin)
        witness = signer("witness", f"certorigin/{NAME}/witness", KeyKind.COSIGNATURE)
        with Mirror.create(self.mirror_of(origin), seen, _files(root)) as mirror:
            return mirror.follow(_files(root), at=self.clock(), cosigner=witness).size

    def line(self, keyring) -> HttpLine:
        """The line that our loop opens to this partner."""
        return HttpLine(
            "http://partner/exchange",
            sealer=keyring.named("exchange"),
            clock=self.clock,
            nonce=lambda: uuid.uuid4().hex,
            transport=httpx.MockTransport(self.answer),
        )

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/exchange/")
        verify_request(
            request.method,
            str(request.url),
            dict(request.headers),
            lambda key: key,
            now=self.clock(),
            seen_nonce=lambda *_: False,
        )
        if request.method == "POST":
            self.hinted += 1
            return httpx.Response(204)
        self.asked.append(path)
        for prefix, fault in self.faults.items():
            if path.startswith(prefix):
                if isinstance(fault, Exception):
                    raise fault
                return httpx.Response(fault) if isinstance(fault, int) else _ok(fault)
        try:
            return _ok(self._file(path))
        except (CertoriginError, KeyError, ValueError):
            return httpx.Response(404)

    def _file(self, path: str) -> bytes:
        kind, _, rest = path.partition("/")
        if kind == "trust":
            return self.lists[int(rest.removesuffix(".json"))]
        if rest.startswith("trust/"):
            return self.lists_of_ours[rest]
        publisher, states, agreement, term, name = rest.removeprefix("certorigin/").split("/", 4)
        if kind == "log":
            return Directory(self.folder / "log" / term).read(name)
        return self.mirror_of(f"certorigin/{publisher}/{states}/{agreement}/{term}").read(name)


def _ok(data: bytes) -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(data))


def _files(root: Path):
    directory = Directory(root)

    def fetch(path: str, limit: int) -> bytes:
        try:
            return directory.read(path, limit=limit)
        except UnknownError:
            raise UnknownError("line.absent", path=path) from None

    return fetch
