"""Many consignments from one table: all faults at once, one order each, two persons, resumable."""

from io import BytesIO

import pytest
from django.db import OperationalError
from django.utils import timezone

from certorigin.certification.workbook import workbook_of
from certorigin.errors import FaultsError, MalformedError, RightError, StandingError
from certorigin_server.application.models import Application
from certorigin_server.batches import services
from certorigin_server.batches.models import Batch, BatchLook, BatchRow
from certorigin_server.batches.queries import CERTIFY, DECIDE, counts_of, looks_of, next_rows
from certorigin_server.batches.worker import BatchLoop
from certorigin_server.certification.models import Certificate, NumberSequence
from certorigin_server.trail.queries import find_broken_link
from certorigin_server.users.models import RoleGrant
from tests.server.batches.table import approve_goods, table_of, turn_until_idle
from tests.server.factories import Api, client_of, make_assessor, make_certifier, make_exporter

pytestmark = pytest.mark.django_db
SIZE = 9


@pytest.fixture
def people():
    exporter, assessor = make_exporter(), make_assessor()
    approve_goods(exporter, assessor)
    return exporter, assessor, make_certifier()


def taken(exporter, raw=None, name="партии.csv"):
    raw = raw if raw is not None else table_of(SIZE)
    return services.take(raw=raw, name=name, form="ST-1", by=exporter, at=timezone.now())


def confirmed(exporter, **table):
    batch = taken(exporter, **table)
    given = {"by": exporter, "at": timezone.now()}
    services.confirm(batch=batch.pk, body="minsk", confirmed=True, **given)
    return batch


def looked_at(batch, order, officer, outcome="fits"):
    for one in looks_of(batch, order):
        number = one.row.number
        given = {"by": officer, "at": timezone.now()}
        services.look(batch=batch.pk, row=number, what=order, outcome=outcome, **given)


def ordered(batch, order, officer):
    services.order(batch=batch.pk, what=order, by=officer, at=timezone.now())


def test_a_table_becomes_certificates_by_three_orders_of_three_people(people):
    exporter, assessor, certifier = people
    batch = confirmed(exporter)
    turn_until_idle()
    batch.refresh_from_db()
    assert (batch.stage, counts_of(batch)["submitted"]) == ("submitted", SIZE)
    assert Application.objects.filter(status="submitted", decided_at=None).count() == SIZE
    looked_at(batch, DECIDE, assessor)
    ordered(batch, DECIDE, assessor)
    turn_until_idle()
    looked_at(batch, CERTIFY, certifier)
    ordered(batch, CERTIFY, certifier)
    turn_until_idle()
    batch.refresh_from_db()
    assert (batch.stage, counts_of(batch)["certified"]) == ("certified", SIZE)
    serials = sorted(Certificate.objects.values_list("serial", flat=True))
    assert serials == list(range(1, SIZE + 1))
    assert set(Certificate.objects.values_list("certified_by__username", flat=True)) == {
        "certifier"
    }
    assert find_broken_link() is None


def test_a_workbook_is_read_like_a_csv(people):
    rows = [line.split(";") for line in table_of(2).decode().splitlines()]
    batch = taken(people[0], raw=workbook_of(rows, title="партии"))
    assert [row.name for row in batch.rows.all()] == ["P1", "P2"]


def test_every_fault_is_told_by_its_line_and_nothing_is_taken(people):
    def spoil(number, cells):
        if number == 2:
            cells[13] = "84181"
        if number == 3:
            cells[12] = "Холодильник, которого никто не видел"
        if number == 4:
            cells[17] = "попугаев"
        if number == 5:
            cells[0] = "P1"
        return cells

    with pytest.raises(FaultsError) as refused:
        taken(people[0], raw=table_of(5, change=spoil))
    found = {(one.code, one.place.split(",")[0]) for one in refused.value.findings}
    assert ("bulk.without_dossier", "line 4") in found
    assert ("bulk.consignment_again", "line 6") in found
    assert {line for _, line in found} == {"line 3", "line 4", "line 5", "line 6"}
    assert not Batch.objects.exists()


def test_rows_of_one_consignment_are_one_application(people):
    def together(number, cells):
        cells[0] = "P1" if number < 3 else "P2"
        cells[8] = "С-1"
        cells[6] = "автомобиль"
        return cells

    batch = taken(people[0], raw=table_of(3, change=together))
    documents = [row.document.count('"sequence"') for row in batch.rows.all()]
    assert documents == [2, 1]
    with pytest.raises(FaultsError) as refused:
        taken(people[0], raw=table_of(2, change=lambda number, cells: ["P1", *cells[1:]]))
    assert {one.code for one in refused.value.findings} == {"bulk.row_differs"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"code\n8418", "bulk.without_consignments"),
        ("партия;цвет\nP1;белый".encode(), "worksheet.column_unknown"),
        (b"", "worksheet.table_unreadable"),
    ],
)
def test_what_is_no_such_table_is_refused(people, raw, code):
    with pytest.raises(MalformedError) as refused:
        taken(people[0], raw=raw)
    assert refused.value.code == code


def test_nothing_is_decided_before_the_sample_was_looked_at(people):
    exporter, assessor, _ = people
    batch = confirmed(exporter)
    turn_until_idle()
    looks = looks_of(batch, DECIDE)
    assert len(looks) == services.LEAST_LOOKS
    assert all(one.is_drawn for one in looks)
    with pytest.raises(StandingError) as refused:
        ordered(batch, DECIDE, assessor)
    assert refused.value.facts == {"count": str(services.LEAST_LOOKS)}
    out = looks[0].row.number
    looked_at(batch, DECIDE, assessor)
    given = {"by": assessor, "at": timezone.now()}
    services.look(batch=batch.pk, row=out, what=DECIDE, outcome="out", **given)
    ordered(batch, DECIDE, assessor)
    turn_until_idle()
    counts = counts_of(batch)
    assert (counts["decided"], counts["out"]) == (SIZE - 1, 1)
    assert Application.objects.filter(pk=looks[0].row.application_id, decided_at=None).exists()


def test_who_decided_does_not_certify(people):
    exporter, assessor, _ = people
    RoleGrant.objects.create(
        user=assessor, role="certifying_officer", starts=timezone.now().replace(year=2020)
    )
    batch = confirmed(exporter)
    turn_until_idle()
    looked_at(batch, DECIDE, assessor)
    ordered(batch, DECIDE, assessor)
    turn_until_idle()
    looked_at(batch, CERTIFY, assessor)
    ordered(batch, CERTIFY, assessor)
    turn_until_idle()
    faults = set(BatchRow.objects.values_list("fault", flat=True))
    assert faults == {"certification.two_persons"}
    assert not Certificate.objects.exists()


def test_a_consignment_that_was_certified_before_is_held_up_and_the_others_go_on(people):
    exporter, assessor, certifier = people
    for _ in range(2):
        batch = confirmed(exporter, raw=table_of(3))
        for order, officer in ((DECIDE, assessor), (CERTIFY, certifier)):
            turn_until_idle()
            looked_at(batch, order, officer)
            ordered(batch, order, officer)
        turn_until_idle()
    assert Certificate.objects.count() == NumberSequence.objects.get().last == 3
    held = batch.rows.exclude(fault="")
    assert {row.fault for row in held} == {"certification.consignment_covered"}
    assert counts_of(batch)["fault"] == 3
    page = client_of(exporter).get(f"/batches/{batch.pk}").content.decode()
    assert "one consignment has one certificate" in page


def test_a_crash_between_two_consignments_loses_and_doubles_nothing(people):
    class Death(BaseException):
        pass

    def clock():
        if next(moments):
            raise Death
        return timezone.now()

    batch = confirmed(people[0])
    for expected in (1, 2):
        moments = iter([False, True])
        with pytest.raises(Death):
            BatchLoop(clock=clock).turn()
        assert counts_of(batch)["submitted"] == expected
    turn_until_idle()
    assert counts_of(batch)["submitted"] == SIZE
    rows = BatchRow.objects.filter(batch=batch)
    assert rows.values("application").distinct().count() == SIZE


def test_a_fault_of_our_own_holds_up_its_consignment_alone(people, monkeypatch):
    """What is no refusal is written down and the loop goes on; the database's fault stops it."""
    batch = confirmed(people[0])
    second = batch.rows.get(number=2)
    whole = services.begin

    def begin(*, draft, **given):
        if draft.invoice.number == "С-2":
            raise failure
        return whole(draft=draft, **given)

    monkeypatch.setattr(services, "begin", begin)
    failure = OperationalError("gone")
    with pytest.raises(OperationalError):
        turn_until_idle()
    failure = ZeroDivisionError()
    turn_until_idle()
    second.refresh_from_db()
    assert (second.state, second.fault) == ("waiting", "bulk.broken")
    assert counts_of(batch)["submitted"] == SIZE - 1
    assert "went wrong" in client_of(people[0]).get(f"/batches/{batch.pk}").content.decode()


def test_a_machine_leads_a_batch_from_the_table_to_the_certificates(people):
    exporter, assessor, certifier = (Api(one) for one in people)
    refused = exporter.post_bytes("/batches?name=a.csv", table_of(1)[:-4], "text/csv")
    assert (refused.status, refused.data["code"]) == (400, "bulk.not_taken")
    taken = exporter.post_bytes("/batches?name=a.csv&form=ST-1", table_of(2), "text/csv")
    assert (taken.status, taken.data["size"]) == (201, "2"), taken.data
    path = f"/batches/{taken.data['id']}"
    assert exporter.post(f"{path}/confirm", {"body": "minsk"}).status == 400
    assert exporter.post(f"{path}/confirm", {"body": "minsk", "confirmed": True}).status == 200
    for officer, what in ((assessor, "decide"), (certifier, "certify")):
        turn_until_idle()
        assert officer.post(f"{path}/{what}").data["code"] == "bulk.not_looked_at"
        for one in officer.get(path).data["looks"][what]:
            looked = {"number": int(one["number"]), "outcome": "fits"}
            assert officer.post(f"{path}/{what}/look", looked).status == 200
        assert officer.post(f"{path}/{what}").status == 200
    turn_until_idle()
    shown = exporter.get(path).data
    assert (shown["stage"], shown["counts"]["certified"], shown["faults"]) == ("certified", "2", [])
    assert exporter.get("/batches").data["batches"][0]["id"] == taken.data["id"]


def test_who_lost_the_right_stops_the_batch(people):
    exporter, assessor, _ = people
    batch = confirmed(exporter)
    turn_until_idle()
    looked_at(batch, DECIDE, assessor)
    ordered(batch, DECIDE, assessor)
    RoleGrant.objects.filter(user=assessor).update(ends=timezone.now())
    turn_until_idle()
    batch.refresh_from_db()
    assert (batch.fault, counts_of(batch)["decided"]) == ("bulk.right_lost", 0)


def test_others_neither_see_nor_confirm_a_batch(people):
    batch = taken(people[0])
    rival = make_exporter("rival", "rival-trader")
    assert client_of(rival).get(f"/batches/{batch.pk}").status_code == 404
    assert client_of(people[1]).get(f"/batches/{batch.pk}").status_code == 404
    confirmed(people[0])
    brest = make_certifier("brest-certifier", "brest")
    assert client_of(brest).get(f"/batches/{batch.pk}").status_code == 404
    with pytest.raises(RightError):
        services.take(raw=b"", name="", form="ST-1", by=people[1], at=timezone.now())


def test_the_pages_lead_from_the_file_to_the_last_order(people):
    exporter, assessor, certifier = (client_of(one) for one in people)
    assert '<option value="ST-1" selected' in exporter.get("/batches/new").content.decode()
    file = {"file": _file(table_of(2)), "form": "ST-1"}
    gone_to = exporter.post("/batches/new", file)
    assert gone_to.status_code == 302, gone_to.content.decode()
    path = gone_to.url
    assert (
        exporter.post(f"{path}/confirm", {"order": "confirm", "body": "minsk"}).status_code == 422
    )
    order = {"order": "confirm", "body": "minsk", "confirmed": "on"}
    assert exporter.post(f"{path}/confirm", order).status_code == 302
    for client, name in ((assessor, "decide"), (certifier, "certify")):
        turn_until_idle()
        assert "drawn by lot" in client.get(path).content.decode()
        for number in (1, 2):
            client.post(f"{path}/{name}", {"order": f"fits-{number}"})
        assert client.post(f"{path}/{name}", {"order": "go"}).status_code == 302
    turn_until_idle()
    page = exporter.get(path).content.decode()
    assert "2 of 2 done" in page
    assert BatchLook.objects.filter(outcome="fits").count() == 4


def test_the_page_shows_every_fault_of_a_file(people):
    raw = table_of(2, change=lambda number, cells: [*cells[:13], "1", *cells[14:]])
    page = client_of(people[0]).post("/batches/new", {"file": _file(raw), "form": "ST-1"})
    assert page.status_code == 422
    assert "line 2" in page.content.decode()
    assert "line 3" in page.content.decode()


def _file(raw):
    file = BytesIO(raw)
    file.name = "table.csv"
    return file


def test_each_order_has_its_own_looks_by_who_may_give_it(people):
    """Who decides does not look in the place of who certifies."""
    exporter, assessor, certifier = people
    batch = confirmed(exporter, raw=table_of(1))
    turn_until_idle()
    path = f"/batches/{batch.pk}"
    client_of(certifier).post(f"{path}/certify", {"order": "fits-1"})
    assert not BatchLook.objects.filter(outcome="fits").exists()
    client_of(assessor).post(f"{path}/decide", {"order": "fits-1"})
    assert BatchLook.objects.get().looked_by == assessor


def test_what_was_done_before_the_right_was_lost_is_looked_at_all_the_same(people):
    exporter, assessor, certifier = people
    batch = confirmed(exporter, raw=table_of(2))
    turn_until_idle()
    looked_at(batch, DECIDE, assessor)
    ordered(batch, DECIDE, assessor)
    batch.refresh_from_db()
    first, second = next_rows(batch, limit=2)
    assert services.advance(batch=batch, row=first, at=timezone.now())
    RoleGrant.objects.filter(user=assessor).update(ends=timezone.now())
    assert not services.advance(batch=batch, row=second, at=timezone.now())
    batch.refresh_from_db()
    assert (batch.stage, batch.fault) == ("decided", "bulk.right_lost")
    with pytest.raises(StandingError, match=r"bulk\.not_looked_at"):
        ordered(batch, CERTIFY, certifier)
    with pytest.raises(StandingError, match=r"bulk\.not_at"):  # the order was not the exporter's
        services.try_again(batch=batch.pk, by=exporter, at=timezone.now())
    with pytest.raises(RightError):
        services.try_again(batch=batch.pk, by=assessor, at=timezone.now())
    RoleGrant.objects.filter(user=assessor).update(ends=None)
    services.try_again(batch=batch.pk, by=assessor, at=timezone.now())
