"""Every value is written and read back as itself, and what is read is written back as it was."""

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certorigin.errors import LimitError, MalformedError
from certorigin.vocabulary.acts import Act, Cause, Kind
from certorigin.vocabulary.afterwards import PreferenceRestoration, Review
from certorigin.vocabulary.bodies import (
    Annulment,
    CertificateReference,
    ItemUse,
    Refusal,
    Replacement,
    TermClosing,
    TermOpening,
    Utilisation,
)
from certorigin.vocabulary.certificate import (
    ApplicantDeclaration,
    Certificate,
    Certification,
    Transport,
)
from certorigin.vocabulary.demands import PaperAnswer, PaperDemand
from certorigin.vocabulary.goods import DocumentReference, GoodsItem, Packages, check_sequence
from certorigin.vocabulary.goods_acts import Division, Sale
from certorigin.vocabulary.notices import DayStatement, Disturbance, Restoration, TrailStatement
from certorigin.vocabulary.party import Identifier, Party
from certorigin.vocabulary.quantity import Money, Quantity
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.requests import (
    VerificationJudgement,
    VerificationRepeat,
    VerificationReply,
    VerificationRequest,
)
from certorigin.vocabulary.use_correction import UseCorrection
from tests.library.vocabulary import makers

VALUES = {
    Annulment: makers.bodies[Kind.ANNULLED],
    ApplicantDeclaration: makers.declarations,
    Cause: makers.causes,
    Certificate: makers.certificates,
    CertificateReference: makers.references,
    Certification: makers.certifications,
    DayStatement: makers.bodies[Kind.DAY_STATED],
    Disturbance: makers.bodies[Kind.SERVICE_DISTURBED],
    Division: makers.bodies[Kind.DIVIDED],
    DocumentReference: makers.documents,
    GoodsItem: makers.goods_items(7),
    Identifier: makers.identifiers,
    ItemUse: makers.item_uses,
    Money: makers.moneys,
    Packages: makers.packages,
    PaperAnswer: makers.bodies[Kind.PAPER_ANSWERED],
    PaperDemand: makers.bodies[Kind.PAPER_DEMANDED],
    Party: makers.parties,
    Quantity: makers.quantities,
    Refusal: makers.bodies[Kind.REFUSED],
    Sale: makers.bodies[Kind.SOLD],
    Replacement: makers.bodies[Kind.REPLACED],
    Restoration: makers.bodies[Kind.SERVICE_RESTORED],
    TermClosing: makers.bodies[Kind.TERM_CLOSED],
    TermOpening: makers.openings,
    TrailStatement: makers.bodies[Kind.TRAIL_STATED],
    Transport: makers.transports,
    PreferenceRestoration: makers.bodies[Kind.PREFERENCE_RESTORED],
    Review: makers.bodies[Kind.REVIEW_ANNOUNCED],
    VerificationJudgement: makers.bodies[Kind.VERIFICATION_JUDGED],
    VerificationRepeat: makers.bodies[Kind.VERIFICATION_REPEATED],
    VerificationReply: makers.bodies[Kind.VERIFICATION_REPLIED],
    VerificationRequest: makers.bodies[Kind.VERIFICATION_REQUESTED],
    UseCorrection: makers.bodies[Kind.USE_CORRECTED],
    Utilisation: makers.utilisations,
}


def read(cls, data):
    record = Record(data)
    value = cls.from_record(record)
    record.finish()
    return value


def through_bytes(data):
    return orjson.loads(orjson.dumps(data))


@pytest.mark.parametrize("cls", VALUES, ids=lambda cls: cls.__name__)
@given(st.data())
@settings(max_examples=40)
def test_a_value_comes_back(cls, data):
    value = data.draw(VALUES[cls])
    written = through_bytes(value.to_data())
    again = read(cls, written)
    assert again == value
    assert again.to_data() == written


@pytest.mark.parametrize("cls", VALUES, ids=lambda cls: cls.__name__)
@given(st.data())
@settings(max_examples=15)
def test_a_member_that_nobody_asked_for_is_refused(cls, data):
    written = data.draw(VALUES[cls]).to_data()
    with pytest.raises(MalformedError, match=r"record\.member_unknown"):
        read(cls, written | {"surprise": "x"})


@pytest.mark.parametrize("kind", Kind)
@given(st.data())
@settings(max_examples=25)
def test_an_act_comes_back_with_and_without_proof(kind, data):
    act = data.draw(makers.acts(kind))
    document = through_bytes(act.to_document())
    assert Act.from_document(document) == act
    assert Act.from_document(document | {"proof": ["anything"]}) == act
    assert Act.from_document(document).to_document() == document


@given(makers.certificates)
@settings(max_examples=20)
def test_goods_out_of_order_are_refused(certificate):
    data = certificate.to_data()
    data["items"] = [*data["items"], data["items"][0]]
    with pytest.raises(MalformedError, match=r"goods\.sequence_broken"):
        read(Certificate, data)
    data["items"] = []
    with pytest.raises(MalformedError, match=r"certificate\.without_goods"):
        read(Certificate, data)


def test_the_sequence_is_checked_across_all_sheets():
    class Line:
        def __init__(self, sequence):
            self.sequence = sequence

    check_sequence([Line(1), Line(2), Line(3)], place="items")
    with pytest.raises(MalformedError) as caught:
        check_sequence([Line(1), Line(3)], place="items")
    assert caught.value.facts == {"place": "items[1].sequence", "value": "3"}


@given(makers.utilisations)
@settings(max_examples=10)
def test_a_use_without_goods_is_refused(utilisation):
    with pytest.raises(MalformedError, match=r"utilisation\.without_goods"):
        read(Utilisation, utilisation.to_data() | {"items": []})


@pytest.mark.parametrize("member", ["predecessor", "predecessorHead"])
def test_an_opening_names_its_predecessor_with_its_closing_head_or_not_at_all(member):
    with pytest.raises(MalformedError, match=r"record\.member_missing"):
        read(TermOpening, {"origin": "certorigin/BY-1/AZ-BY/CIS-2009/2026", member: "x"})


@given(makers.certificates)
@settings(max_examples=10)
def test_official_marks_are_few(certificate):
    with pytest.raises(LimitError, match=r"record\.list_too_long"):
        read(Certificate, certificate.to_data() | {"officialMarks": ["x"] * 21})
    with pytest.raises(MalformedError, match=r"officialMarks\[1\]"):
        read(Certificate, certificate.to_data() | {"officialMarks": ["x", ""]})


def act_document():
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", "urn:certorigin:context:v1"],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "TermClosed"],
        "issuer": "urn:certorigin:installation:BY-1",
        "validFrom": "2026-05-16T09:30:00Z",
        "credentialSubject": {
            "id": "urn:certorigin:log:1",
            "corridor": "AZ-BY/CIS-2009",
            "termClosing": {"origin": "a", "successor": "b"},
        },
    }


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("@context", ["https://www.w3.org/ns/credentials/v2"], "act.context_unknown"),
        ("type", ["VerifiableCredential", "Forgotten"], "act.kind_unknown"),
        ("type", ["VerifiableCredential"], "act.kind_unknown"),
        ("type", ["TermClosed", "VerifiableCredential"], "act.kind_unknown"),
        ("type", "TermClosed", "act.kind_unknown"),
        ("id", "urn:uuid:00000000-0000-4000-8000-00000000000A", "record.text_misshaped"),
        ("validFrom", "2026-05-16T09:30:00+00:00", "moment.malformed"),
        ("credentialSubject", [], "record.not_an_object"),
        ("surprise", "x", "record.member_unknown"),
    ],
)
def test_an_act_that_is_not_ours_is_refused(member, value, code):
    Act.from_document(act_document())
    with pytest.raises(MalformedError) as caught:
        Act.from_document(act_document() | {member: value})
    assert caught.value.code == code


def test_the_body_of_an_act_is_an_object():
    document = act_document()
    document["credentialSubject"]["termClosing"] = "closed"
    with pytest.raises(MalformedError, match=r"record\.not_an_object"):
        Act.from_document(document)
    with pytest.raises(MalformedError, match=r"record\.not_an_object"):
        Act.from_document(["proof"])


def test_an_act_has_few_causes():
    document = act_document()
    cause = {"act": document["id"], "digest": "0" * 64}
    document["credentialSubject"]["causes"] = [cause] * 101
    with pytest.raises(LimitError, match=r"record\.list_too_long"):
        Act.from_document(document)
