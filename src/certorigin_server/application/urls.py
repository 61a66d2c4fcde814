"""Addresses of the exporter's desk."""

from __future__ import annotations

from django.urls import path

from certorigin_server.application import views

urlpatterns = [
    path("application/", views.list_applications, name="application-list"),
    path("application/new", views.begin, name="application-begin"),
    path("application/<uuid:application>", views.show, name="application-show"),
    path("application/<uuid:application>/edit", views.edit, name="application-edit"),
]
