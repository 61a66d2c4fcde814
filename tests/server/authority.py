"""What the national system of the tests is made of: its keys, and its trust list."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

from certorigin.seal.sealer import FileSealer
from certorigin.seal.trust.entries import Body, CorridorSettings, Installation, Key, Officer, Roots
from certorigin.seal.trust.folder import roots_to_bytes
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust_list import draft_trust_list, seal_trust_list
from certorigin.vocabulary.corridor import Corridor

STATE = "BY"
INSTALLATION = "BY-1"
CORRIDOR = "AZ-BY/CIS-2009"
FORMS = ("ST-1", "GENERAL")
INSTALLATION_KEYS = ("gateway", "log", "heartbeat", "witness", "exchange")
# Slugs of bodies, and of the body to which each officer belongs.
BODIES = ("belcci", "minsk", "brest", "gtk")
ROLES = {"belcci": "central-authorised-body", "gtk": "central-customs-authority"}
OFFICERS = {"certifier": "minsk", "second-certifier": "minsk", "brest-certifier": "brest"}
# These two have a key and no say: one left office, one may only examine.
FORMER_OFFICERS = {"former-certifier": "minsk"}
EXAMINERS = {"examiner": "minsk"}
START = datetime(2020, 1, 1, tzinfo=UTC)
PASSPHRASE = b"the passphrase of a test"


def establish(folder: Path) -> None:
    """Give a system's folder its keys and its first trust list."""
    (folder / "keys" / "passphrase").write_bytes(PASSPHRASE)
    officers = OFFICERS | FORMER_OFFICERS | EXAMINERS
    names = [
        *("root-1", "root-2", *INSTALLATION_KEYS),
        *(f"seal-{slug}" for slug in BODIES),
        *(f"officer-{username}" for username in officers),
    ]
    sealers = {name: _make_key(folder, name) for name in names}
    roots = Roots(2, (sealers["root-1"].key, sealers["root-2"].key))
    draft = draft_trust_list(
        state=STATE,
        version=1,
        valid_from=START.date(),
        next_update=date(2100, 1, 1),
        roots=roots,
        installations=[_installation()],
        bodies=[_body(slug) for slug in BODIES],
        officers=[_officer(username, body) for username, body in officers.items()],
        keys=[
            *(_key(sealers[name], INSTALLATION_URN, name) for name in INSTALLATION_KEYS),
            *(_key(sealers[f"seal-{slug}"], body_urn(slug), "seal") for slug in BODIES),
            *(_key(sealers[f"officer-{name}"], officer_urn(name), "officer") for name in officers),
        ],
        corridors=[_corridor()],
    )
    raw = seal_trust_list(draft, [sealers["root-1"], sealers["root-2"]], created=START)
    trust = folder / "trust"
    (trust / STATE).mkdir(parents=True)
    (trust / STATE / "1.json").write_bytes(raw)
    (trust / "roots.json").write_bytes(roots_to_bytes({STATE: roots}))


INSTALLATION_URN = f"urn:certorigin:installation:{INSTALLATION}"


def body_urn(slug: str) -> str:
    return f"urn:certorigin:body:{STATE}:{slug}"


def officer_urn(username: str) -> str:
    return f"urn:certorigin:officer:{STATE}:{username}"


def _make_key(folder: Path, name: str) -> FileSealer:
    """Make a key that is the same in every run: a failure then repeats byte for byte."""

    def randomness(size: int) -> bytes:
        return hashlib.shake_256(f"certorigin test {name}".encode()).digest(size)

    return FileSealer.create(folder / "keys" / f"{name}.pem", PASSPHRASE, randomness)


def _installation() -> Installation:
    return Installation(INSTALLATION_URN, "Test", ("issuing", "customs"), Period(START))


def _body(slug: str) -> Body:
    role = ROLES.get(slug, "authorised-body")
    forms = () if slug == "gtk" else FORMS
    return Body(body_urn(slug), slug, "Минск", (role,), forms, Period(START))


def _officer(username: str, body: str) -> Officer:
    end = datetime(2021, 1, 1, tzinfo=UTC) if username in FORMER_OFFICERS else None
    rights = ("examine",) if username in EXAMINERS else ("certify",)
    period = Period(START, end)
    urn = officer_urn(username)
    return Officer(urn, body_urn(body), username, "эксперт", FORMS, rights, period)


def _key(sealer: FileSealer, controller: str, role: str) -> Key:
    return Key(sealer.key, controller, (role,), Period(START))


def _corridor() -> CorridorSettings:
    return CorridorSettings(
        corridor=Corridor.from_text(CORRIDOR),
        max_head_age=86_400,
        medium=("electronic-only",),
        forms=FORMS,
        direct_partial_use=True,
    )
