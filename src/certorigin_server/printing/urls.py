"""Address of the print queue."""

from __future__ import annotations

from django.urls import path

from certorigin_server.printing import views

urlpatterns = [path("printing/", views.queue, name="print-queue")]
