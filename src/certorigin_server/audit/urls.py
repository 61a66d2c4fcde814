"""Addresses of the auditor's desk."""

from __future__ import annotations

from django.urls import path

from certorigin_server.audit import views, views_papers

urlpatterns = [
    path("audit/", views.read_trail, name="audit"),
    path("audit/export", views.export, name="audit-export"),
    path("audit/samples", views.list_samples, name="audit-samples"),
    path("audit/samples/<uuid:sample>", views.show_sample, name="audit-sample"),
    path(
        "audit/samples/<uuid:sample>/population",
        views.download_population,
        name="audit-population",
    ),
    path("audit/samples/<uuid:sample>/<int:position>", views.check, name="audit-check"),
    # Among the pages of administration, which administrators and auditors read.
    path("administration/papers", views_papers.list_papers, name="papers"),
    path(
        "administration/papers/<uuid:destruction>",
        views_papers.download_protocol,
        name="papers-protocol",
    ),
]
