"""Two versions of the corridor's profile side by side, and one of the future (R8)."""

import pytest

from certorigin.errors import MalformedError, VerificationError
from certorigin.mirror.profile import (
    KNOWN,
    QUESTIONS,
    V1,
    V2,
    agree,
    offers,
    read_profiles,
    write_profiles,
)
from certorigin.seal.canonical import strict_bytes

CORRIDOR = "AZ-BY/CIS-2009"
V9 = "certorigin-corridor/v9"


@pytest.mark.parametrize(
    ("ours", "theirs", "agreed"),
    [
        (KNOWN, (V1,), V1),
        ((V1,), KNOWN, V1),
        (KNOWN, KNOWN, V2),
        ((V2, V1), (V1, V2), V2),
        (KNOWN, (V9, V2), V2),
        (KNOWN, (V1, V9), V1),
    ],
)
def test_both_speak_the_newest_that_they_share(ours, theirs, agreed):
    assert agree(ours, theirs) == agreed


def test_a_version_of_the_future_alone_is_refused_with_both_lists():
    with pytest.raises(VerificationError, match=r"profile\.none_shared") as refused:
        agree(KNOWN, (V9,))
    assert refused.value.facts == {"ours": f"{V1}, {V2}", "theirs": V9}


def test_what_came_with_a_version_is_asked_from_it_on():
    assert [offers(version, QUESTIONS) for version in (V1, V2, V9, "")] == [
        False,
        True,
        False,
        False,
    ]


def test_the_list_reads_back_with_versions_of_the_future():
    assert read_profiles(write_profiles(CORRIDOR, (V1, V9)), CORRIDOR) == (V1, V9)


@pytest.mark.parametrize(
    "changes",
    [
        {"profiles": []},
        {"profiles": ["v1"]},
        {"profiles": [V1] * 17},
        {"corridor": "BY-KZ/CIS-2009"},
        {"format": "certorigin-profiles/v2"},
        {"more": "x"},
    ],
)
def test_what_is_no_list_is_malformed(changes):
    data = {"corridor": CORRIDOR, "format": "certorigin-profiles/v1", "profiles": [V1]} | changes
    with pytest.raises(MalformedError):
        read_profiles(strict_bytes(data), CORRIDOR)
