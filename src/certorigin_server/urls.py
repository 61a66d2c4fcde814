"""All addresses of a national system."""

from __future__ import annotations

from django.urls import include, path

from certorigin_server.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("certorigin_server.application.urls")),
    path("", include("certorigin_server.assessment.urls")),
    path("", include("certorigin_server.batches.urls")),
    path("", include("certorigin_server.printing.urls")),
    path("", include("certorigin_server.blanks.urls")),
    path("", include("certorigin_server.fees.urls")),
    path("", include("certorigin_server.certification.urls")),
    path("", include("certorigin_server.seal.urls")),
    path("", include("certorigin_server.log.urls")),
    path("", include("certorigin_server.published.urls")),
    path("", include("certorigin_server.mirror.urls")),
    path("", include("certorigin_server.inquiry.urls")),
    path("", include("certorigin_server.recognition.urls")),
    path("", include("certorigin_server.returns.urls")),
    path("", include("certorigin_server.returns.requests.urls")),
    path("", include("certorigin_server.returns.events.urls")),
    path("", include("certorigin_server.notices.urls")),
    path("", include("certorigin_server.public.urls")),
    path("", include("certorigin_server.administration.urls")),
    path("", include("certorigin_server.audit.urls")),
    path("", include("certorigin_server.statistics.urls")),
    path("", include("certorigin_server.guidance.urls")),
    path("", include("certorigin_server.web.urls")),
]

handler400 = "certorigin_server.web.faults.bad_request"
handler404 = "certorigin_server.web.faults.not_found"
handler500 = "certorigin_server.web.faults.server_error"
