"""The second way into the tables: casts of a mould, for sizes that the services reach in days only.

Each act is sealed with the keys of who sealed the first one, entered in its log by the library, and
verified and countersigned by the other side's mirror; the rows are copied into the tables in one
transaction with the head of the log, as `log.services.enter` does. Where a cast differs from what a
service would have written, says docs/operate/sizing.md.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from django.conf import settings
from django.db import connection, transaction

from benchmarks.mould import Act, Mould, boxes_of
from certorigin.audit.chain import entry_hash
from certorigin.certification.consignment import goods_keys
from certorigin.log.append import Log as TermLog
from certorigin.log.directory import Directory
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.proof import attach, make_proofs
from certorigin.vocabulary.moment import moment_from_text, moment_to_text
from certorigin_server.certification.models import NumberSequence
from certorigin_server.log.head import DatabaseHead
from certorigin_server.log.keys import signers_of
from certorigin_server.log.models import Log
from certorigin_server.operate.generate.partner import PlayedPartner
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.trail.models import TrailHead

NAME = "generator"
MARK = "urn:certorigin:generated:cast:"
_SPREAD = 0x9E3779B1


@dataclass
class Cast:
    """One cast, ready to be copied: tables, trail, and the entries of both logs."""

    number: int
    at: datetime
    tables: dict[str, tuple[list[str], str]]
    trail: list[tuple[str, str, str, str, str]]
    ours: list[bytes]
    theirs: list[bytes]


class Founder:
    """Casts a mould, the same for a number, without a look at the database."""

    def __init__(
        self, mould: Mould, partner: PlayedPartner, since: datetime, together: int = 1
    ) -> None:
        self._mould, self._since, self._together = mould, since, together
        self._keyring = get_keyring()
        self._sealers = {
            partner.sealer(name).key: partner.sealer(name)
            for name in ("seal", "officer", "seal-customs", "gateway")
        }

    def cast(self, number: int) -> Cast:
        """Name everything anew and seal the acts: certificates first, for others cite them."""
        mould, at = self._mould, self.moment_of(number)
        values = [self._value(token, number, at) for token in mould.tokens]
        for paper, token in mould.papers:
            values[token] = hashlib.sha256(paper.cast(values).encode()).hexdigest()
        sealed: dict[str, bytes] = {}
        acts = (*mould.ours, *mould.theirs)
        for one in sorted(acts, key=lambda act: act.kind != "Issued"):
            raw = sealed[one.id] = self._seal(one, values)
            values[one.digest] = hashlib.sha256(raw).hexdigest()
            values[one.text] = escaped(raw.decode())
            if one.goods:
                known = goods_keys(boxes_of(orjson.loads(raw)))
                keys = [key for item in known for key in (item.goods, item.whole)]
                for token, key in zip(one.goods, keys, strict=True):
                    values[token] = key
        return Cast(
            number,
            at,
            {name: (columns, cut.cast(values)) for name, (columns, cut) in mould.tables.items()},
            [
                (*said, subject.cast(values), facts.cast(values))
                for *said, subject, facts in mould.trail
            ],
            [sealed[one.id] for one in mould.ours],
            [sealed[one.id] for one in mould.theirs],
        )

    def moment_of(self, number: int) -> datetime:
        """When a cast enters the logs: that of the last of those that enter at once."""
        last = -(-number // self._together) * self._together
        return self._since + timedelta(minutes=last)

    def _value(self, token: tuple[str, str, str], number: int, at: datetime) -> str:
        kind, text, span = token
        if kind == "id":
            return f"{int(text, 16) ^ (number * _SPREAD & 0xFFFFFFFF):08x}"
        if kind == "shift":
            return f"{int(text) + number * self._mould.spans[span]:0{len(text)}d}"
        return at.isoformat(sep=" ") if kind == "entered" else ""

    def _seal(self, act: Act, values: list[str]) -> bytes:
        document = orjson.loads(act.document.cast(values))
        pairs = [
            (options, self._sealer(str(options["verificationMethod"]).rpartition("#")[2]))
            for options in orjson.loads(act.options)
        ]
        return strict_bytes(attach(document, make_proofs(document, pairs)))

    def _sealer(self, key: str):
        if key not in self._sealers:
            self._sealers[key] = self._keyring.of_key(key)
        return self._sealers[key]


def escaped(text: str) -> str:
    """Write a text as COPY reads it."""
    for bare, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(bare, written)
    return text


class Pouring:
    """Puts casts into tables and logs, one after the other; what is in already is left alone."""

    def __init__(self, mould: Mould, partner: PlayedPartner, loops, clock) -> None:
        self._mould, self._partner, self._clock = mould, partner, clock
        self._loops = loops
        (corridor,) = settings.SYSTEM.corridors
        self._origin = corridor.origin_of(settings.SYSTEM.installation)
        self.seconds: dict[str, float] = {}

    def pour(self, casts: Sequence[Cast]) -> None:
        """Enter casts that follow one another, in one transaction and under one head."""
        at = self._clock.now = casts[0].at
        left = [one for one in casts if self._partner.size <= self._theirs_before(one.number)]
        if left:
            with self._timed("log of the partner"):
                self._partner.enter([raw for one in left for raw in one.theirs])
        with self._open_log() as log:
            with self._timed("our log"):
                staged = log.stage([raw for one in casts for raw in one.ours], at=at)
            with transaction.atomic():
                DatabaseHead(self._origin).swap(staged.old_head, staged.new_head)
                self._copy(casts)
            with self._timed("our log"):
                log.publish(staged)
        self._follow()

    def catch_up(self, at: datetime) -> None:
        """Finish what a stop left undone behind the last cast, at the moment of that cast."""
        self._clock.now = at
        self._open_log().close()
        self._follow()

    def _open_log(self) -> TermLog:
        directory = Directory(settings.SYSTEM.log_folder(self._origin))
        now, store = self._clock.now, DatabaseHead(self._origin)
        signer, heartbeat = signers_of(get_keyring(), directory, self._origin, at=now)
        return TermLog.open(directory, store, signer=signer, heartbeat=heartbeat)

    def _follow(self) -> None:
        with self._timed("mirror of the partner"):
            self._partner.follow()
        with self._timed("our mirror"):
            self._loops.follow()

    def _theirs_before(self, number: int) -> int:
        return 1 + number * self._mould.spans["theirs"]

    def poured(self) -> int:
        """How many casts are in already, by the size of our log."""
        (size,) = Log.objects.filter(origin=self._origin).values_list("size", flat=True)
        return (size - 1) // self._mould.spans["ours"] - 1

    def _copy(self, casts: Sequence[Cast]) -> None:
        with connection.cursor() as cursor:
            # Keys of other tables are not looked up row by row: the mould's own were.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table, (columns, _) in casts[0].tables.items():
                named = ", ".join(f'"{one}"' for one in columns)
                statement = f"COPY {table} ({named}) FROM STDIN"
                with self._timed(f"table {table}"), cursor.copy(statement) as rows:
                    for cast in casts:
                        rows.write(cast.tables[table][1])
            with self._timed("table trail_trailentry"):
                for cast in casts:
                    self._extend_trail(cursor, cast)
            cursor.execute("SET LOCAL session_replication_role = origin")
            for table in (*casts[0].tables, "trail_trailentry"):
                if table in self._mould.spans or table == "trail_trailentry":
                    name = f"pg_get_serial_sequence('{table}', 'id')"
                    cursor.execute(f"SELECT setval({name}, max(id)) FROM {table}")
        for key, last in self._mould.sequences.items():
            serial = last + casts[-1].number * self._mould.spans["serial"]
            NumberSequence.objects.filter(pk=int(key)).update(last=serial)

    def _extend_trail(self, cursor, cast: Cast) -> None:
        head = TrailHead.objects.select_for_update().get(pk=1)
        at, first = moment_to_text(cast.at), str(1 + cast.number * self._mould.spans["ours"])
        size = str(1 + (cast.number + 1) * self._mould.spans["ours"])
        entered = {"count": str(len(cast.ours)), "first": first}
        begins = str(1 + cast.number * self._mould.spans["theirs"])
        received = {"count": str(len(cast.theirs)), "first": begins}
        told = [
            (at, "", "log.entered", self._origin, entered),
            (at, "", "log.published", self._origin, {"size": size}),
            (at, "", "mirror.received", self._partner.origin, received),
            (at, NAME, "operate.generated", f"{MARK}{cast.number}", {}),
        ]
        own = [(*said, orjson.dumps(facts).decode()) for *said, facts in told]
        with cursor.copy(
            "COPY trail_trailentry (sequence, at, actor, action, subject, facts, previous, hash)"
            " FROM STDIN"
        ) as rows:
            for moment, actor, action, subject, facts in (*cast.trail, *own):
                said = {"actor": actor, "action": action, "subject": subject, "facts": facts}
                said |= {"sequence": head.sequence + 1, "previous": head.hash}
                digest = entry_hash(at=moment_from_text(moment), **said)
                rows.write_row(
                    (said["sequence"], moment, actor, action, subject, facts, head.hash, digest)
                )
                head.sequence, head.hash = head.sequence + 1, digest
        head.save()

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[what] = self.seconds.get(what, 0.0) + time.perf_counter() - began
