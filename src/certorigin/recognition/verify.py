"""Verifying a certificate: numbered steps; trust, mirrors and time are arguments.

1. The file is read: a bundle, or a sealed act alone. What cannot be read at all is MalformedError.
2. Integrity: the act's strict bytes, its schema, every proof of its proof set.
3. Registration: the proof leads to a head that the publisher's log signed and the partner cosigned.
4. The mirror, where there is one, holds the same bytes at the same index, and knows the legal time.
5. Issuer: the sealing keys were entitled at the legal time, to this form.
6. Standing: the fold over the mirrors at the moment asked; without a mirror, as of its head.
7. Freshness: how old the newest head was at the moment asked, against the corridor's limit.
8. Match: the goods declaration, when one is given.
9. The bottom line: one refusal refuses, else one doubt leaves it undetermined.

The same numbers stand in docs/spec/verdict.md and docs/journey.md.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from certorigin.errors import (
    CertoriginError,
    UnknownError,
    UntrustedKeyError,
)
from certorigin.late import Later
from certorigin.mirror.issuer import verify_issuer
from certorigin.recognition.case import (
    Case,
    find_fault_of_publisher,
    open_case,
    read_certificate,
)
from certorigin.recognition.parts import (
    ISSUER_CODES,
    head_used,
    judge_match,
    standing_alone,
    standing_part,
)
from certorigin.recognition.registration import Registrar
from certorigin.recognition.report import PARTS, HeadUsed, Part, Report, not_reached, part
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.moment import SKEW, moment_to_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from certorigin.mirror.view import LogView
    from certorigin.recognition.declaration import GoodsDeclaration
    from certorigin.seal.trust.trust import Trust
    from certorigin.standing import family, fold, twice
    from certorigin.standing.entry import LoggedAct
    from certorigin.standing.standing import Standing
else:  # a mirror needs them
    family = Later("certorigin.standing.family")
    fold = Later("certorigin.standing.fold")
    twice = Later("certorigin.standing.twice")

MAX_KEPT = 65_536
MAX_MOMENTS = 1_024
_DAMAGED = frozenset({"registration.proof_malformed", "registration.log_unknown"})


def verify(
    raw: bytes,
    *,
    trust: Trust,
    at: datetime,
    mirrors: Sequence[LogView] = (),
    declaration: GoodsDeclaration | None = None,
) -> Report:
    """Verify one certificate, a bundle or a sealed act alone, as of a moment.

    Raises MalformedError when the file is neither: then there is nothing to answer about.
    """
    return Verifier(trust, mirrors).verify(raw, at=at, declaration=declaration)


class Verifier:
    """Verifies many certificates against the same trust and mirrors.

    Heads and keys are judged once. What it keeps is true for this trust and these views: when
    either changes, make another.
    """

    def __init__(self, trust: Trust, mirrors: Sequence[LogView] = ()) -> None:
        self._trust = trust
        self._mirrors = tuple(mirrors)
        self._registrar = Registrar(trust)
        self._starts: dict[str, str] = {}
        self._issuers: dict[tuple[object, ...], Part] = {}
        self._freshness: dict[tuple[object, ...], tuple[Part, HeadUsed | None]] = {}

    @property
    def trust(self) -> Trust:
        """The trust lists that are believed."""
        return self._trust

    @property
    def mirrors(self) -> tuple[LogView, ...]:
        """The logs that are looked into."""
        return self._mirrors

    def verify(
        self, raw: bytes, *, at: datetime, declaration: GoodsDeclaration | None = None
    ) -> Report:
        """Verify one certificate. Raises MalformedError when the file cannot be read (step 1)."""
        bundle, integrity, sound = open_case(raw)
        if sound is None:
            return _broken(integrity, at, asked=declaration is not None)
        case = Case(bundle, sound, at, self._registrar.verify(bundle))
        registration = self._register(case)
        issuer = self._judge_issuer(case)
        standing_part, standing = self._judge_standing(case)
        freshness, head = self._judge_freshness(case)
        match_part, matched, certificate = judge_match(
            case,
            declaration,
            standing,
            in_parts=declaration is not None and self._is_used_in_parts(case.gist.corridor),
        )
        parts = (integrity, issuer, registration, standing_part, freshness, match_part)
        return Report(
            at=at,
            parts=dict(zip(PARTS, parts, strict=True)),
            head=head,
            subject=case.gist.subject,
            act_id=case.gist.id,
            legal_time=case.legal_time,
            certificate=certificate or (standing.certificate if standing else None),
            standing=standing,
            match=matched,
            form=case.gist.form,
        )

    def _register(self, case: Case) -> Part:
        """Steps 3 and 4: what the proof shows, then what the mirror knows."""
        known = case.registered.known
        found = case.registered.part
        if known is not None and known.partner is not None:
            fault = find_fault_of_publisher(
                case, known.partner.publisher, str(known.partner.corridor)
            )
            if fault is None and case.bundle.salt and self._has_corridor(case.gist.corridor):
                # What a corridor takes is entered there, for both states to read.
                facts = {"publisher": known.partner.publisher, "corridor": case.gist.corridor}
                fault = part(
                    "registration.publisher_differs",
                    **facts,
                    issued_in=case.gist.issuing_country,
                )
            if fault is not None:
                return fault
            if known.fault is None:
                case.index, case.legal_time = case.registered.index, known.cosigned_at
        if found.outcome == "refused":
            return found
        mirrored = self._look_into_mirror(case, found)
        # With a damaged proof it is not the file that was handed out, whatever the mirror holds.
        is_damaged = found.code in _DAMAGED and mirrored.outcome == "recognised"
        found = found if is_damaged else mirrored
        legal_time = case.legal_time
        if found.outcome == "recognised" and legal_time is not None and legal_time > case.at:
            return part("registration.after_at", legal_time=moment_to_text(legal_time))
        if found.outcome == "recognised":
            return self._find_older(case) or found
        return found

    def _has_corridor(self, corridor: str) -> bool:
        """Say whether a trust list settles a corridor."""
        try:
            self._trust.corridor(corridor)
        except UnknownError:
            return False
        return True

    def _is_used_in_parts(self, corridor: str) -> bool:
        """Say whether several declarations may use one certificate directly, as both states set."""
        try:
            return self._trust.corridor(corridor).direct_partial_use
        except UnknownError:
            return True  # nobody settled the corridor, and freshness says so

    def _find_older(self, case: Case) -> Part | None:
        """Say whether it was certified before the day on which the corridor began."""
        start = self._starts.get(case.gist.corridor, "?")
        if start == "?":
            with suppress(UnknownError):  # freshness says that nobody set anything
                day = self._trust.corridor(case.gist.corridor).start
                start = self._starts[case.gist.corridor] = day.isoformat() if day else ""
        date = case.gist.date
        if start in {"", "?"} or date >= start:
            return None
        return part("registration.before_start", date=date, start=start)

    def _look_into_mirror(self, case: Case, found: Part) -> Part:
        """Step 4: the same bytes at the same index, and the first cosigned head over them."""
        try:
            views, index = self._find_views(case)
            if not views:
                return found
            view = views[0]
            case.view, case.index = view, index
            if index >= view.size:
                facts = {"index": str(index), "size": str(view.size)}
                return part("registration.mirror_behind", **facts)
            entry = case.bundle.entry
            if any(held.entry(index) != entry for held in views if index < held.size):
                facts = {"origin": view.origin, "index": str(index)}
                return part("registration.mirror_differs", **facts)
            legal_time = view.legal_time(index) or case.legal_time
        except CertoriginError as fault:
            return part("registration.mirror_damaged", fault=fault.code)
        case.legal_time = legal_time
        facts = {"origin": view.origin, "index": str(index)}
        if legal_time is None:
            return part("registration.not_cosigned", **facts)
        return part("registration.registered", **facts)

    def _find_views(self, case: Case) -> tuple[list[LogView], int]:
        """Find what is held of the log in the proof, or, without a proof, of one that has the act.

        The best comes first: with the most entries, then the most cosigned heads, then the newest.
        """
        index, origin = case.index, ""
        if index >= 0 and case.registered.known is not None:
            origin = case.registered.known.origin
        for view in self._mirrors if index < 0 else ():
            if str(view.partner.corridor) == case.gist.corridor:
                held = view.find_entry(case.bundle.act, case.gist.subject)
                publisher = view.partner.publisher, str(view.partner.corridor)
                if held is not None and find_fault_of_publisher(case, *publisher) is None:
                    index, origin = held, view.origin
                    break
        views = [view for view in self._mirrors if view.origin == origin]
        if len(views) > 1:
            views.sort(key=lambda view: (view.size, view.cosigned.count, view.heartbeat))
            views.reverse()
        return views, index

    def _judge_issuer(self, case: Case) -> Part:
        """Step 5, once for each combination of issuer, keys, form, officer and legal time."""
        if case.legal_time is None:
            return part("issuer.no_legal_time")
        gist, proofs = case.sound
        key = (
            gist.issuer,
            gist.form,
            gist.body,
            gist.officer,
            gist.issuing_country,
            case.legal_time,
            *[(proof.key, proof.controller) for proof in proofs],
        )
        found = self._issuers.get(key)
        if found is None:
            if len(self._issuers) >= MAX_KEPT:
                self._issuers.clear()
            found = self._issuers[key] = self._verify_issuer(case, case.legal_time)
        return found

    def _verify_issuer(self, case: Case, legal_time: datetime) -> Part:
        act, state = Act.from_document(case.document), case.gist.issuing_country
        try:
            found = verify_issuer(
                act, case.sound.proofs, self._trust, publisher=state, at=legal_time
            )
        except UntrustedKeyError as fault:
            return part(ISSUER_CODES.get(fault.code, "issuer.not_entitled"), fault=fault.code)
        except UnknownError as fault:
            return part(fault.code, **fault.facts)
        version = {"list": f"{found.state}/{found.list_version}"}
        return part("issuer.entitled", issuer=act.issuer, key=found.key.key, **version)

    def _judge_standing(self, case: Case) -> tuple[Part, Standing | None]:
        """Step 6: with a mirror the fold, without one what the certificate itself can tell."""
        if case.view is None:
            return standing_alone(case), None
        views = [view for view in self._mirrors if str(view.partner.corridor) == case.gist.corridor]
        try:
            acts = [act for view in views for act in view.acts_about(case.gist.subject)]
            before = self._acts_before(case, views)
            undecided = [act for view in views for act in view.undecided_about(case.gist.subject)]
            standing = fold.fold([*acts, *before], subject=case.gist.subject, at=case.at)
            if standing.issued is None:
                read_certificate(case)  # what can't be read was void at the mirror's door
            twins = self._issued_twice(case, acts)
        except UnknownError as fault:
            return part("standing.form_unknown", fault=fault.code), None
        except CertoriginError as fault:
            return part("standing.unreadable", fault=fault.code), None
        return standing_part(case, standing, len(undecided), twins), standing

    def _acts_before(self, case: Case, views: Sequence[LogView]) -> list[LoggedAct]:
        """Read the acts about the certificates for which this one stands, or on which it rests.

        The first lie in its own corridor; the base of a substitute may lie in another (R48).
        """
        if not case.gist.has_marks:
            return []
        return family.family(
            Act.from_document(case.document),
            subjects_under=lambda number: [
                one for view in views for one in view.subjects_under(number)
            ],
            subjects_of=lambda act: [
                one for view in self._mirrors for one in view.subjects_of(act)
            ],
            acts_about=lambda subject: [
                act for view in self._mirrors for act in view.acts_about(subject)
            ],
        )

    def _issued_twice(self, case: Case, own: Sequence[LoggedAct]) -> tuple[LoggedAct, ...]:
        """Find other certificates under the number of this one, in whichever mirror they lie."""
        number = twice.number_told(case.gist)
        names = {name for view in self._mirrors for name in view.subjects_under(number)}
        others = names - {case.gist.subject}
        if not others and sum(act.act.kind is Kind.ISSUED for act in own) < 2:
            return ()
        acts = [act for view in self._mirrors for name in others for act in view.acts_about(name)]
        found = twice.issued_twice([*own, *acts], at=case.at)
        return found if any(one.act.subject == case.gist.subject for one in found) else ()

    def _judge_freshness(self, case: Case) -> tuple[Part, HeadUsed | None]:
        """Step 7, once for each head and moment."""
        known = case.registered.known
        source: object = case.view or known
        key = (id(source), case.at, case.log_corridor)
        found = self._freshness.get(key)
        if found is None:
            if len(self._freshness) >= MAX_MOMENTS:
                self._freshness.clear()
            head = head_used(case, self._last_term_of(case.view))
            found = self._freshness[key] = (self._freshness_of(case, head), head)
        return found

    def _last_term_of(self, view: LogView | None) -> LogView | None:
        """A closed term beats no more: how fresh we are is said by the term that goes on."""
        mirrors = {mirror.origin: mirror for mirror in self._mirrors}
        for _ in mirrors:
            following = mirrors.get(_successor_of(view)) if view is not None else None
            if following is None:
                break
            view = following
        return view

    def _freshness_of(self, case: Case, head: HeadUsed | None) -> Part:
        if head is None:
            return not_reached("freshness")
        if head.time is None:
            return part("freshness.no_time", origin=head.origin)
        if head.source == "bundle" and head.time > case.at + SKEW:
            return part("freshness.head_from_future", time=moment_to_text(head.time))
        try:
            limit = self._trust.corridor(case.log_corridor).max_head_age
        except UnknownError:
            return part("freshness.corridor_unknown", corridor=case.log_corridor)
        # A head from after the moment that is asked about knows everything up to that moment.
        age = max(0, int((case.at - head.time).total_seconds()))
        facts = {"age": str(age), "limit": str(limit), "time": moment_to_text(head.time)}
        if age > limit:
            return part("freshness.stale", **facts)
        states = case.log_corridor.partition("/")[0].split("-")
        for overdue in self._trust.overdue(case.at):
            if overdue.state in states:
                due = overdue.contents.next_update.isoformat()
                return part("freshness.trust_list_overdue", state=overdue.state, due=due)
        return part("freshness.fresh", **facts)


def _broken(integrity: Part, at: datetime, *, asked: bool) -> Report:
    """Make the report of an act that is not what it claims, or is not understood."""
    rest = {name: not_reached(name) for name in PARTS[1:-1]}
    last = not_reached("match") if asked else part("match.not_asked")
    return Report(at, {"integrity": integrity, **rest, "match": last})


def _successor_of(view: LogView) -> str:
    """Return the log that goes on from a view, or nothing, also when its last entry is damaged."""
    try:
        return view.successor or ""
    except CertoriginError:
        return ""
