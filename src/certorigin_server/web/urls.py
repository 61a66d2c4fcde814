"""Addresses of the shell."""

from __future__ import annotations

from django.urls import path, re_path
from django.views.i18n import set_language

from certorigin_server.web import account, applications, guides, keys, metrics, schemas, views
from certorigin_server.web.sign_in import confirm, directory, proofs
from certorigin_server.web.sign_in import views as sign_in

urlpatterns = [
    path("", views.home, name="home"),
    path("search", views.search, name="search"),
    re_path(r"^certificate/(?P<subject>[\w:.-]{1,250})$", views.journey, name="journey"),
    path("application/", applications.list_applications, name="application-list"),
    path("application/<uuid:application>", applications.show, name="application-show"),
    path("sign-in", sign_in.SignIn.as_view(), name="sign-in"),
    path("sign-in/second", sign_in.second, name="sign-in-second"),
    path("sign-in/passkey", sign_in.passkey, name="sign-in-passkey"),
    path("sign-in/confirm", confirm.confirm, name="sign-in-confirm"),
    path("sign-in/directory", directory.leave, name="sign-in-directory"),
    path("sign-in/directory/back", directory.come_back, name="sign-in-directory-back"),
    path("sign-out", sign_in.SignOut.as_view(), name="sign-out"),
    path("help", guides.guide, name="help"),
    path("tour", guides.tour, name="tour"),
    path("account", account.account, name="account"),
    path("account/sign-in", proofs.proofs, name="sign-in-account"),
    path("account/keys", keys.keys, name="keys"),
    path("language", set_language, name="set_language"),
    path("health", views.health, name="health"),
    path("schemas/<slug:name>-v1.json", schemas.read_schema, name="schema"),
    path("metrics", metrics.read_metrics, name="metrics"),
]
