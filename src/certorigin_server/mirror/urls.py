"""Addresses of our mirrors, as the publisher asks for them (docs/spec/exchange.md)."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin_server.log.urls import ORIGIN
from certorigin_server.mirror import views_watch
from certorigin_server.mirror.hints import take_hint
from certorigin_server.mirror.views import read_copy, read_cosigned, read_trust_copy

urlpatterns = [
    path("mirror/", views_watch.watch, name="mirror-watch"),
    path("mirror/picture", views_watch.show_picture, name="mirror-picture"),
    path("mirror/announce", views_watch.announce_notice, name="mirror-announce"),
    path("mirror/days", views_watch.list_days, name="mirror-days"),
    path("mirror/terms", views_watch.list_terms, name="mirror-terms"),
    path("mirror/fallen", views_watch.list_fallen, name="mirror-fallen"),
    path("service.json", views_watch.read_service, name="service"),
    re_path(
        r"^exchange/hint/(?P<corridor>[A-Z]{2}-[A-Z]{2}/[\w-]{1,40})$", take_hint, name="take-hint"
    ),
    re_path(
        rf"^exchange/mirror/{ORIGIN}/cosigned/(?P<number>0|[1-9][0-9]{{0,11}})$",
        read_cosigned,
        name="read-cosigned",
    ),
    re_path(
        r"^exchange/mirror/trust/(?P<version>[1-9][0-9]{0,8})\.json$",
        read_trust_copy,
        name="read-trust-copy",
    ),
    re_path(rf"^exchange/mirror/{ORIGIN}/(?P<path>[\w./]{{1,120}})$", read_copy, name="read-copy"),
]
