"""Step 2: what breaks a seal, and what only is not known here."""

import pytest

from certorigin.recognition.report import PARTS
from certorigin.seal.proof import seal_document
from certorigin.vocabulary.acts import CONTEXT, Kind
from tests.library.recognition import world as w
from tests.library.recognition.expecting import expect, repacked, report
from tests.library.recognition.world import NOON
from tests.library.standing import sample


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"value":"100"', b'"value":"900"'),
        (b"BYAZ6001000001", b"BYAZ6001000002"),
        (b'"destinationCountry":"AZ"', b'"destinationCountry":"RU"'),
    ],
)
def test_one_changed_letter_breaks_the_seal(world, bundle, old, new):
    found = report(repacked(bundle, lambda act: act.replace(old, new)), world.trust)
    expect(found, "integrity.seal_broken")
    assert {found.parts[name].code for name in PARTS[1:-1]} == {
        f"{name}.not_reached" for name in PARTS[1:-1]
    }
    assert found.to_data()["as_of"] == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda act: act[:-5],
        lambda act: act.replace(b'"id"', b'"id" ', 1),
        lambda act: act.replace(b'"value":"100"', b'"value":100'),
        lambda act: act.replace(b'"proof":[', b'"proofs":[', 1),
    ],
)
def test_an_act_outside_the_profile_is_refused(world, bundle, change):
    expect(report(repacked(bundle, change), world.trust), "integrity.act_malformed")


def sealed_document(change, number=1):
    document = w.act(Kind.ISSUED, sample.certificate().to_data(), number).to_document()
    change(document)
    return seal_document(document, [(w.sealer("BY seal"), w.BODY)], created=NOON)


def test_a_seal_over_something_else_than_our_schema_is_refused(world):
    raw = sealed_document(lambda document: document["credentialSubject"].update(more="x"))
    expect(report(raw, world.trust), "integrity.act_malformed")


def test_an_annulment_is_no_certificate(world):
    facts = expect(report(w.annulled(5), world.trust), "integrity.not_a_certificate")
    assert facts == {"kind": "Annulled"}


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update({"@context": [CONTEXT[0], "urn:certorigin:context:v2"]}),
        lambda document: document.update(type=["VerifiableCredential", "Foreseen"]),
        lambda document: document.update(type="VerifiableCredential"),
    ],
)
def test_a_later_version_is_not_called_invalid(world, change):
    expect(report(sealed_document(change), world.trust), "integrity.version_unknown")


def test_a_suite_that_is_not_known_is_not_called_invalid(world, bundle):
    def change(act):
        return act.replace(b"eddsa-jcs-2022", b"bign-jcs-2027x")

    expect(report(repacked(bundle, change), world.trust), "integrity.suite_unknown")
