"""Twelve kinds of misbehaviour, and what a system must do about each (docs/spec/mirror.md).

A scene shows one fault, waits until the system under test has met it, looks at what the system
says in public (its cosignatures, which files it asks for), and heals. What is seen is told, never
guessed.
"""

import subprocess
import time
from datetime import UTC, datetime, timedelta

from tests.conformance.line import get, sign
from tests.conformance.server import HUGE
from tests.simulator import NoteKey, Publisher, WrongError, jcs, read_head

PATIENCE = 60.0
LOG_FILES = "/exchange/log/"
TURNS = 3  # how often the system must have come back before silence counts as an answer
STRANGER = b"stranger".ljust(32)


class DiffersError(Exception):
    """The system did something else than the specification asks for."""


def now():
    return int(time.time())


class Play:
    """The simulated state on stage: its log, its server, and the system that watches."""

    def __init__(self, state, server, system, witness, lift, tell):
        self.state, self.server, self.system = state, server, system
        self.witness, self.lift, self.tell = witness, lift, tell
        self.log = Publisher(state.origin, state.note_key("log"), state.note_key("heartbeat"))
        self.number = 0
        self.last_beat = 0

    # -- the stage ------------------------------------------------------------------------------

    def beat(self):
        """Return a time for the next head that is later than the one before."""
        self.last_beat = max(now(), self.last_beat + 1)
        while self.last_beat > now():
            time.sleep(0.05)
        return self.last_beat

    def publish(self, *entries):
        """Publish honestly, with one certificate where nothing is given."""
        if not entries:
            self.number += 1
            number = f"{self.state.code}{self.state.partner}9{self.number:09}"
            entries = [self.state.issued(number, datetime.now(UTC).replace(microsecond=0))]
        self.log.publish(self.beat(), *entries)
        self.show()

    def show(self):
        prefix = f"{self.state.origin}/"
        with self.server.lock:
            self.server.files = {prefix + path: data for path, data in self.log.files.items()}
            self.server.lists = dict(self.state.lists)

    def restore(self, entries):
        """Show the honest log again, as the system had verified it."""
        self.log.entries = list(entries)
        self.log.files = {}
        self.log.publish(self.beat())
        self.show()

    # -- looking --------------------------------------------------------------------------------

    def cosigned(self):
        """Return the heads that the system has cosigned, each verified."""
        heads = []
        while True:
            url = f"{self.system}/exchange/mirror/{self.state.origin}/cosigned/{len(heads)}"
            status, data = get(url, sign(url, self.state.key("exchange")))
            if status != 200:
                return heads
            head = read_head(data, [self.log.log, self.log.heartbeat, self.witness])
            if self.witness.name not in head.times:
                raise WrongError("the witness has not signed")
            heads.append(head)

    def largest(self):
        return max((head.size for head in self.cosigned()), default=0)

    def wait(self, what, condition, patience=PATIENCE):
        until = time.monotonic() + patience
        while not condition():
            if time.monotonic() > until:
                msg = f"waited {patience:.0f} s for: {what}"
                raise DiffersError(msg)
            time.sleep(0.1)

    def wait_for_turns(self, text, turns=TURNS):
        """Wait until the system has asked for a path so many times from now on."""
        start = self.server.count(text)
        self.wait(f"{turns} requests for {text}", lambda: self.server.count(text) >= start + turns)

    def expect_cosigned(self, size):
        began = time.monotonic()
        self.wait(f"a cosignature on {size} entries", lambda: self.largest() >= size)
        return time.monotonic() - began

    def expect_not_cosigned(self, size):
        if self.largest() >= size:
            msg = f"a head of {size} entries was cosigned"
            raise DiffersError(msg)

    def heal(self):
        """Serve honestly again, publish one more, and wait for its cosignature."""
        self.server.heal()
        self.publish()
        seconds = self.expect_cosigned(len(self.log.entries))
        return f"went on after {seconds:.1f} s"

    def expect_halt(self, entries):
        """Expect that the mirror stands still until its operator lifts the stop."""
        size = self.largest()
        self.wait_for_turns("/trust/")  # the loop lives; only this log is left alone
        before = self.server.count(LOG_FILES)
        self.wait_for_turns("/trust/")
        if self.server.count(LOG_FILES) > before:
            raise DiffersError("the log was asked for after the mirror had to stop")
        self.restore(entries)
        self.publish()
        self.wait_for_turns("/trust/")
        if self.largest() != size:
            raise DiffersError("the mirror went on without its operator")
        self.tell("  the operator lifts the stop")
        done = subprocess.run(self.lift, shell=True, check=False, capture_output=True, text=True)
        if done.returncode:
            msg = f"the operator's command failed: {done.stderr.strip()}"
            raise DiffersError(msg)
        seconds = self.expect_cosigned(len(self.log.entries))
        return f"stood still; lifted, it went on after {seconds:.1f} s"

    # -- the scenes -----------------------------------------------------------------------------

    def slow(self):
        """A checkpoint that is promised and never sent."""
        size = len(self.log.entries)
        self.server.spoil("slow", "/checkpoint")
        self.publish()
        self.wait("the system to give up", lambda: bool(self.server.gave_up), 90.0)
        waited = self.server.gave_up[0]
        self.expect_not_cosigned(size + 1)
        return f"gave up after {waited:.1f} s; {self.heal()}"

    def half(self):
        """Every file breaks off in the middle."""
        size = len(self.log.entries)
        self.server.spoil("half", self.state.origin)
        self.publish()
        self.wait_for_turns(LOG_FILES)
        self.expect_not_cosigned(size + 1)
        return self.heal()

    def fork(self):
        """Another history of the same length, truly signed."""
        entries = list(self.log.entries)
        self.log.fork(self.beat(), *entries[:-1], b'{"another":"history"}', b'{"and":"more"}')
        self.show()
        return self.expect_halt(entries)

    def roll_back(self):
        """A shorter log, truly signed, later than the longer one."""
        entries = list(self.log.entries)
        self.log.roll_back(self.beat(), len(entries) - 1)
        self.show()
        return self.expect_halt(entries)

    def replay(self):
        """Our own request is sent a second time, and again for another file."""
        self.publish()
        self.expect_cosigned(len(self.log.entries))
        url = f"{self.system}/exchange/mirror/{self.state.origin}/cosigned/0"
        headers = sign(url, self.state.key("exchange"))
        first, second = get(url, headers)[0], get(url, headers)[0]
        other = get(url.removesuffix("0") + "1", headers)[0]
        old = sign(url, self.state.key("exchange"), created=now() - 3600)
        stale, bare = get(url, old)[0], get(url, {})[0]
        found = (first, second, other, stale, bare)
        if found != (200, 404, 404, 404, 404):
            msg = f"answered {found}"
            raise DiffersError(msg)
        return "answered once; replayed, redirected, stale and unsigned requests got 404"

    def wrong_keys(self):
        """A head signed by a key that no trust list names."""
        size = len(self.log.entries)
        honest = self.log.log
        self.log.log = NoteKey.make(honest.name, honest.kind, STRANGER)
        try:
            self.publish()
            self.wait_for_turns(LOG_FILES)
        finally:
            self.log.log = honest
        self.expect_not_cosigned(size + 1)
        return self.heal()

    def expired_list(self):
        """A list by one root alone, which is worth nothing; then a true one whose time is over."""
        at = datetime.now(UTC).replace(microsecond=0)
        version = self.state.version + 1
        self.state.trust_list(at=at, signers=("root-1",))
        self.show()
        self.wait_for_turns(f"/trust/{version}.json")
        if self.server.count(f"/trust/{version + 1}.json"):
            raise DiffersError("a list by one root was believed")
        days = timedelta(days=1)
        self.state.trust_list(at=at - 5 * days, next_update=at - days)
        self.show()
        self.wait_for_turns(f"/trust/{version + 1}.json", 1)
        self.publish()
        self.expect_cosigned(len(self.log.entries))
        self.state.trust_list(at=at)
        self.show()
        self.wait_for_turns(f"/trust/{version + 2}.json", 1)
        return "the first was not believed; the second was, and freshness alone suffers"

    def huge(self):
        """A tile without an end."""
        size = len(self.log.entries)
        self.server.spoil("huge", "/tile/")
        self.publish()
        self.wait("the system to stop reading", lambda: bool(self.server.gave_up), 90.0)
        taken = max(self.server.gave_up)
        if taken >= HUGE:
            msg = f"{taken / 1e6:.0f} MB of a tile were taken"
            raise DiffersError(msg)
        self.expect_not_cosigned(size + 1)
        return f"stopped reading at {taken / 1e6:.1f} MB; {self.heal()}"

    def bad_text(self):
        """Entries that are no act: broken UTF-8, broken JSON, a kind of the future."""
        future = {"@context": [], "type": ["VerifiableCredential", "Foretold"]}
        self.publish(b'{"name":"\xff\xfe"}', b"{", jcs(future), b'{"a":1}{')
        seconds = self.expect_cosigned(len(self.log.entries))
        return f"kept as void entries, cosigned after {seconds:.1f} s; {self.heal()}"

    def time_travel(self):
        """A head from tomorrow, which is not believed; then one older than the last."""
        size = len(self.log.entries)
        self.log.publish(now() + 86_400, self.state.issued("FUTURE", datetime.now(UTC)))
        self.show()
        self.wait_for_turns(LOG_FILES)
        self.expect_not_cosigned(size + 1)
        self.publish()
        self.expect_cosigned(len(self.log.entries))
        entries = list(self.log.entries)
        early = int((datetime.now(UTC) - timedelta(hours=1)).timestamp())
        self.log.publish(early, b'{"too":"early"}')
        self.show()
        return f"the future was not believed; {self.expect_halt(entries)}"

    def duplicate_number(self):
        """Two certificates under one number."""
        at = datetime.now(UTC).replace(microsecond=0)
        number = f"{self.state.code}{self.state.partner}9777777777"
        self.publish(self.state.issued(number, at))
        self.publish(self.state.issued(number, at))
        seconds = self.expect_cosigned(len(self.log.entries))
        return f"both are kept as evidence, cosigned after {seconds:.1f} s; {self.heal()}"

    def silent_gap(self):
        """A head that grew, and tiles that are not there."""
        size = len(self.log.entries)
        self.server.spoil("gap", "/tile/")
        self.publish()
        self.wait_for_turns(LOG_FILES)
        self.expect_not_cosigned(size + 1)
        return self.heal()


SCENES = (
    Play.slow,
    Play.half,
    Play.fork,
    Play.roll_back,
    Play.replay,
    Play.wrong_keys,
    Play.expired_list,
    Play.huge,
    Play.bad_text,
    Play.time_travel,
    Play.duplicate_number,
    Play.silent_gap,
)
