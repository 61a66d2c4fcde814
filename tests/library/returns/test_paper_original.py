"""The paper original demanded: reasons, terms, and what opens which ground (R20)."""

from datetime import timedelta

import pytest

from certorigin.errors import MalformedError, StandingError, UnknownError
from certorigin.returns.grounds import GROUNDS
from certorigin.returns.paper_original import (
    PaperOutcome,
    PaperReason,
    answered,
    check_demand,
    check_outcome,
    demanded,
    find_closed,
    needs_reason,
)
from certorigin.standing.entry import LoggedAct, check_body
from certorigin.vocabulary.acts import Cause, Kind
from tests.library.standing.sample import (
    CUSTOMS,
    DAY,
    act_id,
    declared,
    issued,
    moment,
    standing_at,
)

LATER = DAY + timedelta(days=10)
PAPER = [code for code, ground in GROUNDS.items() if ground.paper_only]
OTHERS = [code for code, ground in GROUNDS.items() if not ground.paper_only]


def check(reason="origin_in_doubt", medium="paper+record", until=LATER):
    check_demand(reason, medium=medium, number="17", until=until, today=DAY)


def demand():
    return demanded(
        standing_at(20, issued()),
        declaration=declared(),
        post="Баку",
        reason="origin_in_doubt",
        remark="",
        until=LATER,
        officer=CUSTOMS,
        act_id=act_id(70),
        at=moment(21),
        issuer=CUSTOMS,
    )


def answer(outcome="agrees", **changes):
    facts = {"digest": "0" * 64, "remark": "", "officer": CUSTOMS, "act_id": act_id(71)}
    return answered(demand(), outcome=outcome, at=moment(22), **(facts | changes))


@pytest.mark.parametrize("reason", [*PaperReason])
def test_each_reason_of_the_list_may_be_given_until_any_day_of_a_year(reason):
    check(reason, until=DAY)
    check(reason, until=DAY + timedelta(days=366))


@pytest.mark.parametrize(
    ("change", "error", "code"),
    [
        ({"reason": "because"}, UnknownError, "demand.reason_unknown"),
        ({"medium": "electronic-only"}, StandingError, "demand.no_original"),
        ({"until": DAY - timedelta(days=1)}, StandingError, "demand.term_wrong"),
        ({"until": DAY + timedelta(days=367)}, StandingError, "demand.term_wrong"),
    ],
)
def test_what_can_not_be_demanded(change, error, code):
    with pytest.raises(error) as caught:
        check(**change)
    assert caught.value.code == code


def test_nobody_failed_to_bring_a_paper_while_there_is_time():
    check_outcome("agrees", until=LATER, today=DAY)
    check_outcome("not_presented", until=LATER, today=LATER + timedelta(days=1))
    with pytest.raises(StandingError, match=r"demand\.term_runs"):
        check_outcome("not_presented", until=LATER, today=LATER)
    with pytest.raises(UnknownError, match=r"demand\.outcome_unknown"):
        check_outcome("lost", until=LATER, today=DAY)


def test_grounds_of_paper_follow_what_came():
    for ground in OTHERS:
        assert find_closed(ground, []) == ""
    for ground in PAPER:
        assert find_closed(ground, []).startswith("refusal.paper_not_")
    seen = {code for code in PAPER if not find_closed(code, ["agrees"])}
    assert seen == {code for code in PAPER if not find_closed(code, ["differs"])}
    assert seen == set(PAPER) - {"original_not_presented"}
    never = {code for code in PAPER if not find_closed(code, ["not_presented"])}
    assert never == {"original_not_presented"}
    # It came late: what was seen can be judged, and it is no longer missing.
    late = {code for code in PAPER if not find_closed(code, ["not_presented", "differs"])}
    assert late == seen


def test_the_last_outcome_says_whether_to_accept_needs_a_reason():
    assert not needs_reason([])
    assert not needs_reason(["agrees"])
    assert needs_reason(["differs"])
    assert needs_reason(["not_presented"])
    assert not needs_reason(["differs", "agrees"])


def test_the_acts_name_certificate_declaration_and_each_other():
    asked, said = demand(), answer()
    for act in (asked, said):
        check_body(act)
        assert act.causes[0] == Cause(issued().act.id, issued().digest)
        assert act.body["goodsDeclaration"] == declared().to_data()
    assert said.kind is Kind.PAPER_ANSWERED
    assert said.causes[1] == Cause(asked.id, "0" * 64)
    assert said.body["outcome"] == PaperOutcome.AGREES
    with pytest.raises(MalformedError):
        answered(
            issued().act,
            digest="0" * 64,
            outcome="agrees",
            remark="",
            officer=CUSTOMS,
            act_id=act_id(72),
            at=moment(22),
        )


def test_a_demand_needs_a_certificate_that_is_known():
    with pytest.raises(StandingError, match=r"standing\.certificate_unknown"):
        demanded(
            standing_at(20),
            declaration=declared(),
            post="Баку",
            reason="not_in_mirror",
            remark="",
            until=LATER,
            officer=CUSTOMS,
            act_id=act_id(70),
            at=moment(21),
            issuer=CUSTOMS,
        )


def test_a_demand_changes_nothing_in_the_standing_and_the_issuing_side_can_not_make_one():
    entries = [
        LoggedAct(act, "AZ-1", "2026", number, "1" * 64, moment(number))
        for number, act in ((23, demand()), (24, answer("differs")))
    ]
    with_it, without = standing_at(30, issued(), *entries), standing_at(30, issued())
    assert with_it.status is without.status
    assert with_it.ignored == ()
    own = [LoggedAct(demand(), "BY-1", "2026", 23, "1" * 64, moment(23))]
    assert len(standing_at(30, issued(), *own).ignored) == 1
