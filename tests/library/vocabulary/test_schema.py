"""The published schema and the readers accept and refuse the same acts."""

import copy

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certorigin.errors import MalformedError
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.afterwards import PreferenceRestoration, Review
from certorigin.vocabulary.bodies import (
    Annulment,
    Refusal,
    Replacement,
    TermClosing,
    TermOpening,
    Utilisation,
)
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.demands import PaperAnswer, PaperDemand
from certorigin.vocabulary.goods_acts import Division, Sale
from certorigin.vocabulary.notices import DayStatement, Disturbance, Restoration, TrailStatement
from certorigin.vocabulary.record import Record
from certorigin.vocabulary.requests import (
    VerificationJudgement,
    VerificationRepeat,
    VerificationReply,
    VerificationRequest,
)
from certorigin.vocabulary.schema import check_schema
from certorigin.vocabulary.use_correction import UseCorrection
from tests.library.vocabulary import makers

READERS = {
    Kind.ISSUED: Certificate,
    Kind.REPLACED: Replacement,
    Kind.ANNULLED: Annulment,
    Kind.UTILISED: Utilisation,
    Kind.REFUSED: Refusal,
    Kind.USE_CORRECTED: UseCorrection,
    Kind.DIVIDED: Division,
    Kind.SOLD: Sale,
    Kind.PAPER_DEMANDED: PaperDemand,
    Kind.PAPER_ANSWERED: PaperAnswer,
    Kind.TERM_OPENED: TermOpening,
    Kind.TERM_CLOSED: TermClosing,
    Kind.DAY_STATED: DayStatement,
    Kind.TRAIL_STATED: TrailStatement,
    Kind.SERVICE_DISTURBED: Disturbance,
    Kind.SERVICE_RESTORED: Restoration,
    Kind.VERIFICATION_REQUESTED: VerificationRequest,
    Kind.VERIFICATION_REPEATED: VerificationRepeat,
    Kind.VERIFICATION_REPLIED: VerificationReply,
    Kind.VERIFICATION_JUDGED: VerificationJudgement,
    Kind.PREFERENCE_RESTORED: PreferenceRestoration,
    Kind.REVIEW_ANNOUNCED: Review,
}
PROOF = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "created": "2026-05-16T09:30:00Z",
    "verificationMethod": "urn:certorigin:body:BY:minsk#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGp",
    "proofPurpose": "assertionMethod",
    "proofValue": "z" + "2" * 80,
}
# Members that may be absent; every other one is mandatory.
OPTIONAL = {
    "assessment",
    "basisDocument",
    "bodies",
    "causes",
    "confirmation",
    "consignee",
    "consignor",
    "consigneeMark",
    "criterion",
    "detail",
    "ends",
    "facts",
    "finding",
    "identifier",
    "invoice",
    "item",
    "marks",
    "officialMarks",
    "position",
    "predecessor",  # only together with its head
    "predecessorHead",
    "remark",
    "reply",
    "route",
    "transport",
    "underDeclaration",
    "takes",
    "uses",
}


def sealed(act):
    return orjson.loads(orjson.dumps(act.to_document() | {"proof": [PROOF]}))


def read(document):
    """Read an act and its body, as a stop does."""
    act = Act.from_document(document)
    record = Record(dict(act.body))
    READERS[act.kind].from_record(record)
    record.finish()


def is_refused(check, document):
    try:
        check(document)
    except MalformedError:
        return True
    return False


def places(value, path=()):
    """Every place in a document: the path to each member and element."""
    if isinstance(value, dict):
        for name in value:
            yield (*path, name)
            yield from places(value[name], (*path, name))
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from places(element, (*path, index))


def parent_of(document, path):
    for step in path[:-1]:
        document = document[step]
    return document


@pytest.mark.parametrize("kind", Kind)
@given(st.data())
@settings(max_examples=25)
def test_a_valid_act_passes_both(kind, data):
    document = sealed(data.draw(makers.acts(kind)))
    check_schema(document)
    read(document)


@pytest.mark.parametrize("kind", Kind)
@given(st.data())
@settings(max_examples=4)
def test_without_a_mandatory_member_neither_accepts_it(kind, data):
    document = sealed(data.draw(makers.acts(kind)))
    for path in list(places(document)):
        if path[0] == "proof" or not isinstance(path[-1], str):
            continue
        without = copy.deepcopy(document)
        del parent_of(without, path)[path[-1]]
        if path[-1] in OPTIONAL and not (path[-1].startswith("predecessor")):
            assert not is_refused(check_schema, without), path
            assert not is_refused(read, without), path
        else:
            assert is_refused(check_schema, without), path
            assert is_refused(read, without), path


@pytest.mark.parametrize("kind", Kind)
@given(st.data())
@settings(max_examples=4)
def test_with_an_unknown_member_neither_accepts_it(kind, data):
    document = sealed(data.draw(makers.acts(kind)))
    objects = {path[:-1] for path in places(document) if isinstance(path[-1], str)}
    for path in objects:
        if path[:1] == ("proof",):
            continue
        wider = copy.deepcopy(document)
        parent_of(wider, (*path, ""))["surprise"] = "x"
        assert is_refused(check_schema, wider), path
        assert is_refused(read, wider), path


FREE = {  # texts of people: a line feed inside or at the end is theirs
    *("address", "bodyAddress", "bodyName", "declarant", "description", "marks", "means", "name"),
    *("officerName", "officialMarks", "origin", "post", "predecessor", "predecessorHead"),
    *("consigneeMark", "position", "remark", "route", "successor"),
    *("criterion", "detail", "facts"),
}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("tail", ["\n", "\r", "\u2028", " ", "\u0661"])
@given(st.data())
@settings(max_examples=3)
def test_with_a_trailing_character_neither_accepts_a_shaped_text(kind, tail, data):
    document = sealed(data.draw(makers.acts(kind)))
    for path in list(places(document)):
        parent = parent_of(document, path)
        value = parent[path[-1]]
        if path[0] == "proof" or path[-1] in FREE or not isinstance(value, str):
            continue
        if path[-2:] == ("identifier", "value") or "worksheet" in path:
            continue
        if path[-1] == "number" and "form" not in parent:  # of an invoice or a declaration
            continue
        longer = copy.deepcopy(document)
        parent_of(longer, path)[path[-1]] = value + tail
        assert is_refused(check_schema, longer), path
        if not (path[-1] == "tariffCode" and tail == " "):
            assert is_refused(read, longer), path


HIDDEN = ["\x00", "\t", "\r", "\x1f", "\x7f", "\x85", "\u202e", "\u2066", "\ufeff"]


@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
@given(makers.acts(Kind.ISSUED))
@settings(max_examples=3)
def test_characters_that_no_form_shows_are_refused_by_both(hidden, act):
    document = sealed(act)
    document["credentialSubject"]["certificate"]["exporter"]["name"] = f"a{hidden}b"
    assert is_refused(check_schema, document)
    assert is_refused(read, document)


@given(st.text(st.characters(codec="utf-8"), max_size=6), makers.acts(Kind.TERM_CLOSED))
@settings(max_examples=200)
def test_both_agree_about_every_text(text, act):
    document = sealed(act)
    document["credentialSubject"]["termClosing"]["successor"] = text
    assert is_refused(check_schema, document) == is_refused(read, document)


@pytest.mark.parametrize("size", [4000, 4001])
def test_both_agree_about_the_longest_text(size):
    document = {"origin": "я" * size, "successor": "x"}
    assert is_refused(lambda data: TermClosing.from_record(Record(data)), document) == (size > 4000)
    act = {
        "@context": ["https://www.w3.org/ns/credentials/v2", "urn:certorigin:context:v1"],
        "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "type": ["VerifiableCredential", "TermClosed"],
        "issuer": "urn:certorigin:installation:BY-1",
        "validFrom": "2026-05-16T09:30:00Z",
        "credentialSubject": {
            "id": "urn:certorigin:log:1",
            "corridor": "AZ-BY/CIS-2009",
            "termClosing": document,
        },
        "proof": [PROOF],
    }
    assert is_refused(check_schema, act) == (size > 4000)


def test_the_fault_is_named_with_its_place():
    with pytest.raises(MalformedError) as caught:
        check_schema({"type": ["VerifiableCredential", "Issued"]})
    assert caught.value.code == "act.schema_violated"
    assert caught.value.facts["place"] == "."
    assert "Issued" in caught.value.facts["value"]
