"""A written report from another program is believed in nothing that a report could not say."""

import copy

import pytest

from certorigin.errors import MalformedError
from certorigin.recognition.written import check_written_report
from tests.library.recognition.expecting import report


@pytest.fixture
def told(world, bundle):
    return report(bundle, world.trust).to_data()


def test_what_we_write_is_read(told):
    assert check_written_report(told) == told["bottom_line"]


def change(told, *path, value):
    data = copy.deepcopy(told)
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("format",), "another"),
        (("at",), "yesterday"),
        (("parts",), {}),
        (("parts", "standing", "code"), "issuer.entitled"),
        (("parts", "standing", "outcome"), "refused"),
        (("parts", "standing", "facts"), {"a": 1}),
        (("parts", "standing", "facts"), {str(n): "x" for n in range(21)}),
        (("bottom_line",), "refused"),
        (("legal_time",), "soon"),
        (("head", "size"), 3),
        (("head", "time"), "noon"),
    ],
)
def test_what_no_report_says_is_refused(told, path, value):
    with pytest.raises(MalformedError):
        check_written_report(change(told, *path, value=value))
