"""A certificate asked for by number and date, and what may be held of the answer (R11)."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from certorigin.errors import LimitError, MalformedError, VerificationError
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.question import (
    MAX_ANSWER,
    MAX_BUNDLES,
    Question,
    read_answer,
    verify_answer,
    write_answer,
)
from certorigin.recognition.report import Outcome
from tests.library.recognition.world import annulled, issued, minutes, small

ASKED = Question("ST-1", "BYAZ6001000001", date(2026, 5, 16))


def bundle(world, index, head=None):
    return Bundle.from_bytes(world.bundle(index, head))


def published(world, index):
    """A bundle under a head that the partner has not cosigned."""
    return bundle(world, index, world.log_directory.read("checkpoint"))


def judge(world, *bundles, question=ASKED, mirrors=(), raw=None):
    facts = {"issued_in": "BY", "trust": world.trust, "at": minutes(2), "mirrors": mirrors}
    return verify_answer(raw or write_answer(bundles), question, **facts)


def codes(report):
    return {name: part.code for name, part in report.parts.items()}


# -- the question ---------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["BYAZ6001000001", "BY/12-3 4&5", "СТ №1", "%2F?#"])
def test_a_question_reads_back_from_its_path(number):
    path, _, query = replace(ASKED, number=number).to_path().partition("?")
    assert path == "certificate"
    assert query.isascii()
    assert Question.from_query(dict(parse_qsl(query))).number == number
    assert urlsplit(f"https://by.example/exchange/certificate?{query}").query == query


@pytest.mark.parametrize(
    "changes",
    [
        {"date": "16.05.2026"},
        {"date": "2026-02-30"},
        {"date": "20260516"},
        {"date": ""},
        {"number": ""},
        {"number": "—"},
        {"number": "1" * 61},
        {"form": ""},
        {"form": "st 1"},
        {"more": "1"},
    ],
)
def test_what_is_no_question_is_malformed(changes):
    query = {"date": "2026-05-16", "form": "ST-1", "number": "BYAZ6001000001"} | changes
    with pytest.raises(MalformedError, match=r"question\.malformed"):
        Question.from_query(query)
    with pytest.raises(MalformedError, match=r"question\.malformed"):
        Question.from_query({"number": "BYAZ6001000001"})


# -- the answer -----------------------------------------------------------------------------------


def test_a_certificate_that_both_states_hold_is_recognised_from_the_answer_alone(world):
    (found,) = judge(world, bundle(world, 0))
    assert found.report.bottom_line is Outcome.RECOGNISED
    assert found.bundle.act == world.acts[0]


def test_the_same_bytes_as_in_our_mirror_have_the_mirrors_standing(world):
    (found,) = judge(world, bundle(world, 0), mirrors=[world.view()])
    assert codes(found.report)["standing"] == "standing.valid"


def test_what_our_mirror_does_not_hold_yet_is_shown_and_never_recognised(tmp_path):
    """No head that we cosigned covers it: it has no legal time, whatever the partner says."""
    world = small(tmp_path)
    world.enter(issued(4), at=minutes(1))
    question = replace(ASKED, number="BYAZ6001000004")
    for mirrors in ((), [world.view()]):
        (found,) = judge(world, published(world, 3), question=question, mirrors=mirrors)
        assert codes(found.report)["integrity"] == "integrity.sound"
        assert found.report.bottom_line is Outcome.UNDETERMINED


def test_an_end_that_our_mirror_does_not_hold_yet_leaves_the_standing_open(tmp_path):
    """The partner annulled while the line was cut: nobody grants a preference on the old news."""
    world = small(tmp_path)
    world.enter(annulled(9, effective=minutes(1)), at=minutes(1))
    answer = [bundle(world, 0), published(world, 3)]
    (found,) = judge(world, *answer, mirrors=[world.view()])
    assert codes(found.report)["standing"] == "standing.end_not_mirrored"
    assert found.report.parts["standing"].facts == {"acts": "1"}
    world.follow(minutes(2))
    (found,) = judge(world, *answer, mirrors=[world.view()])
    assert codes(found.report)["standing"] == "standing.annulled"


def test_a_number_is_the_same_in_cyrillic_and_with_blanks(world):
    question = replace(ASKED, number="ВYАZ 6001-000001")
    assert len(judge(world, bundle(world, 0), question=question)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "BYAZ6001000002"},
        {"date": ASKED.date + timedelta(1)},
        {"form": "CT-1"},
    ],
)
def test_another_certificate_than_was_asked_for_is_no_answer(world, changes):
    with pytest.raises(VerificationError, match=r"question\.answer_differs"):
        judge(world, bundle(world, 0), question=replace(ASKED, **changes))


def test_an_act_about_something_else_is_no_answer(world):
    with pytest.raises(VerificationError, match=r"question\.answer_differs"):
        judge(world, bundle(world, 0), bundle(world, 1))


def test_ends_of_other_certificates_and_uses_are_no_answer(tmp_path):
    world = small(tmp_path)
    world.enter(annulled(8, about=2), annulled(9), at=minutes(1))
    world.follow(minutes(2))
    for answer in ([bundle(world, 3), bundle(world, 0)], [bundle(world, 0), bundle(world, 3)]):
        with pytest.raises(VerificationError, match=r"question\.answer_differs"):
            judge(world, *answer)


def test_what_a_bad_line_altered_says_nothing_about_the_certificate(world):
    """A broken seal in an answer is no verdict: the answer is asked for again."""
    good = bundle(world, 0)
    broken = Bundle(good.act.replace(b"BYAZ6001000001", b"BYAZ6001000007"), good.proof)
    question = replace(ASKED, number="BYAZ6001000007")
    with pytest.raises(VerificationError, match=r"question\.answer_unproven"):
        judge(world, broken, question=question)
    swapped = Bundle(good.act, bundle(world, 1).proof)
    with pytest.raises(VerificationError, match=r"question\.answer_unproven"):
        judge(world, swapped)


def test_an_altered_end_is_no_answer(tmp_path):
    world = small(tmp_path)
    world.enter(annulled(9), at=minutes(1))
    world.follow(minutes(2))
    end = bundle(world, 3)
    with pytest.raises(VerificationError, match=r"question\.answer_unproven"):
        judge(world, bundle(world, 0), Bundle(end.act, bundle(world, 1).proof))


@pytest.mark.parametrize("raw", [b"\n", b"{}\n", b"x", b"{}"])
def test_what_is_no_answer_is_malformed(world, raw):
    with pytest.raises(MalformedError):
        judge(world, raw=raw)


def test_an_answer_has_limits(world):
    line = world.bundle(0) + b"\n"
    assert len(read_answer(line * MAX_BUNDLES)) == MAX_BUNDLES
    with pytest.raises(MalformedError, match=r"question\.answer_malformed"):
        read_answer(line * (MAX_BUNDLES + 1))
    with pytest.raises(MalformedError):
        read_answer(line[:-1])
    with pytest.raises(LimitError, match=r"question\.answer_too_long"):
        read_answer(b" " * (MAX_ANSWER + 1))
