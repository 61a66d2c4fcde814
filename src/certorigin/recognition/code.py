"""What the QR codes on a paper come to: the slip of a certificate, or a whole bundle in parts.

A slip alone has no legal time: whoever stole a key could have dated it back. So it is never
recognised by itself. It names the sealed act by its digest, and the act is looked for in the
mirrors.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from certorigin.certification.record import RecordPart, is_part, join_parts
from certorigin.certification.render.pdf import Printable
from certorigin.certification.slip import Slip, is_address, key_id_of, read_address
from certorigin.errors import (
    CertoriginError,
    MalformedError,
    SignatureError,
    UntrustedKeyError,
)
from certorigin.late import dataclass
from certorigin.recognition.bundle import open_file
from certorigin.recognition.report import CODE, PAGE, PARTS, Part, Report, not_reached, part
from certorigin.seal.cose import EDDSA, ES256
from certorigin.seal.multikey import ED25519, P256, public_key
from certorigin.standing.twice import NumberTaken
from certorigin.vocabulary.search import number_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from certorigin.certification.slip import SignedSlip
    from certorigin.recognition.declaration import GoodsDeclaration
    from certorigin.recognition.verify import Verifier
    from certorigin.seal.cose import Message
    from certorigin.seal.multikey import PublicKey
    from certorigin.seal.trust.trust import Trust

_ALGORITHM = {ED25519: EDDSA, P256: ES256}


@dataclass(frozen=True)
class Codes:
    """The codes of one paper: its slip, and the bundle when all its parts are here."""

    slip: SignedSlip | None
    bundle: bytes | None


def read_texts(texts: Iterable[str]) -> Codes:
    """Read the texts of the codes of one certificate; those of others are passed over.

    Raises MalformedError: `code.not_ours`, `code.several` for two certificates in one picture, and
    as `read_address` and `join_parts`.
    """
    known = list(dict.fromkeys(texts))
    slips = [read_address(text) for text in known if is_address(text)]
    parts = [RecordPart.from_text(text) for text in known if is_part(text)]
    if not slips and not parts:
        raise MalformedError("code.not_ours", place="")
    if len({one.slip.digest for one in slips}) > 1 or len({one.name for one in parts}) > 1:
        raise MalformedError("code.several", place="")
    # With a slip beside them, parts that are missing are no loss.
    is_whole = bool(parts) and {one.number for one in parts} == set(range(1, parts[0].count + 1))
    bundle = join_parts(parts) if parts and (is_whole or not slips) else None
    return Codes(slips[0] if slips else None, bundle)


def verify_codes(
    verifier: Verifier,
    codes: Codes,
    *,
    at: datetime,
    declaration: GoodsDeclaration | None = None,
) -> Report:
    """Verify what the codes carry or name; compare the slip with the act. Raises MalformedError."""
    signed = codes.slip
    raw = codes.bundle
    if raw is None and signed is not None:
        raw = _look_up(signed.slip, verifier)
    judged = _judge(signed, verifier.trust) if signed is not None else None
    if raw is None and signed is not None:
        report = _code_only(signed.slip, at, asked=declaration is not None)
    else:
        report = verifier.verify(raw or b"", at=at, declaration=declaration)
        if judged is None or judged.code == "code.agrees":
            judged = _compare(signed.slip if signed else None, raw or b"", report) or judged
    beside = {PAGE: part("page.not_compared")}
    if judged is not None:
        beside[CODE] = judged
    return replace(report, parts={**report.parts, **beside})


def _judge(signed: SignedSlip, trust: Trust) -> Part:
    """Is the slip signed by a key that its body was entitled to use when it says it was made."""
    slip, message = signed.slip, signed.message
    keys = [
        one for one in trust.keys_of(slip.issuer, "seal") if key_id_of(one.key) == signed.key_id
    ]
    if not keys:
        return part("code.key_unknown")
    key = public_key(keys[0].key)
    try:
        _verify_signature(message, key)
        found = trust.key_entitlement(
            key.multibase, role="seal", at=slip.at, form=slip.form, controller=slip.issuer
        )
    except (SignatureError, MalformedError):
        return part("code.seal_broken")
    except UntrustedKeyError as fault:
        return part("code.key_not_entitled", fault=fault.code)
    if found.state != slip.issued_in:
        return part("code.key_not_entitled", fault="issuer.state_differs")
    return part("code.agrees", number=slip.number)


def _verify_signature(message: Message, key: PublicKey) -> None:
    """The algorithm is that of the key, or the signature is none. Raises SignatureError."""
    if message.algorithm != _ALGORITHM.get(key.algorithm):
        raise SignatureError("code.seal_broken")
    key.verify(message.to_be_signed(), message.signature)


def _compare(slip: Slip | None, raw: bytes, report: Report) -> Part | None:
    """Does the slip say what the act says. None where there is nothing to compare."""
    if slip is None or report.parts["integrity"].code != "integrity.sound":
        return None
    act = open_file(raw).act
    printable = Printable.of(act)
    said = Slip.of(printable.act, printable.certificate, digest=sha256(act).hexdigest())
    said = replace(said, headings=said.headings[: len(slip.headings)])
    ours, theirs = said.to_data(), slip.to_data()
    what = [name for name, value in ours.items() if theirs[name] != value]
    if what or said.at != slip.at:
        return part("code.differs", what=", ".join(what) or "validFrom")
    return part("code.agrees", number=slip.number)


def _look_up(slip: Slip, verifier: Verifier) -> bytes | None:
    """Find the sealed act of a slip in the mirrors, by its number and its digest."""
    number = NumberTaken(number_key(slip.number), slip.form, slip.issuer, slip.date.isoformat())
    for view in verifier.mirrors:
        try:
            for subject in view.subjects_under(number):
                for logged in view.acts_about(subject):
                    if logged.digest == slip.digest.hex():
                        return view.data(logged.index)
        except CertoriginError:
            continue  # a damaged mirror tells nothing; another may
    return None


def _code_only(slip: Slip, at: datetime, *, asked: bool) -> Report:
    parts = {name: not_reached(name) for name in PARTS[1:-1]}
    return Report(
        at=at,
        parts={
            "integrity": part("integrity.code_only", number=slip.number),
            **parts,
            "match": not_reached("match") if asked else part("match.not_asked"),
        },
    )
