"""Addresses of our trust lists (docs/spec/exchange.md)."""

from __future__ import annotations

from django.urls import re_path

from certorigin_server.seal.views import read_announcements, read_specimen, read_trust_list

urlpatterns = [
    re_path(
        r"^exchange/trust/(?P<version>[1-9][0-9]{0,8})\.json$", read_trust_list, name="read-trust"
    ),
    re_path(
        r"^exchange/trust/specimen/(?P<sha256>[0-9a-f]{64})$", read_specimen, name="read-specimen"
    ),
    re_path(r"^exchange/trust/announcements\.json$", read_announcements, name="read-announcements"),
]
