"""The verdict in parts, both sides compared, the decision, and what comes after it."""

import re

import pytest

from certorigin_server.recognition.models import Decision, GoodsDeclaration, Recheck
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from tests.server import partner as az
from tests.server.factories import (
    client_of,
    make_auditor,
    make_organisation,
    make_user,
)
from tests.server.recognition.hands import examination, lodge, typed

pytestmark = pytest.mark.django_db


# -- verdict and comparison -----------------------------------------------------------------------


def test_a_verdict_has_its_parts_their_age_and_both_sides(client, lodged):
    _, page = examination(client, lodged)
    for part in ("integrity", "issuer", "registration", "standing", "freshness", "match"):
        assert f">{part}</th>" in page
    assert "We know the partner's register as of" in page
    assert "Trust list of AZ" in page
    assert "13500" in page.replace("\u202f", "")
    assert "Misprints" in page
    assert 'hx-trigger="every' not in page


def test_a_difference_stands_where_it_belongs_and_is_no_ground_when_a_misprint(
    client, officer, issue
):
    document = issue.declaration()
    document["items"][0]["invoice"]["number"] = "ts 0619"
    document["items"][0]["tariffCode"] = "2009"
    path = lodge(officer, document)
    _, page = examination(client, path)
    row = next(row for row in page.split("<tr>") if "2009" in row and "220421" in row)
    assert 'class="error"' in row
    row = next(row for row in page.split("<tr>") if "ts 0619" in row)
    assert 'class="warning"' in row
    assert "not recognised" in page


def test_earlier_uses_are_counted_on_the_page(client, officer, issue):
    first = lodge(officer, issue.declaration("1", amount="10000"))
    client.post(f"{first}/{issue.subject}", {"order": "accept"})
    _, page = examination(client, lodge(officer, issue.declaration("2", amount="4175")))
    plain = page.replace("\u202f", "")
    assert "<dd>10000 l</dd>" in plain
    assert "3500 l (with the 5 %: 4175 l)" in plain
    assert "Grant the preference" in page
    _, page = examination(client, lodge(officer, issue.declaration("3", amount="4176")))
    assert "Grant the preference" not in page
    assert "can't be granted" in page


def test_a_missing_record_is_undetermined_says_what_to_do_and_asks_again(client, officer, issue):
    path = lodge(officer, issue.declaration(cite="AZBY6001000009"))
    page = client.get(path).content.decode()
    assert "not determined" in page
    assert "no ground to refuse" in page
    assert 'hx-trigger="every' in page
    asked = client.get(f"{path}?all", headers={"hx-request": "true"})
    assert asked.status_code == 200


def test_an_answer_that_waits_for_the_line_asks_again_until_it_changes(
    client, officer, partner, turns, clock
):
    clock.now -= az.timedelta(days=2)
    partner.logs["2026"].close()
    (partner.folder / "log" / "2026").rename(partner.folder / "young")
    partner.open_term("2026")
    made = partner.issue("AZBY6001000002")
    turns.follow(partner)
    where, page = examination(client, lodge(officer, made.declaration()))
    assert "only as of" in page
    assert 'hx-trigger="every 10s"' in page
    was = re.search(r'hx-get="\?was=([^"]+)"', page)[1]
    htmx = {"hx-request": "true"}
    reads = TrailEntry.objects.filter(action="trail.read").count()
    assert client.get(f"{where}?was={was}", headers=htmx).status_code == 204
    clock.now += az.timedelta(days=2)
    partner.issue("AZBY6001000003")
    turns.follow(partner)
    answer = client.get(f"{where}?was={was}", headers=htmx)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert 'hx-trigger="every 10s"' not in page
    assert 'id="accepting"' in page
    assert TrailEntry.objects.filter(action="trail.read").count() == reads


# -- deciding -------------------------------------------------------------------------------------


def test_a_clean_case_is_accepted_and_its_decision_shows_the_evidence(client, lodged, issue):
    where, _ = examination(client, lodged)
    answer = client.post(where, {"order": "accept"})
    decision = Decision.objects.get()
    assert answer["Location"] == f"/recognition/decision/{decision.pk}"
    page = client.get(answer["Location"]).content.decode()
    assert "Preference granted" in page
    assert az.origin_of("AZ-1") in page
    assert decision.act in page
    assert "about to be sealed" in page
    again = client.post(where, {"order": "accept"})
    assert again.status_code == 409


def test_what_travels_back_is_followed_on_the_page(client, lodged, issue, turns):
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    turns.give_back()
    page = client.get(f"/recognition/decision/{Decision.objects.get().pk}").content.decode()
    assert "prepared" in page
    turns.publish()
    page = client.get(f"/recognition/decision/{Decision.objects.get().pk}").content.decode()
    assert "published" in page


def test_against_the_technical_answer_a_reason_is_needed_and_kept(client, officer, issue):
    document = issue.declaration()
    document["exporter"] = {"name": "ЗАО «Хлопок»", "address": "Баку", "country": "AZ"}
    where, page = examination(client, lodge(officer, document))
    assert "Grant the preference all the same" in page
    answer = client.post(where, {"order": "accept"})
    assert answer.status_code == 422
    assert 'id="override-told"' in answer.content.decode()
    too_long = client.post(where, {"order": "accept", "override": "x" * 1001})
    assert too_long.status_code == 422
    assert not Decision.objects.exists()
    client.post(where, {"order": "accept", "override": "renamed, extract presented"})
    assert Decision.objects.get().override == "renamed, extract presented"


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"phase": "at_release"}, "ground"),
        ({"phase": "at_release", "ground": "because"}, "ground"),
        ({"phase": "at_release", "ground": "not_issued"}, "ground"),
        ({"phase": "at_release", "ground": "erasures"}, "ground"),
        ({"phase": "after_release", "ground": "no_usable_answer"}, "ground"),
        ({"phase": "some day", "ground": "not_issued"}, "phase"),
        ({"phase": "at_release", "ground": "filled_in_wrongly", "remark": "x" * 1001}, "remark"),
    ],
)
def test_a_refusal_that_can_not_be_is_told_and_nothing_typed_is_lost(
    client, lodged, issue, fields, place
):
    fields = {"remark": "what I wrote"} | fields
    answer = client.post(f"{lodged}/{issue.subject}", {"order": "refuse", **fields})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{place}-told"' in page
    assert fields["remark"] in page
    assert re.search(r'<details id="refusing"[^>]* open', page)
    assert not Decision.objects.exists()


def test_grounds_that_can_not_be_chosen_are_shown_and_closed(client, lodged):
    _, page = examination(client, lodged)
    closed = set(re.findall(r'name="ground" value="(\w+)"[^>]*disabled', page))
    assert closed == {
        "original_not_presented",
        "erasures",
        "corrections_not_certified",
        "specimens_differ",
        # Nothing was accepted yet that could be refused after release.
        "no_usable_answer",
        "not_issued",
        "issued_on_false_documents",
        "criteria_not_met",
        "own_study_shows_breach",
    }


def test_a_refusal_names_its_ground_and_stays(client, lodged, issue):
    where = f"{lodged}/{issue.subject}"
    order = {"order": "refuse", "phase": "at_release", "ground": "goods_not_identifiable"}
    page = client.get(client.post(where, order)["Location"]).content.decode()
    assert "Preference refused" in page
    assert "the goods can&#x27;t be identified" in page
    for phase in ("at_release", "after_release"):
        again = client.post(where, order | {"phase": phase})
        assert again.status_code == 409
    assert Decision.objects.count() == 1


# -- what comes later -----------------------------------------------------------------------------


def test_an_annulment_that_comes_later_is_a_task_and_changes_no_decision(client, annulled):
    page = f"/recognition/decision/{annulled.pk}"
    assert page in client.get("/").content.decode()
    shown = client.get(page).content.decode()
    assert "annulled after this decision" in shown
    assert "item 1: 13\u202f500 l" in shown
    assert "Preference granted" in shown
    cause = re.search(r'name="cause" value="([^"]+)"', shown)[1]
    empty = client.post(page, {"order": "note", "cause": cause, "remark": " "})
    assert empty.status_code == 422
    assert 'id="remark-told"' in empty.content.decode()
    long = client.post(page, {"order": "note", "cause": cause, "remark": "x" * 1_001})
    assert (long.status_code, "x" * 1_001 in long.content.decode()) == (422, True)
    done = client.post(page, {"order": "note", "cause": cause, "remark": "duty collected"})
    assert done["Location"] == page
    assert page not in client.get("/").content.decode()
    assert "duty collected" in client.get(page).content.decode()
    assert client.post(page, {"cause": cause, "remark": "again"}).status_code == 404
    assert Decision.objects.get() == annulled
    assert TrailEntry.objects.filter(action="recognition.rechecked").count() == 1


def test_a_certificate_that_fell_with_a_stolen_key_is_a_task_too(
    client, lodged, issue, partner, turns
):
    """The partner withdraws the key from before the certificate was registered."""
    made = client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    page = made["Location"]
    assert page not in client.get("/").content.decode()
    partner.lists[2] = az.trust_list(2, withdrawn={"seal": issue.at})
    turns.follow(partner)
    assert page in client.get("/").content.decode()
    shown = client.get(page).content.decode()
    assert "its key was withdrawn" in shown
    assert "Preference granted" in shown
    cause = re.search(r'name="cause" value="([^"]+)"', shown)[1]
    client.post(page, {"order": "note", "cause": cause, "remark": "duty collected"})
    assert page not in client.get("/").content.decode()


def test_after_release_what_was_accepted_can_be_refused_and_the_task_ends(
    client, annulled, lodged, issue
):
    where = f"{lodged}/{issue.subject}"
    page = client.get(where).content.decode()
    assert "Refuse the preference" in page
    assert "Grant the preference" not in page
    order = {"order": "refuse", "phase": "after_release", "ground": "issued_on_false_documents"}
    answer = client.post(where, order)
    first, second = Decision.objects.order_by("pk")
    assert answer["Location"] == f"/recognition/decision/{second.pk}"
    assert (first.outcome, second.outcome, second.phase) == ("accepted", "refused", "after_release")
    assert f"/recognition/decision/{first.pk}" not in client.get("/").content.decode()


def test_the_duty_at_stake_stands_in_the_task_and_beside_the_decision(
    client, officer, issue, partner, turns
):
    document = issue.declaration()
    document["items"][0]["dutyAtStake"] = {"amount": "310.50", "currency": "BYN"}
    client.post(f"{lodge(officer, document)}/{issue.subject}", {"order": "accept"})
    partner.enter(issue.annulment(turns.clock()))
    turns.clock.now = az.datetime.now(az.UTC)
    turns.follow(partner)
    page = f"/recognition/decision/{Decision.objects.get().pk}"
    row = next(row for row in client.get("/").content.decode().split("<tr>") if page in row)
    assert "310.5" in row
    assert "310.5 BYN" in client.get(page).content.decode()


def test_somebody_elses_recheck_does_not_exist(annulled):
    post = make_organisation("other-post", Organisation.Kind.CUSTOMS_POST)
    stranger = client_of(make_user("stranger", Role.CUSTOMS_OFFICER, organisation=post))
    page = f"/recognition/decision/{annulled.pk}"
    assert page not in stranger.get("/").content.decode()
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, {"cause": "x", "remark": "y"}).status_code == 404
    assert not Recheck.objects.exists()


def test_an_auditor_reads_and_decides_nothing(lodged, issue, annulled):
    auditor = client_of(make_auditor(body="belcci"))
    page = auditor.get(f"{lodged}/{issue.subject}").content.decode()
    assert "Refuse the preference" not in page
    assert auditor.post(f"{lodged}/{issue.subject}", {"order": "accept"}).status_code == 404
    note = {"cause": "x", "remark": "y"}
    assert auditor.post(f"/recognition/decision/{annulled.pk}", note).status_code == 404
    assert auditor.get("/recognition/new").status_code == 404
    assert auditor.get("/recognition/upload").status_code == 404


# -- amended --------------------------------------------------------------------------------------


def test_an_amended_declaration_keeps_its_earlier_version_and_what_was_decided(
    client, lodged, issue
):
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    document = issue.declaration(amount="9000")
    page = client.get(f"{lodged}/amend").content.decode()
    assert 'value="13500"' in page
    answer = client.post(f"{lodged}/amend", typed(document))
    new = answer["Location"]
    assert new != lodged
    assert f"{lodged}?all" in client.get(f"{new}?all").content.decode()
    assert "Preference granted" in client.get(f"{new}/{issue.subject}").content.decode()
    listed = client.get("/recognition/").content.decode()
    assert new in listed
    assert f'"{lodged}"' not in listed
    decision = Decision.objects.get()
    assert f"/recognition/decision/{decision.pk}" in client.get("/").content.decode()
    assert (
        "was amended after" in client.get(f"/recognition/decision/{decision.pk}").content.decode()
    )
    old = client.post(f"{lodged}/{issue.subject}", {"order": "refuse", "phase": "at_release"})
    assert old.status_code in {409, 422}
    assert client.get(f"{lodged}/amend")["Location"] == new


def test_an_amendment_that_changes_nothing_about_a_certificate_wants_no_look(client, lodged, issue):
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    document = issue.declaration()
    document["importer"]["address"] = "Минск, ул. Новая, 2"
    client.post(f"{lodged}/amend", typed(document))
    assert not Recheck.objects.exists()
    assert GoodsDeclaration.objects.count() == 2


def test_another_number_is_no_amendment(client, lodged, issue):
    answer = client.post(f"{lodged}/amend", typed(issue.declaration("other")))
    assert answer.status_code == 422
    assert GoodsDeclaration.objects.count() == 1
