"""Fill what the generator leaves empty: dossiers, declarations of suppliers, people of traders.

As much of each as a year with so many certificates may leave. Dossiers are approved as an officer
does it; the rest are rows whose contents no list reads. Nothing is doubled when it is run again.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

A_SHARE = 5  # one to so many certificates
MOST_DOSSIERS = 500


@transaction.atomic
def crowd(certificates: int) -> None:
    """Add what lacks."""
    _suppliers(certificates // A_SHARE)
    _people(certificates // A_SHARE)
    _dossiers(min(certificates // A_SHARE, MOST_DOSSIERS))


def _dossiers(wanted: int) -> None:
    from certorigin.errors import CertoriginError  # noqa: PLC0415 - Django is set up by now
    from certorigin_server.assessment import dossier_services  # noqa: PLC0415
    from certorigin_server.assessment.models import Assessment, Dossier  # noqa: PLC0415

    found = Assessment.objects.filter(decision="originating", reopening=None)
    rows = found.select_related("application", "decided_by__organisation").order_by("pk")
    now, have = timezone.now(), Dossier.objects.count()
    for row in rows[have:].iterator(chunk_size=100):
        if have >= wanted:
            break
        try:
            with transaction.atomic():
                dossier_services.approve(
                    application=row.application_id,
                    sequence=1,
                    valid_until=now.date() + timedelta(days=90),
                    by=row.decided_by,
                    at=now,
                )
        except CertoriginError:  # goods whose dossier there is, or that want another paper
            continue
        have += 1


def _suppliers(wanted: int) -> None:
    from certorigin_server.application.models import Application  # noqa: PLC0415
    from certorigin_server.suppliers.models import Declaration, Dependent  # noqa: PLC0415
    from certorigin_server.users.models import Organisation  # noqa: PLC0415

    have = Declaration.objects.count()
    traders = list(Organisation.objects.filter(kind="trader").order_by("pk"))
    applications = list(Application.objects.exclude(body=None).order_by("pk")[:wanted])
    now = timezone.now()
    made, depending = [], []
    for one in range(have, wanted):
        supplier, customer = (traders[(one * step) % len(traders)] for step in (1, 7))
        row = Declaration(
            id=f"urn:uuid:00000000-0000-4000-8000-{one:012d}",
            organisation=supplier,
            customer=customer,
            document="{}",
            options="{}",
            valid_from=now.date(),
            valid_until=now.date() + timedelta(days=365),
            prepared_at=now - timedelta(minutes=wanted - one),
            prepared_by_id=applications[0].created_by_id,
        )
        if one % 4 == 0:  # this one fell, and three applications had named it
            row.withdrawn_at, row.withdrawn_by_id, row.reason = now, row.prepared_by_id, "fell"
            some = (applications[(one + step) % len(applications)] for step in range(3))
            looked = {} if one % 40 == 0 else {"looked_at": now, "looked_by_id": row.prepared_by_id}
            depending += [Dependent(declaration=row, application=a, **looked) for a in some]
        made.append(row)
    Declaration.objects.bulk_create(made, batch_size=500)
    Dependent.objects.bulk_create(depending, batch_size=500)


def _people(wanted: int) -> None:
    from certorigin_server.users.models import Organisation, RoleGrant, User  # noqa: PLC0415

    traders = list(Organisation.objects.filter(kind="trader").order_by("pk"))
    have, now = User.objects.filter(username__startswith="clerk-").count(), timezone.now()
    made = User.objects.bulk_create(
        User(
            username=f"clerk-{one:06d}",
            password="!",
            first_name="Ирина",
            last_name=f"Ковалёва-{one:06d}",
            organisation=traders[one % len(traders)],
        )
        for one in range(have, wanted)
    )
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role="exporter", starts=now - timedelta(days=30)) for user in made
    )
