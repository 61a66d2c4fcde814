"""Addresses of the room of figures, and of what is published of them."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin_server.statistics import views

urlpatterns = [
    path("statistics/", views.show, name="statistics"),
    path("statistics/targets", views.list_targets, name="statistics-targets"),
    path("statistics/report/<int:year>/<str:language>.pdf", views.report, name="statistics-report"),
    path("open-data", views.open_data, name="open-data"),
    re_path(
        r"^open-data/(?P<month>20\d\d-[01]\d)\.(?P<kind>csv|json)$",
        views.take_open_data,
        name="open-data-month",
    ),
]
