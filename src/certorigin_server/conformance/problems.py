"""ProblemDetails (RFC 9457), with the types that the W3C recommendations name."""

from __future__ import annotations

from typing import Any

from certorigin.errors import CertoriginError, SignatureError, UnknownError
from certorigin.terminal.sentences import say

_MODEL = "https://www.w3.org/TR/vc-data-model#"
_SECURITY = "https://w3id.org/security#"
_PARSING = frozenset(["seal.not_json", "seal.not_an_object", "seal.duplicate_member"])


def problem_of(error: CertoriginError) -> tuple[int, dict[str, Any]]:
    """Say an error as a status (400, or 422 for what is not known here) and a body."""
    kind = _MODEL + "MALFORMED_VALUE_ERROR"
    if error.code in _PARSING:
        kind = _MODEL + "PARSING_ERROR"
    elif isinstance(error, SignatureError) or error.code.startswith("seal.proof"):
        kind = _SECURITY + "PROOF_VERIFICATION_ERROR"
    status = 422 if isinstance(error, UnknownError) else 400
    return status, problem(status, kind, error.code, say(error.code, error.facts))


def problem(status: int, kind: str, title: str, detail: str) -> dict[str, Any]:
    """Make the body of an answer that is no success."""
    details = {"type": kind, "title": title, "detail": detail, "status": status}
    return {**details, "verified": False, "problemDetails": [details]}
