"""Addresses of the desk of blanks."""

from __future__ import annotations

from django.urls import path

from certorigin_server.blanks import views

urlpatterns = [
    path("blanks/", views.overview, name="blanks"),
    path("blanks/receive", views.receive, name="blanks-receive"),
    path("blanks/delivery-back", views.take_back_delivery, name="blanks-delivery-back"),
    path("blanks/spoil", views.spoil, name="blanks-spoil"),
    path("blanks/back", views.take_back, name="blanks-back"),
    path("blanks/destroy", views.destroy, name="blanks-destroy"),
    path("blanks/count", views.count, name="blanks-count"),
]
