from datetime import UTC, datetime, timedelta

import pytest

from certorigin.errors import MalformedError, UnknownError
from certorigin.standing.fold import StandingStatus, reference_to
from certorigin.vocabulary.acts import Cause, Kind
from certorigin.vocabulary.bodies import CertificateReference, TermClosing
from certorigin.vocabulary.certificate import Certification
from certorigin.vocabulary.corridor import Corridor
from tests.library.standing.sample import (
    BODY,
    DAY,
    OFFICER,
    REFERENCE,
    SUBJECT,
    act_id,
    annulled,
    certificate,
    codes,
    declared,
    entry,
    issued,
    kilograms,
    moment,
    pieces,
    refused,
    replaced,
    standing_at,
    utilised,
)

YEAR = 365 * 24


def dated(day):
    return Certification(BODY, "УП", "г. Минск", OFFICER, "Иванова", day)


class TestIssued:
    def test_without_acts_the_certificate_is_unknown(self):
        standing = standing_at(1)
        assert standing.status is StandingStatus.UNKNOWN
        assert standing.issued is None
        assert standing.since is None

    def test_an_issued_act_that_a_cosigned_head_covers_is_valid_from_its_legal_time(self):
        standing = standing_at(1, issued())
        assert standing.status is StandingStatus.VALID
        assert standing.since == moment(0)
        assert standing.certificate == certificate()
        assert standing.reference == REFERENCE

    def test_it_is_valid_at_the_very_moment_of_its_legal_time(self):
        assert standing_at(0, issued()).status is StandingStatus.VALID

    def test_before_its_legal_time_it_is_unknown_and_lies_ahead(self):
        standing = standing_at(-1, issued())
        assert standing.status is StandingStatus.UNKNOWN
        assert standing.later == (issued(),)

    def test_without_a_legal_time_it_is_pending(self):
        waiting = issued(registered=False)
        standing = standing_at(1, waiting)
        assert standing.status is StandingStatus.PENDING
        assert standing.pending == (waiting,)

    def test_before_the_day_in_box_12_it_is_registered_and_not_valid(self):
        tomorrow = certificate(certification=dated(DAY + timedelta(days=1)))
        early = issued(of=tomorrow)
        assert standing_at(1, early).status is StandingStatus.REGISTERED
        assert standing_at(1, early).since == moment(0)
        midnight = datetime(2026, 5, 16, 21, tzinfo=UTC)  # in Minsk
        hours = int((midnight - moment(0)) / timedelta(hours=1))
        assert standing_at(hours - 1, early).status is StandingStatus.REGISTERED
        assert standing_at(hours, early).status is StandingStatus.VALID
        assert standing_at(20, early).since == midnight

    def test_acts_about_another_subject_do_not_count(self):
        other = standing_at(1, issued(), subject="urn:certorigin:certificate:BY-1:0002")
        assert other.status is StandingStatus.UNKNOWN
        assert other.ignored == ()

    def test_a_certificate_of_an_unknown_form_is_no_answer(self):
        with pytest.raises(UnknownError, match="unknown"):
            standing_at(1, issued(of=certificate(form="EUR-1")))

    def test_an_issued_act_that_cannot_be_read_is_no_answer(self):
        with pytest.raises(MalformedError, match="without_goods"):
            standing_at(1, entry(Kind.ISSUED, {"issuingCountry": "BY"}, number=1))

    def test_an_unknown_certificate_has_no_reference_and_no_items(self):
        with pytest.raises(UnknownError, match="certificate_unknown"):
            _ = standing_at(1).reference
        with pytest.raises(UnknownError, match="item_unknown"):
            standing_at(1).remaining(1)

    def test_a_second_issued_act_about_one_subject_is_flagged_and_changes_nothing(self):
        other = issued(9, at=2, of=certificate(number="BYAZ6001000009"))
        standing = standing_at(3, issued(), other)
        assert standing.certificate == certificate()
        assert codes(standing.findings) == ["standing.issued_twice"]
        assert standing.findings[0].facts == {"first": act_id(1), "second": act_id(9)}


class TestPublisher:
    def test_an_installation_that_the_subject_does_not_name_cannot_issue_it(self):
        thief = issued(7, at=-5, publisher="BY-2")
        standing = standing_at(1, thief, issued())
        assert standing.issued == issued()
        assert standing.ignored == (thief,)

    def test_a_partner_cannot_issue_our_subject_first(self):
        stolen = certificate(issued_in="AZ", presented_in="BY")
        thief = issued(7, at=-5, of=stolen, publisher="AZ-1")
        assert standing_at(1, thief, issued()).issued == issued()

    def test_a_subject_without_an_installation_belongs_to_the_first_who_issues_for_its_state(self):
        subject = "urn:uuid:00000000-0000-4000-8000-000000000099"
        acts = issued(8, at=1, subject=subject, publisher="BY-2"), issued(subject=subject)
        standing = standing_at(2, *acts, subject=subject)
        assert standing.issued == acts[1]

    def test_nobody_issues_for_another_state(self):
        subject = "urn:uuid:00000000-0000-4000-8000-000000000099"
        wrong = issued(subject=subject, publisher="AZ-1")
        assert standing_at(1, wrong, subject=subject).status is StandingStatus.UNKNOWN

    def test_nobody_issues_in_a_corridor_in_which_it_is_not(self):
        wrong = issued(corridor=Corridor.from_text("AZ-RU/CIS-2009"))
        assert standing_at(1, wrong).status is StandingStatus.UNKNOWN

    @pytest.mark.parametrize(
        "act",
        [
            annulled(publisher="BY-2"),
            annulled(publisher="AZ-1"),
            annulled(corridor=Corridor.from_text("BY-RU/CIS-2009")),
            replaced(publisher="AZ-1"),
            utilised(4, {1: "10"}, publisher="BY-1"),
            utilised(4, {1: "10"}, publisher="RU-1"),
            refused(publisher="BY-1"),
            entry(Kind.TERM_CLOSED, TermClosing("a", "b").to_data(), number=6),
        ],
        ids=lambda act: f"{act.publisher}-{act.act.kind}",
    )
    def test_who_has_no_say_is_set_aside(self, act):
        standing = standing_at(20, issued(), act)
        assert standing.status is StandingStatus.VALID
        assert standing.ignored == (act,)
        assert standing.used_of(1) == pieces(0)

    def test_every_installation_of_the_other_state_may_use(self):
        standing = standing_at(20, issued(), utilised(4, {1: "10"}, publisher="AZ-2"))
        assert standing.used_of(1) == pieces(10)


class TestEnd:
    def test_an_annulment_holds_from_its_legal_time(self):
        acts = issued(), annulled(at=10)
        assert standing_at(9, *acts).status is StandingStatus.VALID
        assert standing_at(10, *acts).status is StandingStatus.ANNULLED
        assert standing_at(10, *acts).since == moment(10)
        assert standing_at(10, *acts).findings == ()

    def test_an_annulment_that_is_known_later_is_shown_as_later(self):
        standing = standing_at(9, issued(), annulled(at=10))
        assert standing.later == (annulled(at=10),)
        assert standing.ending is None
        assert standing.annulment is None

    def test_an_annulment_never_reaches_back_and_says_that_it_wants_to(self):
        acts = issued(), annulled(at=10, effective=2)
        assert standing_at(5, *acts).status is StandingStatus.VALID
        standing = standing_at(10, *acts)
        assert standing.status is StandingStatus.ANNULLED
        assert standing.since == moment(10)
        assert standing.annulment.effective == moment(2)
        assert standing.ending.reaches_back
        assert codes(standing.findings) == ["standing.annulment_reaches_back"]

    def test_an_annulment_may_lie_ahead(self):
        acts = issued(), annulled(at=10, effective=30)
        standing = standing_at(20, *acts)
        assert standing.status is StandingStatus.VALID
        assert standing.ending.holds_from == moment(30)
        assert standing_at(30, *acts).status is StandingStatus.ANNULLED

    def test_the_annulment_that_holds_first_counts(self):
        acts = issued(), annulled(at=10, effective=30), annulled(4, at=12)
        assert standing_at(40, *acts).since == moment(12)

    def test_a_replacement_names_the_certificate_in_its_place(self):
        standing = standing_at(10, issued(), replaced())
        assert standing.status is StandingStatus.REPLACED
        assert standing.replaced_by.number == "BYAZ6001000002"
        assert not standing.ending.reaches_back

    def test_annulled_and_then_replaced_stays_annulled_and_names_the_other(self):
        standing = standing_at(20, issued(), annulled(at=10), replaced(at=11))
        assert standing.status is StandingStatus.ANNULLED
        assert standing.replaced_by.number == "BYAZ6001000002"

    def test_replaced_and_then_annulled_stays_replaced(self):
        standing = standing_at(20, issued(), annulled(at=11), replaced(at=10))
        assert standing.status is StandingStatus.REPLACED
        assert standing.annulment.ground == "issued_unlawfully"

    def test_without_an_end_nothing_stands_in_its_place(self):
        assert standing_at(1, issued()).replaced_by is None

    def test_an_annulment_that_cannot_be_read_is_no_answer(self):
        broken = entry(Kind.ANNULLED, {"ground": "x"}, number=2)
        with pytest.raises(MalformedError):
            standing_at(1, issued(), broken)

    def test_an_annulment_without_legal_time_is_pending_and_does_not_hold(self):
        waiting = annulled(registered=False)
        standing = standing_at(20, issued(), waiting)
        assert standing.status is StandingStatus.VALID
        assert standing.pending == (waiting,)


class TestValidity:
    def test_it_is_valid_for_twelve_months_to_the_end_of_the_last_day(self):
        standing = standing_at(YEAR + 14, issued())
        assert standing.expires.isoformat() == "2027-05-16"
        assert standing.status is StandingStatus.VALID
        over = standing_at(YEAR + 15, issued())
        assert over.status is StandingStatus.EXPIRED
        assert over.since == moment(YEAR + 15)

    def test_an_end_says_more_than_expiry(self):
        assert standing_at(YEAR * 2, issued(), annulled()).status is StandingStatus.ANNULLED

    def test_what_was_registered_after_its_last_day_never_was_valid(self):
        late = issued(at=YEAR * 2)
        assert standing_at(YEAR * 2, late).status is StandingStatus.EXPIRED
        assert standing_at(YEAR * 2, late).since == moment(YEAR * 2)

    def test_a_duplicate_runs_from_the_day_of_its_original(self):
        mark = "Дубликат BYAZ5001000777 16.11.2025"
        standing = standing_at(1, issued(of=certificate(marks=(mark,))))
        assert standing.expires.isoformat() == "2026-11-16"
        assert standing.findings == ()

    def test_a_duplicate_that_does_not_name_the_day_is_flagged(self):
        standing = standing_at(1, issued(of=certificate(marks=("Дубликат",))))
        assert codes(standing.findings) == ["standing.duplicate_without_original"]


class TestOnce:
    def test_an_act_that_was_logged_twice_counts_once_from_its_first_legal_time(self):
        first = utilised(4, {1: "60"}, at=5)
        again = utilised(4, {1: "60"}, at=8, publisher="AZ-2")
        standing = standing_at(20, issued(), first, again)
        assert standing.used_of(1) == pieces(60)
        assert standing.findings == ()

    def test_a_copy_without_legal_time_of_a_registered_act_is_not_pending(self):
        copy = issued(registered=False)
        standing = standing_at(20, issued(), copy)
        assert standing.pending == ()

    def test_a_partner_cannot_take_the_id_of_an_act_that_it_has_not_countersigned_yet(self):
        """Each state reads the other's log before the act has its legal time."""
        use = utilised(4, {1: "60"}, at=5)
        taken = entry(Kind.REVIEW_ANNOUNCED, {}, number=4, at=4)  # of no effect, and first
        standing = standing_at(20, issued(), taken, use)
        assert standing.used_of(1) == pieces(60)
        end = annulled(2, at=10)
        squatted = utilised(2, {1: "1"}, at=9)
        assert standing_at(20, issued(), squatted, end).status is StandingStatus.ANNULLED

    def test_other_content_under_a_known_id_is_flagged_and_not_counted(self):
        standing = standing_at(
            20, issued(), utilised(4, {1: "10"}, at=5), utilised(4, {1: "90"}, at=6)
        )
        assert standing.used_of(1) == pieces(10)
        assert codes(standing.findings) == ["standing.act_id_reused"]
        assert standing_at(5, issued(), utilised(4, {1: "10"}, at=5)).findings == ()

    def test_a_stranger_cannot_take_the_id_of_an_act_to_come(self):
        squatter = annulled(at=1, publisher="AZ-1")
        standing = standing_at(20, issued(), squatter, annulled(at=10))
        assert standing.status is StandingStatus.ANNULLED


class TestUse:
    def test_uses_are_summed_per_item(self):
        acts = issued(), utilised(4, {1: "40", 2: kilograms(2500)}), utilised(5, {1: "20"}, at=6)
        standing = standing_at(20, *acts)
        assert standing.status is StandingStatus.VALID
        assert standing.used == {1: pieces(60), 2: kilograms(2500)}
        assert standing.remaining(1) == pieces(40)
        assert [use.entry.act.id for use in standing.uses] == [act_id(4), act_id(5)]

    def test_when_every_item_is_used_in_full_the_certificate_is_used_up(self):
        acts = issued(), utilised(4, {1: "100"}, at=5), utilised(5, {2: kilograms(10000)}, at=6)
        assert standing_at(5, *acts).status is StandingStatus.VALID
        assert standing_at(20, *acts).status is StandingStatus.USED_UP
        assert standing_at(20, *acts).since == moment(6)

    def test_an_item_has_its_tolerance_once_over_all_uses(self):
        acts = issued(), utilised(4, {1: "60"}), utilised(5, {1: "44"}, at=6)
        standing = standing_at(20, *acts)
        assert standing.findings == ()
        assert standing.remaining(1) == pieces(0)
        assert standing.allowed(1) == pieces(1)

    def test_a_double_use_is_counted_and_flagged_and_both_acts_are_named(self):
        acts = issued(), utilised(4, {1: "100"}), utilised(5, {1: "100"}, at=6)
        standing = standing_at(20, *acts)
        assert standing.used_of(1) == pieces(200)
        assert standing.allowed(1) == pieces(0)
        assert codes(standing.findings) == ["standing.used_twice"]
        assert standing.findings[0].facts == {
            "item": "1",
            "used": "200",
            "limit": "105",
            "unit": "H87",
            "act": act_id(5),
            "earlier": act_id(4),
        }

    def test_one_act_that_takes_too_much_is_flagged(self):
        standing = standing_at(20, issued(), utilised(4, {1: "106"}))
        assert codes(standing.findings) == ["standing.used_beyond"]

    def test_other_units_of_the_same_dimension_are_converted_exactly(self):
        tonnes = kilograms("2.5").__class__(kilograms("2.5").value, "TNE")
        standing = standing_at(20, issued(), utilised(4, {2: tonnes}))
        assert standing.used_of(2) == kilograms(2500)

    def test_a_use_that_cannot_be_counted_is_flagged_as_a_whole(self):
        mixed = utilised(4, {1: "10", 2: pieces(3)})
        standing = standing_at(20, issued(), mixed)
        assert standing.used_of(1) == pieces(0)
        assert standing.uncounted == (mixed,)
        assert codes(standing.findings) == ["standing.use_uncounted"]
        assert standing.findings[0].facts["fault"] == "quantity.units_differ"

    def test_a_use_of_an_item_that_is_not_there_is_not_counted(self):
        standing = standing_at(20, issued(), utilised(4, {3: "10"}))
        assert standing.findings[0].facts["fault"] == "standing.item_unknown"

    def test_one_declaration_in_two_acts_is_flagged(self):
        acts = [utilised(n, {1: "10"}, declaration=declared()) for n in (4, 5)]
        standing = standing_at(20, issued(), *acts)
        assert codes(standing.findings) == ["standing.declared_twice"]
        assert standing.findings[0].facts["first"] == act_id(4)

    def test_a_use_after_the_end_stays_counted_and_is_flagged(self):
        standing = standing_at(20, issued(), annulled(at=10), utilised(4, {1: "10"}, at=11))
        assert standing.used_of(1) == pieces(10)
        assert codes(standing.findings) == ["standing.used_after_end"]

    def test_a_use_before_the_end_is_left_alone(self):
        standing = standing_at(20, issued(), annulled(at=10), utilised(4, {1: "10"}, at=9))
        assert standing.findings == ()

    def test_a_declaration_after_the_last_day_is_flagged(self):
        late = declared(day=DAY.replace(year=2027) + timedelta(days=1))
        standing = standing_at(20, issued(), utilised(4, {1: "1"}, declaration=late))
        assert codes(standing.findings) == ["standing.used_after_expiry"]

    def test_a_refusal_is_told_and_changes_nothing_else(self):
        standing = standing_at(20, issued(), refused())
        assert standing.refusals == (refused(),)
        assert standing.status is StandingStatus.VALID

    @pytest.mark.parametrize("make", [annulled, refused, lambda **c: utilised(4, {1: "1"}, **c)])
    def test_words_that_name_another_certificate_are_flagged(self, make):
        other = CertificateReference("ST-1", "BYAZ6001000777", DAY, "BY")
        standing = standing_at(20, issued(), make(reference=other))
        assert codes(standing.findings) == ["standing.other_certificate_named"]

    def test_a_cause_with_another_digest_is_flagged(self):
        right = Cause(issued().act.id, issued().digest)
        wrong = Cause(issued().act.id, "0" * 64)
        assert standing_at(20, issued(), annulled(causes=(right,))).findings == ()
        standing = standing_at(20, issued(), annulled(causes=(wrong,)))
        assert codes(standing.findings) == ["standing.other_certificate_named"]


def test_the_reference_is_form_number_day_and_state():
    assert reference_to(certificate()).to_data() == {
        "form": "ST-1",
        "number": "BYAZ6001000001",
        "date": "2026-05-16",
        "issuingCountry": "BY",
    }
    assert SUBJECT == "urn:certorigin:certificate:BY-1:0001"
