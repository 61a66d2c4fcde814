"""What comes after a request: a preference given back, a certificate under review."""

from datetime import date
from decimal import Decimal

import pytest

from certorigin.errors import StandingError, UnknownError
from certorigin.returns.restoration import restored
from certorigin.returns.review import LONGEST, announced, review_at
from certorigin.standing.entry import LoggedAct, read_body
from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.afterwards import PreferenceRestoration
from certorigin.vocabulary.bodies import ItemUse
from certorigin.vocabulary.goods import DocumentReference
from tests.library.returns.test_verification import REQUEST, VALID, judgement, logged, reply, thread
from tests.library.standing.sample import (
    BODY,
    CUSTOMS,
    DAY,
    OFFICER,
    act_id,
    annulled,
    issued,
    moment,
    pieces,
    refused,
    standing_at,
    utilised,
)


class TestRestoration:
    REFUSED = refused(7, at=30)

    def restore(self, at=40, threads=(), acts=(), refusal=REFUSED, **changes):
        facts = {
            "basis": "confirmation_letter",
            "document": DocumentReference("15/3", DAY),
            "items": [ItemUse(1, pieces("10"))],
            "head_size": 3,
            "officer": CUSTOMS,
            "issuer": CUSTOMS,
            "act_id": act_id(95),
            "at": moment(at),
        }
        standing = standing_at(at, issued(), refusal, *acts)
        return restored(standing, refusal.act, threads, **(facts | changes))

    def test_it_is_an_act_that_counts_what_it_takes(self):
        act = self.restore()
        assert act.kind is Kind.PREFERENCE_RESTORED
        body = read_body(act, PreferenceRestoration.from_record)
        assert body.refusal == self.REFUSED.act.id
        after = standing_at(50, issued(), self.REFUSED, logged(act, 45))
        assert after.used_of(1) == pieces("10")

    def test_nothing_is_counted_twice(self):
        act = self.restore(acts=[utilised(4, {1: "10"})], items=[])
        after = standing_at(50, issued(), utilised(4, {1: "10"}), self.REFUSED, logged(act, 45))
        assert after.used_of(1) == pieces("10")

    def test_twelve_months_from_the_declaration(self):
        last = (date(2027, 5, 16) - DAY).days * 24
        self.restore(at=last)
        with pytest.raises(StandingError, match="too_late"):
            self.restore(at=last + 24)

    def test_never_after_forgery(self):
        body = {**self.REFUSED.act.body, "ground": "not_issued"}
        forged = refused(7, at=30)
        object.__setattr__(forged.act, "body", body)
        with pytest.raises(StandingError, match="after_forgery"):
            self.restore(refusal=forged)

    def test_forgery_may_be_told_by_a_reply(self):
        told = reply(48, results=("not_confirmed", "confirmed"), finding="not_issued")
        threads = [thread(REQUEST, told, judgement(49, told), at=50)]
        with pytest.raises(StandingError, match="after_forgery"):
            self.restore(at=50, threads=threads)

    def test_on_a_reply_only_where_one_bears_it_out(self):
        given = {"at": 50, "basis": "verification_reply", "document": None}
        enough, unclear = reply(48), reply(48, results=("confirmed", "cannot_answer"))
        for told in (unclear, None):
            entries = (told, judgement(49, told)) if told else ()
            threads = [thread(REQUEST, *entries, at=50)] if told else []
            with pytest.raises(StandingError, match="reply_missing"):
                self.restore(threads=threads, **given)
        self.restore(threads=[thread(REQUEST, enough, judgement(49, enough), at=50)], **given)

    def test_not_while_a_request_is_open(self):
        with pytest.raises(StandingError, match="request_open"):
            self.restore(at=48, threads=[thread(REQUEST, at=48)])

    def test_not_for_what_has_ended_nor_beyond_what_is_left(self):
        with pytest.raises(StandingError, match="certificate_ended"):
            self.restore(acts=[annulled(at=35)])
        with pytest.raises(StandingError, match="exceeds"):
            self.restore(items=[ItemUse(1, pieces(Decimal(106)))])

    def test_a_letter_is_named(self):
        with pytest.raises(StandingError, match="document_missing"):
            self.restore(document=None)
        with pytest.raises(UnknownError, match="basis_unknown"):
            self.restore(basis="kindness")


class TestReview:
    def announce(self, at, ends, number=60):
        act = announced(
            VALID,
            ends=moment(ends),
            remark="Проверяем производство",
            officer=OFFICER,
            act_id=act_id(number),
            at=moment(at),
        )
        assert act.issuer == BODY
        return logged(act, at, "BY-1")

    def test_it_ends_by_itself_and_changes_nothing(self):
        hint = self.announce(24, 48)
        found = [review_at([hint], at=moment(at)) is not None for at in (23, 24, 47, 48)]
        assert found == [False, True, True, False]
        assert standing_at(30, issued(), hint).status == VALID.status

    def test_the_newest_counts_and_may_take_it_back(self):
        acts = [self.announce(24, 900), self.announce(30, 30, number=61)]
        assert review_at(acts, at=moment(29)) is not None
        assert review_at(acts, at=moment(31)) is None

    def test_it_is_no_sentence_without_an_end(self):
        with pytest.raises(StandingError, match="too_long"):
            self.announce(0, LONGEST.days * 24 + 1)

    def test_customs_announces_none(self):
        hint = self.announce(24, 48)
        foreign = LoggedAct(hint.act, "AZ-1", "2026", 60, hint.digest, hint.legal_time)
        assert review_at([foreign], at=moment(30)) is None
