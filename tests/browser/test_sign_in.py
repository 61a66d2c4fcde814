"""Passkeys in a real browser with a virtual device; one-time codes without any script."""

from datetime import timedelta

import pyotp
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from certorigin_server.signin.models import Passkey
from certorigin_server.users.models import User
from certorigin_server.users.rights import Role
from tests.browser.chromium import PATIENCE_MS
from tests.browser.hands import check_accessible, check_fits, press_until
from tests.browser.people import PASSWORD
from tests.server.factories import make_organisation, make_user

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def keyholder(people):
    """Somebody of this file's own: who has a second factor is asked for it everywhere."""
    User.objects.filter(username="keyholder").delete()
    user = make_user("keyholder", Role.EXPORTER, organisation=make_organisation("keys"))
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def own_page(chromium, live):
    """A page under a host name: no browser gives passkeys to a bare address."""
    context = chromium.new_context(base_url=live.replace("127.0.0.1", "localhost"), locale="en-GB")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def with_password(page):
    page.locator("#id_username").fill("keyholder")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main button.main").click()


def choose_language(page, language):
    page.locator("#page-language").select_option(language)
    page.locator("form.language button").click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def sign_out_on_a_phone(page):
    """Menu, language and person are behind one button there, which needs no script."""
    page.locator("button.menu").click()
    page.locator("form.person button").click()


@pytest.mark.timeout(120)
def test_a_passkey_is_made_and_opens_the_system_by_keyboard(own_page, keyholder):
    page = own_page
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto("/sign-in?next=/account/sign-in")
    check_accessible(page)
    with_password(page)
    page.locator("#name").fill("office key")
    page.locator("[data-passkey=create]").click()
    expect(page.locator("ul.codes li")).to_have_count(10)
    check_accessible(page)
    assert Passkey.objects.get(user=keyholder).name == "office key"
    for language in ("ru", "az", "be", "en"):
        choose_language(page, language)
        check_accessible(page)
    page.set_viewport_size({"width": 360, "height": 800})
    check_fits(page)
    sign_out_on_a_phone(page)

    page.goto("/sign-in?next=/account")
    press_until(page, "form[action='/sign-in/passkey'] button")
    page.keyboard.press("Enter")
    expect(page.locator("[data-passkey=get]")).to_be_visible()
    check_accessible(page)
    press_until(page, "[data-passkey=get]")
    page.keyboard.press("Enter")
    expect(page.locator("#sessions")).to_be_visible()
    sign_out_on_a_phone(page)

    with_password(page)
    expect(page.locator("#code")).to_be_visible()
    check_accessible(page)
    page.locator("[data-passkey=get]").click()
    expect(page.locator("button.menu")).to_be_visible()


def test_one_time_codes_need_no_script(open_page, keyholder):
    page = open_page(dark=True, width=360, script=False)
    page.goto("/sign-in?next=/account/sign-in")
    with_password(page)
    expect(page.locator("[data-passkey=create]")).to_be_hidden()
    secret = page.locator("p:has(img.symbol) + p code").inner_text().replace(" ", "")
    at = timezone.now()
    page.locator("#code").fill(pyotp.TOTP(secret).at(at))
    page.get_by_role("button", name="Add one-time codes").click()
    expect(page.locator("ul.codes li")).to_have_count(10)
    check_fits(page)
    sign_out_on_a_phone(page)
    with_password(page)
    page.locator("#code").fill(pyotp.TOTP(secret).at(at + timedelta(seconds=30)))
    page.locator("main form:has(#code) button").click()
    expect(page.locator("button.menu")).to_be_visible()
