"""Will it be accepted: every kind of rule, its days, and what is not known yet."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from certorigin.assessment.step import Outcome
from certorigin.certification.acceptance import (
    MOST_RULES,
    AcceptanceRules,
    Subject,
    Verdict,
    check_acceptance,
)
from certorigin.certification.acceptance_rules import RULES
from certorigin.errors import MalformedError
from certorigin.terminal.acceptance import acceptance_command
from certorigin.terminal.sentences import LANGUAGES
from certorigin.vocabulary.certificate import Certificate
from certorigin.vocabulary.record import Record
from tests.data import ROOT, vectors
from tests.library.application.makers import complete
from tests.library.certification.make_acceptance_vectors import (
    BUTTER,
    MEDIUM,
    PATH,
    ROUTE,
    build,
    changed,
    publication,
    rule,
    text,
)
from tests.library.standing.sample import certificate, issued

AT = date(2026, 9, 1)
PAGE = (ROOT / "docs" / "spec" / "acceptance.md").read_text("utf-8")
STARTS = rule("starts", on="2026-08-01")


def rules(*some, **more):
    return AcceptanceRules.from_data(publication(*some, **more))


def block(kind):
    return json.loads(re.search(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1])


def checked(published, document, at=AT):
    subject = Subject.of_certificate(Certificate.from_record(Record(document)))
    return check_acceptance(published, subject, at=at)


@pytest.mark.parametrize(
    "case", json.loads(PATH.read_bytes())["cases"], ids=lambda one: one["name"]
)
def test_a_case_of_the_vectors(case):
    check = checked(AcceptanceRules.from_data(case["rules"]), case["document"])
    assert str(check.verdict) == case["verdict"]
    told = check.worth_telling
    assert list(told[0].places if told else ()) == case["places"]
    vectors.count("acceptance.check")


def test_the_vectors_are_what_their_maker_makes():
    assert PATH.read_text("utf-8") == text()
    kinds = {one["rule"] for case in build()["cases"] for one in case["rules"]["rules"]}
    assert kinds == set(RULES) - {"forms"}


def test_the_page_is_true():
    published = AcceptanceRules.from_data(block("rules"))
    assert published.to_data() == block("rules")
    sample = replace(certificate(), transport=None)
    check = check_acceptance(published, Subject.of_certificate(sample), at=AT)
    assert check.to_data() == block("check")
    assert all(f"`{kind}`" in PAGE for kind in RULES)
    assert f"{MOST_RULES:,} rules" in PAGE


def test_of_an_application_box_9_and_12_stay_open():
    published = rules(MEDIUM, rule("criteria", allowed=["П"]), STARTS)
    draft = complete(presented_in="AZ")
    check = check_acceptance(published, Subject.of_application(draft, issued_in="BY"), at=AT)
    held = {one.name: one.outcome for one in check.answers}
    assert held["medium"] is held["criteria"] is Outcome.UNDETERMINED
    assert held["starts"] is Outcome.MET
    assert check.verdict is Verdict.OPEN


def test_an_item_takes_the_invoice_of_the_whole_application():
    draft = complete(presented_in="AZ")
    draft = replace(draft, items=tuple(replace(one, invoice=None) for one in draft.items))
    subject = Subject.of_application(draft, issued_in="BY")
    published = rules(rule("required", members=["items.invoice"]))
    assert check_acceptance(published, subject, at=AT).answers[1].outcome is Outcome.MET
    bare = Subject.of_application(replace(draft, invoice=None), issued_in="BY")
    assert check_acceptance(published, bare, at=AT).answers[1].outcome is Outcome.NOT_MET


@pytest.mark.parametrize(
    "more",
    [{"state": "KZ"}, {"issuedIn": ["RU"]}, {"from": "2026-09-02"}, {"until": "2026-08-31"}],
)
def test_rules_for_others_answer_nothing(more):
    with pytest.raises(MalformedError) as caught:
        checked(rules(**more), changed())
    assert caught.value.code == "acceptance.not_for_this"


def test_rules_for_another_form_refuse_it():
    check = checked(rules(form="ST-2"), changed())
    assert check.verdict is Verdict.REFUSED
    assert check.worth_telling[0].places == ("form",)


@pytest.mark.parametrize(
    ("more", "code", "place"),
    [
        ({"rules": [MEDIUM, MEDIUM]}, "acceptance.name_twice", "rules[1].name"),
        ({"until": "2025-01-01"}, "acceptance.ends_before_it_begins", "until"),
        ({"rules": [MEDIUM | {"rule": "magic"}]}, "record.not_a_choice", "rules[0].rule"),
        ({"rules": [MEDIUM | {"allowed": []}]}, "record.member_missing", "rules[0].allowed"),
        ({"rules": [BUTTER | {"codes": ["x"]}]}, "record.text_misshaped", "rules[0].codes[0]"),
        ({"rules": [ROUTE | {"members": ["a b"]}]}, "record.text_misshaped", "rules[0].members[0]"),
        ({"rules": [MEDIUM | {"codes": ["1"]}]}, "record.member_unknown", "rules[0].codes"),
        ({"from": None}, "record.not_a_text", "from"),
        ({"rules": [MEDIUM] * (MOST_RULES + 1)}, "record.list_too_long", "rules"),
    ],
)
def test_what_is_no_publication_is_refused(more, code, place):
    with pytest.raises(MalformedError) as caught:
        rules(**more)
    assert (caught.value.code, caught.value.facts["place"]) == (code, place)


def run(folder, published, document, *arguments):
    paths = [folder / "rules.json", folder / "document.json"]
    for path, data in zip(paths, (published, document), strict=True):
        path.write_text(json.dumps(data), "utf-8")
    return CliRunner().invoke(
        acceptance_command, [*map(str, paths), "--at", "2026-09-01", *arguments]
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("some", "document", "code"),
    [
        ([], changed(), 0),
        ([MEDIUM], changed(medium="paper+record"), 1),
        ([MEDIUM], issued(of=certificate(medium="paper+record")).act.to_document(), 1),
        ([ROUTE], changed(items__0__invoice=None), 3),
        ([rule("excluded_codes", codes=["040510"])], changed(items__0__tariffCode="0405"), 3),
        ([MEDIUM], {"a": "b"}, 2),
    ],
)
def test_the_command_exits_as_the_page_says(tmp_path, some, document, code, language):
    ran = run(tmp_path, publication(*some), document, "--language", language)
    assert ran.exit_code == code, ran.output
    assert "acceptance." not in ran.output
    data = json.loads(run(tmp_path, publication(*some), document, "--json").stdout)
    assert ("verdict" in data) is (code != 2)


def test_an_application_needs_its_issuing_state(tmp_path):
    draft = complete(presented_in="AZ").to_data()
    assert run(tmp_path, publication(MEDIUM), draft).exit_code == 2
    assert run(tmp_path, publication(MEDIUM), draft, "--from", "BY").exit_code == 3
