"""The auditor's day: the trail, a sealed export, a sample with its checklist and findings."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from certorigin.audit.export import verify_export
from certorigin_server.audit.models import AuditFinding
from certorigin_server.audit.services import draw_sample
from certorigin_server.seal.trust import get_trust
from tests.browser.hands import (
    check_accessible,
    check_fits,
    fill_by_keyboard,
    keep_picture,
    press_until,
    sign_in,
)
from tests.browser.languages import LOCALES, some
from tests.server.factories import Api, certified, decided


@pytest.fixture
def certificate(people):
    application = decided(Api(people["exporter"]), Api(people["assessing_officer"]))
    return certified(application, Api(people["certifying_officer"]))["id"]


@pytest.fixture
def sample(people, certificate):
    today = timezone.localdate()
    facts = {"kind": "certificates", "start": today, "end": today, "body": None}
    by = people["auditor"]
    return draw_sample(**facts, size=1, seed="", by=by, at=timezone.now())


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", some("en"))
def test_every_page_is_accessible(open_page, sample, language):
    page = open_page(LOCALES[language], dark=language == "be")
    sign_in(page, "auditor")
    here = f"/audit/samples/{sample.pk}"
    paths = {
        "trail": "/audit/?verify=yes",
        "export": "/audit/export",
        "samples": "/audit/samples",
        "sample": here,
        "check": f"{here}/1",
        "people": "/administration/people",
    }
    for name, path in paths.items():
        page.goto(path)
        check_accessible(page)
        keep_picture(page, f"audit-{name}-{language}")


def test_the_pages_fit_a_phone(open_page, sample):
    page = open_page("az-AZ", width=360, dark=True)
    sign_in(page, "auditor")
    here = f"/audit/samples/{sample.pk}"
    for path in ("/audit/", "/audit/export", "/audit/samples", here, f"{here}/1"):
        page.goto(path)
        check_fits(page)
        check_accessible(page)
    keep_picture(page, "audit-phone")


def test_the_day_of_an_auditor_by_keyboard(page, people, certificate):
    """Who read what, a sample drawn, one certificate looked at, a finding recorded."""
    auditor = people["auditor"]
    before = AuditFinding.objects.filter(found_by=auditor).count()
    sign_in(page, "auditor")
    press_until(page, "nav.main a[href='/audit/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit/")
    press_until(page, "a[href='/audit/?action=trail.read']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit/?action=trail.read")
    press_until(page, "a[href='/audit/samples']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit/samples")
    fill_by_keyboard(page, {"size": "0"})
    press_until(page, "main button.main")
    page.keyboard.press("Enter")
    expect(page.locator("#size-told")).to_be_visible()
    check_accessible(page)
    fill_by_keyboard(page, {"size": "2", "seed": "thrown-dice-4711"})
    press_until(page, "main button.main")
    page.keyboard.press("Enter")
    expect(page.get_by_text("thrown-dice-4711")).to_be_visible()
    press_until(page, "main a.button.main")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("ST-1")
    press_until(page, "input[value=in_order]")
    page.keyboard.press("ArrowDown")
    fill_by_keyboard(page, {"remark": "Box 8 names no packaging."})
    press_until(page, "main button.main")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The finding is recorded.")).to_be_visible()
    expect(page.get_by_text("Box 8 names no packaging.").first).to_be_visible()
    check_accessible(page)
    assert AuditFinding.objects.filter(found_by=auditor).count() == before + 1


def test_an_export_is_taken_and_verified_by_an_outsider(page, certificate, tmp_path):
    sign_in(page, "auditor")
    page.goto("/audit/export")
    page.locator("main button.main").click()
    expect(page.locator("#start-told")).to_be_visible()
    check_accessible(page)
    today = timezone.localdate()
    page.locator("#start").fill(today.strftime("%d.%m.%Y"))
    page.locator("#end").fill(today.isoformat())
    with page.expect_download() as waiting:
        page.locator("main button.main").click()
    path = tmp_path / "trail.jsonl"
    waiting.value.save_as(path)
    with path.open("rb") as file:
        assert verify_export(file, get_trust()).count > 5
