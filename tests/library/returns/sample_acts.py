"""A sound act of every kind, for vectors and tests."""

from certorigin.standing.entry import certificate_subject
from certorigin.vocabulary.acts import Cause, Kind
from certorigin.vocabulary.afterwards import PreferenceRestoration, Review
from certorigin.vocabulary.bodies import CertificateReference, ItemUse, TermClosing, TermOpening
from certorigin.vocabulary.demands import PaperAnswer, PaperDemand
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.goods_acts import Division, Sale
from certorigin.vocabulary.notices import (
    BodyCount,
    DayStatement,
    Disturbance,
    Restoration,
    TrailStatement,
)
from certorigin.vocabulary.requests import (
    Answer,
    AttachedAssessment,
    Determined,
    Question,
    VerificationJudgement,
    VerificationRepeat,
    VerificationReply,
    VerificationRequest,
)
from certorigin.vocabulary.use_correction import UseCorrection
from tests.library.standing.sample import (
    BODY,
    CUSTOMS,
    DAY,
    IMPORTER,
    OFFICER,
    REFERENCE,
    act_id,
    annulled,
    entry,
    issued,
    moment,
    pieces,
    refused,
    replaced,
    utilised,
)

ORIGIN = "certorigin/BY-1/AZ-BY/CIS-2009/2026"
CAUSE = Cause(issued().act.id, issued().digest)
DECLARED = DocumentReference("10001/160526/0000001", DAY)
DEMAND = PaperDemand(
    REFERENCE, DECLARED, "Баку", "origin_in_doubt", "Печать не читается", DAY, CUSTOMS
)
ANSWER = PaperAnswer(REFERENCE, DECLARED, "Баку", "agrees", "", CUSTOMS)
CORRECTED = UseCorrection(
    REFERENCE,
    DECLARED,
    "Баку",
    act_id(4),
    (ItemUse(1, pieces("30")),),
    "entered_wrongly",
    9,
    CUSTOMS,
)
PART = Division(
    REFERENCE,
    CertificateReference("ST-1", "BYAZ6001000002", DAY, "BY"),
    certificate_subject("BY-1", "0002"),
    (ItemUse(1, pieces("40")),),
    OFFICER,
)
SALE = Sale(REFERENCE, DocumentReference("К-17", DAY), IMPORTER, OFFICER)
REGISTERED = DocumentReference("06-12/77", DAY)
ASKED = "urn:uuid:00000000-0000-4000-8000-000000000013"
BY_CUSTOMS = {
    Kind.VERIFICATION_REQUESTED: VerificationRequest(
        REFERENCE,
        REGISTERED,
        ("criterion_doubtful",),
        (Question(1, "issue"), Question(2, "criterion", 1, "Как выполнен критерий?")),
        "granted",
        "Баку",
        CUSTOMS,
        DECLARED,
        "Доля иностранных материалов неясна",
    ),
    Kind.VERIFICATION_REPEATED: VerificationRepeat(
        REFERENCE, ASKED, REGISTERED, "no_answer", "Баку", CUSTOMS
    ),
    Kind.VERIFICATION_JUDGED: VerificationJudgement(
        REFERENCE, ASKED, "inadequate", CUSTOMS, ASKED[:-1] + "4", "Нет расчёта"
    ),
    Kind.PREFERENCE_RESTORED: PreferenceRestoration(
        REFERENCE,
        DECLARED,
        "Баку",
        ASKED[:-1] + "5",
        "confirmation_letter",
        (ItemUse(1, pieces("40")),),
        2,
        CUSTOMS,
        DocumentReference("15/3", DAY),
    ),
}
ATTACHED = AttachedAssessment(
    "CIS-2009", "0" * 64, DAY.isoformat(), ("{}",), (Determined(1, "originating", "П"),)
)
BY_BODY = {
    Kind.VERIFICATION_REPLIED: VerificationReply(
        REFERENCE,
        ASKED,
        (Answer(1, "confirmed"), Answer(2, "not_confirmed", "Расчёт в деле № 7")),
        OFFICER,
        OFFICER + "2",
        "criteria_not_met",
        ATTACHED,
    ),
    Kind.REVIEW_ANNOUNCED: Review(REFERENCE, moment(99), OFFICER, "Проверяем производство"),
}
STATED = DayStatement(DAY, (BodyCount(BODY, 2, "0" * 64),))
DISTURBED = Disturbance("planned", "exchange", moment(3), moment(9), "maintenance", "Замена")


def document(kind=None):
    """A sound act of a kind, without its proof."""
    system = {"subject": "urn:certorigin:installation:BY-1", "number": 8}
    made = {
        kind: entry(kind, body.to_data(), number=13, publisher=publisher, causes=(CAUSE,))
        for bodies, publisher in ((BY_CUSTOMS, "AZ-1"), (BY_BODY, "BY-1"))
        for kind, body in bodies.items()
    }
    made |= {
        None: issued(),
        Kind.ISSUED: issued(),
        Kind.REPLACED: replaced(causes=(CAUSE,)),
        Kind.ANNULLED: annulled(causes=(CAUSE,)),
        Kind.UTILISED: utilised(4, {1: "40"}, causes=(CAUSE,)),
        Kind.REFUSED: refused(causes=(CAUSE,)),
        Kind.USE_CORRECTED: entry(
            Kind.USE_CORRECTED, CORRECTED.to_data(), number=14, publisher="AZ-1", causes=(CAUSE,)
        ),
        Kind.DIVIDED: entry(Kind.DIVIDED, PART.to_data(), number=11, causes=(CAUSE,)),
        Kind.SOLD: entry(Kind.SOLD, SALE.to_data(), number=12, causes=(CAUSE,)),
        Kind.PAPER_DEMANDED: entry(
            Kind.PAPER_DEMANDED, DEMAND.to_data(), number=9, publisher="AZ-1", causes=(CAUSE,)
        ),
        Kind.PAPER_ANSWERED: entry(
            Kind.PAPER_ANSWERED, ANSWER.to_data(), number=10, publisher="AZ-1", causes=(CAUSE,)
        ),
        Kind.TERM_OPENED: entry(
            Kind.TERM_OPENED, TermOpening(ORIGIN, ORIGIN[:-1] + "5", "head\n").to_data(), **system
        ),
        Kind.TERM_CLOSED: entry(
            Kind.TERM_CLOSED, TermClosing(ORIGIN, ORIGIN[:-1] + "7").to_data(), **system
        ),
        Kind.DAY_STATED: entry(Kind.DAY_STATED, STATED.to_data(), **system),
        Kind.TRAIL_STATED: entry(
            Kind.TRAIL_STATED, TrailStatement(17, "0" * 64).to_data(), **system
        ),
        Kind.SERVICE_DISTURBED: entry(Kind.SERVICE_DISTURBED, DISTURBED.to_data(), **system),
        Kind.SERVICE_RESTORED: entry(
            Kind.SERVICE_RESTORED, Restoration(moment(9)).to_data(), **system
        ),
    }
    return made[kind].act.to_document()
