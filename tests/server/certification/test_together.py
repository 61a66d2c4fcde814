"""Many certified in one transaction: each by the rules of one, all or none, in few statements."""

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certorigin import crash
from certorigin.errors import CertoriginError
from certorigin.seal.canonical import strict_bytes
from certorigin_server.application.models import Application
from certorigin_server.certification.models import (
    BodyRules,
    Certificate,
    CoveredGoods,
    NumberSequence,
)
from certorigin_server.certification.services import certify, certify_many
from certorigin_server.fees.models import Fee, FeeRules, ScheduleEntry
from certorigin_server.seal.models import SealedAct
from certorigin_server.trail.models import TrailEntry
from certorigin_server.trail.queries import find_broken_link
from certorigin_server.users.models import User
from tests.server.certification.test_consignment import asked_again
from tests.server.factories import (
    Api,
    consignment,
    decided,
    make_assessor,
    make_certifier,
    make_exporter,
    submitted,
)
from tests.server.fees.hands import DOCUMENT
from tests.server.race import at_once

pytestmark = pytest.mark.django_db
# What a decision asks of the database, and the savepoint of a test in place of a transaction. The
# certificate itself is four of them: act, certificate, goods, and that nothing waits any more.
MOST = 14 + 2


@pytest.fixture
def people():
    return Api(make_exporter()), Api(make_assessor()), make_certifier()


def waiting(people, count):
    """Applications that were found to originate."""
    return [UUID(decided(*people[:2])) for _ in range(count)]


def together(applications, officer):
    return certify_many(applications=applications, by=officer, at=timezone.now())


def statements(act):
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def nothing_was_made():
    return not (
        Certificate.objects.exists()
        or SealedAct.objects.exists()
        or CoveredGoods.objects.exists()
        or NumberSequence.objects.exists()
        or TrailEntry.objects.filter(action="certification.certified").exists()
    )


def test_a_decision_and_many_ask_no_more_of_the_database_than_they_need(people):
    alone, *rest = waiting(people, 9)
    at, officer = timezone.now(), people[2]
    one = statements(lambda: certify(application=alone, by=officer, at=at))
    two = statements(lambda: together(rest[:2], officer))
    six = statements(lambda: together(rest[2:], officer))
    assert one <= MOST
    # Of many it is asked once more whose goods they are, so that one of them stops no other.
    assert two == six <= MOST + 1
    assert Certificate.objects.count() == 9


def test_what_can_not_be_certified_is_told_and_holds_up_no_other(people):
    sample = consignment()
    first, second = (UUID(asked_again(people, sample)) for _ in range(2))
    good, last = waiting(people, 2)
    undecided, foreign = UUID(submitted(people[0])), uuid4()
    certified = waiting(people, 1)[0]
    certify(application=certified, by=people[2], at=timezone.now())
    order = [certified, first, undecided, second, good, foreign, last]
    made = together(order, people[2])
    assert list(made) == order
    refused = {pk: one for pk, one in made.items() if isinstance(one, CertoriginError)}
    assert {pk: one.code for pk, one in refused.items()} == {
        certified: "certification.done",
        undecided: "certification.not_assessed",
        second: "certification.consignment_covered",
        foreign: "application.unknown",
    }
    assert refused[second].facts["number"] == made[first].number
    assert [made[one].serial for one in (first, good, last)] == [2, 3, 4]
    assert NumberSequence.objects.get().last == Certificate.objects.count() == 4
    waits = Application.objects.filter(to_certify_since__isnull=False)
    assert set(waits.values_list("pk", flat=True)) == {second}
    assert find_broken_link() is None


def test_goods_that_another_certificate_covers_take_no_number(people):
    """The numbers after them move up, and with them what the boxes say."""
    sample = consignment()
    certify(application=UUID(asked_again(people, sample)), by=people[2], at=timezone.now())
    covered, good = UUID(asked_again(people, sample)), waiting(people, 1)[0]
    made = together([covered, good], people[2])
    assert made[covered].code == "certification.consignment_covered"
    assert made[good].serial == NumberSequence.objects.get().last == 2
    assert f'"number":"{made[good].number}"' in made[good].act.document
    assert made[good].number.endswith("000002")


def test_of_many_none_is_left_when_the_process_ends_before_the_commit(people):
    class Crash(BaseException):
        """Not caught by anything on the way, like the end of a process."""

    def hook(name):
        if name == "certification.before_commit":
            raise Crash

    applications = waiting(people, 3)
    crash.arm(hook)
    try:
        with pytest.raises(Crash):
            together(applications, people[2])
    finally:
        crash.disarm()
    assert nothing_was_made()
    made = together(applications, people[2])
    assert [one.serial for one in made.values()] == [1, 2, 3]
    assert find_broken_link() is None


def test_the_rules_of_one_hold_for_each_of_many(people):
    """Two persons, drafts that the exporter approves, an unpaid fee: nothing is skipped."""
    at, officer = timezone.now(), people[2]
    body = officer.organisation
    applications = waiting(people, 2)
    assessed = together(applications, User.objects.get(username="assessor"))
    assert {one.code for one in assessed.values()} == {"certification.two_persons"}
    given = {"body": body, "changed_at": at, "changed_by": officer}
    BodyRules.objects.create(asks_exporter=True, **given)
    laid = together(applications, officer)
    assert {one.code for one in laid.values()} == {"certification.draft_not_laid"}
    BodyRules.objects.update(asks_exporter=False)
    ScheduleEntry.objects.create(
        body=body,
        valid_from=timezone.localdate(at).replace(month=1, day=1),
        document=strict_bytes(DOCUMENT).decode(),
        entered_at=at,
        entered_by=officer,
    )
    rules = FeeRules.objects.create(unpaid_stops=True, **given)
    unpaid = together(applications, officer)
    assert {one.code for one in unpaid.values()} == {"fees.unpaid"}
    assert nothing_was_made()
    assert not Fee.objects.exists()
    rules.unpaid_stops = False
    rules.save()
    made = together(applications, officer)
    assert {one.serial for one in made.values()} == {1, 2}
    assert set(Fee.objects.values_list("application", flat=True)) == set(applications)
    assert find_broken_link() is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
def test_officers_who_certify_the_same_many_at_once_make_each_certificate_once(people):
    applications = waiting(people, 6)
    officers = [people[2], make_certifier("second-certifier")]
    shares = [applications, applications[::-1], applications[2:], applications[:4]]

    def act(officer, share):
        return lambda: together(share, officer)

    acts = [act(officers[place % 2], share) for place, share in enumerate(shares)]
    outcomes = [one for made in at_once(acts) for one in made.values()]
    made = [one for one in outcomes if isinstance(one, Certificate)]
    assert sorted(one.serial for one in made) == [1, 2, 3, 4, 5, 6]
    assert {one.code for one in outcomes if one not in made} == {"certification.done"}
    assert NumberSequence.objects.get().last == Certificate.objects.count() == 6
    assert find_broken_link() is None
