"""A verification request from its registration to its end, in the order of the law."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.assessment.agreement import get_agreement
from certorigin.assessment.assess import assess
from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import FindingsError, MalformedError, StandingError
from certorigin.returns import asking
from certorigin.returns.verification import Stage, find_request, fold_requests
from certorigin.standing.entry import LoggedAct, read_body
from certorigin.standing.fold import fold
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.requests import (
    Answer,
    Question,
    VerificationReply,
    VerificationRequest,
)
from tests.library.assessment import cases
from tests.library.standing.sample import (
    CUSTOMS,
    DAY,
    OFFICER,
    POST,
    SUBJECT,
    act_id,
    issued,
    moment,
    standing_at,
)

VALID = standing_at(20, issued())
QUESTIONS = (Question(1, "issue"), Question(2, "criterion", 1, "Как выполнен критерий?"))
MONTH = 31 * 24
BACK = "urn:certorigin:officer:BY:petrov"
ASKED = act_id(80)


def ask(threads=(), **changes):
    facts = {
        "number": "06-12/77",
        "grounds": ["criterion_doubtful"],
        "questions": QUESTIONS,
        "preference": "granted",
        "post": POST,
        "officer": CUSTOMS,
        "issuer": CUSTOMS,
        "act_id": ASKED,
        "at": moment(24),
        "remark": "Доля иностранных материалов неясна",
    }
    return asking.requested(VALID, threads, **(facts | changes))


def logged(act, at, publisher="AZ-1"):
    index = int(act.id[-4:])
    legal = None if at is None else moment(at)
    return LoggedAct(act, publisher, "2026", index, act.id[-12:].rjust(64, "0"), legal)


def thread(*entries, at):
    found = find_request(entries, ASKED, at=moment(at))
    assert found is not None
    return found


REQUEST = logged(ask(), 24)


def repeat(at, *entries):
    act = asking.repeated(
        VALID,
        thread(REQUEST, *entries, at=at),
        number="06-12/99",
        post=POST,
        officer=CUSTOMS,
        issuer=CUSTOMS,
        act_id=act_id(81),
        at=moment(at),
    )
    return logged(act, at)


def reply(at, *entries, number=82, results=("confirmed", "confirmed"), **facts):
    given_back = {"officer": BACK, "drafter": OFFICER} | facts
    answers = [
        Answer(index + 1, result, "" if result == "confirmed" else "Журнал № 7")
        for index, result in enumerate(results)
    ]
    act = asking.replied(
        VALID,
        thread(REQUEST, *entries, at=at),
        answers=answers,
        act_id=act_id(number),
        at=moment(at),
        **given_back,
    )
    return logged(act, at, "BY-1")


def judgement(at, *entries, outcome="adequate", number=90, remark="Нет расчёта"):
    act = asking.judged(
        VALID,
        thread(REQUEST, *entries, at=at),
        outcome=outcome,
        officer=CUSTOMS,
        issuer=CUSTOMS,
        act_id=act_id(number),
        at=moment(at),
        remark=remark,
    )
    return logged(act, at)


class TestRequest:
    def test_it_names_the_certificate_and_is_registered_on_the_day_of_the_one_who_asks(self):
        body = read_body(ask(at=moment(12)), VerificationRequest.from_record)  # 21:00 UTC
        assert body.certificate == VALID.reference
        assert body.registration == DocumentReference("06-12/77", date(2026, 5, 17))

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"grounds": []}, "request.ground_missing"),
            ({"grounds": ["curious"]}, "request.ground_unknown"),
            ({"grounds": ["random_check", "data_doubtful"]}, "request.random_with_doubt"),
            ({"remark": " "}, "request.reason_missing"),
            ({"questions": ()}, "request.question_missing"),
            ({"questions": (Question(1, "prices"),)}, "request.topic_unknown"),
            ({"questions": (Question(1, "data", 9),)}, "request.item_unknown"),
            ({"questions": (Question(1, "data"), Question(2, "data"))}, "request.asked_twice"),
            ({"number": " "}, "request.number_missing"),
            (
                {"questions": tuple(Question(n, "data", 1, f"{n}") for n in range(1, 22))},
                "request.too_many_questions",
            ),
        ],
    )
    def test_what_has_no_ground_or_bears_on_something_else_is_not_asked(self, changes, code):
        with pytest.raises(FindingsError) as caught:
            ask(**changes)
        assert code in {one.code for one in caught.value.findings}

    @pytest.mark.parametrize("hidden", ["a\tb", "a\u202eb", "x" * 4001])
    def test_what_no_reader_would_take_is_not_sealed(self, hidden):
        with pytest.raises(MalformedError):
            ask(remark=hidden)
        with pytest.raises(MalformedError):
            judgement(48, outcome="withdrawn", remark=hidden)

    def test_a_random_check_needs_no_reason_and_is_no_check_in_bulk(self):
        random = {"grounds": ["random_check"], "remark": ""}
        ask(**random, random_today=asking.MOST_RANDOM_A_DAY - 1)
        with pytest.raises(StandingError, match="in_bulk"):
            ask(**random, random_today=asking.MOST_RANDOM_A_DAY)
        ask(random_today=asking.MOST_RANDOM_A_DAY)  # a doubt is no random check

    def test_one_that_is_open_is_not_asked_again(self):
        with pytest.raises(StandingError, match="open_already"):
            ask([thread(REQUEST, at=48)])
        settled = [reply(48)]
        settled.append(judgement(49, *settled))
        ask([thread(REQUEST, *settled, at=50)])


class TestClocks:
    """Registered on 17 May, so the first clock ends with 17 August, the second three months on."""

    OVER = 93 * 24
    SECOND_OVER = 2 * 93 * 24 + 48

    def test_no_clock_runs_before_both_states_hold_the_request(self):
        waiting = logged(ask(), None)
        assert find_request([waiting], ASKED, at=moment(9999)).stage is Stage.SENT

    def test_silence_is_no_ground_before_the_second_clock_ended(self):
        assert thread(REQUEST, at=48).stage is Stage.ASKED
        first = thread(REQUEST, at=self.OVER + 24)
        assert (first.stage, first.has_ground) == (Stage.REPEAT_DUE, False)
        assert first.first.last_day == date(2026, 8, 17)
        again = repeat(self.OVER + 24)
        running = thread(REQUEST, again, at=self.OVER + 48)
        assert (running.stage, running.has_ground) == (Stage.REPEATED, False)
        end = running.second.ends
        before = find_request([REQUEST, again], ASKED, at=end - timedelta(seconds=1))
        after = find_request([REQUEST, again], ASKED, at=end)
        assert (before.has_ground, after.has_ground) == (False, True)
        assert after.stage is Stage.UNANSWERED

    def test_without_the_repeat_there_is_never_a_ground(self):
        assert not thread(REQUEST, at=9999).has_ground

    def test_nothing_is_repeated_while_the_first_clock_runs(self):
        with pytest.raises(StandingError, match="no_repeat_due"):
            repeat(48)
        again = repeat(self.OVER + 24)
        with pytest.raises(StandingError, match="no_repeat_due"):
            repeat(self.OVER + 48, again)

    def test_an_answer_that_does_not_suffice_is_asked_for_again_at_once(self):
        poor = [reply(48)]
        assert thread(REQUEST, *poor, at=50).stage is Stage.TO_JUDGE
        poor.append(judgement(50, *poor, outcome="inadequate"))
        assert thread(REQUEST, *poor, at=51).stage is Stage.REPEAT_DUE
        poor.append(repeat(52, *poor))
        assert read_body(poor[-1].act, asking.VerificationRepeat.from_record).cause == (
            "inadequate_answer"
        )
        assert thread(REQUEST, *poor, at=53).stage is Stage.REPEATED
        assert thread(REQUEST, *poor, at=52 + 94 * 24).has_ground

    def test_an_answer_to_the_repeat_settles_it(self):
        again = repeat(self.OVER + 24)
        answered = reply(self.OVER + 50, again)
        waiting = thread(REQUEST, again, answered, at=self.SECOND_OVER)
        assert (waiting.stage, waiting.has_ground) == (Stage.TO_JUDGE, False)
        enough = judgement(self.OVER + 60, again, answered)
        assert thread(REQUEST, again, answered, enough, at=9999).stage is Stage.SETTLED

    def test_a_late_answer_that_nobody_judged_keeps_the_ground_closed(self):
        again = repeat(self.OVER + 24)
        late = reply(self.SECOND_OVER, again)
        found = thread(REQUEST, again, late, at=self.SECOND_OVER + 1)
        assert (found.stage, found.reply.is_in_time) == (Stage.TO_JUDGE, False)
        poor = judgement(self.SECOND_OVER + 2, again, late, outcome="inadequate")
        assert thread(REQUEST, again, late, poor, at=self.SECOND_OVER + 3).has_ground

    def test_it_can_be_taken_back(self):
        back = judgement(48, outcome="withdrawn")
        assert thread(REQUEST, back, at=9999).stage is Stage.WITHDRAWN
        with pytest.raises(StandingError, match="over"):
            judgement(50, back, outcome="withdrawn")

    @given(st.permutations(range(4)), st.integers(0, 400))
    def test_the_order_of_arrival_does_not_matter(self, order, day):
        again = repeat(self.OVER + 24)
        late = reply(self.SECOND_OVER, again)
        acts = [REQUEST, again, late, judgement(self.SECOND_OVER + 2, again, late)]
        at = moment(24 * day)
        assert fold_requests([acts[one] for one in order], at=at) == fold_requests(acts, at=at)

    def test_nobody_answers_or_judges_in_anothers_name(self):
        answered = reply(48)
        stolen = LoggedAct(answered.act, "AZ-1", "2026", 7, answered.digest, answered.legal_time)
        assert thread(REQUEST, stolen, at=50).replies == ()
        own = judgement(50, answered)
        foreign = LoggedAct(own.act, "BY-1", "2026", 8, own.digest, own.legal_time)
        assert thread(REQUEST, answered, foreign, at=51).stage is Stage.TO_JUDGE
        ours = LoggedAct(REQUEST.act, "BY-1", "2026", 9, REQUEST.digest, REQUEST.legal_time)
        assert fold_requests([ours], at=moment(48)) == []

    def test_nobody_takes_the_id_of_an_act_that_he_has_not_countersigned_yet(self):
        answered = reply(48)
        poor = judgement(50, answered, outcome="inadequate", number=90)
        taken = reply(49, number=90)
        (first, _) = thread(REQUEST, answered, taken, poor, at=51).replies
        assert first.judgement is not None

    def test_it_never_touches_the_standing(self):
        acts = [REQUEST, repeat(self.OVER + 24)]
        at = moment(self.SECOND_OVER)
        bare = fold([issued()], subject=SUBJECT, at=at)
        found = fold([issued(), *acts], subject=SUBJECT, at=at)
        assert (found.status, found.findings, found.ignored) == (bare.status, (), ())


class TestReply:
    @pytest.mark.parametrize(
        ("results", "finding", "code"),
        [
            (["confirmed"], "", "reply.question_open"),
            (["confirmed"] * 3, "", "reply.question_unknown"),
            (["confirmed", "not_confirmed"], "", "reply.finding_missing"),
            (["confirmed", "confirmed"], "not_issued", "reply.finding_without_cause"),
        ],
    )
    def test_it_is_complete(self, results, finding, code):
        answers = [Answer(index + 1, one, "x") for index, one in enumerate(results)]
        found = asking.check_reply(thread(REQUEST, at=48), answers, finding)
        assert code in {one.code for one in found}

    def test_what_is_not_confirmed_says_on_what_it_rests(self):
        answers = [Answer(1, "confirmed"), Answer(2, "cannot_answer")]
        (found,) = asking.check_reply(thread(REQUEST, at=48), answers, "")
        assert (found.code, found.place) == ("reply.facts_missing", "answers[1].facts")

    def test_who_drafted_it_does_not_give_it(self):
        with pytest.raises(StandingError, match="same_person"):
            reply(48, officer=OFFICER)

    def test_one_answer_that_is_not_confirmed_outweighs_the_rest(self):
        def result(*results):
            answers = tuple(Answer(index + 1, one) for index, one in enumerate(results))
            return VerificationReply(VALID.reference, ASKED, answers, BACK, OFFICER).result

        assert result("confirmed", "corrected") == "corrected"
        assert result("corrected", "cannot_answer") == "cannot_answer"
        assert result("cannot_answer", "not_confirmed", "confirmed") == "not_confirmed"

    def test_the_asking_side_runs_the_assessment_again(self):
        made = cases.item("870193900", cases.material("840890", "CN", "400"))
        worksheet = Worksheet.from_data(cases.worksheet(made))
        agreement = get_agreement("CIS-2009")
        decided = assess(worksheet, agreement=agreement, at=DAY)
        attached = asking.attach(worksheet, decided)
        answered = reply(48, assessment=attached)
        body = read_body(answered.act, VerificationReply.from_record)
        found, is_same, same_rules = asking.run_again(body.assessment, agreement)
        assert (found, is_same, same_rules) == (decided, True, True)
        told = asking.AttachedAssessment(
            attached.agreement,
            "0" * 64,
            attached.day,
            attached.worksheet,
            (asking.Determined(1, "not_originating"),),
        )
        assert asking.run_again(told, agreement)[1:] == (False, False)
