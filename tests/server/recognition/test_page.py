"""The desk of the customs officer, without a browser."""

import re
from html import unescape
from uuid import uuid4

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from certorigin.recognition.intake import declaration_from_data
from certorigin.recognition.intake_csv import csv_from
from certorigin.recognition.intake_xml import xml_from
from certorigin_server.recognition.models import Citation, Decision, GoodsDeclaration, Recheck
from certorigin_server.trail.models import TrailEntry
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from tests.server import partner as az
from tests.server.factories import (
    Api,
    make_auditor,
    make_customs_officer,
    make_organisation,
    make_user,
)

pytestmark = pytest.mark.django_db


def client_of(user, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


@pytest.fixture
def officer():
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    return make_customs_officer()


@pytest.fixture
def client(officer):
    return client_of(officer)


@pytest.fixture
def issue(partner, turns):
    made = partner.issue()
    turns.follow(partner)
    return made


@pytest.fixture
def lodged(officer, issue):
    """A declaration that fits the certificate; its address."""
    return lodge(officer, issue.declaration())


def lodge(officer, document):
    answer = Api(officer).post("/recognition/declaration", document)
    assert answer.status == 201, answer.data
    return f"/recognition/{answer.data['id']}"


def examination(client, path):
    """The page of the one certificate that a declaration cites, and its address."""
    where = client.get(path)["Location"]
    answer = client.get(where)
    assert answer.status_code == 200
    return where, unescape(answer.content.decode())


def typed(document):
    """The fields of the form, as a browser sends them."""

    def fields(value, place):
        if isinstance(value, dict):
            for name, inner in value.items():
                yield from fields(inner, f"{place}.{name}" if place else name)
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield from fields(inner, f"{place}[{index}]")
        else:
            yield place, value

    return {**dict(fields(document, "")), "version": "1", "order": "save"}


# -- coming in ------------------------------------------------------------------------------------


def test_a_declaration_is_typed_and_leads_to_its_certificate(client, issue):
    page = client.get("/recognition/new").content.decode()
    assert 'name="items[0].certificate.number"' in page
    document = issue.declaration()
    document["items"][0]["dutyAtStake"] = {"amount": "310.50", "currency": "BYN"}
    answer = client.post("/recognition/new", typed(document))
    row = GoodsDeclaration.objects.get()
    assert answer["Location"] == f"/recognition/{row.pk}"
    where, page = examination(client, answer["Location"])
    assert where == f"/recognition/{row.pk}/{issue.subject}"
    assert "Grant the preference" in page
    assert client.get("/recognition/new").content.decode().count(document["number"]) == 0


def test_every_fault_of_a_typed_declaration_stands_beside_its_field(client, issue):
    document = issue.declaration() | {"date": "soon"}
    document["items"][0]["quantity"]["unit"] = "litres"
    del document["exporter"]["address"]
    answer = client.post("/recognition/new", typed(document))
    page = answer.content.decode()
    assert answer.status_code == 422
    for place in ("date", "items-0-quantity-unit", "exporter-address"):
        assert f'id="{place}-told"' in page
    assert not GoodsDeclaration.objects.exists()
    kept = client.get("/recognition/new").content.decode()
    assert "litres" in kept


def test_a_number_with_look_alike_letters_is_put_right(client, issue):
    document = issue.declaration(cite="АZВУ6001000001".replace("У", "Y").lower())
    client.post("/recognition/new", typed(document))
    assert Citation.objects.get().number == issue.number


def test_a_number_that_is_taken_is_told_beside_it(client, lodged, issue):
    answer = client.post("/recognition/new", typed(issue.declaration()))
    assert answer.status_code == 422
    assert 'id="number-told"' in answer.content.decode()


def test_the_form_can_begin_with_a_certificate(client, issue):
    page = client.get(f"/recognition/new?certificate={issue.subject}").content.decode()
    assert f'value="{issue.number}"' in page
    assert issue.boxes.exporter.name.replace('"', "&quot;") in page
    assert TrailEntry.objects.filter(action="trail.read", subject=issue.subject).exists()
    assert client.get("/recognition/new?certificate=urn:certorigin:x:y").status_code == 404


@pytest.mark.parametrize("write", [xml_from, lambda made: csv_from(made).encode()])
def test_a_declaration_comes_as_a_file_and_goes_as_one(client, issue, write):
    made = declaration_from_data(issue.declaration())
    answer = client.post("/recognition/upload", {"file": SimpleUploadedFile("a", write(made))})
    row = GoodsDeclaration.objects.get()
    assert answer["Location"] == f"/recognition/{row.pk}"
    assert orjson.loads(row.document) == made.to_data()
    for notation in ("xml", "csv"):
        taken = client.get(f"{answer['Location']}/file.{notation}")
        assert "attachment" in taken["Content-Disposition"]
        again = {"file": SimpleUploadedFile("b", taken.content)}
        assert client.post("/recognition/upload", again).status_code == 422  # it is there already
    assert GoodsDeclaration.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_a_faulty_file_is_told_line_by_line_and_nothing_is_kept(officer, issue, language):
    table = csv_from(declaration_from_data(issue.declaration())).replace("LTR", "litres")
    file = SimpleUploadedFile("a.csv", table.replace("220421", "22").encode())
    answer = client_of(officer, language).post("/recognition/upload", {"file": file})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "items[0].tariffCode" in page
    assert "items[0].quantity.unit" in page
    assert re.search(r'class="number"[^>]*>2</td><td class="number"[^>]*>21</td>', page)
    assert not GoodsDeclaration.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"\x89PNG", b"<!DOCTYPE a>", b"a;b"])
def test_what_is_no_declaration_is_refused(client, raw):
    answer = client.post("/recognition/upload", {"file": SimpleUploadedFile("a", raw)})
    assert answer.status_code == 422
    assert client.post("/recognition/upload").status_code == 422


# -- the list -------------------------------------------------------------------------------------


def test_the_list_is_searched_and_filtered(client, officer, issue, lodged):
    other = lodge(officer, issue.declaration("77", cite="AZBY6001000099"))
    assert other in client.get("/recognition/?text=06533/77").content.decode()
    found = client.get("/recognition/?text=azby-6001-000099").content.decode()
    assert other in found
    assert lodged not in found
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    undecided = client.get("/recognition/?state=undecided").content.decode()
    assert other in undecided
    assert lodged not in undecided
    assert lodged in client.get("/recognition/?state=decided").content.decode()
    assert "Nothing" in client.get("/recognition/?text=nowhere").content.decode()


def test_an_empty_desk_says_so(client):
    assert "no declarations yet" in client.get("/recognition/").content.decode()
    assert "sent no certificates" in client.get("/received/").content.decode()


def test_the_work_list_names_what_is_undecided_until_it_is_decided(client, lodged, issue):
    assert lodged in client.get("/").content.decode()
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    assert f'href="{lodged}"' not in client.get("/").content.decode()


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
    assert "<dd>10000 LTR</dd>" in plain
    assert "3500 LTR (with the 5 %: 4175)" in plain
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
        "no_usable_answer",
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


@pytest.fixture
def annulled(client, lodged, issue, partner, turns):
    """An acceptance whose certificate was annulled afterwards; the decision."""
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    partner.enter(issue.annulment(turns.clock()))
    turns.clock.now = az.datetime.now(az.UTC)
    turns.follow(partner)
    return Decision.objects.get()


def test_an_annulment_that_comes_later_is_a_task_and_changes_no_decision(client, annulled):
    page = f"/recognition/decision/{annulled.pk}"
    assert page in client.get("/").content.decode()
    shown = client.get(page).content.decode()
    assert "annulled after this decision" in shown
    assert "Preference granted" in shown
    cause = re.search(r'name="cause" value="([^"]+)"', shown)[1]
    empty = client.post(page, {"order": "note", "cause": cause, "remark": " "})
    assert empty.status_code == 422
    assert 'id="remark-told"' in empty.content.decode()
    done = client.post(page, {"order": "note", "cause": cause, "remark": "duty collected"})
    assert done["Location"] == page
    assert page not in client.get("/").content.decode()
    assert "duty collected" in client.get(page).content.decode()
    assert client.post(page, {"cause": cause, "remark": "again"}).status_code == 404
    assert Decision.objects.get() == annulled
    assert TrailEntry.objects.filter(action="recognition.rechecked").count() == 1


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


# -- certificates received ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        {"number": "AZBY6001000001"},
        {"number": "azby 6001-000001"},
        {"number": "АZВY6001000001", "state": "az"},
    ],
)
def test_a_certificate_is_found_however_its_number_is_typed(client, issue, query):
    answer = client.get("/received/", query)
    assert answer["Location"] == f"/received/{issue.subject}"
    page = client.get(answer["Location"]).content.decode()
    for said in ("9. Критерий", "We know the partner", "signature of the officer", "issued"):
        assert said in page
    assert "Notified by the issuing state" in page
    assert TrailEntry.objects.filter(action="trail.read", subject=issue.subject).exists()


def test_a_day_narrows_and_what_is_near_is_shown(client, issue):
    day = issue.at.strftime("%d.%m.%Y")
    found = client.get("/received/", {"number": issue.number, "date": day})
    assert found["Location"] == f"/received/{issue.subject}"
    other = client.get("/received/", {"number": issue.number, "date": "01.01.2020"})
    page = other.content.decode()
    assert "exists with another date" in page
    assert "no ground to refuse" in page
    wrong = client.get("/received/", {"number": "", "date": "soon"})
    assert wrong.status_code == 422
    assert 'id="date-told"' in wrong.content.decode()
    assert 'id="number-told"' in wrong.content.decode()


def test_life_and_declarations_stand_on_the_certificates_page(client, lodged, issue, annulled):
    page = client.get(f"/received/{issue.subject}").content.decode()
    assert "06533/1" in page
    for said in ("used at import", "annulled", "13500 LTR"):
        assert said in page
    assert f"{lodged}/{issue.subject}" in page


@pytest.mark.parametrize("path", ["/received/urn:certorigin:certificate:AZ-1:X", "/received/urn:x"])
def test_what_was_not_received_does_not_exist(client, path):
    assert client.get(path).status_code == 404


def test_what_a_declaration_does_not_cite_is_not_examined_under_it(client, lodged, partner, turns):
    other = partner.issue("AZBY6001000002")
    turns.follow(partner)
    assert client.get(f"{lodged}/{other.subject}").status_code == 404
    assert client.get(f"{lodged}/nothing").status_code == 404
    assert client.get(f"/recognition/{uuid4()}").status_code == 404
