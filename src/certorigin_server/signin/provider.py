"""The institution's OpenID Connect provider: the code flow with PKCE, state and nonce.

The protocol is Authlib's and joserfc's. The line is ours: no redirects, no endless answers, no
proxies of the environment. Nothing of the provider is believed before its signature is checked.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import httpx
import orjson
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636.challenge import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from certorigin.errors import MalformedError, RightError, UnknownError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from joserfc.jwk import KeySetSerialization

    from certorigin_server.settings.sign_in import DirectorySettings

_WAIT, _LARGEST = 5.0, 300_000
# Signatures by a key pair: with a shared secret whoever knows it could speak for anybody.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_LEEWAY = 60
_DISCOVERY = "/.well-known/openid-configuration"
_MOST_GROUPS = 500
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Journey:
    """One way to the provider and back: what it must bring back, and what only we know."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Journey:
        """Return a new one."""
        return cls(*(secrets.token_urlsafe(48) for _ in range(3)))


@dataclass(frozen=True)
class Known:
    """Somebody of the directory, as its signed word says."""

    issuer: str
    subject: str
    username: str
    first_name: str
    last_name: str
    groups: frozenset[str]


class Provider:
    """The provider of the settings. `transport` lets a test stand in for the network."""

    def __init__(
        self, directory: DirectorySettings, *, transport: httpx.BaseTransport | None = None
    ) -> None:
        self._directory = directory
        self._client = httpx.Client(
            timeout=_WAIT,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
            headers={"Accept": "application/json", "User-Agent": "certorigin"},
        )

    def address(self, journey: Journey, *, back: str, anew: bool) -> str:
        """Return where the browser goes; `anew` has the person prove who they are once more.

        Raises UnknownError (`directory.unreachable`).
        """
        more = {"prompt": "login", "max_age": "0"} if anew else {}
        return str(
            prepare_grant_uri(
                self._endpoints()["authorization_endpoint"],
                client_id=self._directory.client,
                response_type="code",
                redirect_uri=back,
                scope=" ".join(self._directory.scopes),
                state=journey.state,
                nonce=journey.nonce,
                code_challenge=create_s256_code_challenge(journey.verifier),
                code_challenge_method="S256",
                **more,
            )
        )

    def who(
        self, journey: Journey, answer: Mapping[str, str], *, back: str, anew: bool, at: datetime
    ) -> Known:
        """Return who came back. Raises RightError (`directory.refused`), UnknownError."""
        given = answer.get("state", "")
        if not hmac.compare_digest(given.encode(), journey.state.encode()):
            raise RightError("directory.refused")
        if not answer.get("code") or answer.get("iss", self._directory.issuer) != (
            self._directory.issuer
        ):
            raise RightError("directory.refused")
        endpoints = self._endpoints()
        token = self._token(endpoints["token_endpoint"], answer["code"], journey.verifier, back)
        keys = self._read("GET", endpoints["jwks_uri"])
        claims = self._claims(token, keys, journey, at)
        fresh = claims.get("auth_time")
        if anew and not (isinstance(fresh, int) and at.timestamp() - fresh <= 2 * _LEEWAY):
            raise RightError("directory.refused")
        return self._known(claims)

    def _endpoints(self) -> dict[str, str]:
        issuer = self._directory.issuer
        found = self._read("GET", issuer.rstrip("/") + _DISCOVERY)
        texts = {name: value for name, value in found.items() if isinstance(value, str)}
        if texts.get("issuer") != issuer or not all(name in texts for name in _ENDPOINTS):
            raise UnknownError("directory.unreachable")
        scheme = issuer.partition("://")[0] + "://"
        if not all(texts[name].startswith(("https://", scheme)) for name in _ENDPOINTS):
            raise UnknownError("directory.unreachable")
        return texts

    def _token(self, url: str, code: str, verifier: str, back: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._directory.client,
            "code_verifier": verifier,
        }
        secret = _secret_of(self._directory)
        if secret:
            form["client_secret"] = secret
        return self._read("POST", url, form)

    def _claims(
        self, token: Mapping[str, Any], keys: dict[str, Any], journey: Journey, at: datetime
    ) -> CodeIDToken:
        """Check signature, issuer, audience, times and nonce of the id token."""
        try:
            believed = KeySet.import_key_set(cast("KeySetSerialization", keys))
            read = jwt.decode(str(token.get("id_token", "")), believed, list(_ALGORITHMS))
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": self._directory.issuer},
                    "aud": {"essential": True, "value": self._directory.client},
                    "sub": {"essential": True},
                    "exp": {"essential": True},
                },
                params={
                    "nonce": journey.nonce,
                    "client_id": self._directory.client,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(now=int(at.timestamp()), leeway=_LEEWAY)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise RightError("directory.refused") from error
        return claims

    def _known(self, claims: CodeIDToken) -> Known:
        groups = claims.get(self._directory.groups_claim, [])
        listed = groups if isinstance(groups, list) else []
        subject, username = str(claims["sub"]), claims.get(self._directory.username_claim)
        if not subject or len(subject) > 255 or not isinstance(username, str) or not username:
            raise RightError("directory.refused")
        return Known(
            issuer=self._directory.issuer,
            subject=subject,
            username=username[:150],
            first_name=str(claims.get("given_name") or "")[:150],
            last_name=str(claims.get("family_name") or "")[:150],
            groups=frozenset(one for one in listed[:_MOST_GROUPS] if isinstance(one, str)),
        )

    def _read(self, method: str, url: str, form: dict[str, str] | None = None) -> dict[str, Any]:
        """Return the object that an address answers. Raises UnknownError."""
        body = b""
        try:
            with self._client.stream(method, url, data=form) as answer:
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > _LARGEST:
                        raise UnknownError("directory.unreachable")
                found = orjson.loads(body) if answer.is_success else None
        except (httpx.HTTPError, httpx.InvalidURL, orjson.JSONDecodeError) as fault:
            raise UnknownError("directory.unreachable") from fault
        if not isinstance(found, dict):
            raise UnknownError("directory.unreachable")
        return found


def _secret_of(directory: DirectorySettings) -> str:
    """Return the client's secret; it stands in a file of its own. Raises MalformedError."""
    if not directory.secret_file:
        return ""
    try:
        return (settings.SYSTEM.folder / directory.secret_file).read_text("utf-8").strip()
    except OSError as error:
        facts = {"place": "sign_in.directory.secret_file", "value": directory.secret_file}
        raise MalformedError("settings.file_missing", **facts) from error
