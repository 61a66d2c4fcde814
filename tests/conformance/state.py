"""The other state: keys, trust list, card and acts, made from the specifications alone."""

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from nacl.signing import SigningKey

from tests.simulator import BASE58, COSIGNATURE, LOG, NoteKey, jcs, sha256

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "urn:certorigin:context:v1"]
ROOTS = ("root-1", "root-2", "root-3")
THRESHOLD = 2
LIFE = timedelta(days=365)
ITEM = {
    "sequence": "1",
    "description": "Ящики деревянные",
    "tariffCode": "4415101000",
    "originCriterion": "П",
    "packages": {"count": "10", "kind": "PX"},
    "quantity": {"unit": "KGM", "value": "900"},
    "grossWeight": {"unit": "KGM", "value": "1000"},
    "netWeight": {"unit": "KGM", "value": "900"},
}


def moment(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def base58(data):
    number = int.from_bytes(data, "big")
    text = ""
    while number:
        number, rest = divmod(number, 58)
        text = BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


@dataclass(frozen=True)
class Key:
    """One Ed25519 key, made from the seed of the state and its own name."""

    name: str
    secret: bytes

    @property
    def multibase(self):
        return "z" + base58(b"\xed\x01" + bytes(SigningKey(self.secret).verify_key))

    def sign(self, data):
        return SigningKey(self.secret).sign(data).signature


def seal(document, signers, at):
    """Return the sealed bytes: one eddsa-jcs-2022 proof for each (controller, key)."""
    proofs = []
    for controller, key in signers:
        proof = {
            "@context": CONTEXT,
            "created": moment(at),
            "cryptosuite": "eddsa-jcs-2022",
            "proofPurpose": "assertionMethod",
            "type": "DataIntegrityProof",
            "verificationMethod": f"{controller}#{key.multibase}",
        }
        value = key.sign(sha256(jcs(proof)) + sha256(jcs(document)))
        proofs.append(proof | {"proofValue": "z" + base58(value)})
    return jcs(document | {"proof": proofs})


@dataclass
class State:
    """A whole state of one installation, one body, one officer and one corridor."""

    code: str
    partner: str
    agreement: str
    term: str
    seed: bytes
    began: datetime
    version: int = 0
    lists: dict = field(default_factory=dict)

    @property
    def states(self):
        return sorted((self.code, self.partner))

    @property
    def corridor(self):
        return f"{'-'.join(self.states)}/{self.agreement}"

    @property
    def installation(self):
        return f"urn:certorigin:installation:{self.code}-1"

    @property
    def body(self):
        return f"urn:certorigin:body:{self.code}:simulated"

    @property
    def officer(self):
        return f"urn:certorigin:officer:{self.code}:simulated"

    @property
    def origin(self):
        return f"certorigin/{self.code}-1/{self.corridor}/{self.term}"

    def key(self, name):
        return Key(name, hashlib.sha256(self.seed + name.encode()).digest())

    def note_key(self, name):
        """Return the log's, the heartbeat's or the witness's key in its note form."""
        names = {"log": self.origin, "heartbeat": f"{self.origin}/heartbeat"}
        default = f"certorigin/{self.code}-1/{name}"
        kind = LOG if name == "log" else COSIGNATURE
        return NoteKey.make(names.get(name, default), kind, self.key(name).secret)

    def trust_list(self, *, at, next_update=None, signers=ROOTS[:THRESHOLD]):
        """Make and keep the next version of the trust list, signed by the named roots."""
        version = self.version + 1
        subject = {
            "state": self.code,
            "version": str(version),
            "validFrom": moment(at)[:10],
            "nextUpdate": moment(next_update or at + LIFE)[:10],
            "roots": self.roots(),
            **self._authorities(),
            "corridors": [self._corridor()],
        }
        issuer = f"urn:certorigin:state:{self.code}"
        document = {
            "@context": CONTEXT,
            "id": f"urn:certorigin:trust-list:{self.code}:{version}",
            "type": ["VerifiableCredential", "TrustList"],
            "issuer": issuer,
            "validFrom": f"{subject['validFrom']}T00:00:00Z",
            "credentialSubject": subject,
        }
        raw = seal(document, [(issuer, self.key(name)) for name in signers], at)
        self.lists[version] = raw
        if len(signers) >= THRESHOLD:
            self.version = version
        return raw

    def _authorities(self):
        """Return one installation, one body, one officer, and their keys."""
        period = {"from": moment(self.began), "until": moment(self.began + LIFE)}
        forms = {"forms": ["ST-1"]}
        installation = {"name": f"Simulated system of {self.code}", "roles": ["issuing", "customs"]}
        body = {
            "name": f"Simulated body of {self.code}",
            "address": "No. 1",
            "roles": ["central-authorised-body", "authorised-body"],
        }
        officer = {
            "body": self.body,
            "name": "Simulated Officer",
            "position": "officer",
            "rights": ["certify"],
        }
        return {
            "installations": [{"id": self.installation, **installation, **period}],
            "bodies": [{"id": self.body, **body, **forms, **period}],
            "officers": [{"id": self.officer, **officer, **forms, **period}],
            "keys": self._keys(period),
        }

    def _corridor(self):
        return {
            "id": self.corridor,
            "states": self.states,
            "agreement": self.agreement,
            "maxHeadAge": "86400",
            "medium": ["electronic-only"],
            "forms": ["ST-1"],
            "directPartialUse": True,
        }

    def roots(self):
        keys = [self.key(name).multibase for name in ROOTS]
        return {"keys": keys, "threshold": str(THRESHOLD)}

    def _keys(self, period):
        speakers = {
            "seal": (self.body, {"forms": ["ST-1"]}),
            "officer": (self.officer, {"forms": ["ST-1"]}),
        }
        for role in ("log", "heartbeat", "witness", "exchange", "gateway"):
            speakers[role] = (self.installation, {})
        return [
            {"controller": who, "key": self.key(role).multibase, "roles": [role], **more, **period}
            for role, (who, more) in speakers.items()
        ]

    def card(self):
        """Return what the other side adopts, once its officials have compared the fingerprint."""
        return jcs(
            {
                "format": "certorigin-card/v1",
                "roots": self.roots(),
                "state": self.code,
                "trustList": self.lists[self.version].decode(),
            }
        )

    @property
    def fingerprint(self):
        text = hashlib.sha256(jcs(self.roots())).hexdigest()[:32]
        return " ".join(text[at : at + 4] for at in range(0, 32, 4))

    def issued(self, number, at):
        """Return the sealed act of one certificate of form ST-1, of invented goods."""
        document = {
            "@context": CONTEXT,
            "id": f"urn:uuid:{uuid.uuid4()}",
            "type": ["VerifiableCredential", "Issued"],
            "issuer": self.body,
            "validFrom": moment(at),
            "credentialSubject": {
                "id": f"urn:certorigin:certificate:{self.code}-1:{uuid.uuid4()}",
                "corridor": self.corridor,
                "certificate": self._certificate(number, moment(at)[:10]),
            },
        }
        signers = [(self.officer, self.key("officer")), (self.body, self.key("seal"))]
        return seal(document, signers, at)

    def _certificate(self, number, day):
        return {
            "form": "ST-1",
            "medium": "electronic-only",
            "number": number,
            "issuingCountry": self.code,
            "destinationCountry": self.partner,
            "exporter": {"name": "ООО «Проба»", "address": "д. 1", "country": self.code},
            "importer": {"name": "ООО «Приём»", "address": "д. 2", "country": self.partner},
            "items": [ITEM | {"invoice": {"number": "1", "date": day}}],
            "certification": {
                "body": self.body,
                "bodyName": f"Simulated body of {self.code}",
                "bodyAddress": "No. 1",
                "officer": self.officer,
                "officerName": "Simulated Officer",
                "date": day,
            },
            "applicantDeclaration": {"country": self.code, "declarant": "Проба", "date": day},
        }


def read_card(raw):
    """Return the trust list of the card of the system under test, as it says of itself."""
    card = json.loads(raw)
    return json.loads(card["trustList"])["credentialSubject"]
