"""Figures, days and clauses as people read them; and answers that are no page."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from django.utils.safestring import mark_safe

from certorigin.errors import LimitError
from certorigin.terminal.sentences import say
from certorigin_server.desk.browser import browser_in_words
from certorigin_server.desk.forms import Form
from certorigin_server.desk.layout import Choice, Option, Radio, Secret
from certorigin_server.desk.services import LONGEST, keep_typed
from certorigin_server.desk.templatetags.desk import amount, day, law, moment, show_part
from certorigin_server.desk.tones import TONES, tone_of
from certorigin_server.users.rights import Right
from certorigin_server.web.navigation import navigation_for
from tests.server.factories import NOW, make_exporter

SPACE = "\u202f"


@pytest.mark.parametrize(
    ("language", "written"),
    [("ru", f"42{SPACE}240,00"), ("az", f"42{SPACE}240,00"), ("en", f"42{SPACE}240.00")],
)
def test_an_amount_is_written_with_the_marks_of_the_language(language, written):
    with translation.override(language):
        assert amount("42240.00") == written
        assert amount("-7") == "-7"
        assert amount("about 7") == "about 7"


@pytest.mark.parametrize(
    ("language", "written"),
    [("ru", "05.02.2026"), ("be", "05.02.2026"), ("az", "05.02.2026"), ("en", "5 Feb 2026")],
)
def test_a_day_is_written_as_the_language_writes_it(language, written):
    with translation.override(language):
        assert day("2026-02-05") == day(date(2026, 2, 5)) == written
        assert day(datetime(2026, 2, 4, 22, tzinfo=UTC)) == written
        assert day("someday") == "someday"
        assert day(None) == day("") == moment(None) == "—"
        assert moment(datetime(2026, 2, 4, 22, tzinfo=UTC)).startswith(written)


def test_the_last_moment_of_the_calendar_is_written_too():
    """A partner's notice may end there, and its page must open."""
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    with translation.override("ru"):
        assert moment(last).startswith("31.12.9999")
        assert day(last) == "31.12.9999"


@pytest.mark.parametrize(("language", "said"), [("ru", "Страница 2 из 3"), ("en", "Page 2 of 3")])
def test_a_sentence_of_a_template_is_said_in_the_language_that_holds(language, said):
    """The same place again: with other words, in another language, kept under a name."""
    facts = '{% say "web.page_of" page=2 pages="3" %};{% say mark as kept %}{{ kept }};'
    plain = "{% autoescape off %}{% say mark %}{% endautoescape %};{% tag 'act.sealed' %}"
    page = Template(f"{{% for code in codes %}}{{% say code %}};{{% endfor %}}{facts}{plain}")
    with translation.override(language):
        codes = ["web.date", mark_safe("<b>"), "<b>", "web.date"]
        told = page.render(Context({"codes": codes, "mark": "<i>"}))
        date_said, sealed = (say(code, {}, language) for code in ("web.date", "act.sealed"))
        lines = f"{date_said};&lt;b&gt;;&lt;b&gt;;{date_said};{said};&lt;i&gt;;<i>"
        assert told == f'{lines};<span class="tag busy">{sealed}</span>'
    with translation.override("az"):
        assert date_said not in page.render(Context({"codes": ["web.date"]}))


def test_a_clause_is_told_without_our_own_numbers():
    with translation.override("ru"):
        assert law("R25; Rules 7.4, box 1") == "Правила, 7.4, графа 1"
        assert law("R42; Rules 5.1") == "Правила, 5.1"
        assert law("R64") == law("") == ""
        assert law("ISO 4217") == "ISO 4217"


def test_every_tone_has_its_looks():
    assert set(TONES.values()) <= {"good", "busy", "wait", "bad", "quiet"}
    assert tone_of("no.such_status") == "quiet"


def test_a_choice_that_is_none_of_the_list_is_still_shown():
    options = [Option("a", "A"), Option("b", code="web.yours")]
    layout = (
        Choice(name="one", label="web.field", options=lambda: options),
        Radio(name="two", label="web.field", options=lambda: options),
        Secret(name="three", label="web.password"),
    )
    form = Form.from_data(layout, {"one": "z", "two": "b", "three": "hidden"}, "en")
    with translation.override("en"):
        written = "".join(show_part(part) for part in form.parts)
    assert '<option value="z" selected>z</option>' in written
    assert 'value="b" checked> Yours' in written
    assert "hidden" not in written


def test_what_is_typed_is_escaped_everywhere():
    layout = (Choice(name="one", label="web.field", options=list),)
    form = Form.from_data(layout, {"one": '"><script>x</script>'}, "en")
    assert "<script>" not in "".join(show_part(part) for part in form.parts)


@pytest.mark.django_db
def test_endless_typing_is_refused():
    person = make_exporter()
    with pytest.raises(LimitError):
        keep_typed(key="k", version="1", text="x" * (LONGEST + 1), by=person, at=NOW)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/141.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_two_words(said, told):
    assert browser_in_words(said) == told


def test_the_navigation_shows_what_the_rights_open():
    titles = {entry.title for entry in navigation_for([Right.APPLICATION_READ], "/application/")}
    everybody = {entry.title for entry in navigation_for([], "/")}
    assert everybody == {"web.start", "web.ask", "web.acceptance", "web.tariff_find"}
    assert titles - everybody == {"web.applications"}


@pytest.mark.django_db
def test_an_unknown_certificate_and_a_hidden_one_are_answered_alike():
    client = Client()
    client.force_login(make_exporter())
    answer = client.get("/certificate/urn:uuid:0")
    assert answer.status_code == 404
    unknown = client.get("/application/6b2b1b0e-0000-4000-8000-000000000000")
    assert unknown.status_code == 404
    partial = client.get(
        "/application/6b2b1b0e-0000-4000-8000-000000000000", headers={"HX-Request": "true"}
    )
    assert partial["HX-Retarget"] == "#notices"
