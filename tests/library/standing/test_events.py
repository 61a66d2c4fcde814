"""Duplicates, corrected versions, substitutes and goods for later sale, as the fold sees them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.errors import StandingError
from certorigin.returns.division import divided, still_covered
from certorigin.returns.sale import sold
from certorigin.returns.utilisation import utilised as used
from certorigin.standing.entry import certificate_subject
from certorigin.standing.family import family, named_before
from certorigin.standing.fold import StandingStatus, fold, reference_to
from certorigin.standing.twice import number_taken
from certorigin.vocabulary.acts import Cause, Kind
from certorigin.vocabulary.bodies import Annulment, ItemUse, Replacement
from certorigin.vocabulary.goods import DocumentReference
from certorigin.vocabulary.goods_acts import Division, Sale
from certorigin.vocabulary.quantity import Quantity
from tests.library.standing.sample import (
    CUSTOMS,
    DAY,
    IMPORTER,
    OFFICER,
    REFERENCE,
    act_id,
    certificate,
    codes,
    declared,
    entry,
    issued,
    moment,
    pieces,
    standing_at,
    utilised,
)

OTHER = certificate_subject("BY-1", "0002")
MARK = "Дубликат № BYAZ6001000001 от 16.05.2026"
ORIGINAL = issued()
CAUSE = Cause(ORIGINAL.act.id, ORIGINAL.digest)
DUPLICATE = certificate(number="BYAZ6001000002", marks=(MARK,))
FOR_SALE = certificate(consignee_mark="Для последующей реализации")


def duplicate(number=20, *, at=8, **changes):
    facts = {"of": DUPLICATE, "subject": OTHER, "causes": (CAUSE,)} | changes
    return issued(number, at=at, **facts)


def replaced_by_it(number=21, *, at=8):
    body = Replacement(REFERENCE, reference_to(DUPLICATE), OTHER, OFFICER).to_data()
    return entry(Kind.REPLACED, body, number=number, at=at)


def part(number, amount, *, at=5, **changes):
    body = Division(
        REFERENCE, reference_to(DUPLICATE), OTHER, (ItemUse(1, pieces(amount)),), OFFICER
    )
    return entry(Kind.DIVIDED, body.to_data(), number=number, at=at, **changes)


def sale(number=30, *, at=6, **changes):
    body = Sale(REFERENCE, DocumentReference("К-17", DAY), IMPORTER, OFFICER)
    return entry(Kind.SOLD, body.to_data(), number=number, at=at, **changes)


class TestDuplicate:
    def test_it_goes_on_from_what_was_used_of_the_original(self):
        acts = (ORIGINAL, utilised(4, {1: "60"}), duplicate(), replaced_by_it())
        standing = fold(acts, subject=OTHER, at=moment(20))
        assert (standing.status, standing.original) == (StandingStatus.VALID, ORIGINAL.act.subject)
        assert standing.remaining(1) == pieces(40)
        assert standing.findings == ()
        assert standing_at(20, *acts).status is StandingStatus.REPLACED

    def test_a_use_of_the_original_that_is_on_its_way_is_reserved(self):
        coming = utilised(4, {1: "60"}, registered=False)
        standing = fold((ORIGINAL, coming, duplicate()), subject=OTHER, at=moment(20))
        with pytest.raises(StandingError, match=r"utilisation\.exceeds"):
            use(standing, "50")

    def test_only_its_cause_counts_as_the_original(self):
        other = Cause(act_id(1), "0" * 64)
        acts = (ORIGINAL, utilised(4, {1: "60"}), duplicate(causes=(other,)))
        standing = fold(acts, subject=OTHER, at=moment(20))
        assert standing.remaining(1) == pieces(100)
        assert codes(standing.findings) == ["standing.original_not_held"]

    def test_a_certificate_that_is_no_duplicate_inherits_nothing(self):
        plain = duplicate(of=replace(DUPLICATE, marks=()))
        standing = fold((ORIGINAL, utilised(4, {1: "60"}), plain), subject=OTHER, at=moment(20))
        assert (standing.remaining(1), standing.original) == (pieces(100), "")

    def test_its_original_is_found_by_the_number_in_box_5_and_what_followed(self):
        (number,) = named_before(DUPLICATE)
        assert number == number_taken(certificate().to_data())
        held = {ORIGINAL.act.subject: [ORIGINAL, replaced_by_it()], OTHER: [duplicate()]}
        found = family(
            duplicate().act,
            subjects_under={number: [ORIGINAL.act.subject]}.__getitem__,
            subjects_of={}.__getitem__,
            acts_about=held.__getitem__,
        )
        assert found == [*held[ORIGINAL.act.subject], *held[OTHER]]


class TestSubstitute:
    def test_what_it_takes_is_gone_from_the_base(self):
        standing = standing_at(20, ORIGINAL, part(40, "70"), utilised(4, {1: "20"}, at=6))
        assert standing.remaining(1) == pieces(10)
        assert [one.entry.act.id for one in standing.parts] == [act_id(40)]
        assert standing.findings == ()

    def test_the_5_percent_are_not_there_to_be_divided(self):
        standing = standing_at(20, ORIGINAL, part(40, "101"))
        assert codes(standing.findings) == ["standing.divided_beyond"]

    def test_both_states_may_divide_and_nobody_else(self):
        theirs = part(40, "10", publisher="AZ-1")
        strange = part(41, "10", publisher="KZ-1")
        standing = standing_at(20, ORIGINAL, theirs, strange)
        assert standing.remaining(1) == pieces(90)
        assert standing.ignored == (strange,)

    @given(st.lists(st.integers(1, 70), max_size=8), st.data())
    def test_substitutes_never_take_more_than_the_base_covers(self, amounts, data):
        """However they are asked for, mixed with uses, some of them still on their way."""
        acts = [ORIGINAL]
        for number, amount in enumerate(amounts, start=100):
            at, registered = data.draw(st.integers(1, 9)), data.draw(st.booleans())
            if data.draw(st.booleans()):
                acts.append(utilised(number, {1: str(amount)}, at=at, registered=registered))
                continue
            standing = standing_at(10, *acts)
            covered = still_covered(standing, 1).value
            if amount > covered:
                with pytest.raises(StandingError, match=r"division\.exceeds|already_ended"):
                    divide(standing, amount)
                continue
            acts.append(part(number, str(amount), at=at, registered=registered))
            divide(standing, amount)
        parts = [one for one in acts if one.act.kind is Kind.DIVIDED]
        taken = sum(Decimal(one.act.body["items"][0]["quantity"]["value"]) for one in parts)
        assert taken <= 100

    def test_a_part_that_is_on_its_way_is_reserved_for_customs_too(self):
        standing = standing_at(20, ORIGINAL, part(40, "80", registered=False))
        with pytest.raises(StandingError, match=r"utilisation\.exceeds"):
            use(standing, "30")
        assert use(standing, "20").kind is Kind.UTILISED


BASE_MARK = "Сертификат выдан на основании сертификата формы СТ-1 № BYAZ6001000001 от 16.05.2026"
RESTING = certificate(number="BYAZ6001000002", marks=(f"{BASE_MARK}, УП «Минское отделение»",))


def resting(number=20, *, on=CAUSE, subject=OTHER, **changes):
    return issued(number, **{"at": 8, "of": RESTING, "subject": subject, "causes": (on,)} | changes)


def end_of_base(number=50, *, at=10, **changes):
    body = Annulment(REFERENCE, "issued_unlawfully", "", moment(at), OFFICER).to_data()
    return entry(Kind.ANNULLED, body, number=number, at=at, **changes)


class TestAnnulledBase:
    def told(self, *acts, subject=OTHER, at=20):
        standing = fold(acts, subject=subject, at=moment(at))
        assert standing.status is StandingStatus.VALID
        return [one.facts for one in standing.findings if one.code == "standing.base_annulled"]

    def test_the_substitute_stands_and_says_so_from_then_on(self):
        acts = (ORIGINAL, resting(), end_of_base())
        (facts,) = self.told(*acts)
        assert (facts["base"], facts["ground"]) == ("BYAZ6001000001", "issued_unlawfully")
        assert facts["since"] == "2026-05-16T19:00:00Z"
        assert self.told(*acts, at=9) == self.told(ORIGINAL, resting()) == []

    def test_only_what_its_act_names_is_its_base(self):
        strange = resting(on=Cause(act_id(1), "0" * 64))
        assert self.told(ORIGINAL, strange, end_of_base()) == []
        plain = resting(of=replace(RESTING, marks=()))
        assert self.told(ORIGINAL, plain, end_of_base()) == []

    def test_a_lost_base_goes_on_in_its_duplicate(self):
        third = certificate_subject("BY-1", "0003")
        acts = (ORIGINAL, duplicate(), replaced_by_it(), resting(22, subject=third))
        assert self.told(*acts, subject=third) == []
        end = end_of_base(subject=OTHER)
        (facts,) = self.told(*acts, end, subject=third)
        assert facts["base"] == "BYAZ6001000002"

    def test_the_base_of_a_base_counts_and_another_state_may_have_issued_it(self):
        theirs = certificate_subject("AZ-1", "0001")
        base = issued(
            30, of=replace(certificate(), issued_in="AZ", number="AZBY1", presented_in="BY")
        )
        base = replace(base, act=replace(base.act, subject=theirs), publisher="AZ-1")
        first = resting(on=Cause(base.act.id, base.digest))
        third = certificate_subject("BY-1", "0003")
        second = resting(22, on=Cause(first.act.id, first.digest), subject=third)
        end = end_of_base(subject=theirs, publisher="AZ-1")
        acts = [base, first, second, end]
        assert [one["base"] for one in self.told(*acts, subject=third)] == ["AZBY1"]
        held = {
            one.act.subject: [x for x in acts if x.act.subject == one.act.subject] for one in acts
        }
        by_act = {one.act.id: [one.act.subject] for one in acts}
        found = family(
            second.act,
            subjects_under=lambda number: [],
            subjects_of=by_act.__getitem__,
            acts_about=held.__getitem__,
        )
        assert found == [first, base, end]


class TestLaterSale:
    def test_there_is_no_preference_before_the_contract_is_recorded(self):
        acts = (issued(of=FOR_SALE), sale(at=6))
        before = standing_at(5, *acts)
        assert before.status is StandingStatus.REGISTERED
        assert codes(before.findings) == ["standing.contract_not_recorded"]
        with pytest.raises(StandingError, match=r"standing\.contract_not_recorded"):
            use(before, "1")
        after = standing_at(7, *acts)
        assert (after.status, after.since) == (StandingStatus.VALID, moment(6))
        assert use(after, "1").kind is Kind.UTILISED

    def test_goods_for_an_exhibition_wait_as_well(self):
        shown = certificate(marks=("Выставка: AgroExpo 2026",))
        assert standing_at(20, issued(of=shown)).awaits_contract
        assert not standing_at(20, issued(of=shown), sale()).awaits_contract

    def test_only_who_issued_records_it(self):
        standing = standing_at(20, issued(of=FOR_SALE), sale(publisher="AZ-1"))
        assert standing.status is StandingStatus.REGISTERED

    def test_a_contract_is_recorded_once_with_a_buyer_in_the_state_of_box_4(self):
        waiting = standing_at(20, issued(of=FOR_SALE))
        assert sell(waiting).kind is Kind.SOLD
        with pytest.raises(StandingError, match=r"sale\.not_awaited"):
            sell(standing_at(20, issued(of=FOR_SALE), sale(registered=False)))
        with pytest.raises(StandingError, match=r"sale\.not_awaited"):
            sell(standing_at(20, ORIGINAL))
        with pytest.raises(StandingError, match=r"sale\.buyer_of_another_state"):
            sell(waiting, buyer=replace(IMPORTER, country="KZ"))
        with pytest.raises(StandingError, match=r"sale\.contract_ahead"):
            sell(waiting, contract=DocumentReference("К-17", DAY.replace(year=2027)))


def use(standing, amount):
    return used(
        standing,
        declaration=declared("D-77"),
        post="Bakı",
        items=[ItemUse(1, pieces(amount))],
        head_size=3,
        officer=CUSTOMS,
        act_id=act_id(77),
        at=moment(20),
    )


def divide(standing, amount):
    return divided(
        standing,
        items=[ItemUse(1, Quantity(Decimal(amount), "H87"))],
        substitute=reference_to(DUPLICATE),
        substitute_subject=OTHER,
        officer=OFFICER,
        act_id=act_id(78),
        at=moment(20),
    )


def sell(standing, **changes):
    facts = {"contract": DocumentReference("К-17", DAY), "buyer": IMPORTER} | changes
    return sold(standing, officer=OFFICER, act_id=act_id(79), at=moment(20), **facts)
