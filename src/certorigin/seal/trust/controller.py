"""Controller documents, so that a foreign verifier can check our credentials with its own tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certorigin.errors import UnknownError
from certorigin.vocabulary.moment import moment_to_text

if TYPE_CHECKING:
    from certorigin.seal.trust.entries import Key
    from certorigin.seal.trust.trust import Trust

CONTEXT = ("https://www.w3.org/ns/cid/v1",)
_ROLES = ("seal", "officer", "gateway")


def controller_document(trust: Trust, controller: str) -> dict[str, Any]:
    """Return the controller document of a body, officer or installation with its sealing keys.

    W3C Controlled Identifiers 1.0, sections 2.1 and 2.2.2. Raises UnknownError for an unknown name.
    """
    if trust.find_holder(controller) is None:
        raise UnknownError("trust.controller_unknown", controller=controller[:80])
    keys = {key.key: key for role in _ROLES for key in trust.keys_of(controller, role)}
    methods = [_method(key) for key in keys.values()]
    return {
        "@context": list(CONTEXT),
        "assertionMethod": [method["id"] for method in methods],
        "id": controller,
        "verificationMethod": methods,
    }


def _method(key: Key) -> dict[str, str]:
    method = {
        "controller": key.controller,
        "id": f"{key.controller}#{key.key}",
        "publicKeyMultibase": key.key,
        "type": "Multikey",
    }
    if key.period.end is not None:
        method["expires"] = moment_to_text(key.period.end)
    if key.withdrawn is not None:
        method["revoked"] = moment_to_text(key.withdrawn.at)
    return method
