"""The language-neutral cases of vectors/act."""

import json

import pytest

from certorigin.errors import CertoriginError
from certorigin.seal.proof import verify_sealed
from certorigin.standing.entry import read_body
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
from certorigin.vocabulary.requests import (
    VerificationJudgement,
    VerificationRepeat,
    VerificationReply,
    VerificationRequest,
)
from certorigin.vocabulary.schema import check_schema
from certorigin.vocabulary.use_correction import UseCorrection
from tests.data import vectors
from tests.library.returns.make_vectors import FOLDER, build, to_text

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
    Kind.VERIFICATION_REQUESTED: VerificationRequest,
    Kind.VERIFICATION_REPEATED: VerificationRepeat,
    Kind.VERIFICATION_REPLIED: VerificationReply,
    Kind.VERIFICATION_JUDGED: VerificationJudgement,
    Kind.PREFERENCE_RESTORED: PreferenceRestoration,
    Kind.REVIEW_ANNOUNCED: Review,
    Kind.PAPER_ANSWERED: PaperAnswer,
    Kind.TERM_OPENED: TermOpening,
    Kind.TERM_CLOSED: TermClosing,
    Kind.DAY_STATED: DayStatement,
    Kind.TRAIL_STATED: TrailStatement,
    Kind.SERVICE_DISTURBED: Disturbance,
    Kind.SERVICE_RESTORED: Restoration,
}


def cases():
    for path in sorted(FOLDER.glob("*.json")):
        for case in json.loads(path.read_bytes())["cases"]:
            yield pytest.param(case, f"act.{path.stem}", id=case["name"])


def read(raw):
    """As a mirror reads: profile and proofs, schema, act, body."""
    document = verify_sealed(raw).document
    check_schema(document)
    act = Act.from_document(document)
    return act, read_body(act, READERS[act.kind].from_record)


@pytest.mark.parametrize(("case", "kind"), list(cases()))
def test_act(case, kind):
    vectors.count(kind)
    raw = case["text"].encode()
    if case["code"] == "":
        act, body = read(raw)
        assert body.to_data() == act.body
        return
    with pytest.raises(CertoriginError) as error:
        read(raw)
    assert case["code"] in {None, error.value.code}
    assert case["place"] in {None, error.value.facts.get("place")}


def test_the_files_are_what_their_maker_makes():
    made = {name: to_text(content) for name, content in build().items()}
    assert {path.name: path.read_text() for path in FOLDER.glob("*.json")} == made
    for content in build().values():
        names = [case["name"] for case in content["cases"]]
        assert len(set(names)) == len(names)
    texts = [case["text"] for content in build().values() for case in content["cases"]]
    assert len(set(texts)) == len(texts)
