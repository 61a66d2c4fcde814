"""A confirmation is of one exact document: the least change, and it fits no longer."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import assume, given

from certorigin.application.confirmation import confirm, digest_of, fits
from certorigin.application.draft import Application
from certorigin.vocabulary.certificate import ApplicantDeclaration
from tests.library.application import makers
from tests.library.application.makers import TODAY, complete

AT = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)


def test_a_confirmation_names_the_document_the_moment_and_the_position():
    whole = complete()
    said = confirm(whole, at=AT, position="Директор")
    assert (said.moment, said.position) == (AT, "Директор")
    assert said.digest == digest_of(whole)
    assert fits(said, whole)


def test_the_digest_is_that_of_the_canonical_text():
    # printf '{"format":"certorigin-application/v1"}' | sha256sum
    expected = "9a92dee1225704e89e31b21b655e822a826597f95154b6e434f2a699d3948efd"
    assert digest_of(Application()) == expected


def test_whoever_declares_is_part_of_what_is_confirmed():
    whole = complete()
    other = ApplicantDeclaration("BY", "Другой", TODAY)
    assert not fits(confirm(whole, at=AT), replace(whole, declaration=other))


@given(makers.applications, makers.applications)
def test_it_fits_no_other_document(one, other):
    assume(one != other)
    assert fits(confirm(one, at=AT), one)
    assert not fits(confirm(one, at=AT), other)
