"""Certorigin's verifier in one file: what a certificate is worth, offline, for any program.

    sys.path.insert(0, "certorigin-verify.pyz")
    from certorigin_verify import verify
    report = verify(Path("BYAZ6001000001.json").read_bytes(), trust="trust", mirrors=["mirror"])

Needs Python 3.11 and the package `cryptography`. Where orjson, jsonschema-rs and PyNaCl are
installed they are used, for speed; else small stand-ins of the same strictness.
"""

import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

_STANDINS = f"{Path(__file__).parent}/standins"
if _STANDINS not in sys.path:
    sys.path.append(_STANDINS)  # last: what is installed goes before

from certorigin.errors import CertoriginError, UnknownError  # noqa: E402
from certorigin.late import Later  # noqa: E402
from certorigin.recognition.verify import Verifier  # noqa: E402
from certorigin.seal.trust.folder import read_trust_folder  # noqa: E402
from certorigin.vocabulary.moment import moment_from_text  # noqa: E402

__all__ = ["CertoriginError", "Session", "verify"]

_declaration = Later("certorigin.recognition.declaration")
_view = Later("certorigin.mirror.view")


class Session:
    """Trust lists and mirrors, opened once for many certificates. Make another when they change."""

    def __init__(self, trust, mirrors=()):
        lists = read_trust_folder(Path(trust))
        views = []
        for folder in (found for path in mirrors for found in _view.find_log_folders(Path(path))):
            with suppress(UnknownError):
                views.append(_view.LogView.open(folder, lists))
        self._verifier = Verifier(lists, views)

    def verify(self, raw, *, at=None, declaration=None):
        """Return the report of a bundle or a sealed act (docs/spec/verdict.md), as data.

        `at` is a moment (`2026-05-16T12:00:00Z`, or now), `declaration` the bytes of a goods
        declaration in JSON. Raises CertoriginError for what can't be read: `code` and `facts`.
        """
        moment = moment_from_text(at, place="at") if at else datetime.now(UTC)
        cited = _declaration.GoodsDeclaration.from_bytes(declaration) if declaration else None
        report = self._verifier.verify(raw, at=moment.replace(microsecond=0), declaration=cited)
        return report.to_data()


def verify(raw, *, trust, mirrors=(), at=None, declaration=None):
    """Verify one certificate. As `Session.verify`."""
    return Session(trust, mirrors).verify(raw, at=at, declaration=declaration)
