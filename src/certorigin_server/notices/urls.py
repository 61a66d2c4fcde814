"""Addresses of notices and webhooks."""

from __future__ import annotations

from django.urls import path

from certorigin_server.notices import views
from certorigin_server.notices.webhooks import views as webhook_views

urlpatterns = [
    path("notices/", views.list_notices, name="notices"),
    path("notices/<int:notice>", views.open_notice, name="notice-open"),
    path("notices/choices", views.choose, name="notice-choices"),
    path("notices/confirm", views.confirm, name="notice-confirm"),
    path("webhooks/", webhook_views.list_webhooks, name="webhooks"),
    path("webhooks/<int:endpoint>", webhook_views.show, name="webhook-show"),
]
