"""What the pages of batches ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.application.forms import bodies, forms
from certorigin_server.desk.layout import Choice, Flag

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

TABLE: Layout = (Choice(name="form", label="web.form", help="web.form_help", options=forms),)
CONFIRMATION: Layout = (
    Choice(name="body", label="web.body", help="web.body_help", options=bodies),
    Flag(name="confirmed", label="web.bulk_confirm_each", clause="Rules 7.4, box 13"),
)
