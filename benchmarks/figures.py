"""The figures of the table: each with its limit or peer, measured in turn in the same run.

A figure is a function of the effort (1 is the whole table, less is quicker and less sure). It
returns pairs, one a round: what we reach, and what the other reaches. Both sides do their work for
the same answer; where one could cheat, the benchmark it comes from compares the answers first.
"""

import compileall
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
import pymerkle
import rfc8785

import certorigin
from benchmarks import follow, log, lookup, pdf, peers, verify
from benchmarks.archive import Press, build, command, limit_of
from benchmarks.archive import raw_checks as archive_checks
from certorigin.certification.render.pdf import original_pdf
from certorigin.log.merkle import leaf_hash, verify_inclusion
from certorigin.mirror.acts import Checker
from certorigin.mirror.crew import Crew
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.verify import Verifier
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.trust.folder import write_trust_folder
from tests.library.recognition import world as w

Pairs = list[tuple[float, float]]
ROUNDS = 9


@dataclass(frozen=True)
class Figure:
    """One line of the table. `aim` is the share of the other that is wanted, 0 for none."""

    name: str
    beside: str
    unit: str
    aim: float
    measure: Callable[[float], Pairs]
    is_quick: bool = True


def rounds(effort: float) -> int:
    return max(3, round(ROUNDS * effort))


def per_second(act: Callable[[object], object], things: list) -> float:
    start = time.process_time()
    for one in things:
        act(one)
    return len(things) / (time.process_time() - start)


def in_turn(effort: float, ours: Callable[[], float], other: Callable[[], float]) -> Pairs:
    return [(ours(), other()) for _ in range(rounds(effort))]


def bundles(effort: float, *, acts_alone: bool = False, seals: int = 1) -> Pairs:
    with tempfile.TemporaryDirectory() as folder:
        count = max(40, round(400 * effort))
        world, raws = verify.make_bundles(Path(folder), count, seals=seals)
        checks = verify.raw_checks(raws)
        verify.check_both_sides(world, raws, checks)
        verifier, acts = Verifier(world.trust), [Bundle.from_bytes(raw).act for raw in raws]
        checker = Checker(world.trust, publisher="BY-1", corridor=str(w.CORRIDOR))
        return in_turn(
            effort,
            (lambda: verify.run_acts(checker, acts))
            if acts_alone
            else (lambda: verify.run_full(verifier, raws)),
            lambda: verify.run_raw(checks, raws),
        )


def acts(effort: float) -> Pairs:
    return bundles(effort, acts_alone=True)


def as_issued(effort: float) -> Pairs:
    """Certificates with the three seals that the desks give: body, certifier and examiner."""
    return bundles(effort, seals=3)


def beside_peer(effort: float, peer: Callable[[], float]) -> Pairs:
    """Bundles verified beside documents that a peer verifies."""
    with tempfile.TemporaryDirectory() as folder:
        world, raws = verify.make_bundles(Path(folder), 40)
        verifier = Verifier(world.trust)
        return in_turn(effort, lambda: verify.run_full(verifier, raws * 5), peer)


def beside_pyhanko(effort: float) -> Pairs:
    return beside_peer(effort, peers.pdf_signatures())


def beside_signxml(effort: float) -> Pairs:
    return beside_peer(effort, peers.xml_signatures())


def beside_didkit(effort: float) -> Pairs:
    return beside_peer(effort, peers.didkit())


def beside_w3c(effort: float) -> Pairs:
    return beside_peer(effort, peers.w3c_library())


def followed(effort: float, *, seals: int = 1) -> Pairs:
    with tempfile.TemporaryDirectory() as name:
        folder, count = Path(name), max(256, round(1024 * effort))
        world = follow.publish(folder / "published", count, 10, seals)
        checks, followers = follow.raw_checks(world), follow.Followers(world, folder / "followed")

        def both() -> float:
            spent = follow.timed(followers.follow)[1]
            void, verified = follow.timed(followers.verify)
            assert void == [count - 1]
            return count / (spent + verified)

        return in_turn(effort, both, lambda: count / follow.timed(follow.run_raw, checks)[1])


def followed_as_issued(effort: float) -> Pairs:
    return followed(effort, seals=3)


def by_two(effort: float) -> Pairs:
    """Entries judged by two processes beside one alone; by the wall's clock, which is the point."""
    with tempfile.TemporaryDirectory() as name:
        folder, count = Path(name), max(512, round(4096 * effort))
        world = follow.publish(folder / "published", count, 10)
        world.follow(w.minutes(1))
        view = world.view()
        entries = [(view.data(index), w.minutes(1)) for index in range(count)]
        alone = Checker(world.trust, publisher="BY-1", corridor=str(w.CORRIDOR))
        with Crew.of(view, 2) as crew:
            assert crew.judge(entries) == [alone.judge(data, at=at) for data, at in entries]

            def rate(judge: Callable[[list], object]) -> float:
                start = time.perf_counter()
                judge(entries)
                return count / (time.perf_counter() - start)

            def by_one(entries: list) -> None:
                for data, at in entries:
                    alone.judge(data, at=at)

            return in_turn(effort, lambda: rate(crew.judge), lambda: rate(by_one))


def appends(size: int, other: str) -> Callable[[float], Pairs]:
    def measure(effort: float) -> Pairs:
        with tempfile.TemporaryDirectory() as folder:
            kinds = log.kinds_in(Path(folder))
            press, found = Press(), []
            for turn in range(rounds(effort) + 3):
                entries = [press.seal(turn * size + number) for number in range(size)]
                spent = {name: log.seconds_of(one.append, entries) for name, one in kinds.items()}
                found.append((size / spent["ours"], size / spent[other]))
            return found

    return measure


def inclusion(effort: float) -> Pairs:
    """Proofs of inclusion verified, in a tree of 4,096 leaves, of both kinds."""
    count = 4096
    tree = pymerkle.InmemoryTree()
    entries = [b"entry %d" % number for number in range(count)]
    for entry in entries:
        tree.append_entry(entry)
    root = tree.get_state()
    proofs = [(place, tree.prove_inclusion(place + 1, count)) for place in range(0, count, 32)]
    ours = [(leaf_hash(entries[place]), place, proof.path[1:]) for place, proof in proofs]
    theirs = [(leaf_hash(entries[place]), proof) for place, proof in proofs]
    return in_turn(
        effort,
        lambda: per_second(lambda one: verify_inclusion(*one[:2], count, one[2], root), ours),
        lambda: per_second(lambda one: pymerkle.verify_inclusion(one[0], root, one[1]), theirs),
    )


def canonical(effort: float) -> Pairs:
    """One spelling of a certificate of ten lines, guard included, beside the reference."""
    with tempfile.TemporaryDirectory() as folder:
        _, raws = verify.make_bundles(Path(folder), 20)
    documents = [orjson.loads(Bundle.from_bytes(raw).act) for raw in raws]
    assert all(strict_bytes(one) == rfc8785.dumps(one) for one in documents)
    return in_turn(
        effort,
        lambda: per_second(strict_bytes, documents * 5),
        lambda: per_second(rfc8785.dumps, documents),
    )


def pages(effort: float) -> Pairs:
    bundle, _ = pdf.bundle_of(9)
    printable = pdf.with_code(bundle)
    lines, count = pdf.lines_on(original_pdf(printable, bundle=bundle))
    with pdf.template_by_hand():
        return in_turn(
            effort,
            lambda: count * pdf.rate(lambda: original_pdf(printable, bundle=bundle), 0.6 * effort),
            lambda: pdf.rate(lambda: pdf.by_hand(printable, bundle, lines), 0.6 * effort),
        )


def audited(effort: float) -> Pairs:
    """Entries of a log audited on two processes by the command, beside signatures of a core."""
    with tempfile.TemporaryDirectory() as name:
        folder, count = Path(name), max(2_048, round(20_000 * effort))
        world, _ = build(folder, count)
        checks = archive_checks(world)
        write_trust_folder(world.trust, folder / "trust")
        found = []
        for _ in range(3):
            audit = ("log", "audit", world.mirror_folder, "--trust", folder / "trust")
            code, answer, spent = command(*audit, "--workers", 2)
            assert (code, answer["entries"]) == (0, count)
            found.append((count / spent["processor_s"], limit_of(checks)))
        return found


def cold_start(effort: float) -> Pairs:
    """Verifications a second where each is a process of its own, beside bare Python."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        world, (raw,) = verify.make_bundles(folder / "log", 1)
        (folder / "bundle.json").write_bytes(raw)
        write_trust_folder(world.trust, folder / "trust")
        compileall.compile_dir(Path(certorigin.__file__).parent, quiet=1)  # as pip does
        ours = ("-m", "certorigin", "verify", folder / "bundle.json", "--trust", folder / "trust")
        return in_turn(effort, lambda: 1 / _spent(ours), lambda: 1 / _spent(("-c", "pass")))


def _spent(arguments: tuple) -> float:
    """Seconds of the processor that a Python takes for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, check=False)
    assert done.returncode in (0, 3), done.stderr[-300:]
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def at_customs(name: str, times: int = 1) -> Callable[[float], Pairs]:
    """What customs' machines ask, beside a bare view; `times` is how much one call answers."""

    def measure(effort: float) -> Pairs:
        ours, bare = lookup.answers()[name], lookup.answers()["bare"]
        calls = range(max(1, 100 // times))
        return in_turn(
            effort,
            lambda: times * per_second(ours, list(calls)),
            lambda: per_second(bare, range(100)),
        )

    return measure


def spread(values: list[float]) -> tuple[float, float, float]:
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


BARE = "a bare Django view"
FIGURES = (
    Figure("a bundle verified", "its signature alone (PyNaCl)", "/s", 0.6, bundles),
    Figure("a bundle as the desks issue it", "its three signatures", "/s", 0.6, as_issued),
    Figure("an act verified, as followers do", "its signature alone (PyNaCl)", "/s", 0.5, acts),
    Figure("a bundle verified ", "a PDF signature by pyHanko", "/s", 3, beside_pyhanko),
    Figure("a bundle verified  ", "an XML signature by signxml", "/s", 3, beside_signxml),
    Figure("a bundle verified   ", "an act by the W3C's library", "/s", 3, beside_w3c),
    Figure("a bundle verified    ", "a credential by didkit", "/s", 3, beside_didkit),
    Figure("followed and verified", "the signatures alone", "/s", 0.5, followed),
    Figure("followed as issued", "the three signatures each", "/s", 0.5, followed_as_issued),
    Figure("judged by two processes", "one process", "/s", 1.7, by_two),
    Figure("audited", "the signatures alone", "/s", 0.4, audited, is_quick=False),
    Figure("appended in groups of 100", "raw fdatasync", "/s", 0.3, appends(100, "raw")),
    Figure("appended one by one", "raw fdatasync", "/s", 0, appends(1, "raw")),
    Figure("appended one by one ", "pymerkle on SQLite", "/s", 0, appends(1, "pymerkle_sqlite")),
    Figure("inclusion proved", "pymerkle", "/s", 1.8, inclusion),
    Figure("canonical bytes", "rfc8785", "/s", 10, canonical),
    Figure("pages of PDF", "as many lines placed by hand", "/s", 0.45, pages),
    Figure("verified from a cold start", "a bare Python", "/s", 0.2, cold_start),
    Figure("look-up by number", BARE, "/s", 0.5, at_customs("look-up"), is_quick=False),
    Figure("declaration registered", BARE, "/s", 0.5, at_customs("declaration"), is_quick=False),
    Figure("declaration checked", BARE, "/s", 0.5, at_customs("check"), is_quick=False),
    Figure("line of a file checked", BARE, "/s", 0.5, at_customs("file", 100), is_quick=False),
)
