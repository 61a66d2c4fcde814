"""The acts of a verification request: asked, repeated, answered, judged (R52 to R55; Rules 9-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.assessment.assess import assess
from certorigin.assessment.basis import digest_of_rules
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import FindingsError, StandingError
from certorigin.returns.about import act_about, issued_of
from certorigin.returns.verification import OPEN, Stage
from certorigin.seal.canonical import parse_strict, strict_bytes
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.calendar import local_day
from certorigin.vocabulary.finding import Finding
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.moment import day_from_text
from certorigin.vocabulary.record import LONGEST_TEXT
from certorigin.vocabulary.requests import (
    CANNOT_ANSWER,
    CORRECTED,
    INADEQUATE,
    INADEQUATE_ANSWER,
    MOST_PARTS,
    MOST_QUESTIONS,
    NO_ANSWER,
    NOT_CONFIRMED,
    WITHDRAWN,
    AttachedAssessment,
    Determined,
    VerificationJudgement,
    VerificationRepeat,
    VerificationReply,
    VerificationRequest,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from certorigin.assessment.agreement import Agreement
    from certorigin.assessment.decision import Assessment
    from certorigin.returns.verification import Thread
    from certorigin.standing.fold import Standing
    from certorigin.vocabulary.acts import Act
    from certorigin.vocabulary.requests import Answer, Question

# Rules 9-1: doubts about authenticity, data or the criterion, or a simple random check.
RANDOM_CHECK = "random_check"
REQUEST_GROUNDS = (
    "authenticity_doubtful",
    "data_doubtful",
    "criterion_doubtful",
    RANDOM_CHECK,
)
# What bears on origin (R52); nothing else may be asked.
TOPICS = ("issue", "data", "criterion", "materials", "operations", "documents", "transport")
# What an answer that does not confirm comes to (R54), in the order of Rules 9.2.
FINDINGS = ("not_issued", "issued_on_false_documents", "criteria_not_met", "data_wrong")
# A state asks at random for so many certificates a day, one by one: more is a request in bulk.
MOST_RANDOM_A_DAY = 5
# An entry of a log holds 65,535 bytes; what is longer is shown on paper or asked for again.
LONGEST_WORKSHEET = 40_000


def requested(
    standing: Standing,
    threads: Iterable[Thread],
    *,
    number: str,
    grounds: Sequence[str],
    questions: Sequence[Question],
    preference: str,
    post: str,
    officer: str,
    issuer: str,
    act_id: str,
    at: datetime,
    declaration: DocumentReference | None = None,
    remark: str = "",
    random_today: int = 0,
) -> Act:
    """Return the act by which customs asks the issuing state about one certificate (Rules 9-1).

    It is registered under `number` on the day of `at` where it is asked: no clock begins earlier.
    Raises FindingsError with everything that is wrong with grounds and questions; StandingError
    when one is open already (`request.open_already`), or for one random check too many
    (`request.in_bulk`).
    """
    entry = issued_of(standing)
    findings = [*check_grounds(grounds, remark), *check_questions(questions, standing)]
    if not number.strip():
        findings.append(Finding("request.number_missing", "number", clause="Rules 9-1"))
    if findings:
        raise FindingsError("request.incomplete", findings)
    facts = {"number": standing.reference.number}
    if any(one.stage in OPEN for one in threads):
        raise StandingError("request.open_already", **facts)
    if RANDOM_CHECK in grounds and random_today >= MOST_RANDOM_A_DAY:
        raise StandingError("request.in_bulk", limit=str(MOST_RANDOM_A_DAY))
    asking = entry.act.corridor.partner_of(standing.reference.issued_in)
    body = VerificationRequest(
        certificate=standing.reference,
        registration=DocumentReference(number.strip(), local_day(at, asking)),
        grounds=tuple(grounds),
        questions=tuple(questions),
        preference=preference,
        post=post,
        officer=officer,
        declaration=declaration,
        remark=remark,
    )
    kind = Kind.VERIFICATION_REQUESTED
    return act_about(standing, kind, body.to_data(), issuer=issuer, act_id=act_id, at=at)


def check_grounds(grounds: Sequence[str], remark: str) -> Iterator[Finding]:
    """Find what is wrong with the grounds of a request: each doubt is reasoned (R52)."""
    clause = "Rules 9-1"
    if not grounds:
        yield Finding("request.ground_missing", "grounds", clause=clause)
    for one in grounds:
        if one not in REQUEST_GROUNDS:
            yield Finding("request.ground_unknown", "grounds", facts={"ground": one[:80]})
    if RANDOM_CHECK in grounds and len(grounds) > 1:
        yield Finding("request.random_with_doubt", "grounds", clause=clause)
    if grounds and RANDOM_CHECK not in grounds and not remark.strip():
        yield Finding("request.reason_missing", "remark", clause=clause)


def check_questions(questions: Sequence[Question], standing: Standing) -> Iterator[Finding]:
    """Find what is wrong with the questions: only what bears on origin, each asked once (R52)."""
    items = {item.sequence for item in standing.certificate.items} if standing.certificate else {0}
    if not questions:
        yield Finding("request.question_missing", "questions", clause="Rules 9-1")
    if len(questions) > MOST_QUESTIONS:
        facts = {"limit": str(MOST_QUESTIONS)}
        yield Finding("request.too_many_questions", "questions", facts=facts)
    asked = set()
    for index, one in enumerate(questions):
        place = f"questions[{index}]"
        if one.topic not in TOPICS:
            facts = {"topic": one.topic[:80]}
            yield Finding("request.topic_unknown", f"{place}.topic", facts=facts)
        if one.item is not None and one.item not in items:
            yield Finding("request.item_unknown", f"{place}.item", facts={"item": str(one.item)})
        if (one.topic, one.item, one.detail) in asked:
            yield Finding("request.asked_twice", f"{place}.topic")
        asked.add((one.topic, one.item, one.detail))


def repeated(
    standing: Standing,
    thread: Thread,
    *,
    number: str,
    post: str,
    officer: str,
    issuer: str,
    act_id: str,
    at: datetime,
    remark: str = "",
) -> Act:
    """Return the act that repeats a request, as the Rules oblige customs to (R53; Rules 9-1).

    Raises StandingError (`request.no_repeat_due`) while the first clock runs and nothing that was
    answered was found wanting, and for a second repeat; FindingsError without a number.
    """
    if thread.stage is not Stage.REPEAT_DUE:
        raise StandingError("request.no_repeat_due", stage=str(thread.stage))
    if not number.strip():
        raise FindingsError(
            "request.incomplete", [Finding("request.number_missing", "number", clause="Rules 9-1")]
        )
    asking = thread.entry.act.corridor.partner_of(thread.body.certificate.issued_in)
    body = VerificationRepeat(
        certificate=thread.body.certificate,
        request=thread.id,
        registration=DocumentReference(number.strip(), local_day(at, asking)),
        cause=INADEQUATE_ANSWER if thread.replies else NO_ANSWER,
        post=post,
        officer=officer,
        remark=remark,
    )
    kind = Kind.VERIFICATION_REPEATED
    return act_about(standing, kind, body.to_data(), issuer=issuer, act_id=act_id, at=at)


def check_reply(
    thread: Thread, answers: Sequence[Answer], finding: str, remark: str = ""
) -> list[Finding]:
    """Find what a reply lacks: it is complete and says on what it rests (R54; Rules 9-1)."""
    found = []
    questions = {one.number for one in thread.body.questions}
    given = {one.number for one in answers}
    for number in sorted(questions - given):
        facts = {"question": str(number)}
        found.append(Finding("reply.question_open", f"answers[{number - 1}].result", facts=facts))
    found += [
        Finding("reply.question_unknown", "answers", facts={"question": str(number)})
        for number in sorted(given - questions)
    ]
    for one in answers:
        if one.result in {NOT_CONFIRMED, CORRECTED, CANNOT_ANSWER} and not one.facts.strip():
            place = f"answers[{one.number - 1}].facts"
            found.append(Finding("reply.facts_missing", place, facts={"question": str(one.number)}))
    negative = any(one.result == NOT_CONFIRMED for one in answers)
    if negative and finding not in FINDINGS:
        found.append(Finding("reply.finding_missing", "finding", clause="Rules 9.2"))
    if finding and not negative:
        found.append(Finding("reply.finding_without_cause", "finding"))
    if len(remark) > LONGEST_TEXT:
        facts = {"limit": str(LONGEST_TEXT)}
        found.append(Finding("web.text_too_long", "remark", facts=facts))
    return found


def replied(
    standing: Standing,
    thread: Thread,
    *,
    answers: Sequence[Answer],
    officer: str,
    drafter: str,
    act_id: str,
    at: datetime,
    finding: str = "",
    assessment: AttachedAssessment | None = None,
    remark: str = "",
) -> Act:
    """Return the act by which the issuing body answers; it can be answered until it is settled.

    Raises StandingError (`reply.not_open`, `reply.same_person`), FindingsError as `check_reply`.
    """
    if thread.stage in {Stage.SETTLED, Stage.WITHDRAWN}:
        raise StandingError("reply.not_open", stage=str(thread.stage))
    if officer == drafter:
        raise StandingError("reply.same_person")
    findings = check_reply(thread, answers, finding, remark)
    if findings:
        raise FindingsError("reply.incomplete", findings)
    certificate = thread.body.certificate
    body = VerificationReply(
        certificate, thread.id, tuple(answers), officer, drafter, finding, assessment, remark
    )
    issuer = issued_of(standing).act.issuer
    kind = Kind.VERIFICATION_REPLIED
    return act_about(standing, kind, body.to_data(), issuer=issuer, act_id=act_id, at=at)


def judged(
    standing: Standing,
    thread: Thread,
    *,
    outcome: str,
    officer: str,
    issuer: str,
    act_id: str,
    at: datetime,
    remark: str = "",
) -> Act:
    """Return the act that says what customs makes of the newest reply, or takes the request back.

    Raises StandingError (`request.nothing_to_judge`, `request.over`), FindingsError where it does
    not say what is wanting.
    """
    if thread.stage in {Stage.SETTLED, Stage.WITHDRAWN}:
        raise StandingError("request.over", stage=str(thread.stage))
    reply = thread.reply
    if outcome != WITHDRAWN and (reply is None or thread.stage is not Stage.TO_JUDGE):
        raise StandingError("request.nothing_to_judge", stage=str(thread.stage))
    if outcome == INADEQUATE and not remark.strip():
        raise FindingsError(
            "request.wanting_missing", [Finding("request.wanting_missing", "remark")]
        )
    body = VerificationJudgement(
        certificate=thread.body.certificate,
        request=thread.id,
        outcome=outcome,
        officer=officer,
        reply=reply.entry.act.id if reply and outcome != WITHDRAWN else "",
        remark=remark,
    )
    kind = Kind.VERIFICATION_JUDGED
    return act_about(standing, kind, body.to_data(), issuer=issuer, act_id=act_id, at=at)


def attach(worksheet: Worksheet, decided: Assessment) -> AttachedAssessment | None:
    """Return an assessment as a reply carries it, or None where it is too long for an entry."""
    text = strict_bytes(worksheet.to_data()).decode()
    if len(text.encode()) > LONGEST_WORKSHEET:
        return None
    parts = tuple(text[at : at + LONGEST_TEXT] for at in range(0, len(text), LONGEST_TEXT))
    if len(parts) > MOST_PARTS or any(not part.strip() for part in parts):
        return None
    return AttachedAssessment(
        agreement=decided.agreement,
        rules=digest_of_rules(decided.agreement),
        day=decided.at.isoformat(),
        worksheet=parts,
        determined=_determined(decided),
    )


def worksheet_in(attached: AttachedAssessment) -> Worksheet:
    """Read the worksheet that a reply carries. Raises MalformedError."""
    return Worksheet.from_data(parse_strict("".join(attached.worksheet).encode()))


def run_again(attached: AttachedAssessment, agreement: Agreement) -> tuple[Assessment, bool, bool]:
    """Assess once more what a reply carries.

    Returns what it comes to, whether that is what was told, and whether the rules are the same.
    What was known only where it was decided (suppliers' declarations, verified certificates of
    other parties) is not there: then it may come to less. Raises MalformedError.
    """
    day: date = day_from_text(attached.day, place="assessment.date")
    found = assess(worksheet_in(attached), agreement=agreement, at=day)
    same_rules = digest_of_rules(agreement.name) == attached.rules
    return found, _determined(found) == attached.determined, same_rules


def _determined(found: Assessment) -> tuple[Determined, ...]:
    return tuple(
        Determined(item.sequence, str(item.decision), str(item.criterion or ""))
        for item in found.items
    )
