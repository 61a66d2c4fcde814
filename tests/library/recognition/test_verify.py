"""A certificate is recognised, or cannot be read, and the whole is one report."""

from dataclasses import replace

import pytest

from certorigin.errors import LimitError, MalformedError
from certorigin.recognition.report import Outcome
from certorigin.recognition.verify import Verifier, verify
from tests.library.recognition import world as w
from tests.library.recognition.declarations import declaration
from tests.library.recognition.expecting import expect, repacked, report
from tests.library.recognition.world import NOON, minutes
from tests.library.standing import sample


def test_a_bundle_alone_is_recognised_as_of_its_head(world, bundle):
    found = report(bundle, world.trust)
    assert found.bottom_line == Outcome.RECOGNISED
    assert [part.code for part in found.parts.values()] == [
        "integrity.sound",
        "issuer.entitled",
        "registration.registered",
        "standing.as_of_bundle",
        "freshness.fresh",
        "match.not_asked",
    ]
    assert (found.as_of, found.legal_time) == ("2026-05-16T12:01:00Z", minutes(1))
    assert found.head.to_data() == {
        "origin": world.log.origin,
        "size": "3",
        "source": "bundle",
        "time": "2026-05-16T12:01:00Z",
    }


def test_with_the_mirror_the_standing_is_told(world, bundle):
    found = report(bundle, world.trust, mirrors=[world.view()])
    assert found.bottom_line == Outcome.RECOGNISED
    assert found.parts["standing"].code == "standing.valid"
    assert found.head.source == "mirror"
    assert found.certificate.number == "BYAZ6001000001"


def test_a_sealed_act_alone_is_found_in_the_mirror(world):
    found = report(world.acts[1], world.trust, mirrors=[world.view()])
    assert found.bottom_line == Outcome.RECOGNISED
    assert found.parts["registration"].facts["index"] == "1"


def test_an_officers_own_seal_may_stand_beside_the_bodys(tmp_path):
    world = w.World(tmp_path)
    pair = [("BY seal", w.BODY), ("BY officer", w.OFFICER)]
    world.enter(w.issued(1, *pair))
    world.follow(minutes(1))
    expect(report(world.bundle(0), world.trust), "issuer.entitled")


def test_what_a_verifier_keeps_changes_no_answer(world, bundle):
    verifier = Verifier(world.trust)
    for at in (minutes(5), minutes(5), minutes(60 * 48), minutes(0)):
        once = verifier.verify(bundle, at=at).to_data()
        assert once == report(bundle, world.trust, at=at).to_data()


def test_what_a_verifier_keeps_is_limited(tmp_path, monkeypatch):
    world = w.small(tmp_path)
    world.enter(w.issued(9), at=minutes(2))
    world.follow(minutes(3))
    for module in ("verify", "registration"):
        monkeypatch.setattr(f"certorigin.recognition.{module}.MAX_KEPT", 1)
    verifier = Verifier(world.trust)
    for raw, at in [(world.bundle(0), minutes(5)), (world.bundle(3), minutes(6))] * 2:
        assert verifier.verify(raw, at=at).to_data() == report(raw, world.trust, at=at).to_data()


def test_a_long_certificate_lies_in_an_object(tmp_path):
    items = tuple(sample.item(number, description="трактор " * 200) for number in range(1, 60))
    world = w.World(tmp_path)
    world.enter(w.issued(certificate=sample.certificate(items=items)))
    world.follow(minutes(1))
    assert len(world.acts[0]) > 65_535
    bundle = world.bundle(0)
    expect(report(bundle, world.trust), "registration.registered")
    expect(report(bundle, world.trust, mirrors=[world.view()]), "standing.valid")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"garbage",
        b"[]",
        b'{"act":"x"}',
        b'{"act":1,"format":"certorigin-bundle/v1","proof":""}',
        b'{"act":"x","format":"certorigin-bundle/v3","proof":""}',
        b'{"act":"x","format":"certorigin-bundle/v1","more":"","proof":""}',
        b'{"act":"x", "format":"certorigin-bundle/v1","proof":""}',
        b'{"act":"x","act":"x","format":"certorigin-bundle/v1","proof":""}',
        b"\xff\xfe",
    ],
)
def test_what_is_neither_bundle_nor_act_is_no_answer(world, raw):
    with pytest.raises(MalformedError):
        verify(raw, trust=world.trust, at=NOON)


def test_a_file_that_is_too_large_is_not_read(world):
    with pytest.raises(LimitError):
        verify(b'{"act":"' + b"x" * (4 << 20), trust=world.trust, at=NOON)


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("match.fits", {}),
        ("match.differs", {"quantities": ("106", "10000")}),
        ("match.undetermined", {"units": ("KGM", "KGM")}),
    ],
)
def test_the_declaration_is_part_of_the_answer(world, bundle, code, changes):
    asked = declaration(**changes)
    expect(report(bundle, world.trust, declaration=asked), code)
    expect(report(bundle, world.trust, declaration=asked, mirrors=[world.view()]), code)


def test_a_broken_seal_leaves_nothing_to_match(world, bundle):
    raw = repacked(bundle, lambda act: act.replace(b"BYAZ6001000001", b"BYAZ6001000009"))
    found = report(raw, world.trust, declaration=declaration())
    assert found.parts["match"].code == "match.not_reached"


def test_the_report_of_a_match_is_written_item_by_item(world, bundle):
    found = report(bundle, world.trust, declaration=declaration(), mirrors=[world.view()])
    data = found.to_data()["match"]
    assert data["fit"] == "fits"
    assert [item["item"] for item in data["items"]] == ["1", "2"]
    assert data["items"][0]["allowed"] == {"unit": "H87", "value": "105"}


def test_a_form_without_preference_says_so(world, bundle):
    """A general certificate proves the origin; the report tells that nothing else hangs on it."""
    assert "preference" not in report(bundle, world.trust).to_data()
    general = replace(
        sample.certificate(),
        form="GENERAL",
        items=(sample.item(criterion=None),),
        marks=("Страна происхождения: Беларусь",),
    )
    found = verify(w.issued(9, certificate=general), trust=world.trust, at=NOON)
    assert found.is_without_preference
    assert found.to_data()["preference"] == "none"
