"""An OpenID Connect provider on loopback: discovery, keys, tokens by code, with PKCE kept."""

import hashlib
import json
import threading
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey


class OpenIdProvider:
    """Who signs in is `claims`; `bend` changes the claims, `key` the signature, of one test."""

    def __init__(self):
        self.key = ECKey.generate_key("P-256", {"kid": "one"})
        self.signing, self.algorithm = self.key, "ES256"
        self.issuer, self.claims, self.bend, self.codes = "", {}, {}, {}
        self.answers, self.asked = {}, {}

    def approve(self, address):
        """The person agrees: return what the browser brings back."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
        self.asked, code = asked, f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def token(self, form, at):
        """Exchange a code, once, for who has the verifier."""
        asked = self.codes.pop(form.get("code"), None)
        hashed = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(hashed).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        if asked["redirect_uri"] != form["redirect_uri"] or form["client_secret"] != "s3cret":
            return 401, {"error": "invalid_client"}
        claims = {"iss": self.issuer, "aud": asked["client_id"], "nonce": asked["nonce"]}
        claims |= {"iat": at, "exp": at + 300, "auth_time": at} | self.claims | self.bend
        header = {"alg": self.algorithm, "kid": "one"}
        algorithms = [self.algorithm]
        told = jwt.encode(header, claims, self.signing, algorithms=algorithms)
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": told}

    def answer(self, path, form, at):
        if path in self.answers:
            return 200, self.answers[path]
        if path == "/token":
            return self.token(form, at)
        if path == "/keys":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        endpoints = {"authorization_endpoint": "/authorize", "token_endpoint": "/token"}
        places = {name: self.issuer + place for name, place in endpoints.items()}
        return 200, places | {"issuer": self.issuer, "jwks_uri": self.issuer + "/keys"}


@contextmanager
def provider_at(clock):
    """Serve one provider while a test needs it; `clock` gives its time in seconds."""
    provider = OpenIdProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._tell(*provider.answer(self.path, {}, clock()))

        def do_POST(self):
            size = int(self.headers["Content-Length"])
            form = dict(parse_qsl(self.rfile.read(size).decode()))
            self._tell(*provider.answer(self.path, form, clock()))

        def _tell(self, status, told):
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
