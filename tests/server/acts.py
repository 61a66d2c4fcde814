"""Acts that wait for a seal, without the stops before: about a certificate that nobody has."""

import uuid
from datetime import date

from certorigin.seal.prepared import Slot
from certorigin.standing.entry import certificate_subject
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import Annulment, CertificateReference
from certorigin.vocabulary.corridor import Corridor
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.services import prepare_act
from tests.server.authority import CORRIDOR, INSTALLATION_URN, officer_urn


def prepare(*, at, issuer=INSTALLATION_URN, key="gateway"):
    """Prepare an annulment of ours. By default the gateway seals it, and it counts for nobody."""
    own = get_keyring().named(key)
    reference = CertificateReference("ST-1", "BYAZ6101000001", date(2026, 5, 16), "BY")
    body = Annulment(reference, "error_in_certificate", "", at, officer_urn("certifier"))
    act = Act(
        id=f"urn:uuid:{uuid.uuid4()}",
        kind=Kind.ANNULLED,
        issuer=issuer,
        at=at,
        corridor=Corridor.from_text(CORRIDOR),
        subject=certificate_subject("BY-1", "0001"),
        body=body.to_data(),
    )
    slot = Slot(issuer, own.key, own.suite)
    return prepare_act(act=act, slots=[slot], by="certifier", at=at)


def prepare_many(count, *, at):
    return [prepare(at=at) for _ in range(count)]
