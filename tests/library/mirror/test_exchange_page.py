"""The signed request on docs/spec/exchange.md is one."""

import re
from datetime import UTC, datetime

from nacl.signing import SigningKey

from certorigin.mirror.line import sign_request, verify_request
from certorigin.seal.multikey import ED25519, public_key_from_raw
from tests.data import ROOT

PAGE = (ROOT / "docs" / "spec" / "exchange.md").read_text("utf-8")
EXAMPLE = re.search(r"^```http\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)[1]


class Sealer:
    """The key of the page."""

    suite = "eddsa-jcs-2022"

    def __init__(self):
        self._key = SigningKey(bytes([5]) * 32)
        self.key = public_key_from_raw(ED25519, bytes(self._key.verify_key)).multibase

    def sign(self, data):
        return self._key.sign(data).signature


def read():
    first, *lines = EXAMPLE.splitlines()
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    return method, f"http://{headers['Host']}{path}", headers


def test_the_example_is_verified():
    method, url, headers = read()
    caller = verify_request(
        method,
        url,
        headers,
        lambda key: {Sealer().key: "AZ-1"}[key],
        now=datetime(2026, 5, 16, 12, 1, tzinfo=UTC),
        seen_nonce=lambda *_: False,
    )
    assert caller.installation == "AZ-1"


def test_the_example_is_what_we_would_send():
    method, url, headers = read()
    nonce = re.search(r'nonce="([^"]+)"', headers["Signature-Input"])[1]
    at = datetime(2026, 5, 16, 12, 0, tzinfo=UTC)
    assert sign_request(method, url, sealer=Sealer(), at=at, nonce=nonce).items() <= headers.items()
