"""The states of the story tests serve the long runs too."""

from tests.journeys.conftest import (  # noqa: F401 - fixtures are found by their names here
    flow,
    no_borrowed_database,
    pair,
    tell,
    template,
)
