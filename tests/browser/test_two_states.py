"""The whole journey in two browsers, one for each state: six roles, no command line, no API.

Two real systems of their own, linked over HTTP, stand behind the browsers (tests/journeys/states).
What is looked for on the way stands in `walk.py`, which the benchmark of tasks walks too.
"""

import re

import pytest

from tests.browser.picture import HEIGHT, PICTURE, WIDTH, size_of
from tests.browser.walk import Walk, whole
from tests.data import ROOT
from tests.journeys.states import copy_pair, make_template, sample_named

README = ROOT / "README.md"
FIRST_PAGE_BYTES = 100_000
PAGE_BYTES = 200_000
PICTURE_BYTES = 150_000
ROLES = {"exporter-by-01", "assessor-by", "certifier-by", "customs-az", "auditor-by", "admin-by"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Both states, up and linked."""
    made = copy_pair(
        make_template(tmp_path_factory.mktemp("template")), tmp_path_factory.mktemp("states")
    )
    try:
        made.start()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def walk(chromium, pair, tmp_path_factory):
    """The journey, walked to its end."""
    made = Walk(chromium, pair, sample_named("01-tractors"), tmp_path_factory.mktemp("papers"))
    whole(made)
    yield made
    made.close()


@pytest.mark.timeout(900)
def test_the_journey_is_walked_by_its_people_and_no_page_is_heavy(walk):
    assert not walk.errors
    assert {task.role for task in walk.tasks} == ROLES
    assert {language for _, language in walk.spoken} == {"ru", "be", "en", "az"}
    weights = {(role, page): weight.size for role, page, weight in walk.weights}
    assert {role for role, _ in weights} == ROLES | {"anybody"}
    first = {name: size for name, size in weights.items() if name[1] in {"sign-in", "start"}}
    assert max(first.values()) < FIRST_PAGE_BYTES, first
    assert max(weights.values()) < PAGE_BYTES, weights


@pytest.mark.timeout(900)
def test_the_picture_of_the_readme_can_be_taken_again(walk):
    assert size_of(walk.picture) == size_of(PICTURE) == (WIDTH, HEIGHT)
    assert walk.picture.stat().st_size < PICTURE_BYTES
    shown = re.search(r"!\[([^]]{20,})\]\(docs/pictures/customs\.png\)", README.read_text("utf-8"))
    assert shown, "README does not show it, or not in words for those who can't see it"
