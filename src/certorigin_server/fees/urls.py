"""Addresses of the desk of fees."""

from __future__ import annotations

from django.urls import path

from certorigin_server.fees import schedule_views, views

urlpatterns = [
    path("fees/", views.list_fees, name="fees"),
    path("fees/schedules", schedule_views.list_schedules, name="fees-schedules"),
    path("fees/schedules/<slug:body>/enter", schedule_views.enter, name="fees-enter"),
    path("fees/schedules/<slug:body>/rules", schedule_views.rules, name="fees-rules"),
    path("fees/application/<uuid:application>", views.application, name="fees-application"),
    path("fees/application/<uuid:application>/urgent", views.ask_urgency, name="fees-urgent"),
    path("fees/payments", views.payments, name="fees-payments"),
    path("fees/payments/<int:file>", views.payment_file, name="fees-payments-file"),
    path("fees/<int:fee>/payment", views.pay, name="fees-pay"),
    path("fees/<int:fee>/refund", views.give_back, name="fees-refund"),
    path("fees/<int:fee>/waiver", views.waive, name="fees-waive"),
    path("fees/<int:fee>/waiver/recall", views.recall, name="fees-recall"),
    path("fees/<int:fee>/extent", views.extent, name="fees-extent"),
]
