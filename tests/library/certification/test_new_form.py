"""A new form is one folder of data: nothing else is touched (R12; docs/guide/forms.md)."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

import certorigin.vocabulary
from certorigin.certification.check import check_certificate
from certorigin.certification.draft import draft_certificate
from certorigin.certification.issue import issued
from certorigin.certification.marks import duplicate_mark
from certorigin.certification.numbering import NumberRules
from certorigin.standing.standing import reference_to
from certorigin.vocabulary import form as forms
from certorigin.vocabulary.acts import Act
from tests.library.certification.test_draft import application, assessment
from tests.library.standing.sample import CORRIDOR, START, SUBJECT, act_id, certificate

FOLDERS = Path(certorigin.vocabulary.__file__).parent / "forms"
NAME = "ST-9"


@pytest.fixture
def added(tmp_path, monkeypatch):
    """The forms as they are, and one more folder beside them."""
    shutil.copytree(FOLDERS, tmp_path / "forms")
    folder = tmp_path / "forms" / "st9"
    folder.mkdir()
    text = (FOLDERS / "st1" / "form.toml").read_text("utf-8")
    text = text.replace('form = "ST-1"', f'form = "{NAME}"').replace("формы СТ-1", "формы СТ-9")
    (folder / "form.toml").write_text(text.replace('duplicate = "Дубликат"', 'duplicate = "Копия"'))
    monkeypatch.setattr(forms, "resources", SimpleNamespace(files=lambda _: tmp_path))
    caches = (forms._forms, forms._find_form, forms.form_names)
    for cache in caches:
        cache.cache_clear()
    yield forms.get_form(NAME)
    for cache in caches:
        cache.cache_clear()


def test_what_has_a_folder_is_known_and_offered_under_its_agreement(added):
    assert NAME in forms.form_names()
    assert NAME in forms.forms_under("CIS-2009")


def test_a_certificate_of_the_new_form_is_drafted_checked_and_issued(added):
    number = NumberRules.from_text(f"{{serial6}} {NAME}=N{{serial7}}").of(NAME)
    made = draft_certificate(
        replace(application(), form=NAME),
        assessment(),
        number=number.number(year=2026, serial=7),
        body="urn:certorigin:body:BY:minsk",
        body_name="Палата",
        body_address="Минск",
        officer="urn:certorigin:officer:BY:certifier",
        officer_name="Петрова",
        issued_in="BY",
        medium="paper+record",
        at=date(2026, 5, 20),
        grammar=number,
    )
    assert (made.form, made.number) == (NAME, "N0000007")
    act = issued(
        made,
        act_id=act_id(1),
        subject=SUBJECT,
        corridor=CORRIDOR,
        at=START,
    )
    again = Act.from_document(act.to_document())
    assert again.body["form"] == NAME


def test_its_own_words_are_written_and_asked_for(added):
    sound = replace(certificate(), form=NAME)
    assert check_certificate(sound, form=added) == ()
    assert duplicate_mark(added, reference_to(sound)).startswith("Копия")
    (found,) = check_certificate(replace(sound, marks=("Копия",)), form=added)
    assert found.code == "certificate.mark_incomplete"
