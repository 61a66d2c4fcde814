"""One person for each role, in the live system, and what they have before them."""

from django.core.management import call_command

from certorigin_server.users.models import Organisation, User
from certorigin_server.users.rights import Role
from tests.server.factories import (
    make_assessor,
    make_auditor,
    make_certifier,
    make_customs_officer,
    make_exporter,
    make_organisation,
    make_user,
)

PASSWORD = "a password of the browser tests"


def make_people() -> dict[str, User]:
    call_command("migrate", verbosity=0, interactive=False)
    office = make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    people = {
        "exporter": make_exporter(),
        "assessing_officer": make_assessor(),
        "certifying_officer": make_certifier(),
        "customs_officer": make_customs_officer(),
        "auditor": make_auditor(),
        "administrator": make_user("administrator", Role.ADMINISTRATOR, organisation=office),
    }
    for person in people.values():
        person.set_password(PASSWORD)
        person.save()
    return people
