"""Addresses of what is made for posts and third parties."""

from __future__ import annotations

from django.urls import path, re_path

from certorigin_server.certification.urls import SUBJECT
from certorigin_server.published import views

urlpatterns = [
    path("published/posts/", views.list_post_files, name="published-posts"),
    path("published/posts/<str:name>", views.take_post_file, name="published-post-file"),
    re_path(r"^published/make/(?P<kind>posts|status)$", views.make_now, name="published-make"),
    path("status/<str:name>", views.take_list, name="published-list"),
    re_path(rf"^certification/{SUBJECT}/excerpt$", views.take_excerpt, name="published-excerpt"),
    re_path(rf"^certification/{SUBJECT}/status$", views.take_credential, name="published-status"),
]
