"""The public page: a code is checked in the browser, also without a line; nothing leaves it."""

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import expect

from certorigin.certification.render.symbol import modules
from certorigin.certification.slip import Slip, address_of, key_id_of
from certorigin.seal.multikey import public_key
from certorigin_server.seal.keyring import get_keyring
from tests.browser.hands import check_accessible, check_fits, keep_picture
from tests.browser.languages import LOCALES, some
from tests.library.certification.scanned import as_png, sheet_of_symbols
from tests.library.recognition.world import sealer

HOLDER = "urn:certorigin:body:BY:minsk"
SLIP = Slip(
    issuer=HOLDER,
    at=datetime(2026, 5, 16, 9, 30, tzinfo=UTC),
    form="ST-1",
    number="BYAZ6101000001",
    date=date(2026, 5, 16),
    issued_in="BY",
    presented_in="AZ",
    digest=bytes(range(32)),
    items=3,
    headings=("870193", "040510"),
)
PROVEN = "Issue proven, current status unknown"
WORDS = {
    "proven": PROVEN,
    "broken": "The signature in the code does not hold",
    "withdrawn": "was withdrawn",
    "stranger": "No key known to this page",
    "unreadable": "This is not the code of a certificate",
}
# A stand-in for what telephones have and Debian's Chromium has not: it reads one text everywhere.
DETECTOR = """text => { window.BarcodeDetector = class {
    async detect() { return [{rawValue: "https://elsewhere.example"}, {rawValue: text}]; } }; }"""


def fragment(slip=SLIP, key=None):
    return address_of(slip, key or sealer("public"), host="origin.example.by").partition("#")[2]


def known(key=None, **changes):
    """The key as the page gets it, in a list of keys."""
    read = public_key((key or sealer("public")).key)
    raw = read.raw
    if read.algorithm == "P-256":
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        raw = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    own = {
        "id": key_id_of(read.multibase).hex(),
        "kind": read.algorithm,
        "raw": base64.b64encode(raw).decode(),
        "holder": HOLDER,
        "state": "BY",
        "forms": ["ST-1"],
        "from": "2026-01-01T00:00:00Z",
        "until": "2027-01-01T00:00:00Z",
        "withdrawn": False,
    }
    return json.dumps([{**own, "id": "0000000000000000"}, own | changes])


def scan(page, text, keys=None):
    """Give the page the keys that it knows, and the fragment of a code."""
    page.evaluate(
        "([keys, text]) => { document.getElementById('proof').dataset.keys = keys;"
        " location.hash = ''; location.hash = text; }",
        [keys or known(), text],
    )


@pytest.fixture
def checking(page):
    page.goto("/check")
    return page


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "ecdsa-jcs-2019"])
def test_a_code_is_proven_in_airplane_mode_and_nothing_is_sent(checking, suite):
    key, asked = sealer(f"public {suite}", suite), []
    checking.context.set_offline(True)
    checking.on("request", lambda request: asked.append(request.url))
    scan(checking, fragment(key=key), known(key))
    expect(checking.get_by_role("heading", name=PROVEN)).to_be_visible()
    for told in (SLIP.number, "2026-05-16", HOLDER, "870193, 040510"):
        expect(checking.locator("#proof").get_by_text(told, exact=True)).to_be_visible()
    expect(checking.locator("input[name=number]")).to_have_value(SLIP.number)
    expect(checking.locator("input[name=date]")).to_have_value("2026-05-16")
    assert asked == []


def test_whatever_is_wrong_with_a_code_is_told_apart(checking):
    good = fragment()
    raw = bytearray(base64.b32decode(good + "=" * (-len(good) % 8)))
    raw[-1] ^= 1
    bent = base64.b32encode(bytes(raw)).decode().rstrip("=")
    elliptic = sealer("public", "ecdsa-jcs-2019")
    cases = [
        ("broken", bent, known()),
        ("broken", good, known(state="AZ")),
        ("broken", good, known(forms=["ST-3"])),
        ("broken", good, known(until="2026-05-16T09:30:00Z")),
        ("broken", good, known(**{"from": "2026-05-16T09:30:01Z"})),
        ("broken", good, known(sealer("another"), id=key_id_of(sealer("public").key).hex())),
        ("broken", good, known(elliptic, id=key_id_of(sealer("public").key).hex())),
        ("withdrawn", good, known(withdrawn=True)),
        ("stranger", good, known(holder="urn:certorigin:body:BY:brest")),
        ("stranger", good, "[]"),
        ("unreadable", good[:-8], known()),
        ("unreadable", "A" * 40, known()),
        ("unreadable", f"{good}AA", known()),
        ("proven", good.lower(), known()),
    ]
    for word, text, keys in cases:
        scan(checking, text, keys)
        expect(checking.locator("#proof h2")).to_contain_text(WORDS[word])
        checking.evaluate("document.getElementById('proof').replaceChildren()")


def test_another_spelling_of_the_same_claims_is_no_code(checking):
    """As the library: CBOR has one spelling, and what is read is what was signed."""
    good = fragment()
    raw = base64.b32decode(good + "=" * (-len(good) % 8))
    at = raw.index(b"\x58")  # the payload's length, in one byte: written in two it is refused
    longer = raw[:at] + b"\x59\x00" + raw[at + 1 :]
    scan(checking, base64.b32encode(longer).decode().rstrip("="))
    expect(checking.locator("#proof h2")).to_contain_text(WORDS["unreadable"])


def test_the_address_of_a_code_opens_the_page_with_the_keys_of_the_trust_lists(open_page, people):
    """By the system's own key, as the paper has it; a click then asks for the current status."""
    own = next(name for name in sorted(get_keyring().names()) if name.startswith("seal-"))
    key = get_keyring().named(own)
    slip = replace(SLIP, issuer=f"urn:certorigin:body:BY:{own.removeprefix('seal-')}")
    page = open_page()
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto(f"/CHECK#{fragment(slip, key)}")
    expect(page.get_by_role("heading", name=PROVEN)).to_be_visible()
    assert not any(slip.number in url for url in sent)
    check_accessible(page)
    keep_picture(page, "public-proven")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_text("No certificate with this number and day")).to_be_visible()


def test_a_picture_is_read_in_the_browser_where_it_can_and_sent_where_not(open_page, tmp_path):
    picture = tmp_path / "photo.png"
    text = f"HTTPS://ORIGIN.EXAMPLE.BY/CHECK#{fragment()}"
    picture.write_bytes(as_png(sheet_of_symbols([modules(text)])))
    page = open_page()
    page.goto("/check")
    page.locator("#file").set_input_files(picture)
    page.get_by_role("button", name="Send and check").click()
    expect(page.get_by_text("no certificate issued here")).to_be_visible()
    page = open_page()
    page.goto("/check")
    page.evaluate(DETECTOR, text)
    page.evaluate("keys => { document.getElementById('proof').dataset.keys = keys; }", known())
    page.locator("#file").set_input_files(picture)
    expect(page.get_by_role("heading", name=PROVEN)).to_be_visible()
    expect(page.locator("#file")).to_have_value("")


@pytest.mark.parametrize("language", some("ru", "az"))
def test_the_page_is_accessible_on_a_phone_and_works_without_scripts(open_page, language):
    locale = LOCALES[language]
    page = open_page(locale, dark=language == "ru", width=360)
    page.goto("/check")
    for word in WORDS:
        text = {"unreadable": "A" * 40, "broken": fragment()}.get(word, fragment())
        keys = {"broken": known(state="AZ"), "stranger": "[]", "withdrawn": known(withdrawn=True)}
        scan(page, text, keys.get(word))
        expect(page.locator("#proof section")).to_be_visible()
        check_fits(page)
    check_accessible(page)
    plain = open_page(locale, script=False, width=360)
    plain.goto(f"/check#{fragment()}")
    plain.locator("input[name=number]").fill(SLIP.number)
    plain.locator("input[name=date]").fill("16.05.2026")
    plain.keyboard.press("Enter")
    expect(plain.locator("main p.notice")).to_contain_text(SLIP.number)
