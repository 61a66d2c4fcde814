"""Addresses of batches."""

from __future__ import annotations

from django.urls import path

from certorigin_server.batches import views

urlpatterns = [
    path("batches/", views.list_batches, name="batch-list"),
    path("batches/new", views.upload, name="batch-new"),
    path("batches/<uuid:batch>", views.show, name="batch-show"),
    path("batches/<uuid:batch>/confirm", views.confirm, name="batch-confirm"),
    path("batches/<uuid:batch>/decide", views.decide, name="batch-decide"),
    path("batches/<uuid:batch>/certify", views.certify, name="batch-certify"),
]
