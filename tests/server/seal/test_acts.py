"""The table of acts: exact bytes before a key is used, the first seal wins, nothing changes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from certorigin import crash
from certorigin.errors import ConflictError, MalformedError, UnknownError, UntrustedKeyError
from certorigin.seal.prepared import Slot
from certorigin.seal.proof import verify_sealed
from certorigin.vocabulary.acts import Act, Kind
from certorigin.vocabulary.bodies import TermOpening
from certorigin.vocabulary.corridor import Corridor
from certorigin_server.seal import queries, services
from certorigin_server.seal.keyring import Keyring, get_keyring
from certorigin_server.seal.models import SealedAct
from certorigin_server.seal.slots import require_entitled, slots_of
from certorigin_server.seal.trust import get_trust
from certorigin_server.trail.models import TrailEntry
from tests.server.authority import CORRIDOR, INSTALLATION_URN, body_urn, officer_urn
from tests.server.factories import make_body, make_certifier, seal_all

pytestmark = pytest.mark.django_db
AT = datetime(2026, 5, 20, 9, 30, tzinfo=UTC)
ORIGIN = "certorigin/BY-1/AZ-BY/CIS-2009/2026"


def make_act(number=1, origin=ORIGIN):
    return Act(
        id=f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        kind=Kind.TERM_OPENED,
        issuer=INSTALLATION_URN,
        at=AT,
        corridor=Corridor.from_text(CORRIDOR),
        subject="urn:certorigin:log:BY-1:AZ-BY:CIS-2009:2026",
        body=TermOpening(origin, "", "").to_data(),
    )


def prepare(number=1, **facts):
    gateway = get_keyring().named("gateway")
    slot = Slot(INSTALLATION_URN, gateway.key, gateway.suite)
    act = make_act(number, **facts)
    return services.prepare_act(act=act, slots=[slot], by="olga", at=AT)


# -- prepared -------------------------------------------------------------------------------------


def test_the_exact_bytes_are_there_before_a_key_is_used():
    act = prepare()
    assert (act.status, act.sealed, act.digest) == ("prepared", None, None)
    sealed = seal_and_get(act)
    assert (
        verify_sealed(sealed.sealed.encode()).document.items()
        >= {
            "id": act.id,
            "issuer": INSTALLATION_URN,
        }.items()
    )


def test_preparing_again_changes_nothing():
    first, again = prepare(), prepare()
    assert first.document == again.document
    assert SealedAct.objects.count() == TrailEntry.objects.count() == 1


def test_another_document_under_the_same_id_is_refused():
    prepare()
    with pytest.raises(ConflictError) as refused:
        prepare(origin="certorigin/BY-1/AZ-BY/CIS-2009/2027")
    assert refused.value.code == "act.id_taken"


def test_an_act_outside_the_schema_is_not_prepared():
    with pytest.raises(MalformedError):
        services.prepare_act(act=make_act(), slots=[], by="olga", at=AT)
    assert not SealedAct.objects.exists()


# -- sealed ---------------------------------------------------------------------------------------


def seal_and_get(act):
    seal_all()
    return queries.get_act(act.id)


def test_the_first_stored_seal_wins():
    act = prepare()
    assert services.store_seals({act.id: b"first"}, at=AT)
    assert not services.store_seals({act.id: b"second"}, at=AT)
    assert queries.get_act(act.id).sealed == "first"
    assert TrailEntry.objects.filter(action="seal.sealed").count() == 1


@pytest.mark.parametrize("column", ["sealed", "digest", "document", "options", "subject"])
def test_the_database_refuses_to_change_what_was_sealed(column):
    seal_and_get(prepare())
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedAct.objects.update(**{column: "other"})


def test_the_database_refuses_to_change_what_will_be_sealed():
    prepare()
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedAct.objects.update(document="{}")


def test_the_database_refuses_to_delete_an_act():
    prepare()
    with pytest.raises(IntegrityError), transaction.atomic():
        SealedAct.objects.all()._raw_delete("default")


def test_the_loop_seals_what_waits_once():
    prepare(1), prepare(2)
    assert seal_all() == 2
    assert seal_all() == 0
    assert {act.status for act in SealedAct.objects.all()} == {"sealed"}


@pytest.mark.parametrize("point", ["seal.signed", "seal.stored"])
def test_a_crash_of_the_loop_is_finished_by_its_next_turn(point):
    class Crash(BaseException):
        """Not caught by anything on the way, like the end of a process."""

    def hook(name):
        if name == point:
            raise Crash

    prepare()
    crash.arm(hook)
    try:
        with pytest.raises(Crash):
            seal_all()
    finally:
        crash.disarm()
    stored = SealedAct.objects.get().sealed
    assert (stored is None) == (point == "seal.signed")
    seal_all()
    assert SealedAct.objects.get().sealed == (stored or SealedAct.objects.get().sealed)
    assert seal_all() == 0


# -- logged, published, mirrored ------------------------------------------------------------------


def test_an_act_moves_forward_through_its_states():
    act = seal_and_get(prepare())
    services.set_indexes(acts=[act], origin=ORIGIN, first=0, at=AT)
    assert queries.get_act(act.id).status == "logged"
    assert services.mark_published(origin=ORIGIN, size=1, at=AT) == 1
    assert queries.get_act(act.id).status == "published"
    assert services.mark_mirrored(origin=ORIGIN, size=1, at=AT) == 1
    assert queries.get_act(act.id).status == "mirrored"
    assert services.mark_published(origin=ORIGIN, size=1, at=AT + timedelta(days=1)) == 0
    assert services.mark_mirrored(origin=ORIGIN, size=1, at=AT + timedelta(days=1)) == 0


def test_an_act_has_one_place_in_one_log():
    act = seal_and_get(prepare())
    services.set_indexes(acts=[act], origin=ORIGIN, first=0, at=AT)
    with pytest.raises(ConflictError) as refused:
        services.set_indexes(acts=[act], origin=ORIGIN, first=1, at=AT)
    assert refused.value.code == "act.already_logged"


def test_a_place_in_a_log_holds_one_act():
    first, second = prepare(1), prepare(2)
    seal_all()
    services.set_indexes(acts=[first], origin=ORIGIN, first=0, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.set_indexes(acts=[second], origin=ORIGIN, first=0, at=AT)


def test_what_is_not_sealed_gets_no_place():
    act = prepare()
    with pytest.raises(IntegrityError), transaction.atomic():
        services.set_indexes(acts=[act], origin=ORIGIN, first=0, at=AT)


def test_only_covered_acts_are_published():
    first, second = prepare(1), prepare(2)
    seal_all()
    services.set_indexes(acts=[first, second], origin=ORIGIN, first=0, at=AT)
    assert services.mark_published(origin=ORIGIN, size=1, at=AT) == 1
    assert queries.get_act(second.id).status == "logged"


def test_what_waits_is_counted_at_each_point():
    acts = [prepare(number) for number in range(1, 5)]
    assert queries.count_waiting(corridor=CORRIDOR)["to_seal"] == 4
    seal_all()
    assert [act.id for act in queries.acts_to_log(corridor=CORRIDOR)] == [act.id for act in acts]
    services.set_indexes(acts=acts[:3], origin=ORIGIN, first=0, at=AT)
    services.mark_published(origin=ORIGIN, size=2, at=AT)
    services.mark_mirrored(origin=ORIGIN, size=1, at=AT)
    counts = queries.count_waiting(corridor=CORRIDOR)
    assert counts == {"to_seal": 0, "to_log": 1, "to_publish": 1, "to_mirror": 2}
    assert queries.last_index(ORIGIN) == 2
    assert queries.act_at(origin=ORIGIN, index=1).id == acts[1].id
    assert queries.act_at(origin=ORIGIN, index=9) is None
    assert queries.last_index("certorigin/BY-1/AZ-BY/CIS-2009/2027") is None


def test_an_unknown_act_is_unknown():
    assert queries.find_act("urn:uuid:x") is None
    with pytest.raises(UnknownError):
        queries.get_act("urn:uuid:x")


# -- keys and slots -------------------------------------------------------------------------------


def test_a_key_is_found_by_its_public_half():
    gateway = get_keyring().named("gateway")
    assert get_keyring().of_key(gateway.key) is gateway


@pytest.mark.parametrize("find", [Keyring.named, Keyring.of_key])
def test_a_key_that_is_not_here_is_unknown(find):
    with pytest.raises(UnknownError) as unknown:
        find(get_keyring(), "nobody")
    assert unknown.value.code == "key.not_here"


def test_officer_and_body_have_each_a_slot():
    officer = make_certifier()
    slots = slots_of(get_keyring(), body=make_body(), officer=officer)
    assert [slot.controller for slot in slots] == [officer_urn("certifier"), body_urn("minsk")]
    require_entitled(slots, trust=get_trust(), form="ST-1", body=make_body(), at=AT)


@pytest.mark.parametrize(
    ("username", "body", "form", "at", "code"),
    [
        ("examiner", "minsk", "ST-1", AT, "trust.officer_without_right"),
        ("former-certifier", "minsk", "ST-1", AT, "trust.officer_not_in_office"),
        ("certifier", "brest", "ST-1", AT, "trust.body_differs"),
        ("certifier", "minsk", "A", AT, "trust.form_not_allowed"),
        ("certifier", "minsk", "ST-1", AT.replace(year=2019), "trust.key_not_yet_valid"),
    ],
)
def test_slots_of_whom_nobody_would_believe_are_refused(username, body, form, at, code):
    slots = slots_of(get_keyring(), body=make_body(body), officer=make_certifier(username))
    with pytest.raises(UntrustedKeyError) as refused:
        require_entitled(slots, trust=get_trust(), form=form, body=make_body(body), at=at)
    assert refused.value.code == code
