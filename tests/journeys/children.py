"""Short programs that run inside a state's own process, and what they need."""

from __future__ import annotations

import copy
from pathlib import Path

CLOSE_TERM = """
from django.utils import timezone
from certorigin_server.log.services import close_term
from certorigin_server.seal.keyring import get_keyring
from django.conf import settings
(corridor,) = settings.SYSTEM.corridors
print(close_term(
    corridor=str(corridor.corridor),
    successor_term=sys.argv[1],
    gateway=get_keyring().named("gateway"),
    by="operator",
    at=timezone.now(),
))
"""

# A publisher that lies: another log of the same name, longer than the one that the partner holds.
FORK = """
from datetime import UTC, datetime
from pathlib import Path
from django.conf import settings
from certorigin.log.append import Log
from certorigin.log.directory import Directory
from certorigin.log.head import FileHead
from certorigin.log.identity import Identity
from certorigin.mirror.view import LogView
from certorigin_server.log.keys import heartbeat_signer, log_signer
from certorigin_server.log.models import Log as Row
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.trust import get_trust

origin = Row.objects.get(status="open").origin
folder = settings.SYSTEM.log_folder(origin)
view = LogView.open(folder, get_trust())
entries = [view.data(index) for index in range(view.size)]
entries[-2:] = reversed(entries[-2:])
true = Path(sys.argv[1])
folder.rename(true)
folder.mkdir()
keys = {
    "signer": log_signer(get_keyring(), origin),
    "heartbeat": heartbeat_signer(get_keyring(), origin),
}
identity = Identity.from_bytes((true / "log.json").read_bytes())
now = datetime.now(UTC)
store = FileHead(folder / "private/head")
with Log.create(Directory(folder), store, identity, at=now, **keys) as log:
    log.append([*entries, b'{"one":"more"}'], at=now)
print(origin)
"""

LIFT = """
from datetime import UTC, datetime
from pathlib import Path
from certorigin.log.directory import Directory
from certorigin.mirror.follow import Mirror
from certorigin.mirror.view import LogView
from certorigin_server.seal.trust import get_trust
folder = Path(sys.argv[1])
partner = LogView.open(folder, get_trust()).partner
with Mirror.open(Directory(folder), partner) as mirror:
    mirror.lift(by="operator", remark="restored from the true folder", at=datetime.now(UTC))
"""

MAKE_KEY = """
from django.conf import settings
from certorigin_server.operate.folder import make_key
print(make_key(settings.SYSTEM.folder, "spare").key)
"""

OPEN_KEY = """
from certorigin_server.seal.keyring import get_keyring
print(get_keyring().named("spare").key)
"""


def mirror_folder(state) -> Path:
    """The one mirror that a state keeps."""
    (found,) = (state.folder / "mirror").rglob("log.json")
    return found.parent


def with_many_items(application: dict, worksheet: dict, count: int = 160) -> None:
    """Let one consignment have very many lines: each its own item, with its own share of value."""
    (item,), (sheet,) = application["items"], worksheet["items"]
    for document, original in ((application, item), (worksheet, sheet)):
        document["items"] = [copy.deepcopy(original) for _ in range(count)]
        for number, one in enumerate(document["items"], 1):
            one["sequence"] = str(number)
    total = float(item["value"]["amount"]) * count
    application["invoiceTotal"]["amount"] = f"{total:.2f}"
