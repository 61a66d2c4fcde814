"""Keys and trust lists of two imaginary national systems, the same in every run."""

import hashlib
from datetime import UTC, date, datetime

from certorigin.seal.sealer import FileSealer, make_private_key
from certorigin.seal.trust.entries import (
    Body,
    CorridorSettings,
    Installation,
    Key,
    Officer,
    Roots,
)
from certorigin.seal.trust.period import Period
from certorigin.seal.trust.trust import Trust
from certorigin.seal.trust.trust_list import draft_trust_list, seal_trust_list
from certorigin.vocabulary.corridor import Corridor

START = datetime(2026, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 5, 16, 12, 0, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
ALWAYS = Period(START)
YEAR = Period(START, END)

CHAMBER = "urn:certorigin:body:BY:minsk-branch"
CUSTOMS = "urn:certorigin:body:BY:customs"
OFFICER = "urn:certorigin:officer:BY:ivanova"
SYSTEM = "urn:certorigin:installation:BY-1"
PARTNER = "urn:certorigin:installation:AZ-1"
CONTEXT = ["https://www.w3.org/ns/credentials/v2", "urn:certorigin:context:v1"]


def sealer(name, suite="eddsa-jcs-2022"):
    """A sealer that is the same for the same name."""
    stream = hashlib.shake_256(f"certorigin sample key {name}".encode())
    return FileSealer(make_private_key(stream.digest, suite=suite))


def document(**members):
    """A small document of the strict profile."""
    return {"@context": CONTEXT, "type": ["VerifiableCredential"], "issuer": CHAMBER, **members}


BY_ROOTS = [sealer("BY root 1"), sealer("BY root 2"), sealer("BY root 3")]
AZ_ROOTS = [sealer("AZ root 1")]
PINNED = {
    "BY": Roots(2, tuple(root.key for root in BY_ROOTS)),
    "AZ": Roots(1, tuple(root.key for root in AZ_ROOTS)),
}
ROLES = {
    "seal": CHAMBER,
    "customs seal": CUSTOMS,
    "officer": OFFICER,
    "log": SYSTEM,
    "heartbeat": SYSTEM,
    "witness": SYSTEM,
}


def keys():
    """One key for each role, in force for the year 2026."""
    return [
        Key(sealer(f"BY {name}").key, holder, (name.split()[-1],), YEAR)
        for name, holder in ROLES.items()
    ]


def settings(**changes):
    """The settings of the sample corridor."""
    members = {
        "corridor": Corridor.from_text("AZ-BY/CIS-2009"),
        "max_head_age": 86_400,
        "medium": ("electronic-only", "paper+record"),
        "forms": ("ST-1",),
        "direct_partial_use": True,
    }
    return CorridorSettings(**(members | changes))


def draft(**changes):
    """A draft of the first trust list of BY, with members changed."""
    members = {
        "state": "BY",
        "version": 1,
        "valid_from": date(2026, 1, 1),
        "next_update": date(2026, 7, 1),
        "roots": PINNED["BY"],
        "installations": [
            Installation(SYSTEM, "Minsk", ("issuing", "customs"), YEAR, "https://by.example")
        ],
        "bodies": [
            Body(CHAMBER, "Палата", "Минск", ("authorised-body",), ("ST-1",), YEAR),
            Body(CUSTOMS, "Таможня", "Минск", ("central-customs-authority",), (), ALWAYS),
        ],
        "officers": [
            Officer(OFFICER, CHAMBER, "Иванова", "эксперт", ("ST-1",), ("certify",), YEAR)
        ],
        "keys": keys(),
        "corridors": [settings()],
    }
    return draft_trust_list(**(members | changes))


def az_draft(**changes):
    """A draft of the first trust list of AZ: an installation with a witness key."""
    members = {
        "state": "AZ",
        "version": 1,
        "valid_from": date(2026, 1, 1),
        "next_update": date(2026, 7, 1),
        "roots": PINNED["AZ"],
        "installations": [Installation(PARTNER, "Bakı", ("customs",), ALWAYS)],
        "keys": [Key(sealer("AZ witness").key, PARTNER, ("witness",), ALWAYS)],
        "corridors": [settings(max_head_age=3_600, direct_partial_use=False, logs=("x",))],
    }
    return draft_trust_list(**(members | changes))


def sealed(contents, roots=None):
    """The sealed bytes of a draft, by the state's own roots where none are named."""
    roots = roots or (BY_ROOTS if contents.state == "BY" else AZ_ROOTS)
    return seal_trust_list(contents, roots, created=NOON)


def known(*drafts):
    """Trust that has adopted these drafts, or the first lists of both states."""
    trust = Trust(PINNED)
    for contents in drafts or (draft(), az_draft()):
        trust.adopt(sealed(contents))
    return trust
