"""Addresses of the desks on which is asked and answered."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin_server.certification.urls import SUBJECT
from certorigin_server.returns.requests import views_answer, views_ask

urlpatterns = [
    path("requests/", views_ask.list_requests, name="requests-list"),
    re_path(rf"^requests/ask/{SUBJECT}$", views_ask.ask, name="requests-ask"),
    path("requests/restore/<int:decision>", views_ask.restore, name="requests-restore"),
    path("requests/<int:row>", views_ask.show, name="requests-show"),
    path("requests/<int:row>/letter", views_ask.letter, name="requests-letter"),
    path("requests/<int:row>/worksheet.json", views_ask.worksheet, name="requests-worksheet"),
    path("answers/", views_answer.list_answers, name="answers-list"),
    path("answers/<int:row>", views_answer.show, name="answers-show"),
    path("answers/<int:row>/letter", views_answer.letter, name="answers-letter"),
    re_path(rf"^certification/{SUBJECT}/review$", views_answer.review, name="returns-review"),
]
