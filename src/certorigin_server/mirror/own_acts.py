"""Acts of the installation about the exchange: sealed by its gateway, entered in its log."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from certorigin.seal.canonical import parse_strict
from certorigin.seal.prepared import Slot
from certorigin.vocabulary.acts import Act
from certorigin_server.seal.choice import installation_sealer, installation_urn
from certorigin_server.seal.services import prepare_act

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from certorigin.vocabulary.acts import Kind
    from certorigin.vocabulary.corridor import Corridor
    from certorigin_server.seal.keyring import Keyring
    from certorigin_server.seal.queries import SealedAct


def prepare_own(
    *,
    kind: Kind,
    subject: str,
    body: Mapping[str, object],
    corridor: Corridor,
    keyring: Keyring,
    by: str,
    at: datetime,
) -> SealedAct:
    """Prepare an act of this installation; the seal's loop and the log take it from here."""
    gateway = installation_sealer(keyring, "gateway", at=at)
    act = Act(
        id=f"urn:uuid:{uuid.uuid4()}",
        kind=kind,
        issuer=installation_urn(),
        at=at.replace(microsecond=0),
        corridor=corridor,
        subject=subject,
        body=dict(body),
    )
    slot = Slot(installation_urn(), gateway.key, gateway.suite)
    return prepare_act(act=act, slots=[slot], by=by, at=at)


def act_of(row: SealedAct) -> Act:
    """Read one of our acts on its way."""
    return Act.from_document(parse_strict((row.sealed or row.document).encode()))
