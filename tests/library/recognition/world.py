"""Two national systems without a server: Belarus publishes, Azerbaijan mirrors, both under trust
lists."""

import hashlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from certorigin.errors import UnknownError
from certorigin.log.append import Log
from certorigin.log.directory import Directory
from certorigin.log.head import FileHead
from certorigin.log.identity import Identity
from certorigin.log.key import KeyKind, Signer, Verifier
from certorigin.log.proof import Proof
from certorigin.log.read import TileReader
from certorigin.mirror.follow import Mirror
from certorigin.mirror.partner import Partner
from certorigin.mirror.view import LogView
from certorigin.recognition.bundle import Bundle
from certorigin.seal.multikey import public_key
from certorigin.seal.proof import seal_document
from certorigin.seal.sealer import FileSealer, make_private_key
from certorigin.seal.trust.entries import Body, CorridorSettings, Installation, Key, Officer, Roots
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust import Trust
from certorigin.seal.trust.trust_list import draft_trust_list, seal_trust_list
from certorigin.standing.entry import certificate_subject
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import (
    Annulment,
    CertificateReference,
    ItemUse,
    Replacement,
    Utilisation,
)
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.goods import DocumentReference
from tests.library.standing import sample
from tests.simulator import COSIGNATURE, LOG, NoteKey

CORRIDOR = Corridor.from_text("AZ-BY/CIS-2009")
START = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 5, 16, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MAX_AGE = 86_400
POST = "AZ-01001"

BODY = sample.BODY
OFFICER = sample.OFFICER
CUSTOMS = "urn:certorigin:body:AZ:customs"
INSPECTOR = "urn:certorigin:officer:AZ:aliyev"
REFERENCE = sample.REFERENCE


def installation(name):
    return f"urn:certorigin:installation:{name}"


def sealer(name, suite="eddsa-jcs-2022"):
    stream = hashlib.shake_256(f"certorigin test world {name}".encode())
    return FileSealer(make_private_key(stream.digest, suite=suite))


def note_key(name, key_name, kind):
    seed = hashlib.shake_256(f"certorigin test world {name}".encode()).digest(32)
    return NoteKey.make(key_name, kind, seed)


def minutes(count):
    return NOON + timedelta(minutes=count)


def origin_of(publisher, term="2026"):
    return f"certorigin/{publisher}/{CORRIDOR}/{term}"


def verifier(name, key_name, kind):
    return Verifier(name, kind, public_key(sealer(key_name).key).raw)


def signer(name, key_name, kind):
    return Signer(verifier(name, key_name, kind), sealer(key_name).sign)


def log_signers(publisher, term="2026"):
    origin = origin_of(publisher, term)
    return {
        "signer": signer(origin, f"{publisher} log", KeyKind.ED25519),
        "heartbeat": signer(f"{origin}/heartbeat", f"{publisher} heartbeat", KeyKind.COSIGNATURE),
    }


def witness(name):
    return signer(f"certorigin/{name}/witness", f"{name} witness", KeyKind.COSIGNATURE)


# -- trust ----------------------------------------------------------------------------------------


def key(name, owner, role, **changes):
    facts = {"controller": owner, "roles": (role,), "period": Period(START)} | changes
    return Key(key=sealer(name).key, **facts)


def keys_of(state, rename_log="", **changes):
    name = f"{state}-1"
    body, officer = (BODY, OFFICER) if state == "BY" else (CUSTOMS, INSPECTOR)
    made = {
        "seal": (f"{state} seal", body, "seal"),
        "officer": (f"{state} officer", officer, "officer"),
        "gateway": (f"{state} gateway", installation(name), "gateway"),
        **{role: (f"{name} {role}", installation(name), role) for role in ROLES},
    }
    if rename_log:
        made["log"] = (rename_log, installation(name), "log")
    return [key(*made[role], **changes.get(role, {})) for role in made]


ROLES = ("log", "heartbeat", "witness", "exchange")


def contents(state, *, version=1, keys=None, omit=(), rename_log="", extra_keys=(), **changes):
    """One state's list: an installation, a body, an officer, and a key for each role."""
    issuing = state == "BY"
    body, officer = (BODY, OFFICER) if issuing else (CUSTOMS, INSPECTOR)
    role = "authorised-body" if issuing else "customs-post"
    right = "certify" if issuing else "examine"
    always = Period(START)
    facts = {
        "state": state,
        "version": version,
        "valid_from": date(2026, 1, 1),
        "next_update": date(2028, 1, 1),
        "roots": Roots(1, (sealer(f"{state} root").key,)),
        "installations": [Installation(installation(f"{state}-1"), state, ("issuing",), always)],
        "bodies": [Body(body, "Body", "Address", (role,), ("ST-1",) if issuing else (), always)],
        "officers": [Officer(officer, body, "Name", "Expert", (), (right,), always)],
        "keys": [
            item
            for item in keys_of(state, rename_log=rename_log, **(keys or {}))
            if item.key not in {sealer(name).key for name in omit}
        ]
        + list(extra_keys),
        "corridors": [
            CorridorSettings(CORRIDOR, MAX_AGE, ("electronic-only",), ("ST-1",), True, ())
        ],
    }
    return draft_trust_list(**(facts | changes))


def trust_lists(by=None, az=None):
    drafts = [contents("BY", **(by or {})), contents("AZ", **(az or {}))]
    return [
        seal_trust_list(draft, [sealer(f"{draft.state} root")], created=START) for draft in drafts
    ]


def trust(by=None, az=None):
    made = Trust({state: Roots(1, (sealer(f"{state} root").key,)) for state in ("AZ", "BY")})
    for raw in trust_lists(by, az):
        made.adopt(raw)
    return made


# -- acts -----------------------------------------------------------------------------------------


def subject(number=1):
    return certificate_subject("BY-1", f"{number:04}")


def act(kind, body, number, *, issuer=BODY, about=1, at=NOON, **changes):
    facts = {
        "id": sample.act_id(number),
        "kind": kind,
        "issuer": issuer,
        "at": at,
        "corridor": CORRIDOR,
        "subject": subject(about) if isinstance(about, int) else about,
        "body": body,
    }
    return Act(**(facts | changes))


def sealed(made, *sealers):
    """Seal an act; by its issuer and the officer when nobody else is named."""
    if not sealers:
        state = made.issuer.split(":")[3]
        sealers = [(f"{state} seal", made.issuer)]
    pairs = [(sealer(name), controller) for name, controller in sealers]
    return seal_document(made.to_document(), pairs, created=made.at)


def issued(number=1, *sealers, certificate=None, **changes):
    """Issue a certificate with a number of its own: the first one's is that of `REFERENCE`."""
    about = changes.pop("about", number)
    serial = about if isinstance(about, int) else number
    body = (certificate or sample.certificate(number=f"BYAZ{6001000000 + serial}")).to_data()
    return sealed(act(Kind.ISSUED, body, number, about=about, **changes), *sealers)


def annulment_body(effective=NOON):
    return Annulment(REFERENCE, "issued_unlawfully", "", effective, OFFICER).to_data()


def annulled(number, *, about=1, effective=NOON, **changes):
    body = annulment_body(effective)
    return sealed(act(Kind.ANNULLED, body, number, about=about, **changes))


def replaced(number, *, about=1):
    by = CertificateReference("ST-1", "BYAZ6001000002", date(2026, 5, 16), "BY")
    body = Replacement(REFERENCE, by, subject(2), OFFICER).to_data()
    return sealed(act(Kind.REPLACED, body, number, about=about))


def utilised(number, amounts, *, about=1, declaration=None, **changes):
    items = tuple(ItemUse(item, amount) for item, amount in amounts.items())
    reference = declaration or DocumentReference("10001/160526/0000001", date(2026, 5, 16))
    body = Utilisation(REFERENCE, reference, POST, items, 1, INSPECTOR).to_data()
    return sealed(act(Kind.UTILISED, body, number, about=about, issuer=CUSTOMS, **changes))


# -- logs and mirrors -----------------------------------------------------------------------------


def create_log(folder: Path, publisher="BY-1", at=NOON - DAY, term="2026") -> Log:
    folder.mkdir(parents=True, exist_ok=True)
    signers = log_signers(publisher, term)
    identity = Identity(signers["signer"].verifier, signers["heartbeat"].verifier)
    return Log.create(
        Directory(folder), FileHead(folder / "private/head"), identity, **signers, at=at
    )


def fetcher(folder: Path):
    """What the partner's server would give: the files of the folder."""
    directory = Directory(folder)

    def fetch(path, limit):
        try:
            return directory.read(path, limit=limit)
        except UnknownError:
            raise UnknownError("line.absent", path=path) from None

    return fetch


class World:
    """BY-1 publishes under `by/log`, AZ-1 follows into `az/mirror`; time is given with each
    step."""

    def __init__(self, folder: Path, lists=None, publisher="BY-1", reader="AZ-1") -> None:
        self.folder = folder
        self.trust = lists or trust()
        self.reader = reader
        self.log_folder = folder / publisher / "log"
        self.mirror_folder = folder / reader / "mirror"
        self.log = create_log(self.log_folder, publisher)
        self.partner = Partner.from_trust(self.trust, self.log.origin)
        self.fetch = fetcher(self.log_folder)
        self.acts = []

    def enter(self, *acts, at=NOON):
        first = self.log.append(list(acts), at=at)
        self.acts.extend(acts)
        return first

    def mirror(self):
        return Mirror.create(Directory(self.mirror_folder), self.partner, self.fetch)

    def follow(self, at=NOON, **changes):
        facts = {"cosigner": witness(self.reader), "check": None} | changes
        fetch = facts.pop("fetch", self.fetch)
        with self.mirror() as mirror:
            return mirror.follow(fetch, at=at, **facts)

    def view(self, lists=None):
        return LogView.open(self.mirror_folder, lists or self.trust)

    @property
    def log_directory(self):
        return Directory(self.log_folder)

    def own_view(self):
        return LogView.open(self.log_folder, self.trust)

    def fetcher_of_mirror(self):
        return fetcher(self.mirror_folder)

    def seeds(self):
        """The same keys for the simulator, which shares no code with us."""
        publisher = self.partner.publisher
        origin = self.log.origin
        return {
            "log": note_key(f"{publisher} log", origin, LOG),
            "heartbeat": note_key(f"{publisher} heartbeat", f"{origin}/heartbeat", COSIGNATURE),
            "witness": note_key(
                f"{self.reader} witness", f"certorigin/{self.reader}/witness", COSIGNATURE
            ),
        }

    def bundle(self, index, head=None):
        """The bundle by the first cosigned head that covers the entry, or by the head given."""
        directory = Directory(self.mirror_folder)
        if head is None:
            head = (
                LogView(directory, self.partner, self.trust).cosigned.find_covering(index).head.data
            )
        checkpoint = self.partner.read_head(head).checkpoint
        reader = TileReader(checkpoint, self.log_directory.read)
        proof = Proof(index, tuple(reader.inclusion_proof(index)), head)
        return Bundle(self.acts[index], proof.to_bytes()).to_bytes()


def small(folder: Path, count=3, **changes):
    """A world with a few certificates that are logged at noon and mirrored a minute later."""
    world = World(folder, **changes)
    world.enter(*(issued(number) for number in range(1, count + 1)))
    world.follow(minutes(1))
    return world
