"""Bodies of acts about verification, and of what comes afterwards."""

from hypothesis import strategies as st

from certorigin.vocabulary.acts import Kind
from certorigin.vocabulary.afterwards import PreferenceRestoration, Review
from certorigin.vocabulary.requests import (
    GRANTED,
    INADEQUATE_ANSWER,
    NO_ANSWER,
    OUTCOMES,
    RESULTS,
    WITHHELD,
    Answer,
    AttachedAssessment,
    Determined,
    Question,
    VerificationJudgement,
    VerificationRepeat,
    VerificationReply,
    VerificationRequest,
)


def _numbered(make):
    """One to three, each with its number."""
    return st.integers(1, 3).flatmap(
        lambda size: st.tuples(*(make(number + 1) for number in range(size)))
    )


def _asked(questions, references, documents, texts, urns, codes, uuids, perhaps):
    return {
        Kind.VERIFICATION_REQUESTED: st.builds(
            VerificationRequest,
            references,
            documents,
            st.lists(codes, min_size=1, max_size=3).map(tuple),
            questions,
            st.sampled_from([GRANTED, WITHHELD]),
            texts,
            urns,
            st.none() | documents,
            perhaps,
        ),
        Kind.VERIFICATION_REPEATED: st.builds(
            VerificationRepeat,
            references,
            uuids,
            documents,
            st.sampled_from([NO_ANSWER, INADEQUATE_ANSWER]),
            texts,
            urns,
            perhaps,
        ),
    }


def _replied(answers, attached, references, urns, codes, uuids, perhaps):
    return {
        Kind.VERIFICATION_REPLIED: st.builds(
            VerificationReply,
            references,
            uuids,
            answers,
            urns,
            urns,
            st.just("") | codes,
            st.none() | attached,
            perhaps,
        ),
        Kind.VERIFICATION_JUDGED: st.builds(
            VerificationJudgement,
            references,
            uuids,
            st.sampled_from(OUTCOMES),
            urns,
            st.just("") | uuids,
            perhaps,
        ),
    }


def _afterwards(references, documents, texts, urns, codes, uuids, uses, moments, perhaps):
    return {
        Kind.PREFERENCE_RESTORED: st.builds(
            PreferenceRestoration,
            references,
            documents,
            texts,
            uuids,
            codes,
            st.lists(uses, max_size=2).map(tuple),
            st.integers(1, 10**15 - 1),
            urns,
            st.none() | documents,
            perhaps,
        ),
        Kind.REVIEW_ANNOUNCED: st.builds(Review, references, moments, urns, perhaps),
    }


def bodies(*, references, documents, texts, urns, codes, uuids, digests, days, moments, uses):
    """The strategy of each kind's body, from those of its parts."""
    perhaps = st.just("") | texts
    questions = _numbered(
        lambda number: st.builds(
            Question, st.just(number), codes, st.none() | st.integers(1, 9), perhaps
        )
    )
    answers = _numbered(
        lambda number: st.builds(Answer, st.just(number), st.sampled_from(RESULTS), perhaps)
    )
    attached = st.builds(
        AttachedAssessment,
        st.just("CIS-2009"),
        digests,
        days.map(lambda day: day.isoformat()),
        st.lists(texts, min_size=1, max_size=2).map(tuple),
        st.tuples(st.builds(Determined, st.integers(1, 9), codes, perhaps)),
    )
    return {
        **_asked(questions, references, documents, texts, urns, codes, uuids, perhaps),
        **_replied(answers, attached, references, urns, codes, uuids, perhaps),
        **_afterwards(references, documents, texts, urns, codes, uuids, uses, moments, perhaps),
    }
