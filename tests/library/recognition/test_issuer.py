"""Step 5: who was entitled to seal it, at its legal time."""

from dataclasses import replace

import pytest

from certorigin.recognition.report import Outcome
from certorigin.seal.trust.entries import Withdrawal
from certorigin.seal.trust.period import Period
from tests.library.recognition import world as w
from tests.library.recognition.expecting import expect, one_act, report
from tests.library.recognition.world import NOON, minutes
from tests.library.standing import sample


def issuer_code(bundle, code, **lists):
    return expect(report(bundle, w.trust(**lists)), code)


def withdrawn_at(at):
    return {"keys": {"seal": {"withdrawn": Withdrawal(at, "compromised")}}}


def test_a_key_that_was_withdrawn_before_the_legal_time_is_refused(bundle):
    facts = issuer_code(bundle, "issuer.key_withdrawn", by=withdrawn_at(minutes(1)))
    assert facts["fault"] == "trust.key_withdrawn"


def test_a_key_that_was_withdrawn_afterwards_had_spoken_in_time(bundle):
    issuer_code(bundle, "issuer.entitled", by=withdrawn_at(minutes(2)))


@pytest.mark.parametrize(
    ("code", "period"),
    [
        ("issuer.key_expired", Period(w.START, NOON)),
        ("issuer.key_not_yet_valid", Period(minutes(2))),
    ],
)
def test_a_key_outside_its_period_is_refused(bundle, code, period):
    issuer_code(bundle, code, by={"keys": {"seal": {"period": period}}})


def test_a_key_that_nobody_lists_decides_nothing(bundle):
    issuer_code(bundle, "issuer.key_unknown", by={"omit": ["BY seal"]})


def test_a_key_barred_from_the_form_is_refused(bundle):
    issuer_code(bundle, "issuer.form_not_allowed", by={"keys": {"seal": {"forms": ("A",)}}})


def test_a_key_of_another_role_is_refused(bundle):
    issuer_code(bundle, "issuer.role_missing", by={"keys": {"seal": {"roles": ("officer",)}}})


def test_a_key_that_speaks_for_another_is_refused(bundle):
    by = {"keys": {"seal": {"controller": w.installation("BY-1")}}}
    issuer_code(bundle, "issuer.controller_differs", by=by)


def body(**changes):
    return {"bodies": [replace(w.contents("BY").bodies[0], **changes)]}


def test_a_body_that_was_not_authorised_is_refused(bundle):
    issuer_code(bundle, "issuer.body_not_authorised", by=body(period=Period(w.START, NOON)))


def test_a_body_of_another_kind_is_refused(bundle):
    issuer_code(bundle, "issuer.body_not_authorised", by=body(roles=("verifying-body",)))


def officer(**changes):
    return {"officers": [replace(w.contents("BY").officers[0], **changes)]}


@pytest.mark.parametrize(
    "changes",
    [
        {"period": Period(w.START, NOON)},
        {"period": Period(minutes(2))},
        {"rights": ("examine",)},
        {"forms": ("A",)},
    ],
)
def test_an_officer_without_office_right_or_form_is_refused(bundle, changes):
    issuer_code(bundle, "issuer.officer_not_entitled", by=officer(**changes))


def test_an_officer_of_whom_no_list_tells_decides_nothing(bundle):
    by = {"officers": [], "omit": ["BY officer"]}
    facts = issuer_code(bundle, "issuer.officer_unknown", by=by)
    assert facts == {"officer": w.OFFICER}


@pytest.mark.parametrize(
    ("code", "sealers", "issuer"),
    [
        ("issuer.not_the_sealer", [("BY officer", w.OFFICER)], w.BODY),
        ("issuer.state_differs", [("AZ seal", w.CUSTOMS)], w.CUSTOMS),
        ("issuer.body_role_missing", [("BY gateway", w.installation("BY-1"))], None),
    ],
)
def test_who_may_not_issue_is_refused(tmp_path, code, sealers, issuer):
    issuer = issuer or w.installation("BY-1")
    lists = w.trust(
        az={
            "bodies": [
                replace(w.contents("AZ").bodies[0], roles=("authorised-body",), forms=("ST-1",))
            ]
        }
    )
    world = one_act(tmp_path, w.issued(1, *sealers, issuer=issuer), lists=lists)
    expect(report(world.bundle(0), world.trust), code)


def test_a_body_that_seals_anothers_certificate_is_refused(tmp_path):
    other = "urn:certorigin:body:BY:brest"
    certification = replace(sample.certificate().certification, body=other)
    raw = w.issued(certificate=sample.certificate(certification=certification))
    world = one_act(tmp_path, raw)
    expect(report(world.bundle(0), world.trust), "issuer.body_differs")


def test_an_installation_out_of_service_is_not_entitled(tmp_path):
    issuer = w.installation("BY-1")
    listed = replace(w.contents("BY").installations[0], period=Period(w.START, NOON))
    raw = w.issued(1, ("BY gateway", issuer), issuer=issuer)
    world = one_act(tmp_path, raw)
    lists = w.trust(by={"installations": [listed]})
    found = report(world.acts[0], lists, mirrors=[world.view()])
    expect(found, "issuer.not_entitled", Outcome.REFUSED)


EXAMINER = "urn:certorigin:officer:BY:examiner"
THREE = (("BY seal", w.BODY), ("BY officer", w.OFFICER), ("examiner", EXAMINER))


def examined(tmp_path, sealers=THREE, **changes):
    """A certificate with the examiner's approval beside the others, and what the list says."""
    listed = replace(w.contents("BY").officers[0], id=EXAMINER, rights=("examine",))
    by = {
        "officers": [*w.contents("BY").officers, replace(listed, **changes)],
        "extra_keys": [w.key("examiner", EXAMINER, "officer")],
    }
    world = one_act(tmp_path, w.issued(1, *sealers), lists=w.trust(by=by))
    return report(world.bundle(0), world.trust)


def test_the_examiners_approval_stands_beside_the_certifiers_and_the_seal(tmp_path):
    assert examined(tmp_path).parts["issuer"].code == "issuer.entitled"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rights": ("certify",)}, "issuer.officer_not_entitled"),
        ({"period": Period(w.START, NOON)}, "issuer.officer_not_entitled"),
        ({"forms": ("A",)}, "issuer.form_not_allowed"),
    ],
)
def test_an_examiner_without_office_right_or_form_is_refused(tmp_path, changes, code):
    expect(examined(tmp_path, **changes), code)


def test_an_examiner_whose_key_no_list_names_decides_nothing(tmp_path):
    sealers = [*THREE[:2], ("stranger", EXAMINER)]
    expect(examined(tmp_path, sealers), "issuer.key_unknown")
