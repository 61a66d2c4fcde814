"""The register: what was logged, found as people write it, and never entered in two ways."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from certorigin.errors import ConflictError, UnknownError
from certorigin.standing.standing import StandingStatus
from certorigin_server.seal.models import SealedAct
from certorigin_server.standing import followed, queries, services
from certorigin_server.standing.models import RegisteredAct
from tests.server.factories import (
    Api,
    certified,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    seal_all,
)

pytestmark = pytest.mark.django_db
ORIGIN = "certorigin/BY-1/AZ-BY/CIS-2009/2026"


@pytest.fixture
def certificate():
    """A certificate that was sealed; nobody has entered it anywhere."""
    application = decided(Api(make_exporter()), Api(make_assessor()))
    row = certified(application, Api(make_certifier()))
    seal_all()
    return row


@pytest.fixture
def raw(certificate):
    return SealedAct.objects.get().sealed.encode()


def enter(raw, index=0, **facts):
    values = {"publisher": "BY-1", "origin": ORIGIN, "index": index, "raw": raw}
    values |= {"legal_time": None, "at": timezone.now()}
    return services.register_entry(**(values | facts))


def test_an_entry_is_entered_once(raw):
    assert enter(raw)
    assert not enter(raw)
    assert RegisteredAct.objects.get().raw.encode() == raw


def test_other_bytes_at_the_same_place_are_an_alarm(raw):
    enter(raw)
    with pytest.raises(ConflictError) as alarm:
        enter(raw.replace(b"certifier", b"certifies"))
    assert alarm.value.code == "register.altered_entry"


def test_a_void_entry_is_kept_and_counts_for_nothing(raw, certificate):
    enter(raw, void="trust.key_withdrawn")
    assert RegisteredAct.objects.get().raw.encode() == raw
    assert queries.find_issued(number=certificate["number"]) == []
    assert queries.issued_act_of(certificate["id"]) is None
    assert followed.last_registered(ORIGIN) == 1


@pytest.mark.parametrize("raw", [b"", b'{"no": "act"}', b"\xff\x00 no act", b"[" * 9_999])
def test_bytes_that_nobody_can_read_are_kept_and_found_by_their_digest(raw):
    enter(raw, void="act.unreadable")
    row = RegisteredAct.objects.get()
    assert row.digest == hashlib.sha256(raw).hexdigest()
    assert (row.kind, row.subject) == ("", "")
    assert not enter(raw)


@pytest.mark.parametrize("column", ["raw", "digest", "index", "subject"])
def test_the_database_refuses_to_change_an_entry(raw, column):
    enter(raw)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisteredAct.objects.update(**{column: 9 if column == "index" else "other"})


def test_the_database_refuses_to_delete_an_entry(raw):
    enter(raw)
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisteredAct.objects.all()._raw_delete("default")


def test_legal_time_is_given_once(raw):
    enter(raw)
    first, later = datetime(2026, 5, 20, tzinfo=UTC), datetime(2026, 5, 21, tzinfo=UTC)
    assert services.set_legal_time(origin=ORIGIN, size=0, legal_time=first) == 0
    assert services.set_legal_time(origin=ORIGIN, size=1, legal_time=first) == 1
    assert services.set_legal_time(origin=ORIGIN, size=1, legal_time=later) == 0
    assert RegisteredAct.objects.get().legal_time == first
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisteredAct.objects.update(legal_time=later)


def test_a_number_is_found_as_people_write_it(raw, certificate):
    enter(raw)
    number = certificate["number"]
    cyrillic = number.replace("B", "В").replace("A", "А")
    for written in (number, number.lower(), f" {number[:4]} {number[4:]}", cyrillic):
        (found,) = queries.find_issued(number=written)
        assert found.subject == certificate["id"]
    day = datetime.fromisoformat(certificate["issued_on"]).date()
    exact = {"issued_on": day, "issued_in": "BY", "form": "ST-1"}
    assert len(queries.find_issued(number=number, **exact)) == 1
    for other in ({"issued_on": day - timedelta(days=1)}, {"issued_in": "AZ"}, {"form": "A"}):
        assert queries.find_issued(number=number, **(exact | other)) == []


def test_a_certificate_is_searched_by_number_and_party(raw, certificate):
    enter(raw)
    for text in ("", certificate["number"][:8], "нефтчи", "NEFTCHI", "Иней"):
        assert [one.subject for one in queries.search_issued(text)] == [certificate["id"]]
    assert list(queries.search_issued("nobody")) == []


def test_standing_follows_registration(raw, certificate):
    subject, at = certificate["id"], timezone.now() + timedelta(days=1)
    assert queries.standing_of(subject, at=at).status is StandingStatus.UNKNOWN
    enter(raw)
    assert queries.standing_of(subject, at=at).status is StandingStatus.PENDING
    services.set_legal_time(origin=ORIGIN, size=1, legal_time=timezone.now())
    assert queries.standing_of(subject, at=at).status is StandingStatus.VALID


def test_the_certificate_is_read_back_as_it_was_sealed(raw, certificate):
    enter(raw)
    assert queries.get_certificate(certificate["id"]).to_data() == certificate["document"]
    assert queries.lock_issued(certificate["id"]).subject == certificate["id"]
    assert followed.entry_at(origin=ORIGIN, index=0) is not None
    assert followed.entry_at(origin=ORIGIN, index=1) is None


@pytest.mark.parametrize("ask", [queries.get_certificate, queries.lock_issued])
def test_an_unknown_certificate_is_unknown(ask):
    with pytest.raises(UnknownError) as unknown:
        ask("urn:certorigin:certificate:BY-1:none")
    assert unknown.value.code == "certificate.unknown"
