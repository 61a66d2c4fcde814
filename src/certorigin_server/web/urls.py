"""Addresses of the shell."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path
from django.views.i18n import set_language

from certorigin_server.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("certificate/<str:subject>", views.journey, name="journey"),
    path("sign-in", LoginView.as_view(template_name="web/sign_in.html"), name="sign-in"),
    path("sign-out", LogoutView.as_view(next_page="/sign-in"), name="sign-out"),
    path("language", set_language, name="set_language"),
    path("health", views.health, name="health"),
]
