"""Papers whose term is over are destroyed by two administrators; what the logs hold stays (R16)."""

from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
from click.testing import CliRunner
from django.db import DatabaseError, transaction
from django.utils import timezone

from certorigin.audit.retention import TYPES
from certorigin.errors import ConflictError, RightError, UnknownError
from certorigin.seal.canonical import parse_strict
from certorigin_server.application.evidence_folder import keep_file, path_of
from certorigin_server.application.models import Application, Evidence, WorksheetVersion
from certorigin_server.assessment.models import Assessment
from certorigin_server.audit import views_papers
from certorigin_server.audit.models import Destruction
from certorigin_server.audit.retention import confirm, destroy_files, find_due, propose
from certorigin_server.audit.shelves import SHELVES
from certorigin_server.operate import retention as command
from certorigin_server.seal.models import SealedAct
from certorigin_server.signin.codes import add_one_time
from certorigin_server.trail.queries import entries_about, find_broken_link
from certorigin_server.users.rights import Role
from tests.server.destruction import destroyed, later
from tests.server.factories import (
    Api,
    certified,
    client_of,
    decided,
    make_assessor,
    make_auditor,
    make_certifier,
    make_exporter,
    make_user,
)

pytestmark = pytest.mark.django_db
PAPER = b"%PDF-1.7\nthe invoice of a trader\n%%EOF\n"


@pytest.fixture(autouse=True)
def own_folder(folder):
    return folder


@pytest.fixture
def two():
    return [make_user(name, Role.ADMINISTRATOR) for name in ("admin-one", "admin-two")]


@pytest.fixture
def case():
    """An application with a paper, and its certificate."""
    exporter = make_exporter()
    application = decided(Api(exporter), Api(make_assessor()))
    made = certified(application, Api(make_certifier()))
    file_to(application, exporter)
    return UUID(application), made["id"], exporter


def file_to(application, user):
    return Evidence.objects.create(
        application_id=application,
        kind="invoice",
        name="invoice of Ivanov.pdf",
        digest=keep_file(PAPER),
        size=len(PAPER),
        media_type="application/pdf",
        added_at=timezone.now(),
        added_by=user,
    )


def test_a_case_is_due_when_three_years_have_passed_since_the_last_act(case):
    application, subject, _ = case
    assert find_due(at=later(2)) == []
    (due,) = find_due(at=later())
    assert (due.name, due.certificates) == (f"urn:uuid:{application}", (subject,))
    assert len(due.files) == 1
    Application.objects.filter(pk=application).update(to_certify_since=timezone.now())
    assert find_due(at=later()) == []


def test_papers_go_and_the_act_the_trail_and_the_protocol_stay(case):
    application, subject, exporter = case
    acts = list(SealedAct.objects.order_by("pk").values())
    done = destroyed()
    assert destroy_files() == 1
    (paper,) = Evidence.objects.filter(application=application)
    assert paper.name == "—"
    assert not path_of(paper.digest).exists()
    assert set(WorksheetVersion.objects.values_list("document", flat=True)) == {""}
    assert set(Assessment.objects.values_list("document", flat=True)) == {""}
    assert list(SealedAct.objects.order_by("pk").values()) == acts
    for path in (f"/application/{application}", f"/certification/{subject}"):
        assert client_of(exporter).get(path).status_code == 404
    protocol = parse_strict(done.protocol.encode())
    assert protocol["type"] == list(TYPES)
    told = protocol["credentialSubject"]
    assert (told["proposedBy"], told["confirmedBy"]) == ("admin-one", "admin-two")
    assert [one["certificates"] for one in told["cases"]] == [[subject]]
    assert told["kind"] == "applications"
    assert "Ivanov" not in done.protocol
    actions = [entry.action for entry in entries_about(done.urn)]
    assert actions == ["retention.proposed", "retention.destroyed"]
    assert find_broken_link() is None
    assert find_due(at=later()) == []


def test_the_guards_are_back_afterwards(case):
    destroyed()
    for rows in (WorksheetVersion.objects, Assessment.objects):
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            rows.update(document="x")
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Destruction.objects.update(reason="x")


def test_nobody_destroys_alone_and_nobody_without_the_right(case, two):
    made = propose(reason="term over", by=two[0], at=later())
    with pytest.raises(RightError, match="four_eyes"):
        confirm(destruction=made.pk, by=two[0], at=later())
    with pytest.raises(RightError):
        confirm(destruction=made.pk, by=case[2], at=later())
    assert WorksheetVersion.objects.exclude(document="").exists()


def test_what_changed_since_it_was_proposed_is_not_destroyed(case, two):
    made = propose(reason="term over", by=two[0], at=later())
    Application.objects.update(changed_at=later(3))
    with pytest.raises(ConflictError, match="overtaken"):
        confirm(destruction=made.pk, by=two[1], at=later())
    with pytest.raises(UnknownError, match="nothing_due"):
        propose(reason="term over", by=two[0], at=later())


def test_a_paper_that_another_case_needs_stays(case):
    exporter = case[2]
    young = decided(Api(exporter), Api(make_assessor("assessor-2")))
    kept = file_to(young, exporter)
    Application.objects.filter(pk=young).update(changed_at=later(3))
    destroyed()
    assert destroy_files() == 0
    assert path_of(kept.digest).read_bytes() == PAPER


def test_the_command_asks_who_it_is(case, two, tmp_path, monkeypatch, settings):
    monkeypatch.setattr(command, "enter", lambda _: settings.SYSTEM)
    monkeypatch.setattr(command, "now", later)
    for user in two:
        user.set_password("correct horse")
        user.save()
    secret = tmp_path / "password"
    secret.write_text("wrong")
    words = [str(tmp_path), "--reason", "term over", "--by", "admin-one"]
    words += ["--password-file", str(secret), "--json"]
    run = CliRunner().invoke
    assert run(command.propose_command, words).exit_code == 2
    secret.write_text("correct horse")
    assert run(command.propose_command, words).exit_code == 0
    (row,) = Destruction.objects.all()
    assert str(row.pk) in run(command.list_command, [str(tmp_path)]).output
    out = tmp_path / "protocol.json"
    words = [str(tmp_path), str(row.pk), "--out", str(out), "--by", "admin-two"]
    done = run(command.confirm_command, [*words, "--password-file", str(secret)])
    assert done.exit_code == 0, done.output
    assert parse_strict(out.read_bytes())["id"] == row.urn


def test_who_has_a_second_factor_says_a_code_at_the_terminal_too(
    case, two, tmp_path, monkeypatch, settings
):
    monkeypatch.setattr(command, "enter", lambda _: settings.SYSTEM)
    monkeypatch.setattr(command, "now", later)
    before, seed = later() - timedelta(minutes=5), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    two[0].set_password("correct horse")
    two[0].save()
    add_one_time(secret=seed, code=pyotp.TOTP(seed).at(before), by=two[0], at=before)
    secret = tmp_path / "password"
    secret.write_text("correct horse")
    words = [str(tmp_path), "--reason", "term over", "--by", "admin-one"]
    words += ["--password-file", str(secret), "--json"]
    run = CliRunner().invoke
    assert run(command.propose_command, words, input="000000\n").exit_code == 2
    assert not Destruction.objects.exists()
    good = pyotp.TOTP(seed).at(later())
    assert run(command.propose_command, [*words, "--code", good]).exit_code == 0
    assert Destruction.objects.get().kind == "applications"


def test_the_terminal_knows_every_kind():
    assert set(command.KINDS) == set(SHELVES)


def test_a_page_names_what_is_due_and_what_waits_and_gives_out_the_protocol(case, two):
    exporter, page = case[2], "/administration/papers"
    draft = Api(exporter).post("/application", {}).data["id"]
    name = f"urn:uuid:{draft}"
    first = client_of(two[0])
    assert name not in first.get(page).content.decode()
    Application.objects.filter(pk=draft).update(changed_at=later(-4))
    assert name in first.get(page).content.decode()
    made = propose(reason="Term of 2026 is over", by=two[0], at=timezone.now())
    assert "Term of 2026 is over" in first.get(page).content.decode()
    assert first.get(f"{page}/{made.pk}").status_code == 404  # nothing was sealed yet
    done = confirm(destruction=made.pk, by=two[1], at=timezone.now())
    shown = first.get(page).content.decode()
    assert name not in shown
    assert f"{page}/{made.pk}" in shown
    given = client_of(make_auditor()).get(f"{page}/{made.pk}")
    assert given.content == done.protocol.encode()
    assert client_of(exporter).get(page).status_code == 404
    assert client_of(exporter).get(f"{page}/{made.pk}").status_code == 404


def test_of_many_that_are_due_the_page_shows_the_oldest(case, two, monkeypatch):
    exporter = Api(case[2])
    drafts = [exporter.post("/application", {}).data["id"] for _ in range(3)]
    for years, draft in enumerate(drafts, start=4):
        Application.objects.filter(pk=draft).update(changed_at=later(-years))
    monkeypatch.setattr(views_papers, "MOST_SHOWN", 2)
    shown = client_of(two[0]).get("/administration/papers").content.decode()
    assert "Those that rest longest are shown (2); there are more." in shown
    assert [f"urn:uuid:{draft}" in shown for draft in drafts] == [False, True, True]


def test_the_page_shows_each_kind_and_an_unknown_one_as_the_first(two):
    browser = client_of(two[0])
    for kind in (*SHELVES, "nonsense"):
        shown = browser.get(f"/administration/papers?kind={kind}")
        here = kind if kind in SHELVES else "applications"
        assert f'<a href="?kind={here}" aria-current="page">' in shown.content.decode()
