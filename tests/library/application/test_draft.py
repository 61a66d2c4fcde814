"""An application comes back as itself, with or without any of its parts."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certorigin.application.draft import FORMAT, Application, ApplicationItem
from certorigin.errors import MalformedError
from certorigin.vocabulary.record import Record
from tests.library.application import makers


def read(data):
    record = Record(data)
    application = Application.from_record(record)
    record.finish()
    return application


@given(makers.applications)
def test_an_application_comes_back(application):
    written = orjson.loads(orjson.dumps(application.to_data()))
    assert read(written) == application
    assert read(written).to_data() == written
    assert "" not in written.values()
    assert None not in written.values()


def test_an_empty_application_says_only_what_it_is():
    assert Application().to_data() == {"format": FORMAT}
    assert read({}) == Application()


@given(makers.applications, st.data())
def test_any_member_may_be_taken_away(application, data):
    written = application.to_data()
    name = data.draw(st.sampled_from(sorted(written)))
    del written[name]
    read(written)


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("format", "certorigin-application/v2", "record.not_a_choice"),
        ("form", "st-1", "record.text_misshaped"),
        ("destinationCountry", "QQ", "country.unknown"),
        ("destinationCountry", "", "record.not_a_text"),
        ("exporter", {"name": ""}, "record.not_a_text"),
        ("exporter", {"vat": "1"}, "record.member_unknown"),
        ("items", [{"sequence": "2"}], "goods.sequence_broken"),
        ("items", [{"sequence": "0"}], "record.text_misshaped"),
        ("items", [{"sequence": "1", "tariffCode": "87"}], "tariff.malformed"),
        ("items", [{"sequence": "1", "originCountry": "by"}], "country.unknown"),
        ("items", [{"sequence": "1", "originCriterion": "П"}], "record.member_unknown"),
        ("invoice", {"number": "17"}, "record.member_missing"),
        ("invoiceTotal", {"amount": 1, "currency": "USD"}, "record.not_a_text"),
        ("applicant", "forwarder", "record.not_a_choice"),
        ("naturalPerson", "true", "record.not_a_flag"),
        (
            "declaration",
            {
                "country": "BY",
                "declarant": "Петров",
                "date": "2026-05-16",
                "confirmation": {"digest": "0" * 64, "moment": "2026-05-16T08:30:00Z"},
            },
            "record.member_unknown",
        ),
        ("criterion", "П", "record.member_unknown"),
    ],
)
def test_what_is_there_is_strict(member, value, code):
    with pytest.raises(MalformedError) as caught:
        read(makers.complete().to_data() | {member: value})
    assert caught.value.code == code


def test_the_party_that_asks_is_the_exporter_unless_another_is_named():
    whole = makers.complete()
    assert whole.asking_party == makers.WORKS
    assert replace(whole, applicant="importer").asking_party == makers.FARM
    assert replace(whole, applicant="producer").asking_party is None


def test_a_form_is_asked_for():
    assert Application().asking_for("ST-1").form == "ST-1"
    assert ApplicationItem(3).to_data() == {"sequence": "3"}
