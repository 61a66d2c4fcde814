"""Agents: they act for a principal as long as a power of attorney lets them, and no longer."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from certorigin.assessment.worksheet import Worksheet
from certorigin.errors import FindingsError, RightError, StandingError, UnknownError
from certorigin_server.application import evidence_services, services
from certorigin_server.application.models import Application, Evidence
from certorigin_server.application.queries import declaration_of, draft_from_data, visible_to
from certorigin_server.users.models import Organisation, PowerOfAttorney
from certorigin_server.users.power_queries import principals_of
from certorigin_server.users.power_services import give_power, revoke_power
from tests.server.factories import (
    Api,
    consignment,
    make_assessor,
    make_body,
    make_exporter,
    make_organisation,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people():
    make_body()
    return make_exporter("principal", "works"), make_exporter("agent", "broker")


def give(principal, *, covers="submit", number="7", starts=-1, ends=30, agent="broker"):
    now = timezone.now()
    today = timezone.localdate(now)
    return give_power(
        agent=agent,
        number=number,
        covers=covers,
        starts=today + starts * DAY,
        ends=today + ends * DAY,
        by=principal,
        at=now,
    )


def begin(agent, behalf="works"):
    draft = draft_from_data(consignment()["application"])
    return services.begin(draft=draft, by=agent, at=timezone.now(), behalf=behalf)


def submit(row, by, at=None):
    return services.submit(
        application=row.pk,
        version=1,
        body="minsk",
        produced_in="BY",
        confirmed=True,
        by=by,
        at=at or timezone.now(),
    )


def sees(user, row):
    return visible_to(user).filter(pk=row.pk).exists()


def test_an_agent_asks_for_its_principal_and_the_power_is_on_record(people):
    principal, agent = people
    power = give(principal)
    row = submit(begin(agent), agent)
    assert row.organisation == principal.organisation
    declared = declaration_of(row)
    assert (declared.power, declared.principal) == (power, principal.organisation)
    assert declared.confirmed_by == agent
    assert sees(principal, row)
    assert sees(agent, row)


def test_without_a_power_nobody_acts_for_another(people):
    principal, agent = people
    with pytest.raises(RightError, match=r"application\.no_power"):
        begin(agent)
    give(principal, starts=1)
    with pytest.raises(RightError, match=r"application\.no_power"):
        begin(agent)
    assert principals_of(agent, at=timezone.now()) == [agent.organisation]


def test_a_power_to_prepare_does_not_cover_submission(people):
    principal, agent = people
    give(principal, covers="prepare")
    row = begin(agent)
    with pytest.raises(RightError, match=r"application\.no_power"):
        submit(row, agent)
    done = submit(row, principal)
    assert declaration_of(done).power is None
    assert sees(agent, row)


def test_a_power_to_prepare_does_not_cover_withdrawing_what_was_handed_in(people):
    principal, agent = people
    give(principal, covers="prepare")
    draft, row = begin(agent), begin(agent)
    submit(row, principal)
    with pytest.raises(RightError, match=r"application\.no_power"):
        services.withdraw(application=row.pk, by=agent, at=timezone.now())
    client = Client()
    client.force_login(agent)
    assert client.post(f"/application/{row.pk}/withdraw", {"reason": "x"}).status_code == 404
    assert Api(agent).post(f"/application/{row.pk}/withdraw", {"reason": "x"}).status == 403
    row.refresh_from_db()
    assert row.status == Application.Status.SUBMITTED
    withdrawn = services.withdraw(application=draft.pk, by=agent, at=timezone.now())
    assert withdrawn.status == Application.Status.WITHDRAWN


def test_the_power_must_be_in_force_at_the_moment_of_submission(people):
    principal, agent = people
    power = give(principal)
    row = begin(agent)
    last = timezone.now() + 31 * DAY
    with pytest.raises(RightError, match=r"application\.no_power"):
        submit(row, agent, at=last)
    revoke_power(power=power.pk, by=principal, at=timezone.now())
    with pytest.raises(UnknownError):
        submit(row, agent)
    row.refresh_from_db()
    assert row.status == Application.Status.DRAFT


def test_a_renewed_power_carries_a_draft_on(people):
    principal, agent = people
    old = give(principal, number="1")
    row = begin(agent)
    new = give(principal, number="2", ends=60)
    revoke_power(power=old.pk, by=principal, at=timezone.now())
    assert sees(agent, row)
    assert declaration_of(submit(row, agent)).power == new


def test_after_revocation_the_agent_sees_only_what_it_handed_in(people):
    principal, agent = people
    power = give(principal)
    handed_in, draft = submit(begin(agent), agent), begin(agent)
    revoke_power(power=power.pk, by=principal, at=timezone.now())
    assert sees(agent, handed_in)
    assert not sees(agent, draft)
    assert sees(principal, draft)
    assert Api(agent).get(f"/application/{draft.pk}").status == 404
    with pytest.raises(RightError, match=r"application\.no_power"):
        begin(agent)


def test_a_new_power_brings_a_draft_back_that_was_lost(people):
    principal, agent = people
    old = give(principal, number="1")
    row = begin(agent)
    revoke_power(power=old.pk, by=principal, at=timezone.now())
    assert not sees(agent, row)
    give(principal, number="2")
    assert sees(agent, row)
    other = make_exporter("other", "other-broker")
    give(principal, agent="other-broker", number="3")
    assert not sees(other, row)


def test_after_revocation_the_agent_reads_what_it_handed_in_and_does_nothing_with_it(people):
    principal, agent = people
    power = give(principal)
    row = submit(begin(agent), agent)
    asked = services.ask(
        application=row.pk, text="?", suspends=False, by=make_assessor(), at=timezone.now()
    )
    revoke_power(power=power.pk, by=principal, at=timezone.now())
    now, facts = timezone.now(), Worksheet.from_data(consignment()["worksheet"])
    acts = (
        lambda: services.answer(question=asked.pk, text="!", by=agent, at=now),
        lambda: services.withdraw(application=row.pk, by=agent, at=now),
        lambda: services.state_facts(
            application=row.pk, worksheet=facts, version=0, by=agent, at=now
        ),
    )
    for act in acts:
        with pytest.raises(RightError, match=r"application\.no_power"):
            act()
    client = Client()
    client.force_login(agent)
    shown = client.get(f"/application/{row.pk}").content.decode()
    assert f"/application/question/{asked.pk}" not in shown
    assert f"/application/{row.pk}/withdraw" not in shown
    assert services.answer(question=asked.pk, text="!", by=principal, at=now).answer == "!"


def test_an_agent_attaches_files_under_its_power_and_not_after_it(people, folder):
    principal, agent = people
    power = give(principal, covers="prepare")
    row, client = begin(agent), Client(headers={"accept-language": "en"})
    client.force_login(agent)
    path = f"/application/{row.pk}/evidence"
    assert f"{path}/attach" in client.get(path).content.decode()
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7 one")
    done = client.post(f"{path}/attach", {"kind": "invoice", "file": file})
    assert done.status_code == 302
    attached = Evidence.objects.get()
    assert attached.added_by == agent
    assert client.get(f"/application/evidence/{attached.pk}").content == b"%PDF-1.7 one"
    services.submit(
        application=row.pk,
        version=1,
        body="minsk",
        produced_in="BY",
        confirmed=True,
        by=principal,
        at=timezone.now(),
    )
    revoke_power(power=power.pk, by=principal, at=timezone.now())
    assert client.get(path).status_code == 404
    again = SimpleUploadedFile("b.pdf", b"%PDF-1.7 two")
    refused = client.post(f"{path}/attach", {"kind": "invoice", "file": again})
    assert refused.status_code == 404
    assert Evidence.objects.count() == 1


def test_who_handed_in_attaches_no_more_without_a_power(people, folder):
    principal, agent = people
    power = give(principal)
    row, client = submit(begin(agent), agent), Client()
    client.force_login(agent)
    revoke_power(power=power.pk, by=principal, at=timezone.now())
    path = f"/application/{row.pk}/evidence"
    assert f"{path}/attach" not in client.get(path).content.decode()
    with pytest.raises(RightError, match=r"application\.no_power"):
        evidence_services.attach(
            application=row.pk,
            raw=b"%PDF-1.7",
            name="a.pdf",
            kind="invoice",
            by=agent,
            at=timezone.now(),
        )


def test_a_power_opens_no_other_papers_of_the_principal(people):
    principal, agent = people
    own = begin(principal, behalf="")
    give(principal)
    assert not sees(agent, own)
    other = make_exporter("other", "other-broker")
    give(principal, agent="other-broker", number="8")
    assert not sees(other, begin(agent))


def test_a_branch_is_asked_for_without_a_power(people):
    principal, _agent = people
    branch = make_organisation("works-gomel", parent=principal.organisation)
    row = begin(principal, behalf="works-gomel")
    assert (row.organisation, row.power) == (branch, None)
    assert submit(row, principal).organisation == branch


REFUSED = {
    "agent_missing": ({"agent": " "}, "agent"),
    "agent_unknown": ({"agent": "nobody"}, "agent"),
    "to_oneself": ({"agent": "works"}, "agent"),
    "number_missing": ({"number": " "}, "number"),
    "start_missing": ({"starts": None}, "starts"),
    "end_missing": ({"ends": None}, "ends"),
    "ends_before_start": ({"starts": date(2100, 2, 1), "ends": date(2100, 1, 1)}, "ends"),
    "ended": ({"starts": date(2020, 1, 1), "ends": date(2020, 2, 1)}, "ends"),
    "covers_missing": ({"covers": "everything"}, "covers"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_power_that_is_none_is_refused_beside_its_field(people, name):
    principal, _agent = people
    changes, place = REFUSED[name]
    sound = {
        "agent": "broker",
        "number": "7",
        "covers": "submit",
        "starts": date(2026, 1, 1),
        "ends": date(2100, 1, 1),
    }
    with pytest.raises(FindingsError) as fault:
        give_power(**(sound | changes), by=principal, at=timezone.now())
    (finding,) = fault.value.findings
    assert (finding.code, finding.place) == (f"power.{name}", place)
    assert not PowerOfAttorney.objects.exists()


def test_a_body_is_no_agent(people):
    with pytest.raises(FindingsError) as fault:
        give(people[0], agent="minsk")
    assert [one.code for one in fault.value.findings] == ["power.agent_unknown"]


def test_only_the_principal_takes_back_and_only_once(people):
    principal, agent = people
    power = give(principal)
    with pytest.raises(UnknownError, match=r"power\.unknown"):
        revoke_power(power=power.pk, by=agent, at=timezone.now())
    revoke_power(power=power.pk, by=principal, at=timezone.now())
    with pytest.raises(StandingError, match=r"power\.revoked"):
        revoke_power(power=power.pk, by=principal, at=timezone.now())


def test_the_database_keeps_powers_as_they_were_given(people):
    power = give(people[0])
    rows = PowerOfAttorney.objects.filter(pk=power.pk)
    for change in ({"ends": date(2100, 1, 1)}, {"covers": "prepare"}, {"number": "9"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    revoke_power(power=power.pk, by=people[0], at=timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(revoked_at=None, revoked_by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_the_company_over_the_machine_interface(people):
    principal, agent = Api(people[0]), Api(people[1])
    make_organisation("works-gomel", parent=people[0].organisation)
    order = {"agent": "broker", "number": "7", "covers": "submit"}
    order |= {"starts": "2026-01-01", "ends": "2100-01-01"}
    given = principal.post("/company/power", order)
    assert given.status == 201, given.data
    company = principal.get("/company").data
    assert [one["id"] for one in company["for_whom"]] == ["works", "works-gomel"]
    assert [one["number"] for one in company["powers_given"]] == ["7"]
    assert [one["id"] for one in agent.get("/company").data["for_whom"]] == ["broker", "works"]
    row = agent.post("/application", consignment()["application"], behalf="works")
    assert (row.data["organisation"], row.data["agent"]) == ("works", "broker")
    path = f"/company/power/{given.data['id']}/revoke"
    assert agent.post(path).status == 404
    assert principal.post(path).data["revoked_at"]
    assert agent.get(f"/application/{row.data['id']}").status == 404


def test_a_natural_person_asks_for_a_certificate():
    make_body()
    kind = Organisation.Kind.NATURAL_PERSON
    make_organisation("ivanov", kind, name="Иванов И. И.")
    person = Api(make_exporter("ivanov", "ivanov"))
    document = consignment("12-hazelnuts")["application"]
    document |= {"naturalPerson": True, "destinationCountry": "AZ"}
    document["exporter"] = {"name": "Иванов И. И.", "address": "Минск", "country": "BY"}
    document["importer"] = document["exporter"]
    del document["contract"], document["invoice"]
    row = person.post("/application", document)
    assert row.status == 201, row.data
    errors = {one["place"] for one in row.data["findings"] if one["grade"] == "error"}
    assert "invoice" not in errors
    assert "application.free_circulation" in row.codes
    assert "application.identifier_missing" not in row.codes
