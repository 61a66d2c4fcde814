"""What two administrators do together, without a browser."""

from django.utils import timezone

from certorigin_server.administration import invitations, services
from certorigin_server.users.rights import Role

PERSON = {
    "username": "newcomer",
    "first_name": "Анна",
    "last_name": "Кот",
    "organisation": "minsk",
    "language": "ru",
}


def proposed(by, change, /, **data):
    return services.propose(kind=change, data=data, by=by, at=timezone.now())


def confirmed(row, by):
    return services.confirm(proposal=row.pk, by=by, at=timezone.now())


def carried(first, second, change, /, **data):
    return confirmed(proposed(first, change, **data), second)


def taken(row, by):
    return invitations.take_link(proposal=row.pk, by=by, at=timezone.now())


def invited(first, second, change, /, **data):
    """Both halves of an invitation: the proposer's link and the confirmer's code."""
    row = proposed(first, change, **data)
    code = confirmed(row, second)
    return taken(row, first), code


def grant(username, role=Role.AUDITOR, **more):
    starts = timezone.localdate().isoformat()
    return {"username": username, "role": str(role), "starts": starts} | more


def codes(refused):
    return {(finding.code, finding.place) for finding in refused.value.findings}
