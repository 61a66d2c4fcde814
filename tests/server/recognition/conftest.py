"""An officer of customs with a certificate that was received, and what was decided about it."""

import pytest

from certorigin_server.recognition.models import Decision
from certorigin_server.users.models import Organisation
from tests.server import partner as az
from tests.server.factories import client_of, make_customs_officer, make_organisation
from tests.server.recognition.hands import lodge


@pytest.fixture
def officer():
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    return make_customs_officer()


@pytest.fixture
def client(officer):
    return client_of(officer)


@pytest.fixture
def issue(partner, turns):
    made = partner.issue()
    turns.follow(partner)
    return made


@pytest.fixture
def lodged(officer, issue):
    """A declaration that fits the certificate; its address."""
    return lodge(officer, issue.declaration())


@pytest.fixture
def annulled(client, lodged, issue, partner, turns):
    """An acceptance whose certificate was annulled afterwards; the decision."""
    client.post(f"{lodged}/{issue.subject}", {"order": "accept"})
    partner.enter(issue.annulment(turns.clock()))
    turns.clock.now = az.datetime.now(az.UTC)
    turns.follow(partner)
    return Decision.objects.get()
