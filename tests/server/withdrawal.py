"""A key that is taken out of the trust list of the tests, as a ceremony of the state would do."""

from datetime import UTC, datetime

from django.conf import settings

from certorigin.seal.sealer import FileSealer
from certorigin.seal.trust import change
from certorigin.seal.trust.trust_list import seal_trust_list
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.trust import get_trust
from tests.server.authority import PASSPHRASE, STATE

AT = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)


def withdraw_key(name: str, moment: datetime = AT) -> None:
    """Publish the next version of our trust list, in which a key is withdrawn."""
    keys = settings.SYSTEM.keys_folder
    roots = [FileSealer.open(keys / f"root-{one}.pem", PASSPHRASE) for one in (1, 2)]
    newest = get_trust().newest(STATE).contents
    draft = change.next_version(newest, valid_from=newest.valid_from)
    key = get_keyring().named(name).key
    draft = change.withdraw_key(draft, key, at=moment, reason="compromised")
    raw = seal_trust_list(draft, roots, created=moment)
    (settings.SYSTEM.trust_folder / STATE / f"{draft.version}.json").write_bytes(raw)
