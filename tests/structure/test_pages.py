"""Pages that are made from the source are those that the source makes today."""

from tests.data import ROOT
from tests.structure.make_pages import CODES, OPENAPI, codes_page, openapi
from tests.structure.rights_page import RIGHTS_PAGE, rights_page

AGAIN = "is out of date: run scripts/docs"


def test_the_page_of_codes_is_current():
    assert CODES.read_text("utf-8") == codes_page(), f"{CODES.relative_to(ROOT)} {AGAIN}"


def test_the_description_of_the_machine_interface_is_current():
    assert OPENAPI.read_text("utf-8") == openapi(), f"{OPENAPI.relative_to(ROOT)} {AGAIN}"


def test_the_page_of_rights_is_current():
    assert RIGHTS_PAGE.read_text("utf-8") == rights_page(), (
        f"{RIGHTS_PAGE.relative_to(ROOT)} {AGAIN}"
    )
