"""Address of the public page; the code on the paper writes it in capitals."""

from __future__ import annotations

from django.urls import re_path

from certorigin_server.public import views

urlpatterns = [re_path(r"^(?:check|CHECK)$", views.check, name="public-check")]
