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
true, forged = Path(sys.argv[1]), Path(sys.argv[1]).with_name("forged")
forged.mkdir()
keys = {
    "signer": log_signer(get_keyring(), origin),
    "heartbeat": heartbeat_signer(get_keyring(), origin),
}
identity = Identity.from_bytes((folder / "log.json").read_bytes())
now = datetime.now(UTC)
store = FileHead(forged / "private/head")
with Log.create(Directory(forged), store, identity, at=now, **keys) as log:
    log.append([*entries, b'{"one":"more"}'], at=now)
folder.rename(true)
forged.rename(folder)
print(origin)
"""

# The next version of a state's trust list: {"withdraw": controller, "since": moment} or
# {"max_head_age": seconds}.
NEXT_TRUST_LIST = """
import dataclasses, json
from datetime import UTC, datetime
from django.conf import settings
from certorigin.seal.trust.entries import Withdrawal
from certorigin.seal.trust.trust_list import draft_trust_list, seal_trust_list
from certorigin_server.operate.folder import ROOT_KEYS
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.seal.trust import get_trust

wanted = json.loads(sys.argv[1])
state, now = settings.SYSTEM.state, datetime.now(UTC).replace(microsecond=0)
old = get_trust().newest(state).contents
keys, corridors = list(old.keys), list(old.corridors)
since = datetime.fromisoformat(wanted["since"]) if "since" in wanted else now
if "withdraw" in wanted:
    keys = [
        dataclasses.replace(key, withdrawn=Withdrawal(since, "compromised"))
        if key.controller == wanted["withdraw"] else key
        for key in keys
    ]
    assert keys != list(old.keys)
if "max_head_age" in wanted:
    corridors = [
        dataclasses.replace(one, max_head_age=wanted["max_head_age"]) for one in corridors
    ]
draft = draft_trust_list(
    state=state,
    version=old.version + 1,
    valid_from=now.date(),
    next_update=old.next_update,
    roots=old.roots,
    installations=old.installations,
    bodies=old.bodies,
    officers=old.officers,
    keys=keys,
    corridors=corridors,
)
sealers = [get_keyring().named(name) for name in ROOT_KEYS[:2]]
raw = seal_trust_list(draft, sealers, created=now)
(settings.SYSTEM.trust_folder / state / f"{draft.version}.json").write_bytes(raw)
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

# The next version of the trust list by the ceremony's own steps; done again, it goes on.
CEREMONY = """
from datetime import UTC, date, datetime
from django.conf import settings
from certorigin.seal.trust.ceremony import Ceremony, sign
from certorigin.seal.trust.change import renew
from certorigin_server.operate.folder import ROOT_KEYS
from certorigin_server.seal import ceremony
from certorigin_server.seal.keyring import get_keyring

system, at = settings.SYSTEM, datetime.now(UTC).replace(microsecond=0)
if ceremony.find_newest(system).version == 1:
    if ceremony.find_draft(system) is None:
        edit = lambda draft: renew(draft, next_update=date(2099, 1, 1))
        ceremony.change_draft(system, edit, at=at)
    draft = Ceremony.from_bytes(ceremony.find_draft(system).to_bytes())
    roots = [get_keyring().named(name) for name in ROOT_KEYS[:2]]
    signed = [sign(draft, root, created=at).to_bytes() for root in roots]
    ceremony.publish_draft(system, signed, by="operator", at=at)
print(ceremony.find_newest(system).version, ceremony.find_draft(system))
"""

# A supplier declares to another trader, once; then the loop seals what waits.
SUPPLY = """
from datetime import UTC, date, datetime
from certorigin.assessment.supplier import DeclaredGoods
from certorigin.vocabulary.tariff import TariffCode
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.suppliers.models import Declaration
from certorigin_server.suppliers.services import declare
from certorigin_server.suppliers.worker import SupplierSealLoop
from certorigin_server.users.models import Organisation, User

clock = lambda: datetime.now(UTC)
maker, customer = Organisation.objects.filter(kind="trader").order_by("slug")[:2]
if not Declaration.objects.exists():
    declare(
        goods=[DeclaredGoods(TariffCode("7210"), "coated steel sheet", "BY")],
        customer=customer.slug,
        valid_from=date(2026, 1, 1),
        valid_until=date(2099, 1, 1),
        keyring=get_keyring(),
        by=User.objects.filter(organisation=maker).first(),
        at=clock(),
    )
SupplierSealLoop(keyring=get_keyring(), clock=clock).turn()
print([row.status for row in Declaration.objects.all()])
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


# A log of its own, filled to the brim of its first tile and beyond; the folder is the argument.
FILL_A_TILE = """
import os, sys
from pathlib import Path
from certorigin_server.loops.crash import arm_from
from tests.library.log.sample import create, minutes, reopen
folder = Path(sys.argv[1])
if not (folder / "checkpoint").exists():
    with create(folder) as log:
        log.append([b"{%d}" % number for number in range(200)], at=minutes(1))
arm_from(os.environ)
with reopen(folder) as log:
    size = log.head().checkpoint.size
    if size < 300:
        log.append([b"{%d}" % number for number in range(size, 300)], at=minutes(2))
"""
