"""What must be true of two states at any time after they have come to rest (architecture.md 7)."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

from certorigin.log import layout
from certorigin.log.directory import Directory
from certorigin.log.fsck import check
from certorigin.log.identity import Identity
from certorigin.log.note import Note
from certorigin.mirror.partner import Partner
from certorigin.mirror.view import LogView, find_log_folders
from tests.journeys.states import PATIENCE


@dataclass
class Ledger:
    """What the people were told: certificates by state, and decisions by state."""

    certificates: list[tuple[str, dict]] = field(default_factory=list)
    decisions: list[tuple[str, dict]] = field(default_factory=list)


def unsettled(pair) -> list[str]:
    """Say what is still on its way; nothing when both states have come to rest."""
    sizes = {state.state: state.account("sizes") for state in pair}
    found = []
    for state in pair:
        own, abroad = sizes[state.state], sizes[pair.other(state).state]
        found += [
            f"{state.state} {name}: {own[name]}"
            for name in ("waiting", "unpublished", "unreturned", "timeless")
            if own[name]
        ]
        if len(own["open"]) != 1:
            found.append(f"{state.state} open logs: {own['open']}")
        for origin, size in own["logs"].items():
            for side, known in ((state, own), (pair.other(state), abroad)):
                if known["registered"].get(origin, 0) != size or not size:
                    found.append(f"{side.state} register of {origin}: {known['registered']}")
    return found


def settle(pair, patience: float = PATIENCE) -> None:
    """Wait until everything has arrived on both sides."""
    until = time.monotonic() + patience
    while left := unsettled(pair):
        if time.monotonic() > until:
            said = {state.state: state.said("loops")[-600:] for state in pair}
            message = f"never came to rest: {left}; loops said {said}"
            raise AssertionError(message)
        time.sleep(0.1)


def check_invariants(pair, ledger: Ledger | None = None) -> None:
    """Compare register, log and mirror of both states byte by byte. They must have settled."""
    with pair.at_rest():
        accounts = {state.state: state.account() for state in pair}
        for state in pair:
            own, abroad = accounts[state.state], accounts[pair.other(state).state]
            _check_acts(own)
            _check_certificates(own)
            assert own["broken_link"] is None, f"{state.state}: the trail is broken"
            for origin, size in own["logs"].items():
                _check_log(state, pair.other(state), origin, size, own, abroad)
            _check_sound(state)
        if ledger is not None:
            _check_acknowledged(accounts, ledger)


def _check_acts(own) -> None:
    places = Counter()
    for act in own["acts"]:
        assert act["sealed"], f"{act['id']} has no seal"
        assert sha256(act["sealed"].encode()).hexdigest() == act["digest"]
        assert act["mirrored_at"], f"{act['id']} has no legal time"
        places[act["log_origin"], act["log_index"]] += 1
    assert set(places.values()) <= {1}
    for origin, size in own["logs"].items():
        indexes = [act["log_index"] for act in own["acts"] if act["log_origin"] == origin]
        assert indexes == list(range(size)), f"{origin}: {indexes}"
    for entries in (own["acts"], own["register"]):
        names = [entry.get("act", entry.get("id")) for entry in entries]
        assert len(set(names)) == len(names), "an act is there twice"
        digests = [entry["digest"] for entry in entries]
        assert len(set(digests)) == len(digests)


def _check_certificates(own) -> None:
    found = own["certificates"]
    numbers = [(one["body_id"], one["form"], one["year"], one["number"]) for one in found]
    assert len(set(numbers)) == len(numbers), "a number was issued twice"
    issued = [act["subject"] for act in own["acts"] if act["kind"] == "Issued"]
    assert sorted(issued) == sorted(one["id"] for one in found)
    for counted in {(one["body_id"], one["year"]) for one in found}:
        mine = (one for one in found if (one["body_id"], one["year"]) == counted)
        serials = sorted(one["serial"] for one in mine)
        assert serials == list(range(1, len(serials) + 1)), "a number was lost"
    acts = Counter(act["id"] for act in own["acts"] if act["kind"] in {"Utilised", "Refused"})
    assert acts == Counter(decision["act"] for decision in own["decisions"])


def _check_log(state, partner, origin, size, own, abroad) -> None:
    """The four places of an entry: the acts, our register, our log, the partner's two."""
    path = origin.removeprefix("certorigin/")
    folders = (state.folder / "log" / path, partner.folder / "mirror" / path)
    views = [
        LogView.open(folders[0], state.trust),
        LogView.open(folders[1], partner.trust),
    ]
    assert [view.size for view in views] == [size, size]
    acts = [act for act in own["acts"] if act["log_origin"] == origin]
    registers = [
        [entry for entry in account["register"] if entry["origin"] == origin]
        for account in (own, abroad)
    ]
    assert [len(register) for register in registers] == [size, size]
    for index, act in enumerate(acts):
        raw = act["sealed"].encode()
        assert [view.data(index) for view in views] == [raw, raw], f"{origin} {index}"
        for register in registers:
            entry = register[index]
            assert (entry["index"], entry["act"]) == (index, act["id"])
            assert entry["raw"].encode() == raw
            assert entry["digest"] == act["digest"]
            assert entry["void"] == "", f"{origin} {index}: {entry['void']}"
            assert entry["legal_time"] == act["mirrored_at"]
        times = [view.legal_time(index) for view in views]
        assert times[0] == times[1] is not None
    _check_cosigned(folders, own, origin)
    # A heartbeat may be on its way: only its time differs.
    published = Note.from_bytes((folders[0] / layout.CHECKPOINT).read_bytes())
    assert published.text == Note.from_bytes(own["heads"][origin].encode()).text


def _check_cosigned(folders, own, origin) -> None:
    ours, theirs = (
        {path.name: path.read_bytes() for path in (folder / "cosigned").iterdir()}
        for folder in folders
    )
    assert ours == theirs
    known = {str(number): digest for name, number, digest in own["cosigned"] if name == origin}
    assert known == {name: sha256(note).hexdigest() for name, note in ours.items()}


def _check_sound(state) -> None:
    """`certorigin log fsck` by its library, with the keys of the trust lists."""
    trust = state.trust
    folders = [*find_log_folders(state.folder / "log"), *find_log_folders(state.folder / "mirror")]
    assert folders
    for folder in folders:
        directory = Directory(folder)
        identity = Identity.from_bytes(directory.read(layout.IDENTITY))
        partner = Partner.from_trust(trust, identity.origin)
        verifiers = (identity.log, *partner.heartbeats, *partner.witnesses)
        report = check(directory, verifiers)
        assert report.ok, (folder, report.problems)
        assert not report.notes or all(note.code == "log.object_unused" for note in report.notes)


def _check_acknowledged(accounts, ledger: Ledger) -> None:
    """What people were told is there, once, with the very number they were told."""
    for state, told in ledger.certificates:
        rows = [one for one in accounts[state]["certificates"] if one["id"] == told["id"]]
        assert [row["number"] for row in rows] == [told["number"]]
        for account in accounts.values():
            kept = [one for one in account["register"] if one["act"] == told["act"]]
            assert len(kept) == 1, f"{told['number']} is there {len(kept)} times"
            assert kept[0]["publisher"] == f"{state}-1"
    for state, told in ledger.decisions:
        for account in accounts.values():
            kept = [one for one in account["register"] if one["act"] == told["act"]]
            assert len(kept) == 1, f"decision {told['act']} is there {len(kept)} times"
            assert kept[0]["publisher"] == f"{state}-1"
