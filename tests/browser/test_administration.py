"""The administrator's day: propose, be confirmed by another, suspend; partners and loops."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from certorigin_server.administration import services
from certorigin_server.administration.invitations import take_link
from certorigin_server.loops.services import note_turn
from certorigin_server.users.models import User
from certorigin_server.users.rights import Role
from tests.browser.hands import (
    check_accessible,
    check_fits,
    fill_by_keyboard,
    keep_picture,
    press_until,
    sign_in,
)
from tests.browser.languages import LOCALES, some
from tests.server.factories import make_body, make_user

PAGES = [
    "/administration/",
    "/administration/people",
    "/administration/people/assessor",
    "/administration/bodies",
    "/administration/bodies/minsk",
    "/administration/propose/role_granted?username=assessor",
    "/administration/propose/organisation_added",
    "/administration/partners",
    "/administration/loops",
    "/administration/papers",
    "/mirror/",
    "/mirror/announce",
    "/mirror/terms",
    "/account",
]


@pytest.fixture
def other(people):
    """A second administrator, who proposes."""
    found = User.objects.filter(username="second-administrator").first()
    return found or make_user(
        "second-administrator", Role.ADMINISTRATOR, organisation=make_body("belcci")
    )


@pytest.fixture
def grants(other):
    """A role that waits for the administrator at the desk."""
    facts = {"role": "auditor", "starts": timezone.localdate().isoformat()}

    def propose(username):
        if not User.objects.filter(username=username).exists():
            make_user(username, organisation=make_body("minsk"))
        data = facts | {"username": username}
        remark = "She looks at the quarter."
        return services.propose(
            kind="role_granted", data=data, remark=remark, by=other, at=timezone.now()
        )

    return propose


@pytest.mark.timeout(180)
@pytest.mark.parametrize("language", some("be"))
def test_every_page_is_accessible(open_page, grants, language):
    at = timezone.now()
    note_turn(name="seal", at=at, worked=True)
    note_turn(name="mirror AZ-BY/CIS-2009", at=at, worked=False, fault="line.unreachable (x)")
    note_turn(name="returns", at=at - timedelta(hours=1), worked=True)
    proposal = grants(f"olga-{language}")
    page = open_page(LOCALES[language], dark=language == "be")
    sign_in(page, "administrator")
    for path in [*PAGES, f"/administration/proposals/{proposal.pk}"]:
        page.goto(path)
        check_accessible(page)
        words = re.findall(r"[a-z_]+", path.partition("?")[0])[:3]
        keep_picture(page, "-".join([*words, language]))


@pytest.mark.timeout(180)
def test_the_pages_fit_a_phone(open_page, grants):
    proposal = grants("olga-phone")
    page = open_page("az-AZ", width=360, dark=True)
    sign_in(page, "administrator")
    for path in [*PAGES, f"/administration/proposals/{proposal.pk}"]:
        page.goto(path)
        check_fits(page)
        check_accessible(page)
    keep_picture(page, "administration-phone")


def test_the_day_of_an_administrator_by_keyboard(page, grants):
    """From the work list to a confirmed role, and on to a proposal of one's own."""
    proposal = grants("olga-keyboard")
    sign_in(page, "administrator")
    press_until(page, f"a[href='/administration/proposals/{proposal.pk}']")
    page.keyboard.press("Enter")
    expect(page.locator("ins").first).to_be_visible()
    check_accessible(page)
    press_until(page, "button[value=confirm]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The change is in force.")).to_be_visible()
    user = User.objects.get(username="olga-keyboard")
    assert user.grants.get().role == "auditor"
    page.goto("/administration/propose/person_added")
    press_until(page, "main button.main")
    page.keyboard.press("Enter")
    expect(page.locator(".summary")).to_be_visible()
    check_accessible(page)
    keep_picture(page, "administration-proposal-faults")
    values = {"username": "pavel", "last_name": "Кот", "first_name": "Павел"}
    fill_by_keyboard(page, values | {"organisation": "minsk"})
    press_until(page, "main button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/administration/")
    expect(page.get_by_text("Proposed. Another administrator")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("pavel"))).to_be_visible()


def test_an_invited_person_comes_in_by_the_link(open_page, other, people):
    data = {
        "username": "vera",
        "first_name": "Вера",
        "last_name": "Кот",
        "organisation": "minsk",
        "language": "ru",
    }
    row = services.propose(kind="person_added", data=data, by=other, at=timezone.now())
    page = open_page("en-GB")
    sign_in(page, "administrator")
    page.goto(f"/administration/proposals/{row.pk}")
    page.locator("button[value=confirm]").click()
    code = page.locator("#code").input_value()
    check_accessible(page)
    keep_picture(page, "administration-invitation")
    word = take_link(proposal=row.pk, by=other, at=timezone.now())
    link = page.url.split("/administration/")[0] + f"/welcome/{word}"
    guest = open_page("be-BY")
    guest.goto(link)
    check_accessible(guest)
    keep_picture(guest, "welcome")
    guest.locator("#code").fill(code)
    guest.locator("#new").fill("a secret of some length")
    guest.locator("#again").fill("a secret of some length")
    guest.locator("main button.main").click()
    guest.wait_for_url("**/sign-in")
    guest.locator("#id_username").fill("vera")
    guest.locator("#id_password").fill("a secret of some length")
    guest.locator("main button.main").click()
    guest.wait_for_url("**/")
    guest.goto("/account")
    expect(guest.locator("table").first).to_contain_text("Chrom")
    check_accessible(guest)


def test_a_person_is_suspended_at_once(page, people):
    user = make_user("tamara", organisation=make_body("minsk"))
    sign_in(page, "administrator")
    page.goto("/administration/people/tamara")
    page.locator("summary").click()
    page.locator("button.danger").click()
    expect(page.locator("#reason-told")).to_be_visible()
    check_accessible(page)
    page.locator("#reason").fill("The card was lost.")
    page.locator("button.danger").click()
    expect(page.get_by_text("The card was lost.")).to_be_visible()
    check_accessible(page)
    keep_picture(page, "administration-suspended")
    user.refresh_from_db()
    assert not user.is_active
