"""Two posts at the same moment: what one takes the other no longer has; no declaration twice."""

import pytest
from django.db import connection
from django.utils import timezone

from certorigin.errors import CertoriginError
from certorigin_server.recognition import services
from certorigin_server.recognition.models import Citation, Decision, GoodsDeclaration, Recheck
from certorigin_server.trail.queries import find_broken_link
from certorigin_server.users.models import Organisation
from tests.server.factories import make_customs_officer, make_organisation
from tests.server.race import Meanwhile, at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"
    ),
]


@pytest.fixture
def officer():
    make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    return make_customs_officer()


@pytest.fixture
def issue(partner, turns):
    made = partner.issue()
    turns.follow(partner)
    return made


def test_of_two_posts_at_once_only_one_gets_what_is_left(officer, issue):
    at = timezone.now()
    rows = [
        services.register_declaration(
            document=issue.declaration(str(number), amount="10000"), by=officer, at=at
        )
        for number in range(4)
    ]

    def act(row):
        return lambda: services.accept(
            declaration=row.pk, subject=issue.subject, override="", by=officer, at=timezone.now()
        )

    outcomes = at_once([act(row) for row in rows])

    accepted = [one for one in outcomes if isinstance(one, Decision)]
    refused = [one for one in outcomes if isinstance(one, CertoriginError)]
    assert len(accepted) == Decision.objects.count() == 1
    assert {error.code for error in refused} == {"recognition.reason_needed"}
    assert len(refused) == 3
    assert find_broken_link() is None


def test_one_declaration_is_decided_once_by_two_officers(officer, issue):
    row = services.register_declaration(document=issue.declaration(), by=officer, at=timezone.now())

    def accept():
        return services.accept(
            declaration=row.pk, subject=issue.subject, override="", by=officer, at=timezone.now()
        )

    def refuse():
        return services.refuse(
            declaration=row.pk,
            subject=issue.subject,
            ground="goods_not_identifiable",
            remark="",
            by=officer,
            at=timezone.now(),
        )

    outcomes = at_once([accept, refuse, accept, refuse])

    refused = [one for one in outcomes if isinstance(one, CertoriginError)]
    assert {error.code for error in refused} == {"recognition.already_decided"}
    assert len(refused) == 3
    assert Decision.objects.count() == 1


def test_a_declaration_is_registered_once_at_once(officer, issue):
    def register():
        return services.register_declaration(
            document=issue.declaration(), by=officer, at=timezone.now()
        )

    outcomes = at_once([register] * 4)

    refused = [one for one in outcomes if isinstance(one, CertoriginError)]
    assert {error.code for error in refused} == {"declaration.already_registered"}
    assert GoodsDeclaration.objects.count() == 1


def test_what_is_amended_during_a_decision_knows_of_the_decision(officer, issue, monkeypatch):
    first = services.register_declaration(
        document=issue.declaration(), by=officer, at=timezone.now()
    )

    def amend():
        amended = issue.declaration(amount="2")
        return services.register_declaration(
            document=amended, by=officer, at=timezone.now(), amends=first.pk
        )

    other = Meanwhile(monkeypatch, services, "lock_issued", amend)
    decision = services.accept(
        declaration=first.pk, subject=issue.subject, override="", by=officer, at=timezone.now()
    )
    second = other.outcome()
    assert (decision.declaration, second.version) == (first, 2)
    assert Citation.objects.get(declaration=second).decided_at == decision.decided_at
    assert Recheck.objects.get().cause == f"urn:uuid:{second.pk}"


def test_what_is_decided_during_an_amendment_is_decided_about_the_new_version(
    officer, issue, monkeypatch
):
    first = services.register_declaration(
        document=issue.declaration(), by=officer, at=timezone.now()
    )

    def accept():
        return services.accept(
            declaration=first.pk, subject=issue.subject, override="", by=officer, at=timezone.now()
        )

    other = Meanwhile(monkeypatch, services, "_cite", accept)
    services.register_declaration(
        document=issue.declaration(amount="2"), by=officer, at=timezone.now(), amends=first.pk
    )
    assert other.outcome().code == "declaration.amended_already"
    assert not Decision.objects.exists()
