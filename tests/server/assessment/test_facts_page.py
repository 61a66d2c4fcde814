"""The exporter states the facts of production: before submission, and later while it is asked."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from certorigin_server.application import services
from certorigin_server.application.models import Application, WorksheetVersion
from certorigin_server.application.queries import draft_from_data
from certorigin_server.assessment.forms import LAYOUT
from certorigin_server.assessment.models import Assessment
from certorigin_server.desk.forms import Form
from certorigin_server.users.power_services import revoke_power
from tests.server.factories import (
    Api,
    client_of,
    consignment,
    make_assessor,
    make_exporter,
    make_power,
    submitted,
)

pytestmark = pytest.mark.django_db
BILL = "наименование;код;страна;стоимость;валюта;основа\nСталь;7208;RU;100,00;USD;customs_value\n"


def drafted(user, behalf: str = "") -> str:
    draft = draft_from_data(consignment()["application"])
    row = services.begin(draft=draft, by=user, at=timezone.now(), behalf=behalf)
    return f"/application/{row.pk}"


def typed(**more: str) -> dict[str, str]:
    values = Form.from_data(LAYOUT, consignment()["worksheet"], "en").values
    return values | {"version": "0", "order": "save"} | more


def ask(application: str, officer) -> None:
    services.ask(
        application=UUID(application),
        text="Откуда сталь?",
        suspends=False,
        by=officer,
        at=timezone.now(),
    )


def test_facts_are_stated_judged_and_not_decided():
    exporter = make_exporter()
    path, client = drafted(exporter), client_of(exporter)
    shown = client.get(f"{path}/worksheet").content.decode()
    assert 'name="items[0].exWorksPrice.amount"' in shown
    assert "/decide" not in shown
    assert 'value="decide"' not in shown
    opinion = client.post(f"{path}/worksheet", typed(order="judge"))
    assert "tag good" in opinion.content.decode()
    assert not WorksheetVersion.objects.exists()
    saved = client.post(f"{path}/worksheet", typed(order="back"))
    assert (saved.status_code, saved.url) == (302, f"{path}/edit")
    assert WorksheetVersion.objects.get().written_by == exporter
    assert not Assessment.objects.exists()
    again = client.get(f"{path}/worksheet").content.decode()
    assert "Version 1, stated by Exporter" in again


def test_gaps_may_stay_and_half_a_price_is_told_and_kept():
    exporter = make_exporter()
    path, client = drafted(exporter), client_of(exporter)
    bare = client.get(f"{path}/worksheet").context["form"].values
    price = {"items[0].exWorksPrice.amount": "42240", "version": "0", "order": "back"}
    half = client.post(f"{path}/worksheet", bare | price | {"items[0].exWorksPrice.currency": ""})
    assert half.status_code == 422
    assert "42240" in client.get(f"{path}/worksheet").content.decode().replace("\u202f", "")
    whole = price | {"items[0].exWorksPrice.currency": "USD"}
    assert client.post(f"{path}/worksheet", bare | whole).status_code == 302
    assert '"amount":"42240"' in WorksheetVersion.objects.get().document


def test_the_form_of_the_application_leads_to_the_facts_and_saves_itself_first():
    exporter = make_exporter()
    path = drafted(exporter)
    client = client_of(exporter)
    assert f"{path}/worksheet" in client.get(f"{path}/edit").content.decode()
    assert f"{path}/worksheet" in client.get(path).content.decode()
    answer = client.post(f"{path}/edit", {"order": "facts", "version": "1"})
    assert answer.status_code == 302
    assert answer.url == f"{path}/worksheet"


def test_what_was_handed_in_stands_until_the_body_asks():
    exporter, officer = make_exporter(), make_assessor()
    application = submitted(Api(exporter))
    path, client = f"/application/{application}", client_of(exporter)
    closed = client.post(f"{path}/worksheet", typed(version="1"))
    assert (closed.status_code, closed.url) == (302, path)
    assert f"{path}/worksheet" not in client.get(path).content.decode()
    ask(application, officer)
    assert f"{path}/worksheet" in client.get(path).content.decode()
    price = {"version": "1", "items[0].exWorksPrice.amount": "100"}
    assert client.post(f"{path}/worksheet", typed(**price)).status_code == 302
    assert WorksheetVersion.objects.count() == 2
    Api(officer).post(f"/assessment/{application}/decide", {"worksheet_version": "2"})
    assert Application.objects.get().decided_at
    late = client.post(f"{path}/worksheet", typed(version="2"))
    assert (late.status_code, late.url) == (302, path)
    assert WorksheetVersion.objects.count() == 2


def test_a_bill_of_materials_from_a_file():
    exporter = make_exporter()
    path, client = drafted(exporter), client_of(exporter)
    assert client.get(f"{path}/materials").url == f"{path}/worksheet"
    client.post(f"{path}/worksheet", typed())
    shown = client.post(f"{path}/materials", {"file": SimpleUploadedFile("b.csv", BILL.encode())})
    assert f'href="{path}/materials"' in shown.content.decode()
    order = {"order": "apply", "mode": "replace", "version": "1", "rows": shown.context["rows"]}
    done = client.post(f"{path}/materials", order)
    assert (done.status_code, done.url) == (302, f"{path}/worksheet")
    newest = WorksheetVersion.objects.order_by("-version").first()
    assert (newest.version, "Сталь" in newest.document) == (2, True)


def test_an_agent_states_facts_under_its_power_and_not_after_it():
    principal, agent = make_exporter("principal", "works"), make_exporter("agent", "broker")
    power = make_power(principal, "broker", covers="prepare")
    path, client = drafted(agent, "works"), client_of(agent)
    assert client.post(f"{path}/worksheet", typed()).status_code == 302
    assert WorksheetVersion.objects.get().written_by == agent
    revoke_power(power=power.pk, by=principal, at=timezone.now())
    assert client.post(f"{path}/worksheet", typed(version="1")).status_code == 404
    assert client_of(principal).post(f"{path}/worksheet", typed(version="1")).status_code == 302


def test_the_facts_of_another_company_are_not_there():
    path = drafted(make_exporter())
    rival = client_of(make_exporter("rival", "rival"))
    for name in ("worksheet", "materials"):
        assert rival.get(f"{path}/{name}").status_code == 404
        assert rival.post(f"{path}/{name}", typed()).status_code == 404
