"""Two administrators who destroy papers whose term is over."""

from datetime import timedelta

from django.utils import timezone

from certorigin_server.audit.retention import confirm, propose
from certorigin_server.users.queries import find_user
from certorigin_server.users.rights import Role
from tests.server.factories import make_user


def later(years=4):
    return timezone.now() + timedelta(days=366 * years)


def administrator(name):
    return find_user(name) or make_user(name, Role.ADMINISTRATOR)


def destroyed(kind="applications", years=4):
    """Propose as one, confirm as the other, some years from now."""
    at = later(years)
    made = propose(kind, reason="term over", by=administrator("admin-one"), at=at)
    return confirm(destruction=made.pk, by=administrator("admin-two"), at=at)
