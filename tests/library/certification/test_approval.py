from dataclasses import replace
from datetime import date, timedelta

import pytest

from certorigin.certification.approval import digest_of_draft
from certorigin.certification.check import check_certificate
from certorigin.certification.marks import replacement_mark
from certorigin.vocabulary.bodies import CertificateReference
from certorigin.vocabulary.certificate import Transport
from certorigin.vocabulary.form import get_form
from tests.library.standing.sample import IMPORTER, certificate


def in_box_12(boxes, **changes):
    return replace(boxes, certification=replace(boxes.certification, **changes))


def test_what_certification_gives_is_not_approved():
    boxes = certificate()
    later = boxes.certification.date + timedelta(days=1)
    given = in_box_12(boxes, officer="urn:x-y:other", officer_name="Другой", date=later)
    assert digest_of_draft(replace(given, number="BYAZ6101000777")) == digest_of_draft(boxes)


@pytest.mark.parametrize(
    "change",
    [
        lambda boxes: replace(boxes, marks=("Выдан впоследствии",)),
        lambda boxes: replace(boxes, exporter=IMPORTER),
        lambda boxes: replace(boxes, transport=Transport("автомобиль", "Минск – Баку")),
        lambda boxes: replace(boxes, items=boxes.items[:-1] or boxes.items * 2),
        lambda boxes: replace(
            boxes, items=(replace(boxes.items[0], description="иное"), *boxes.items[1:])
        ),
        lambda boxes: in_box_12(boxes, body_address="иной адрес"),
    ],
)
def test_every_other_change_voids_the_approval(change):
    boxes = certificate()
    assert digest_of_draft(change(boxes)) != digest_of_draft(boxes)


def test_the_mark_of_a_replacement_names_number_and_day_as_the_rules_word_it():
    form = get_form("ST-1")
    replaced = CertificateReference("ST-1", "BYAZ6101000001", date(2026, 5, 16), "BY")
    mark = replacement_mark(form, replaced)
    assert mark == "Выдан взамен сертификата формы СТ-1 № BYAZ6101000001 от 16.05.2026"
    found = check_certificate(replace(certificate(), marks=(mark,)), form=form)
    assert "certificate.mark_incomplete" not in {finding.code for finding in found}
