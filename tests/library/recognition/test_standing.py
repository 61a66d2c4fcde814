"""Step 6: what became of the certificate, as of the mirror's head."""

from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from certorigin.recognition.report import Outcome
from certorigin.standing.entry import certificate_subject
from certorigin.vocabulary.acts import Cause, Kind
from tests.library.recognition import world as w
from tests.library.recognition.declarations import declaration
from tests.library.recognition.expecting import expect, one_act, report
from tests.library.recognition.world import minutes
from tests.library.standing import sample


def after(tmp_path, *acts):
    """A certificate, and acts about it that were mirrored at minute 11."""
    world = w.small(tmp_path)
    world.enter(*acts, at=minutes(10))
    world.follow(minutes(11))
    return report(world.bundle(0), world.trust, at=minutes(12), mirrors=[world.view()]), world


def test_an_annulled_certificate_is_refused_with_the_mirror_alone(tmp_path):
    found, world = after(tmp_path, w.annulled(10, effective=minutes(10)))
    facts = expect(found, "standing.annulled")
    assert (facts["since"], facts["ground"]) == ("2026-05-16T12:11:00Z", "issued_unlawfully")
    expect(report(world.bundle(0), world.trust, at=minutes(12)), "standing.as_of_bundle")
    before = report(world.bundle(0), world.trust, at=minutes(10), mirrors=[world.view()])
    assert expect(before, "standing.valid")["later"] == "Annulled"


def test_a_substitute_of_an_annulled_base_is_left_to_a_person(tmp_path):
    """Its base may lie in another log, and be told of by nobody else."""
    world = w.small(tmp_path)
    mark = "Сертификат выдан на основании сертификата формы СТ-1 № BYAZ6001000001 от 16.05.2026"
    boxes = sample.certificate(number="BYAZ6001000009", marks=(f"{mark}, УП «Отделение»",))
    cause = Cause(sample.act_id(1), sha256(world.acts[0]).hexdigest())
    place = world.enter(w.issued(9, certificate=boxes, causes=(cause,)), at=minutes(2))
    world.follow(minutes(3))
    expect(
        report(world.bundle(place), world.trust, at=minutes(4), mirrors=[world.view()]),
        "standing.valid",
    )
    world.enter(w.annulled(10, effective=minutes(10)), at=minutes(10))
    world.follow(minutes(11))
    found = report(world.bundle(place), world.trust, at=minutes(12), mirrors=[world.view()])
    facts = expect(found, "standing.base_annulled")
    assert (facts["base"], facts["status"]) == ("BYAZ6001000001", "valid")
    assert found.bottom_line is Outcome.UNDETERMINED


def test_a_replaced_certificate_is_refused_and_names_the_other(tmp_path):
    found, _ = after(tmp_path, w.replaced(10))
    assert expect(found, "standing.replaced")["replaced_by"] == "BYAZ6001000002"


def test_an_annulment_by_a_key_that_was_not_entitled_counts_for_nothing(tmp_path):
    raw = w.sealed(
        w.act(Kind.ANNULLED, w.annulment_body(), 10, issuer=w.CUSTOMS), ("AZ seal", w.CUSTOMS)
    )
    expect(after(tmp_path, raw)[0], "standing.valid")


def test_an_annulment_by_an_unknown_key_decides_nothing(tmp_path):
    raw = w.sealed(w.act(Kind.ANNULLED, w.annulment_body(), 10), ("BY new seal", w.BODY))
    facts = expect(after(tmp_path, raw)[0], "standing.undecided")
    assert facts == {"acts": "1"}


def test_an_unknown_act_does_not_soften_a_refusal(tmp_path):
    raw = w.sealed(w.act(Kind.ANNULLED, w.annulment_body(), 10), ("BY new seal", w.BODY))
    found, _ = after(tmp_path, raw, w.annulled(11))
    expect(found, "standing.annulled")


def test_a_used_up_certificate_is_still_a_true_one(tmp_path):
    world = w.small(tmp_path)
    own = w.World(tmp_path, lists=world.trust, publisher="AZ-1", reader="BY-1")
    amounts = {1: sample.pieces("100"), 2: sample.kilograms("10000")}
    own.enter(w.utilised(20, amounts), at=minutes(20))
    own.follow(minutes(21))
    views = [world.view(), own.view()]
    found = report(world.bundle(0), world.trust, at=minutes(22), mirrors=views)
    expect(found, "standing.used_up")
    assert found.standing.used[1] == sample.pieces("100")


@pytest.mark.parametrize("mirrored", [False, True])
def test_after_twelve_months_it_is_expired(world, bundle, mirrored):
    mirrors = [world.view()] if mirrored else []
    found = report(bundle, world.trust, at=minutes(60 * 24 * 366), mirrors=mirrors)
    facts = expect(found, "standing.expired")
    assert facts["expires"] == "2027-05-16"
    last = report(bundle, world.trust, at=minutes(60 * 24 * 365), mirrors=mirrors)
    assert last.parts["standing"].outcome == Outcome.RECOGNISED


def test_a_duplicate_expires_with_its_original(tmp_path):
    marks = ("Дубликат сертификата BYAZ6001000000 от 01.01.2026",)
    world = one_act(tmp_path, w.issued(certificate=sample.certificate(marks=marks)))
    at = minutes(60 * 24 * 240)
    facts = expect(report(world.bundle(0), world.trust, at=at), "standing.expired")
    assert facts["expires"] == "2027-01-01"


def test_before_the_day_in_box_12_it_is_not_valid_yet(tmp_path):
    certification = replace(sample.certificate().certification, date=date(2026, 6, 1))
    raw = w.issued(certificate=sample.certificate(certification=certification))
    world = one_act(tmp_path, raw)
    found = report(world.bundle(0), world.trust, mirrors=[world.view()])
    expect(found, "standing.not_yet_valid")


def test_another_certificate_under_the_same_name_is_refused(tmp_path):
    world = w.small(tmp_path)
    world.enter(w.issued(9, about=1), at=minutes(2))
    world.follow(minutes(3))
    found = report(world.bundle(3), world.trust, mirrors=[world.view()])
    expect(found, "standing.other_certificate")


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_form_that_is_not_known_decides_nothing(tmp_path, mirrored):
    forms = {"bodies": [replace(w.contents("BY").bodies[0], forms=("ST-1", "CT-9"))]}
    world = one_act(
        tmp_path, w.issued(certificate=sample.certificate(form="CT-9")), lists=w.trust(by=forms)
    )
    mirrors = [world.view()] if mirrored else []
    found = report(world.bundle(0), world.trust, mirrors=mirrors)
    expect(found, "standing.form_unknown")
    asked = report(world.bundle(0), world.trust, mirrors=mirrors, declaration=declaration())
    expect(asked, "match.not_reached")


def unreadable(tmp_path):
    """A certificate that keeps the schema and is none: its items are misnumbered."""
    body = sample.certificate().to_data()
    body["items"][1]["sequence"] = "7"
    return one_act(tmp_path, w.sealed(w.act(Kind.ISSUED, body, 1)))


def test_a_certificate_that_cannot_be_read_decides_nothing(tmp_path):
    world = unreadable(tmp_path)
    found = report(world.bundle(0), world.trust, mirrors=[world.view()])
    expect(found, "standing.unreadable")
    asked = report(world.bundle(0), world.trust, declaration=declaration())
    expect(asked, "match.not_reached")


def test_a_date_that_no_calendar_has_decides_nothing(tmp_path):
    body = sample.certificate().to_data()
    body["certification"]["date"] = "2026-02-31"
    world = one_act(tmp_path, w.sealed(w.act(Kind.ISSUED, body, 1)))
    expect(report(world.bundle(0), world.trust), "standing.unreadable")


def test_a_damaged_mirror_of_another_log_decides_nothing(tmp_path):
    world = w.small(tmp_path)
    own = w.World(tmp_path, lists=world.trust, publisher="AZ-1", reader="BY-1")
    own.enter(w.utilised(20, {1: sample.pieces("1")}), at=minutes(20))
    own.follow(minutes(21))
    path = own.mirror_folder / "tile/entries/000.p/1"
    path.write_bytes(path.read_bytes()[:-1] + b"X")
    views = [world.view(), own.view()]
    expect(report(world.bundle(0), world.trust, mirrors=views), "standing.unreadable")


def test_a_subject_of_another_installation_is_not_issued_here(tmp_path):
    foreign = certificate_subject("BY-2", "0001")
    world = one_act(tmp_path, w.issued(1, about=foreign))
    found = report(world.bundle(0), world.trust, mirrors=[world.view()])
    expect(found, "registration.publisher_differs", Outcome.REFUSED)


# -- a number issued twice ------------------------------------------------------------------------


def twin(act=7, **changes):
    """Another certificate under the number of the first, with other content."""
    return w.issued(act, certificate=sample.certificate(**changes))


def test_two_certificates_under_one_number_are_set_aside_and_no_other(tmp_path):
    other = twin(8, number="BYAZ6101000099")
    found, world = after(tmp_path, twin(consignee_mark="По приказу"), other)
    facts = expect(found, "standing.number_issued_twice")
    assert facts["acts"] == f"{sample.act_id(1)}, {sample.act_id(7)}"
    assert found.bottom_line == Outcome.UNDETERMINED
    views = [world.view()]
    second = report(world.bundle(3), world.trust, at=minutes(12), mirrors=views)
    expect(second, "standing.number_issued_twice")
    expect(report(world.bundle(4), world.trust, at=minutes(12), mirrors=views), "standing.valid")


def test_before_the_second_came_the_first_was_valid(tmp_path):
    _, world = after(tmp_path, twin(consignee_mark="По приказу"))
    before = report(world.bundle(0), world.trust, at=minutes(10), mirrors=[world.view()])
    expect(before, "standing.valid")


def test_a_number_is_the_same_however_it_is_spelt(tmp_path):
    spelt = w.REFERENCE.number.replace("BYAZ", "BYAZ-")
    expect(after(tmp_path, twin(number=spelt))[0], "standing.number_issued_twice")


def test_the_same_act_entered_twice_contradicts_nothing(tmp_path):
    expect(after(tmp_path, w.issued(1))[0], "standing.valid")


def test_the_same_content_for_two_subjects_is_a_number_issued_twice(tmp_path):
    expect(after(tmp_path, twin())[0], "standing.number_issued_twice")


def test_an_act_without_the_right_sets_nobody_aside(tmp_path):
    stranger = w.issued(
        7, ("AZ seal", w.CUSTOMS), certificate=sample.certificate(consignee_mark="По приказу")
    )
    expect(after(tmp_path, stranger)[0], "standing.valid")


def test_when_the_wrong_one_is_annulled_the_other_may_be_used(tmp_path):
    found, world = after(tmp_path, twin(consignee_mark="По приказу"), w.annulled(11, about=7))
    expect(found, "standing.valid")
    views = [world.view()]
    wrong = report(world.bundle(3), world.trust, at=minutes(12), mirrors=views)
    expect(wrong, "standing.annulled")
