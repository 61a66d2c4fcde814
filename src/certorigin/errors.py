"""Every error of the library, in one tree. The library speaks in codes and facts, not sentences.

CertoriginError
├── MalformedError            bytes or data from outside that cannot be read: where, and why
│   ├── LimitError            ... because they are larger, deeper or more numerous than allowed
│   └── FaultsError           ... and every fault is told, not only the first
├── VerificationError         something that was read, but is not what it claims to be
│   ├── SignatureError        the signature does not fit the bytes and the key
│   ├── UntrustedKeyError     the key may not speak for that body, in that role, at that time
│   └── ProofError            an inclusion or consistency proof does not lead to the signed head
│       └── ForkError         two signed heads that can't both be true; carries both as evidence
├── UnknownError              what is needed to decide is not here (a list, a key, a tile)
├── ConflictError             somebody else was first: a head, a lease, a number, a stored seal
├── StandingError             the act is not allowed in the present standing of its subject
├── RightError                the person or body has no right to do this
└── FindingsError             a draft cannot go on as it is; carries the findings

A code is lower-case words with a dot: the place in the house, then the fault ("log.head_moved").
Sentences for codes are made at the edge (`certorigin.terminal.sentences`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class CertoriginError(Exception):
    """The root: a stable `code` and the `facts` that a sentence about it needs."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self.code} ({facts})" if facts else self.code


class MalformedError(CertoriginError):
    """What came from outside cannot be read. Facts say `place` and, where it helps, `value`."""


class LimitError(MalformedError):
    """What came from outside is larger, deeper or more numerous than this system reads."""


class FaultsError(MalformedError):
    """What came from outside has faults. Code and facts tell the first, `findings` holds all."""

    def __init__(self, code: str, findings: Sequence[object], **facts: str) -> None:
        super().__init__(code, **facts)
        self.findings = tuple(findings)


class VerificationError(CertoriginError):
    """What was read is not what it claims to be."""


class SignatureError(VerificationError):
    """The signature does not fit these bytes and this key."""


class UntrustedKeyError(VerificationError):
    """The key may not speak for that body in that role at that time."""


class ProofError(VerificationError):
    """An inclusion or consistency proof does not lead to the signed head."""


class ForkError(ProofError):
    """Two signed heads of one log can't both be true. The evidence is kept byte for byte."""

    def __init__(self, code: str, *, ours: bytes, theirs: bytes, **facts: str) -> None:
        super().__init__(code, **facts)
        self.ours = ours
        self.theirs = theirs


class UnknownError(CertoriginError):
    """What is needed to decide is not here. Never to be read as a negative answer."""


class ConflictError(CertoriginError):
    """Somebody else was first. Trying again from the present state is safe."""


class StandingError(CertoriginError):
    """The act is not allowed in the present standing of its subject."""


class RightError(CertoriginError):
    """The person or body has no right to do this."""


class FindingsError(CertoriginError):
    """A document cannot go on as it is. `findings` holds every reason, not only the first."""

    def __init__(self, code: str, findings: Sequence[object], **facts: str) -> None:
        super().__init__(code, **facts)
        self.findings = tuple(findings)
