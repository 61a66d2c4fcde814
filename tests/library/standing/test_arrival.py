"""The fold says the same in whichever order the entries of both states' logs arrive.

Three logs of their own order: of the body, of customs, and of a second installation of customs. The
acts are of every kind that the fold hears, about a certificate and about the duplicate that goes on
from it; a reader may have taken any beginning of each log.
"""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from certorigin.standing import fold as folding
from certorigin.standing.fold import fold
from certorigin.vocabulary.acts import Kind
from tests.library.returns.sample_acts import ANSWER, BY_BODY, BY_CUSTOMS, DEMAND
from tests.library.standing.sample import (
    SUBJECT,
    annulled,
    corrected,
    entry,
    issued,
    moment,
    refused,
    utilised,
)
from tests.library.standing.test_events import (
    CAUSE,
    ORIGINAL,
    OTHER,
    duplicate,
    part,
    replaced_by_it,
    sale,
)

HOURS = st.integers(0, 30)
AMOUNTS = st.sampled_from(["10", "40", "60", "101"])
SAID = BY_BODY | BY_CUSTOMS | {Kind.PAPER_DEMANDED: DEMAND, Kind.PAPER_ANSWERED: ANSWER}


def _plain(kind):
    return lambda draw, number, **facts: entry(kind, SAID[kind].to_data(), number=number, **facts)


OF_THE_BODY = {
    Kind.ISSUED: lambda draw, number, **facts: issued(number, **facts),
    Kind.REPLACED: lambda draw, number, **facts: replace_by(number, **facts),
    Kind.ANNULLED: lambda draw, number, **facts: annulled(number, effective=draw(HOURS), **facts),
    Kind.DIVIDED: lambda draw, number, **facts: part(number, draw(AMOUNTS), **facts),
    Kind.SOLD: lambda draw, number, **facts: sale(number, **facts),
    **{kind: _plain(kind) for kind in BY_BODY},
}
OF_CUSTOMS = {
    Kind.UTILISED: lambda draw, number, **facts: utilised(number, {1: draw(AMOUNTS)}, **facts),
    Kind.USE_CORRECTED: lambda draw, number, **facts: corrected(
        number, draw(st.integers(100, 110)), {1: draw(AMOUNTS)}, **facts
    ),
    Kind.REFUSED: lambda draw, number, **facts: refused(number, **facts),
    Kind.DIVIDED: OF_THE_BODY[Kind.DIVIDED],
    **{kind: _plain(kind) for kind in SAID if kind not in BY_BODY},
}


def replace_by(number, *, at, publisher, subject):
    made = replaced_by_it(number, at=at)
    return replace(made, act=replace(made.act, subject=subject), publisher=publisher)


@st.composite
def logs(draw, publisher, kinds, beginning=()):
    """One log: legal times never go back in it, and what came last may have none yet."""
    hours = sorted(draw(st.lists(HOURS, max_size=6)))
    without_time = draw(st.integers(0, 2))
    entries = list(beginning)
    for place, at in enumerate(hours):
        kind = draw(st.sampled_from(sorted(kinds)))
        number = draw(
            st.integers(100, 110)
        )  # now and then one act is entered twice, or in two logs
        facts = {
            "at": at,
            "publisher": publisher,
            "subject": draw(st.sampled_from([SUBJECT, OTHER])),
        }
        made = kinds[kind](draw, number, **facts)
        if place >= len(hours) - without_time:
            made = replace(made, legal_time=None)
        entries.append(made)
    return [replace(one, index=index) for index, one in enumerate(entries)]


@st.composite
def corridors(draw):
    """What a reader may have taken of each log: any beginning of it."""
    first = [ORIGINAL, duplicate(at=0)]
    given = [
        draw(logs("BY-1", OF_THE_BODY, first[: draw(st.integers(1, 2))])),
        draw(logs("AZ-1", OF_CUSTOMS)),
        draw(logs("AZ-2", OF_CUSTOMS)),
    ]
    return [log[: draw(st.integers(0, len(log)))] for log in given]


@st.composite
def arrived(draw, taken):
    """The entries as they arrive: each log in its own order, the logs in any."""
    turns = draw(st.permutations([at for at, log in enumerate(taken) for _ in log]))
    waiting = [iter(log) for log in taken]
    return [next(waiting[at]) for at in turns]


@given(corridors(), st.data(), HOURS)
def test_the_order_of_arrival_of_the_logs_does_not_matter(taken, data, at):
    one, other = data.draw(arrived(taken)), data.draw(arrived(taken))
    backwards = [entry for log in taken for entry in reversed(log)]
    for subject in (SUBJECT, OTHER):
        told = fold(one, subject=subject, at=moment(at))
        assert fold(other, subject=subject, at=moment(at)) == told
        assert fold(backwards, subject=subject, at=moment(at)) == told


def test_every_kind_that_the_fold_hears_is_among_the_acts():
    assert set(OF_THE_BODY) == set(folding._ISSUING_SIDE)
    assert set(OF_CUSTOMS) == set(folding._CUSTOMS_SIDE)
    assert CAUSE.act == ORIGINAL.act.id
