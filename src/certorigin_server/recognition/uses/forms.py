"""What is asked of an officer who corrects a recorded use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin.returns.correction import REASONS
from certorigin_server.desk.layout import LongText, Option, Radio

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

CORRECTING: Layout = (
    Radio(
        name="reason",
        label="web.correction_reason",
        options=lambda: [Option(one, code=f"correction.reason.{one}") for one in REASONS],
    ),
    LongText(name="remark", label="web.recheck_remark", lang="ru"),
)
