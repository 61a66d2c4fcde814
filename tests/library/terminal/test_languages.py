"""The four catalogues as a reader of each language would look at them.

What is the same in two languages is listed; letters, marks, counts and ends of nouns are those of
the language; the words of the trade are those of docs/guide/terms.md.
"""

import re
from collections import Counter
from itertools import combinations
from string import Formatter

import pytest

from certorigin.terminal.sentences import LANGUAGES, get_catalogue
from tests.data import ROOT

TERMS = ROOT / "docs" / "guide" / "terms.md"
# Codes and formulas are written alike everywhere; some words are spelt alike in two languages.
EVERYWHERE = {"words.as_published", "trail.fact.digest", "web.export_ubl", "batch.counted"}
SAME = {
    frozenset({"en", "az"}): """
        web.material_title web.audit web.role_administrator web.role_auditor web.token
        web.specimen_blank web.paper_blank""",
    frozenset({"ru", "be"}): """
        seal.base58_malformed apply.box assessment.figure.codes assessment.figure.currency
        assessment.figure.date assessment.figure.fact assessment.figure.share stop.log web.date
        web.form web.password web.box_number web.currency web.document_date web.field
        web.transport_route assessment.figure.code web.expert_issuer web.rate web.rate_title
        web.rates web.act web.boxes web.back web.goods_file web.evidence_files web.evidence_file
        operation.baking operation.cooking operation.kiln_drying operation.cutting_by_pattern
        web.act_replaced web.file_chosen web.notified_body web.notified_forms web.seal_key
        web.span_days web.act_of_examination web.act_expert web.act_file web.bill_file web.forms
        web.log_name web.log_of_partner web.partners web.password_change web.stood web.token
        trail.fact.act trail.fact.body trail.fact.key web.specimen_blank verify.part.code
        trail.fact.partner web.blanks_document web.paper_blank web.file web.bulk_list web.bulk
        web.short_log web.stat_year web.stat_month web.stat_took web.own_log_there web.menu
        web.notice_fee web.fee_any web.fee_code
        web.span_seconds""",
}
# Letters that a language does not have; quoted Russian of form and law apart.
NO_LETTERS = {
    "en": r"[А-Яа-яЁёІіЎўəğıƏĞİ]",
    "ru": r"[ІіЎўəğıöüşçƏĞİÖÜŞÇ]",
    "az": r"[А-Яа-яЁёІіЎў]",
    "be": r"[ИиЩщЪъəğıöüşçƏĞİÖŞÇ]",
}
QUOTED = r"\(3\.1 \w\)|\b[ПКД]\b|\bАБ\b|КОПИЯ|\(товар\)|«Для свободного обращения»|VÖEN"
MARKS = {"en": "«»„", "ru": "“”„", "az": "«»„", "be": "“”„’"}
# Facts that count freely from one on: a noun behind them would have to follow the figure.
FREE = r"count|void|stays|falls|waits|entries|passed|hours"
LIMITED = (
    "of with than most for last из от среди более менее через последние длиннее маршрутов "
    "з са за маршрутаў праз апошнія"
).split()
UNBENT = {"d", "h", "min", "s", "сут", "мин", "гадз", "хв", "с", "ч", "байт", "GiB", "from"}


def sentences(language):
    return get_catalogue(language).items()


@pytest.mark.parametrize(("one", "other"), [*combinations(LANGUAGES, 2)])
def test_nothing_is_the_same_in_two_languages_by_mistake(one, other):
    theirs = get_catalogue(other)
    alike = {code for code, text in sentences(one) if text == theirs[code]}
    assert alike == EVERYWHERE | set(SAME.get(frozenset({one, other}), "").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_written_in_the_letters_of_its_language(language):
    foreign = {
        code: text
        for code, text in sentences(language)
        if re.search(NO_LETTERS[language], re.sub(QUOTED, "", text))
    }
    assert not foreign


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_are_those_of_the_language(language):
    wrong = [code for code, text in sentences(language) if set(text) & set(MARKS[language])]
    wrong += [
        code for code, text in sentences(language) if re.search(r"\S {2}| [,;.!?](?!\w)", text)
    ]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_sentence_tells_each_fact_as_often_as_the_english_one_ends(language):
    """A sentence stays a sentence, a label a label; and no fact is told twice in one of them."""
    english = get_catalogue("en")
    torn = [
        code
        for code, text in sentences(language)
        if (text[-1] in ".?") != (english[code][-1] in ".?") and not text.endswith("№")
    ]
    told = {code: Counter(facts(text)) for code, text in sentences(language)}
    twice = [
        code
        for code, found in told.items()
        if set(found.values()) - {1} and found != Counter(facts(english[code]))
    ]
    assert not torn + twice


def facts(text):
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def test_the_rule_of_plurals_finds_a_noun_behind_a_count():
    assert bent("Осталось {count} записей.") == ["{count} записей"]
    assert not bent("Записей: {count}. Последние {count} записей, {count} из {done}, {count} мин.")


@pytest.mark.parametrize("language", ["en", "ru", "be"])
def test_no_noun_stands_where_it_would_have_to_follow_a_count(language):
    """1 запись, 2 записи, 5 записей: the figure stands behind the noun, after a colon."""
    wrong = {code: found for code, text in sentences(language) if (found := bent(text))}
    assert not wrong


def bent(text):
    """Return the places where a freely counted fact is followed by a word that it would bend."""
    places = re.finditer(rf"(\w+)?\W*\{{(?:{FREE})\}} ([^\W\d_]+)", text)
    return [
        place[0][place[0].index("{") :]
        for place in places
        if (place[1] or "").lower() not in LIMITED
        and place[2] not in UNBENT
        and place[2] not in LIMITED
    ]


def test_no_ending_hangs_on_a_fact_in_azerbaijani():
    """{limit}-dən, {number}-ci: the ending follows the sound of a word that is not known here."""
    hanging = [code for code, text in sentences("az") if re.search(r"\}-?[^\W\d_]", text)]
    assert not hanging


# -- the words of the trade ------------------------------------------------------------------------


def rows_of_terms():
    """Return the rows of the glossary: the term in four languages, and what is not said for it."""
    lines = TERMS.read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    return [row for row in cells[2:] if len(row) == 5]


def test_the_glossary_is_read():
    assert len(rows_of_terms()) >= 40


@pytest.mark.parametrize(("column", "language"), [*enumerate(LANGUAGES)])
def test_every_term_of_the_glossary_is_used(column, language):
    said = " ".join(text for _, text in sentences(language)).lower()
    unused = [row[column] for row in rows_of_terms() if stem(row[column]) not in said]
    assert not unused


def stem(term):
    """Return the part of a term that its endings leave alone."""
    first = re.split(r"[ (,]", term.lower())[0]
    return first[: max(4, len(first) - 2)]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_other_word_is_said_for_a_term(language):
    banned = [
        word
        for row in rows_of_terms()
        for mark, word in re.findall(r"(ru|az|be): ([^;]+)", row[4])
        if mark == language
    ]
    found = [
        f"{code}: {word}"
        for code, text in sentences(language)
        for word in banned
        if re.search(rf"(?<!\w){re.escape(word.strip())}", text, re.IGNORECASE)
    ]
    assert banned
    assert not found
