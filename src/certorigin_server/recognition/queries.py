"""Reading declarations and decisions, and what the mirror holds of a cited certificate."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any

import orjson
from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, UUIDField

from certorigin.errors import UnknownError
from certorigin.log.proof import Proof
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.declaration import GoodsDeclaration as Declaration
from certorigin.recognition.declaration import duty_of
from certorigin.returns.review import review_at
from certorigin.returns.verification import fold_requests
from certorigin.seal.canonical import parse_strict
from certorigin.standing.entry import LoggedAct
from certorigin.standing.fold import reference_to
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import ItemUse
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.search import number_key
from certorigin_server.desk.search import begins, few_of, with_words
from certorigin_server.prepared import Prepared
from certorigin_server.recognition.models import (
    Citation,
    Decision,
    GoodsDeclaration,
    NumberPart,
    Recheck,
    UseCorrection,
)
from certorigin_server.standing.asked import MOST_FOUND
from certorigin_server.standing.queries import (
    acts_and_underway,
    certificate_of,
    claims_to,
    issued_act_of,
    logged_acts_about,
)
from certorigin_server.users.queries import belongs_to, organisations_of, sees_every_post

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from certorigin.recognition.declaration import DeclaredItem
    from certorigin.returns.review import UnderReview
    from certorigin.vocabulary.bodies import CertificateReference
    from certorigin.vocabulary.quantity import Money
    from certorigin_server.prepared import Slot
    from certorigin_server.recognition.view import RegisterView
    from certorigin_server.standing.queries import RegisteredAct
    from certorigin_server.users.queries import User

__all__ = ["Decision", "GoodsDeclaration", "Recheck"]

UNDECIDED, DECIDED = "undecided", "decided"
# Acts of ours on their way that leave less of a certificate, beside what customs accepted.
GIVING_AWAY = (Kind.PREFERENCE_RESTORED, Kind.DIVIDED)


def _with_papers() -> QuerySet[GoodsDeclaration]:
    return GoodsDeclaration.objects.filter(destroyed_at=None)


def visible_to(user: User) -> QuerySet[GoodsDeclaration]:
    """Return the declarations of the posts whose papers a person may see."""
    found = _with_papers().select_related("post", "registered_by")
    if sees_every_post(user):  # without a list of them, the newest are found in order
        return found
    return found.filter(post__in=organisations_of(user))


def get_visible(declaration: UUID, *, user: User) -> GoodsDeclaration:
    """Return one declaration. Raises UnknownError (`declaration.unknown`) also for hidden ones."""
    return _seen(_ONE.first(declaration=declaration), declaration, user)


def lock_visible(declaration: UUID, *, user: User) -> GoodsDeclaration:
    """Return one declaration, locked until the transaction ends. Raises as `get_visible`."""
    return _seen(_LOCKED.first(declaration=declaration), declaration, user)


def _seen(row: GoodsDeclaration | None, declaration: UUID, user: User) -> GoodsDeclaration:
    """What `visible_to` says, of one row that is at hand. Raises UnknownError."""
    if row is None or not (sees_every_post(user) or belongs_to(user, row.post_id)):
        raise UnknownError("declaration.unknown", declaration=str(declaration))
    return row


def _one(declaration: Slot) -> QuerySet[GoodsDeclaration]:
    found = _with_papers().select_related("post", "registered_by")
    return found.filter(pk=declaration).order_by()


def _locked(declaration: Slot) -> QuerySet[GoodsDeclaration]:
    return _one(declaration).select_for_update(of=("self",))


_ONE = Prepared(_one, declaration=UUIDField())
_LOCKED = Prepared(_locked, declaration=UUIDField())


def search(user: User, *, text: str = "", state: str = "") -> QuerySet[GoodsDeclaration]:
    """Find declarations, newest first: by parts of their number, or by a certificate they cite.

    Each part that is typed must begin a part of the number, as its strokes divide it; if there is
    no such declaration, the text is the beginning of a certificate's number. `state` is
    `undecided`, `decided` or nothing. Of amended declarations only the last version.
    """
    found = visible_to(user).filter(amended_at=None)
    if text.strip():
        numbered = with_words(found, text, words=NumberPart, owner="declaration")
        found = numbered if numbered.exists() else _citing(found, number_key(text))
    undecided = Citation.objects.filter(decided_at=None)
    if state == UNDECIDED:  # what waits is little, and found before whose it is
        found = found.filter(pk__in=undecided.order_by().values("declaration"))
    elif state == DECIDED:
        found = found.exclude(Exists(undecided.filter(declaration=OuterRef("pk"))))
    return found.prefetch_related("citations")


def _citing(found: QuerySet[GoodsDeclaration], key: str) -> QuerySet[GoodsDeclaration]:
    """Return of declarations those that cite a certificate whose number begins so."""
    if not key:
        return found.none()
    cited = Citation.objects.filter(begins("number_key", key))
    few = few_of(cited, "declaration")
    if few is not None:
        return found.filter(pk__in=set(few))
    return found.filter(Exists(cited.filter(declaration=OuterRef("pk"))))


def is_registered(number: str, day: str, *, by: User) -> bool:
    """Say whether a person registered a declaration of this number and day."""
    try:
        found = date.fromisoformat(day)
    except ValueError:
        return False
    return GoodsDeclaration.objects.filter(number=number, date=found, registered_by=by).exists()


def versions_of(row: GoodsDeclaration) -> list[GoodsDeclaration]:
    """Return every version of a declaration, newest first."""
    found = GoodsDeclaration.objects.filter(number=row.number, date=row.date)
    return list(found.select_related("post").order_by("-version"))


def decisions_on(row: GoodsDeclaration, *, subject: str = "") -> QuerySet[Decision]:
    """Return what was decided under a declaration, in whichever version of it, oldest first."""
    number = {"declaration__number": row.number, "declaration__date": row.date}
    found = Decision.objects.filter(**number).select_related("declaration__post", "decided_by")
    return found.filter(subject=subject) if subject else found


def get_decision(decision: int, *, user: User) -> Decision:
    """Return one decision. Raises UnknownError (`declaration.unknown`) also for hidden ones."""
    found = Decision.objects.filter(pk=decision, declaration__in=visible_to(user))
    row = found.select_related("declaration__post", "decided_by").first()
    if row is None:
        raise UnknownError("declaration.unknown", declaration=str(decision))
    return row


def document_of(row: GoodsDeclaration) -> Declaration:
    """Read the declaration as it was lodged."""
    return Declaration.from_bytes(row.document.encode())


def decisions_to_return(limit: int = 100) -> list[Decision]:
    """Return decisions that the issuing state was not told of yet, oldest first."""
    waiting = Decision.objects.filter(returned_at=None).order_by("decided_at", "pk")
    return list(waiting.select_related("declaration__post", "decided_by")[:limit])


def decisions_seen_by(user: User) -> QuerySet[Decision]:
    """Return every decision of the posts whose papers a person may see, oldest first."""
    found = Decision.objects.filter(
        declaration__post__in=organisations_of(user), declaration__destroyed_at=None
    )
    return found.select_related("declaration__post", "decided_by").order_by("decided_at", "pk")


def decisions_about(subject: str) -> list[Decision]:
    """Return our decisions about one certificate, oldest first."""
    return list(Decision.objects.filter(subject=subject).order_by("decided_at", "pk"))


def find_cited(reference: CertificateReference) -> list[RegisteredAct]:
    """Find the certificate that a declaration cites, in our own mirror (R21).

    More than one is the partner's fault, and for a person to see.
    """
    key = number_key(reference.number)
    return received_among(claims_to(key, reference.date) if key else [], reference)


def received_among(
    claims: Iterable[RegisteredAct], reference: CertificateReference
) -> list[RegisteredAct]:
    """Return what a citation means, of the certificates under its number and day (`claims_to`)."""
    found = [
        row
        for row in claims
        if row.publisher != settings.SYSTEM.installation
        and (row.issued_in, row.form) == (reference.issued_in, reference.form)
    ]
    return sorted(found, key=lambda row: (row.origin, row.index))[:MOST_FOUND]


def is_cited(reference: CertificateReference, cited: CertificateReference) -> bool:
    """Say whether a declaration means this certificate, however the number is spelt."""
    return number_key(cited.number) == number_key(reference.number) and (
        cited.form,
        cited.date,
        cited.issued_in,
    ) == (reference.form, reference.date, reference.issued_in)


def cited_by(declaration: Declaration) -> list[CertificateReference]:
    """Return each certificate that a declaration cites, once."""
    cited = {item.claim.certificate: None for item in declaration.items if item.claim}
    return list(cited)


def get_received(subject: str) -> RegisteredAct:
    """Return the issue of a certificate that another installation issued, for our customs.

    Raises UnknownError (`certificate.unknown`), also for our own.
    """
    row = issued_act_of(subject)
    if row is None or row.publisher == settings.SYSTEM.installation:
        raise UnknownError("certificate.unknown", subject=subject[:250])
    return row


def issued_for(row: GoodsDeclaration, subject: str) -> RegisteredAct:
    """Return a certificate that a declaration cites. Raises UnknownError for any other."""
    issued = get_received(subject)
    if not lines_on(document_of(row), reference_of(issued)):
        raise UnknownError("certificate.unknown", subject=subject[:250])
    return issued


def citing(issued: RegisteredAct, *, user: User) -> QuerySet[GoodsDeclaration]:
    """Return the declarations, of those that a person may see, that cite a certificate."""
    if issued.issued_on is None:  # an act that is no certificate
        return GoodsDeclaration.objects.none()
    cited = Citation.objects.filter(
        declaration=OuterRef("pk"),
        number_key=issued.number_key,
        issued_on=issued.issued_on,
        issued_in=issued.issued_in,
    )
    return visible_to(user).filter(Exists(cited), amended_at=None)


def report_of(decision: Decision) -> dict[str, Any]:
    """Return the report as it stood when the decision was made."""
    report: dict[str, Any] = orjson.loads(decision.report)
    return report


def duty_under(decision: Decision) -> tuple[Money, ...]:
    """Return the duty at stake on the lines that a decision is about, as the declaration says."""
    issued, document = issued_act_of(decision.subject), document_of(decision.declaration)
    return duty_of(lines_on(document, reference_of(issued))) if issued else ()


def taken_under(decision: Decision) -> list[ItemUse]:
    """Return what an acceptance took of each item of the certificate."""
    return [ItemUse.from_record(Record(one)) for one in orjson.loads(decision.items)]


def lines_on(declaration: Declaration, reference: CertificateReference) -> list[DeclaredItem]:
    """Return the lines of a declaration that rest on a certificate."""
    return [
        item
        for item in declaration.items
        if item.claim is not None and is_cited(reference, item.claim.certificate)
    ]


def bundle_from_mirror(row: RegisteredAct, view: RegisterView) -> bytes:
    """Return a mirrored certificate with its proof, made on this side of the border."""
    covering = view.cosigned.find_covering(row.index)
    head = covering.head if covering else view.head
    proof = Proof(row.index, tuple(view.inclusion_proof(row.index, head)), head.data)
    return Bundle(act=row.raw.encode(), proof=proof.to_bytes()).to_bytes()


def _accepted(subject: Slot) -> QuerySet[Decision]:
    return Decision.objects.filter(subject=subject, outcome=str(Decision.Outcome.ACCEPTED))


def _corrected(subject: Slot) -> QuerySet[UseCorrection]:
    return UseCorrection.objects.filter(decision__subject=subject)


_ACCEPTED = Prepared(_accepted, subject=CharField())
_CORRECTED = Prepared(_corrected, subject=CharField())


def acts_and_decisions(
    subject: str, *, at: datetime, entered: Sequence[LoggedAct] | None = None
) -> list[LoggedAct]:
    """Return the acts about a certificate in both logs, and our own decisions on their way.

    What an officer at another post of ours accepted a second ago counts already: that is how double
    use is caught before the acts have travelled. `at` is when it is asked: who waited for another
    officer's decision asked before that one was made, and it counts for him too. `entered` are the
    acts that count in both logs, where those were read before.
    """
    logged = acts_and_underway(subject, kinds=GIVING_AWAY, entered=entered)
    accepted = _ACCEPTED(subject=subject)
    corrected = _CORRECTED(subject=subject) if accepted else ()  # nothing else is ever corrected
    return with_decisions(logged, accepted, corrected, at=at)


def with_decisions(
    logged: Iterable[LoggedAct],
    accepted: Iterable[Decision],
    corrected: Iterable[UseCorrection],
    *,
    at: datetime,
) -> list[LoggedAct]:
    """Return acts about a certificate with what we decided, as if it had arrived (as above)."""
    logged = list(logged)
    own = settings.SYSTEM.installation
    arrived = {
        entry.act.id
        for entry in logged
        if entry.legal_time is not None and entry.publisher == own  # the partner could take an id
    }
    made: list[tuple[Decision | UseCorrection, datetime]] = [
        (one, one.decided_at) for one in accepted
    ]
    made += [(one, one.corrected_at) for one in corrected]
    underway = [_as_logged(row, min(when, at)) for row, when in made if row.act not in arrived]
    known = [entry for entry in logged if entry.act.id not in {one.act.id for one in underway}]
    return [*known, *underway]


def has_unanswered_request(subject: str, *, at: datetime) -> bool:
    """Say whether both clocks of a request of ours ran out without a usable answer (R55)."""
    return any(one.has_ground for one in fold_requests(logged_acts_about(subject), at=at))


def review_of(subject: str, *, at: datetime) -> UnderReview | None:
    """Return the issuing body's hint that it looks into a certificate, or None."""
    return review_at(logged_acts_about(subject), at=at)


def act_of(row: Decision | UseCorrection) -> Act:
    """Return the act that tells the issuing state, as it was made with the decision."""
    return Act.from_document(parse_strict(row.document.encode()))


def _as_logged(row: Decision | UseCorrection, at: datetime) -> LoggedAct:
    """Return the act of a decision or correction as if it had been logged when it was made."""
    return LoggedAct(
        act=act_of(row),
        publisher=settings.SYSTEM.installation,
        term="" if isinstance(row, Decision) else "corrections",
        index=row.pk,
        digest=hashlib.sha256(row.document.encode()).hexdigest(),
        legal_time=at,
    )


def reference_of(row: RegisteredAct) -> CertificateReference:
    """Return how people name a registered certificate."""
    return reference_to(certificate_of(row))
