"""How long papers are kept (R16), and what the protocol of their destruction says."""

from datetime import UTC, date, datetime

import pytest

from certorigin.audit.retention import Case, Protocol, digest_of_cases
from certorigin.errors import MalformedError
from certorigin.seal.canonical import parse_strict
from certorigin.seal.sealer import FileSealer, make_private_key

GATEWAY = FileSealer(make_private_key(lambda size: b"g" * size))
NOON = datetime(2030, 1, 2, 12, tzinfo=UTC)


def case(*days, **more):
    return Case("urn:uuid:1", ("BY/x",), days or (date(2026, 5, 20),), **more)


def test_the_term_runs_from_the_last_thing_that_happened():
    late = case(date(2026, 5, 20), date(2027, 3, 1), date(2026, 12, 31))
    assert late.kept_until(3) == date(2030, 3, 1)
    assert not late.is_due(3, today=date(2030, 3, 1))
    assert late.is_due(3, today=date(2030, 3, 2))
    assert not late.is_due(4, today=date(2030, 3, 2))


def test_a_term_from_the_day_that_not_every_year_has():
    assert case(date(2028, 2, 29)).kept_until(3) == date(2031, 2, 28)


def test_fewer_than_three_years_are_no_term():
    with pytest.raises(MalformedError, match=r"retention\.too_short"):
        case().kept_until(2)


def test_what_is_still_going_on_is_never_due():
    assert not case(open_matters=("retention.appealed",)).is_due(3, today=date(2050, 1, 1))


def test_another_file_or_another_day_is_another_proposal():
    files = (("a" * 64, 10),)
    told = [digest_of_cases([one], 3) for one in (case(), case(files=files), case(NOON.date()))]
    assert len(set(told)) == 3
    assert digest_of_cases([case()], 4) != told[0]


def test_the_protocol_names_digests_and_is_sealed():
    protocol = Protocol(
        id="urn:uuid:2",
        installation="BY-1",
        kind="applications",
        years=3,
        reason="term over",
        proposed_by="one",
        proposed_at=NOON,
        confirmed_by="two",
        confirmed_at=NOON,
        cases=[case(files=(("a" * 64, 10),))],
    )
    sealed = parse_strict(protocol.seal(GATEWAY))
    assert sealed["credentialSubject"]["kind"] == "applications"
    (told,) = sealed["credentialSubject"]["cases"]
    assert told["files"] == [{"digest": "a" * 64, "size": "10"}]
    assert told["keptUntil"] == "2029-05-20"
    assert sealed["proof"]
