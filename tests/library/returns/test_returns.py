from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import MalformedError, StandingError, UnknownError
from certorigin.returns.annulment import annulled as annul
from certorigin.returns.grounds import (
    ANNULMENT_GROUNDS,
    GROUNDS,
    Phase,
    get_annulment_ground,
    get_ground,
)
from certorigin.returns.replacement import replaced as replace_by
from certorigin.returns.utilisation import refused as refuse
from certorigin.returns.utilisation import utilised as utilise
from certorigin.standing.entry import read_body
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import (
    Annulment,
    CertificateReference,
    ItemUse,
    Refusal,
    Replacement,
    Utilisation,
)
from certorigin.vocabulary.quantity import Quantity
from tests.library.standing.sample import (
    BODY,
    CORRIDOR,
    CUSTOMS,
    DAY,
    OFFICER,
    POST,
    REFERENCE,
    SUBJECT,
    act_id,
    annulled,
    certificate,
    declared,
    issued,
    kilograms,
    moment,
    pieces,
    replaced,
    standing_at,
    utilised,
)

VALID = standing_at(20, issued())
NONE = standing_at(20)
ENDED = [
    standing_at(20, issued(), annulled()),
    standing_at(20, issued(), replaced()),
]
ENDING = [
    standing_at(5, issued(), annulled()),
    standing_at(20, issued(), annulled(registered=False)),
    standing_at(20, issued(), replaced(registered=False)),
]


def annulment(standing, **changes):
    facts = {
        "ground": "issued_unlawfully",
        "remark": "Производство не подтвердилось",
        "officer": OFFICER,
        "act_id": act_id(70),
        "at": moment(20),
        "effective": moment(20),
    }
    return annul(standing, **(facts | changes))


def replacement(standing, **changes):
    facts = {
        "by": CertificateReference("ST-1", "BYAZ6001000002", DAY, "BY"),
        "by_subject": "urn:certorigin:certificate:BY-1:0002",
        "officer": OFFICER,
        "act_id": act_id(71),
        "at": moment(20),
    }
    return replace_by(standing, **(facts | changes))


def use(standing, quantities, **changes):
    facts = {
        "declaration": declared(),
        "post": POST,
        "items": [ItemUse(number, amount) for number, amount in quantities],
        "head_size": 2,
        "officer": CUSTOMS,
        "act_id": act_id(72),
        "at": moment(20),
    }
    return utilise(standing, **(facts | changes))


def refusal(standing, **changes):
    facts = {
        "declaration": declared(),
        "post": POST,
        "ground": "goods_not_identifiable",
        "remark": "Заводские номера не совпадают",
        "officer": CUSTOMS,
        "act_id": act_id(73),
        "at": moment(20),
    }
    return refuse(standing, **(facts | changes))


def check_about(act, kind, issuer):
    assert Act.from_document(act.to_document()) == act
    assert (act.kind, act.subject, act.corridor) == (kind, SUBJECT, CORRIDOR)
    assert act.issuer == issuer
    (cause,) = act.causes
    assert (cause.act, cause.digest) == (issued().act.id, issued().digest)


class TestAnnulment:
    def test_a_valid_certificate_can_be_annulled(self):
        act = annulment(VALID)
        check_about(act, Kind.ANNULLED, BODY)
        body = read_body(act, Annulment.from_record)
        assert body.certificate == REFERENCE
        assert body.ground == "issued_unlawfully"

    def test_a_silent_partner_does_not_stop_an_annulment(self):
        annulment(standing_at(20, issued(registered=False)))

    def test_it_may_say_that_it_goes_back_to_the_day_of_issue_and_no_further(self):
        annulment(VALID, effective=moment(-12))  # midnight in Minsk
        with pytest.raises(StandingError, match="before_issue"):
            annulment(VALID, effective=moment(-13))

    def test_an_annulment_that_lies_ahead_may_be_brought_forward(self):
        annulment(standing_at(20, issued(), annulled(at=10, effective=1000)))

    def test_a_ground_outside_the_list_is_refused(self):
        with pytest.raises(UnknownError, match="unknown"):
            annulment(VALID, ground="because")


@pytest.mark.parametrize("make", [annulment, replacement])
class TestEnd:
    def test_what_is_unknown_cannot_end(self, make):
        with pytest.raises(StandingError, match="certificate_unknown"):
            make(NONE)

    @pytest.mark.parametrize("standing", ENDED)
    def test_what_has_ended_does_not_end_again(self, make, standing):
        with pytest.raises(StandingError, match="already_ended"):
            make(standing)

    @pytest.mark.parametrize("standing", ENDING)
    def test_an_end_that_is_on_its_way_is_awaited(self, make, standing):
        with pytest.raises(StandingError, match="end_on_its_way"):
            make(standing)

    def test_a_use_on_its_way_does_not_hinder(self, make):
        make(standing_at(20, issued(), utilised(4, {1: "1"}, registered=False)))


class TestReplacement:
    def test_another_certificate_takes_the_place(self):
        act = replacement(VALID)
        check_about(act, Kind.REPLACED, BODY)
        assert read_body(act, Replacement.from_record).by.number == "BYAZ6001000002"

    @pytest.mark.parametrize(
        "changes",
        [
            {"by": REFERENCE},
            {"by": CertificateReference("ST-1", "KZAZ6001000002", DAY, "KZ")},
            {"by_subject": SUBJECT},
        ],
    )
    def test_nothing_takes_its_own_place(self, changes):
        with pytest.raises(StandingError, match="not_another"):
            replacement(VALID, **changes)


class TestUtilisation:
    def test_a_valid_certificate_can_be_used(self):
        act = use(VALID, [(1, pieces(40)), (2, kilograms(2500))])
        check_about(act, Kind.UTILISED, CUSTOMS)
        body = read_body(act, Utilisation.from_record)
        assert body.head_size == 2
        assert [taken.quantity for taken in body.items] == [pieces(40), kilograms(2500)]

    def test_a_customs_authority_may_be_the_issuer(self):
        customs = "urn:certorigin:body:AZ:customs"
        assert use(VALID, [(1, pieces(1))], issuer=customs).issuer == customs

    def test_the_tolerance_is_there_once_over_all_uses(self):
        used = standing_at(20, issued(), utilised(4, {1: "60"}))
        use(used, [(1, pieces(45))])
        with pytest.raises(StandingError) as fault:
            use(used, [(1, pieces(46))])
        assert fault.value.code == "utilisation.exceeds"
        assert fault.value.facts == {
            "number": "BYAZ6001000001",
            "item": "1",
            "asked": "46",
            "allowed": "45",
            "unit": "H87",
        }

    def test_a_certificate_that_is_used_up_has_its_tolerance_left(self):
        used = standing_at(20, issued(), utilised(4, {1: "100", 2: kilograms(10000)}))
        use(used, [(1, pieces(5))])
        with pytest.raises(StandingError, match="exceeds"):
            use(used, [(1, pieces("5.000001"))])

    @pytest.mark.parametrize(
        "coming",
        [utilised(4, {1: "60"}, registered=False), utilised(4, {1: "60"}, at=21)],
        ids=["pending", "later"],
    )
    def test_uses_on_their_way_are_counted(self, coming):
        standing = standing_at(20, issued(), coming, annulled(5, at=30))
        use(standing, [(1, pieces(45))])
        use(standing, [(2, kilograms(10000))])
        with pytest.raises(StandingError, match="exceeds"):
            use(standing, [(1, pieces(46))])

    @pytest.mark.parametrize(
        "standing",
        [
            *ENDED,
            standing_at(20, issued(registered=False)),
            standing_at(400 * 24, issued()),
        ],
        ids=lambda standing: str(standing.status),
    )
    def test_what_is_not_valid_cannot_be_used(self, standing):
        with pytest.raises(StandingError, match="not_usable"):
            use(standing, [(1, pieces(1))])

    def test_what_is_unknown_cannot_be_used(self):
        with pytest.raises(StandingError, match="certificate_unknown"):
            use(NONE, [(1, pieces(1))])

    @pytest.mark.parametrize("registered", [True, False])
    def test_a_declaration_is_recorded_once(self, registered):
        earlier = utilised(4, {1: "1"}, declaration=declared(), registered=registered)
        standing = standing_at(20, issued(), earlier)
        with pytest.raises(StandingError, match="already_recorded"):
            use(standing, [(1, pieces(1))])
        use(standing, [(1, pieces(1))], post="Astara")
        use(standing, [(1, pieces(1))], declaration=declared("2"))

    def test_while_an_earlier_use_cannot_be_counted_nothing_is_used(self):
        standing = standing_at(20, issued(), utilised(4, {2: "3"}))
        with pytest.raises(StandingError, match="earlier_use_uncounted"):
            use(standing, [(1, pieces(1))])

    @pytest.mark.parametrize(
        ("quantities", "error", "code"),
        [
            ([], MalformedError, "utilisation.items_misshaped"),
            ([(1, pieces(1)), (1, pieces(1))], MalformedError, "utilisation.items_misshaped"),
            ([(1, pieces(0))], MalformedError, "utilisation.nothing_taken"),
            ([(1, kilograms(1))], MalformedError, "quantity.units_differ"),
            ([(3, pieces(1))], UnknownError, "standing.item_unknown"),
        ],
    )
    def test_items_that_cannot_be_counted_are_refused(self, quantities, error, code):
        with pytest.raises(error) as fault:
            use(VALID, quantities)
        assert fault.value.code == code

    @given(st.lists(st.decimals("0.01", 60, places=2), max_size=8))
    def test_uses_that_pass_one_after_the_other_never_exceed_the_limit(self, amounts):
        acts = [issued()]
        for index, amount in enumerate(amounts):
            standing = standing_at(100, *acts)
            try:
                use(standing, [(1, Quantity(amount, "H87"))], declaration=declared(str(index)))
            except StandingError:
                assert standing.used_of(1).value + amount > Decimal(105)
            else:
                acts.append(utilised(10 + index, {1: str(amount)}))
        standing = standing_at(100, *acts)
        assert standing.findings == ()
        assert standing.used_of(1).value <= Decimal(105)


class TestRefusal:
    def test_a_refusal_names_its_ground(self):
        act = refusal(VALID)
        check_about(act, Kind.REFUSED, CUSTOMS)
        assert read_body(act, Refusal.from_record).ground == "goods_not_identifiable"

    @pytest.mark.parametrize("standing", [*ENDED, standing_at(20, issued(registered=False))])
    def test_any_standing_may_be_refused(self, standing):
        refusal(standing, ground="conditions_not_met", issuer="urn:certorigin:body:AZ:customs")

    def test_what_is_unknown_cannot_be_refused(self):
        with pytest.raises(StandingError, match="certificate_unknown"):
            refusal(NONE)

    def test_a_ground_outside_the_list_is_refused(self):
        with pytest.raises(UnknownError, match="unknown"):
            refusal(VALID, ground="dislike")

    def test_no_answer_is_a_ground_only_after_release(self):
        with pytest.raises(StandingError, match="ground_not_in_phase"):
            refusal(VALID, ground="no_usable_answer")
        refusal(VALID, ground="no_usable_answer", phase=Phase.AFTER_RELEASE)

    def test_stamps_and_blanks_are_no_ground_against_what_has_none(self):
        with pytest.raises(StandingError, match="ground_of_paper"):
            refusal(VALID, ground="specimens_differ")
        paper = standing_at(20, issued(of=certificate(medium="paper+record")))
        refusal(paper, ground="specimens_differ")

    def test_a_refusal_can_be_followed_by_use(self):
        acts = issued(), utilised(4, {1: "1"})
        refusal(standing_at(20, *acts), at=moment(20) + timedelta(hours=1))


class TestGrounds:
    def test_every_ground_for_refusal_has_a_clause_and_a_phase(self):
        assert len(GROUNDS) == 13
        for code, ground in GROUNDS.items():
            assert get_ground(code) is ground
            assert ground.clause.startswith("Rules ")
            assert Phase.AFTER_RELEASE in ground.phases

    def test_paper_has_grounds_of_its_own_at_release(self):
        paper = {ground.code for ground in GROUNDS.values() if ground.paper_only}
        assert paper == {
            "original_not_presented",
            "erasures",
            "corrections_not_certified",
            "specimens_differ",
        }

    def test_annulment_has_its_own_list(self):
        for code, ground in ANNULMENT_GROUNDS.items():
            assert get_annulment_ground(code) is ground
