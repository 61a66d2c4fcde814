"""Addresses of the pages before issue."""

from __future__ import annotations

from django.urls import path

from certorigin_server.guidance import supplier_views, views

urlpatterns = [
    path("ask/", views.start, name="guidance-start"),
    path("ask/<uuid:inquiry>", views.show, name="guidance-ask"),
    path("ask/<uuid:inquiry>/use", views.use, name="guidance-use"),
    path("suppliers/", supplier_views.show_all, name="supplier-list"),
    path("suppliers/declare", supplier_views.declare, name="supplier-declare"),
    path("suppliers/look/<int:dependent>", supplier_views.look, name="supplier-look"),
    path("suppliers/offers", supplier_views.offers, name="supplier-offers"),
    path("suppliers/choose", supplier_views.choose, name="supplier-choose"),
    path("suppliers/<str:declaration>", supplier_views.show, name="supplier-show"),
    path("suppliers/<str:declaration>/withdraw", supplier_views.withdraw, name="supplier-withdraw"),
    path("acceptance/", views.list_rules, name="guidance-rules"),
    path("acceptance/enter", views.enter, name="guidance-enter"),
    path("acceptance/<int:publication>", views.show_rules, name="guidance-rule"),
    path("acceptance/of/<uuid:application>", views.acceptance, name="guidance-acceptance"),
]
