"""Acts of the played partner's customs about our certificates."""

from datetime import datetime
from decimal import Decimal

from certorigin.vocabulary.acts import Act, Cause, Kind
from certorigin.vocabulary.bodies import CertificateReference, ItemUse, Refusal, Utilisation
from certorigin.vocabulary.corridor import Corridor
from certorigin.vocabulary.demands import PaperDemand
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.quantity import Quantity
from certorigin.vocabulary.requests import Question, VerificationJudgement, VerificationRequest
from tests.server.authority import CORRIDOR
from tests.server.partner import CUSTOMS, INSPECTOR, act_id, sealed


def use_of(subject: str, reference: CertificateReference, cause: Cause, at: datetime) -> bytes:
    """AZ's customs use a little of the first item of one of our certificates."""
    items = (ItemUse(1, Quantity(Decimal(1), "C62")),)
    declared = DocumentReference("10001/1", at.date())
    body = Utilisation(reference, declared, "Баку", items, 1, INSPECTOR).to_data()
    return _by_customs(Kind.UTILISED, body, subject, cause, at)


def refusal_of(subject: str, reference: CertificateReference, cause: Cause, at: datetime) -> bytes:
    """AZ's customs refuse the preference for another lot of it."""
    declared = DocumentReference("10001/2", at.date())
    ground = "goods_not_identifiable"
    body = Refusal(reference, declared, "Баку", ground, "", INSPECTOR).to_data()
    return _by_customs(Kind.REFUSED, body, subject, cause, at)


def request_of(subject: str, reference: CertificateReference, cause: Cause, at: datetime) -> bytes:
    """AZ's customs asks about one of our certificates."""
    questions = (Question(1, "issue"), Question(2, "criterion", 1))
    registered = DocumentReference("06-12/77", at.date())
    grounds, why = ("criterion_doubtful",), "Доля иностранных материалов неясна"
    body = VerificationRequest(
        reference, registered, grounds, questions, "granted", "Баку", INSPECTOR, None, why
    )
    return _by_customs(Kind.VERIFICATION_REQUESTED, body.to_data(), subject, cause, at)


def judgement_of(
    subject: str, reference: CertificateReference, cause: Cause, at: datetime, **facts: str
) -> bytes:
    """AZ's customs says what it makes of our answer."""
    body = VerificationJudgement(reference, officer=INSPECTOR, **facts).to_data()
    return _by_customs(Kind.VERIFICATION_JUDGED, body, subject, cause, at)


def demand_of(subject: str, reference: CertificateReference, cause: Cause, at: datetime) -> bytes:
    """AZ's customs demand the paper original of it."""
    declared = DocumentReference("10001/3", at.date())
    body = PaperDemand(
        reference, declared, "Баку", "origin_in_doubt", "", at.date(), INSPECTOR
    ).to_data()
    return _by_customs(Kind.PAPER_DEMANDED, body, subject, cause, at)


def _by_customs(kind: Kind, body, subject: str, cause: Cause, at: datetime) -> bytes:
    corridor = Corridor.from_text(CORRIDOR)
    act = Act(act_id(), kind, CUSTOMS, at, corridor, subject, body, (cause,))
    return sealed(act, "seal-customs")
