"""Addresses of the administrator's desk, and of the link that invites a person."""

from __future__ import annotations

from django.urls import path

from certorigin_server.administration import views, views_alarms

urlpatterns = [
    path("administration/", views.home, name="administration"),
    path("administration/people", views.list_people, name="administration-people"),
    path("administration/people/<str:username>", views.show_person, name="administration-person"),
    path("administration/bodies", views.list_bodies, name="administration-bodies"),
    path("administration/bodies/<slug:slug>", views.show_body, name="administration-body"),
    path("administration/propose/<slug:kind>", views.propose, name="administration-propose"),
    path(
        "administration/proposals/<uuid:proposal>",
        views.show_proposal,
        name="administration-proposal",
    ),
    path("administration/partners", views.show_partners, name="administration-partners"),
    path("administration/alarms", views_alarms.list_alarms, name="administration-alarms"),
    path("administration/alarms/<int:event>", views_alarms.note, name="administration-alarm-note"),
    path("administration/loops", views.show_loops, name="administration-loops"),
    path("welcome/<str:word>", views.welcome, name="administration-welcome"),
]
