"""The status list of the test profile: random places, and bits that a batch publishes."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from certorigin.errors import LimitError, UnknownError
from certorigin.seal.foreign.proofs import add_proof
from certorigin.seal.foreign.status_list import (
    MIN_PLACES,
    check_entry,
    check_status,
    encode_list,
    list_credential,
    status_entry,
)
from certorigin.vocabulary.moment import moment_to_text
from certorigin_server.conformance.issuers import Issuer

PATH = "/vc/status/lists/1"
MAX_TAKEN = MIN_PLACES // 2
KEPT = timedelta(days=1)


class StatusList:
    """One list in memory. What is set shows after the next batch is published."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer
        self._taken: dict[int, str] = {}
        self._set: set[int] = set()
        self._published: frozenset[int] = frozenset()

    def enter(self, credential: Mapping[str, Any], base: str) -> dict[str, Any]:
        """Give the credential a place that nobody can guess from the one before."""
        if "credentialStatus" in credential:
            return dict(credential)
        if len(self._taken) >= MAX_TAKEN:
            raise LimitError("foreign.status_list_size", size=str(MAX_TAKEN), limit=str(MAX_TAKEN))
        place = secrets.randbelow(MIN_PLACES)
        while place in self._taken:
            place = secrets.randbelow(MIN_PLACES)
        self._taken[place] = str(credential.get("id", ""))
        return {**credential, "credentialStatus": status_entry(base + PATH, place)}

    def mark(self, credential_id: object) -> None:
        """Set the bit of a credential, for the next batch. Raises UnknownError for another id."""
        found = [place for place, name in self._taken.items() if name and name == credential_id]
        if not found:
            raise UnknownError("foreign.status_unknown", value=str(credential_id)[:80])
        self._set.update(found)

    def publish(self) -> None:
        """Publish what was set since the last batch."""
        self._published = frozenset(self._set)

    def credential(self, base: str) -> dict[str, Any]:
        """Return the signed list as it was published last."""
        at = datetime.now(UTC).replace(microsecond=0)
        unsigned = list_credential(
            base + PATH,
            self._issuer.did,
            encode_list(self._published),
            moment_to_text(at),
            moment_to_text(at + KEPT),
        )
        return add_proof(unsigned, self._issuer.sealer, {}, created=at)

    def check(self, credential: Mapping[str, Any], base: str) -> None:
        """Check the status of a verified credential; another's list is not fetched.

        Raises MalformedError, UnknownError for a list that is not here, SignatureError when set.
        """
        entries = credential.get("credentialStatus", [])
        for entry in entries if isinstance(entries, list) else [entries]:
            check_entry(entry, "credentialStatus")
            if entry["statusListCredential"] != base + PATH:
                raise UnknownError(
                    "foreign.status_unknown", value=entry["statusListCredential"][:80]
                )
            check_status(entry, self.credential(base))
