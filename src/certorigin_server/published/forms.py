"""What a holder may hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certorigin_server.desk.layout import Flag

if TYPE_CHECKING:
    from certorigin_server.desk.layout import Layout

# The names are those of `certorigin.certification.excerpt.PARTS`.
HIDING: Layout = (
    Flag(name="seller", label="web.hide_seller"),
    Flag(name="buyer", label="web.hide_buyer"),
    Flag(name="transport", label="web.hide_transport"),
    Flag(name="invoice", label="web.hide_invoice"),
    Flag(name="quantity", label="web.hide_quantity"),
)
