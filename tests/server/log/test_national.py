"""Certificates for a state without a corridor: hashed in the national log, shown by the bundle."""

from dataclasses import replace

import pytest
from django.conf import settings

from certorigin.errors import MalformedError
from certorigin.log.directory import Directory
from certorigin.log.fsck import check
from certorigin.log.national import is_commitment
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.verify import verify
from certorigin.vocabulary.corridor import Corridor
from certorigin_server.log.keys import log_signer
from certorigin_server.log.models import NationalEntry
from certorigin_server.log.queries import bundle_of
from certorigin_server.log.worker import Sequencer
from certorigin_server.mirror.compare import compare_all
from certorigin_server.mirror.worker import Follower
from certorigin_server.seal.models import SealedAct
from certorigin_server.seal.trust import get_trust
from certorigin_server.standing.models import RegisteredAct
from tests.server import factories
from tests.server.factories import Api, certified, client_of, consignment
from tests.server.partner import origin_of

pytestmark = [pytest.mark.django_db]
NATIONAL = "AZ-BY/NATIONAL"
ORIGIN = origin_of("BY-1").replace("CIS-2009", "NATIONAL")
THEIRS = origin_of("AZ-1").replace("CIS-2009", "NATIONAL")


class Loops:
    """The loops of the national log, turned by hand."""

    def __init__(self, turns, partner, corridor):
        self.turns, facts = turns, {"keyring": turns.keyring, "clock": turns.clock}
        self.sequencer = Sequencer(corridor, holder="national", **facts)
        self.follower = Follower(corridor, holder="national", **facts)
        self.follower._line = partner.line(turns.keyring)

    def publish(self):
        for _ in range(3):
            self.turns.seal()
            self.turns.clock.tick()
            self.sequencer.turn()


@pytest.fixture
def loops(folder, partner, turns, settings):
    (corridor,) = settings.SYSTEM.corridors
    national = replace(corridor, corridor=Corridor.from_text(NATIONAL))
    settings.SYSTEM = replace(settings.SYSTEM, corridors=(corridor, national))
    made = Loops(turns, partner, national)
    yield made
    made.sequencer.close()


@pytest.fixture
def for_kazakhstan(monkeypatch):
    """The sample's goods go to a state of the agreement with which there is no corridor."""

    def moved(name, day=None):
        sample = consignment(name, day)
        application = sample["application"]
        application["destinationCountry"] = "KZ"
        application["importer"]["country"] = "KZ"
        application["importer"].pop("identifier")
        return sample

    monkeypatch.setattr(factories, "consignment", moved)


@pytest.fixture
def people():
    made = (factories.make_exporter(), factories.make_assessor(), factories.make_certifier())
    return [Api(person) for person in made]


@pytest.fixture
def issued(loops, for_kazakhstan, people, turns):
    exporter, assessor, certifier = people
    row = certified(factories.decided(exporter, assessor), certifier)
    turns.clock.tick(7200)  # certified by the real clock
    loops.publish()
    return row


def parts(raw, at):
    report = verify(raw, trust=get_trust(), at=at)
    return {name: part.code for name, part in report.parts.items()}


def test_without_a_national_log_there_is_no_way_to_such_a_state(folder, for_kazakhstan):
    with pytest.raises(MalformedError, match=r"corridor\.not_ours"):
        settings.SYSTEM.corridor_with("KZ", "CIS-2009")


def test_what_shares_a_corridor_never_goes_to_the_national_log(loops):
    assert str(settings.SYSTEM.corridor_with("AZ", "CIS-2009").corridor) == "AZ-BY/CIS-2009"
    with pytest.raises(MalformedError, match=r"corridor\.not_ours"):
        settings.SYSTEM.corridor_with("AZ", "CIS-1993")
    assert str(settings.SYSTEM.corridor_with("KZ", "CIS-2009").corridor) == "BY-KZ/CIS-2009"
    assert settings.SYSTEM.log_for("BY-KZ/CIS-2009") == NATIONAL


def test_the_log_holds_a_hash_that_says_nothing(issued, turns):
    directory = Directory(settings.SYSTEM.log_folder(ORIGIN))
    opening, entry = (directory.read("tile/entries/000.p/2").split(b"\n", 1)[0], None)
    data = directory.read("tile/entries/000.p/2")
    first = 2 + int.from_bytes(data[:2], "big")
    entry = data[first + 2 :]
    assert is_commitment(entry)
    assert opening
    for told in (issued["number"], issued["id"], "KZ"):
        assert told.encode() not in data[first:]
    act = SealedAct.objects.get(subject=issued["id"])
    assert (act.corridor, act.log_origin, act.status) == ("BY-KZ/CIS-2009", ORIGIN, "published")
    report = check(directory, [log_signer(turns.keyring, ORIGIN).verifier])
    assert (report.ok, report.size) == (True, 2)
    assert all(one.agrees for one in compare_all())


def test_the_bundle_verifies_offline_once_the_witness_has_signed(issued, loops, partner, turns):
    act = SealedAct.objects.get(subject=issued["id"])
    before = parts(bundle_of(act.pk).to_bytes(), turns.clock())
    assert (before["integrity"], before["registration"]) == (
        "integrity.sound",
        "registration.not_cosigned",
    )
    partner.follow(ORIGIN)
    turns.clock.tick()
    partner.faults[f"log/{THEIRS}"] = 404
    with pytest.raises(Exception, match="absent"):  # AZ keeps no national log of its own
        loops.follower.turn()
    raw = bundle_of(act.pk).to_bytes()
    assert Bundle.from_bytes(raw).to_bytes() == raw
    after = parts(raw, turns.clock.tick())
    assert (after["registration"], after["issuer"]) == (
        "registration.registered",
        "issuer.entitled",
    )
    assert RegisteredAct.objects.get(act=act.pk).void == ""
    assert SealedAct.objects.get(pk=act.pk).status == "mirrored"


def test_another_salt_or_a_corridor_proves_nothing(issued, loops, partner, turns):
    act = SealedAct.objects.get(subject=issued["id"])
    bundle = bundle_of(act.pk)
    other = replace(bundle, salt=bytes(32)).to_bytes()
    assert parts(other, turns.clock())["registration"] == "registration.proof_wrong"
    bare = replace(bundle, salt=b"").to_bytes()
    assert parts(bare, turns.clock())["registration"] == "registration.publisher_differs"


def test_salts_are_kept_once_and_never_change(issued):
    entry = NationalEntry.objects.get()
    entry.salt = "0" * 64
    with pytest.raises(Exception, match="never changes"):
        entry.save()


def test_the_certificates_page_says_where_it_is_registered(issued, people):
    officer = factories.User.objects.get(username="certifier")
    page = client_of(officer).get(f"/certification/{issued['id']}")
    assert "national log" in page.content.decode()
