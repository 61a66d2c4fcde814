"""The line as docs/spec/exchange.md has it: requests signed by RFC 9421, from its text alone."""

import base64
import re
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from tests.simulator import base58_decode

TAG = "certorigin-exchange"
SECONDS = 20
COMPONENTS = '("@method" "@authority" "@path" "@query")'


def base_of(url, parameters):
    """Return the signature base of a GET (RFC 9421, 2.5)."""
    parts = urllib.parse.urlsplit(url)
    lines = {
        "@method": "GET",
        "@authority": parts.netloc.lower(),
        "@path": parts.path or "/",
        "@query": f"?{parts.query}",
        "@signature-params": parameters,
    }
    return "\n".join(f'"{name}": {value}' for name, value in lines.items()).encode()


def sign(url, key, *, created=None, nonce=None):
    """Return the headers of a signed GET."""
    created = created or int(time.time())
    nonce = nonce or secrets.token_urlsafe(18)
    parameters = (
        f'{COMPONENTS};created={created};keyid="{key.multibase}";expires={created + 300}'
        f';nonce="{nonce}";tag="{TAG}"'
    )
    value = base64.b64encode(key.sign(base_of(url, parameters))).decode()
    return {
        "Signature-Input": f"certorigin={parameters}",
        "Signature": f"certorigin=:{value}:",
        "Accept-Encoding": "identity",
    }


def get(url, headers):
    """Ask, and return the status and the bytes; 0 when nobody answers."""
    request = urllib.request.Request(url, headers=headers)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            return answer.status, answer.read(1 << 20)
    except urllib.error.HTTPError as error:
        return error.code, b""
    except OSError:
        return 0, b""


def is_signed(url, headers, keys):
    """Say whether a request is signed by one of the keys over all four components."""
    given = {name.lower(): value for name, value in headers.items()}
    label, _, parameters = given.get("signature-input", "").partition("=")
    found = re.search(r'keyid="([^"]+)"', parameters)
    signature = re.fullmatch(rf"{re.escape(label)}=:([^:]+):", given.get("signature", ""))
    if not (found and signature and parameters.startswith(COMPONENTS) and found[1] in keys):
        return False
    raw = base58_decode(found[1].removeprefix("z"))
    try:
        value = base64.b64decode(signature[1], validate=True)
        VerifyKey(raw.removeprefix(b"\xed\x01")).verify(base_of(url, parameters), value)
    except (BadSignatureError, ValueError):
        return False
    return True
