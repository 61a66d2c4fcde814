"""Verification requests of both sides: asked at customs, answered by who issued, judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.returns.asking import judged, replied, requested
from certorigin.vocabulary.requests import ADEQUATE, CONFIRMED, GRANTED, Answer, Question
from certorigin_server.operate.generate.abroad import POST, subject_of
from certorigin_server.returns.requests import answered, asked
from certorigin_server.returns.requests.queries import (
    asked_by,
    asked_of,
    open_draft,
    threads_about,
)
from certorigin_server.seal.keyring import get_keyring
from certorigin_server.standing.queries import standing_of

if TYPE_CHECKING:
    from datetime import datetime

    from certorigin_server.operate.generate.partner import PlayedPartner
    from certorigin_server.operate.generate.trade import Case
    from certorigin_server.users.queries import User

_QUESTIONS = (Question(1, "issue"), Question(2, "criterion", 1))
_ANSWERS = (Answer(1, CONFIRMED), Answer(2, CONFIRMED))
_DOUBTS = (
    ("criterion_doubtful", "доля иностранных материалов вызывает сомнение"),
    ("data_doubtful", "вес в сертификате и в накладной различается"),
)


def ask(case: Case, partner: PlayedPartner, *, by: User, at: datetime) -> None:
    """Let our customs ask about a certificate of the partner's."""
    ground, remark = _doubt(case)
    asked.ask(
        subject=subject_of(case, partner),
        number=_number(case),
        grounds=(ground,),
        questions=_QUESTIONS,
        preference=GRANTED,
        remark=remark,
        keyring=get_keyring(),
        by=by,
        at=at,
    )


def judge(case: Case, partner: PlayedPartner, *, by: User, at: datetime) -> None:
    """Let our customs find that the partner's answer suffices."""
    row = asked_by(by).get(subject=subject_of(case, partner))
    asked.judge_reply(row=row.pk, outcome=ADEQUATE, remark="", keyring=get_keyring(), by=by, at=at)


def answer(subject: str, *, drafter: User, by: User, at: datetime) -> None:
    """Let one officer of the body draft the answer to the partner, and another confirm it."""
    row = asked_of(by).get(subject=subject)
    answered.draft_reply(
        row=row.pk,
        answers=_ANSWERS,
        finding="",
        remark="",
        with_assessment=True,
        by=drafter,
        at=at,
    )
    draft = open_draft(row)
    assert draft is not None  # noqa: S101 - it has just been made
    answered.confirm_reply(row=row.pk, draft=draft.pk, keyring=get_keyring(), by=by, at=at)


def ask_abroad(case: Case, subject: str, partner: PlayedPartner, *, at: datetime) -> bytes:
    """Let the partner's customs ask about one of our certificates."""
    ground, remark = _doubt(case)
    act = requested(
        standing_of(subject, at=at),
        (),
        number=_number(case),
        grounds=(ground,),
        questions=_QUESTIONS,
        preference=GRANTED,
        post=POST[partner.state],
        officer=partner.inspector,
        issuer=partner.customs,
        act_id=partner.act_id("asked", case.number),
        at=at,
        remark=remark,
    )
    return partner.sealed(act, "seal-customs")


def answer_abroad(case: Case, partner: PlayedPartner, *, at: datetime) -> bytes:
    """Let the partner's body answer what our customs asked."""
    subject = subject_of(case, partner)
    (thread,) = threads_about(subject, at=at)
    act = replied(
        standing_of(subject, at=at),
        thread,
        answers=_ANSWERS,
        officer=partner.officer,
        drafter=f"urn:certorigin:officer:{partner.state}:expert",
        act_id=partner.act_id("answered", case.number),
        at=at,
    )
    return partner.sealed(act, "officer", "seal")


def judge_abroad(case: Case, subject: str, partner: PlayedPartner, *, at: datetime) -> bytes:
    """Let the partner's customs find that our answer suffices."""
    (thread,) = threads_about(subject, at=at)
    act = judged(
        standing_of(subject, at=at),
        thread,
        outcome=ADEQUATE,
        officer=partner.inspector,
        issuer=partner.customs,
        act_id=partner.act_id("judged", case.number),
        at=at,
    )
    return partner.sealed(act, "seal-customs")


def _number(case: Case) -> str:
    return f"06-12/{case.number}"


def _doubt(case: Case) -> tuple[str, str]:
    return _DOUBTS[case.number % len(_DOUBTS)]
