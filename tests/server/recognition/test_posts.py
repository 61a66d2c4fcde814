"""Two posts without a line, each on a folder of its own: they decide, and the centre reconciles."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.conf import settings
from django.utils import timezone

from certorigin.errors import CertoriginError, MalformedError
from certorigin.returns.post import join_export, read_export, seal_use
from certorigin.returns.post_folder import CARD, KEY, Post
from certorigin.seal.sealer import FileSealer
from certorigin.terminal.post import post_command
from certorigin_server.operate.post import make_post
from certorigin_server.recognition.models import Decision
from certorigin_server.recognition.uses.posts import take_export
from certorigin_server.recognition.uses.rechecks import to_recheck
from certorigin_server.seal.trust import get_trust
from certorigin_server.users.models import Organisation
from certorigin_server.users.rights import Role
from tests.server.factories import Api, make_organisation, make_user

pytestmark = pytest.mark.django_db

SECRET = b"a long enough passphrase"


@pytest.fixture
def centre():
    own = make_organisation("gtk", Organisation.Kind.CENTRAL_CUSTOMS_AUTHORITY)
    return make_user("centre", Role.CUSTOMS_OFFICER, organisation=own)


@pytest.fixture
def issue(partner, turns):
    made = partner.issue()
    turns.follow(partner)
    return made


@pytest.fixture
def desk(centre, issue, tmp_path):
    """Makes the folder of a post with one officer, and a hand that types its commands."""
    return lambda name: Desk(tmp_path, name, issue)


class Desk:
    def __init__(self, tmp_path, name, issue):
        post = make_organisation(name, Organisation.Kind.CUSTOMS_POST)
        self.officer = make_user(f"at-{name}", Role.CUSTOMS_OFFICER, organisation=post)
        self.folder, self.name, self.issue = tmp_path / name, name, issue
        self.secret = tmp_path / "secret"
        self.secret.write_bytes(SECRET + b"\n")
        self.renew()

    def renew(self):
        at = timezone.now().replace(microsecond=0)
        self.post = make_post(
            settings.SYSTEM, slug=self.name, out=self.folder, secret=SECRET, at=at
        )

    def call(self, verb, *words, at=None):
        moment = (at or timezone.now()).strftime("%Y-%m-%dT%H:%M:%SZ")
        typed = [verb, str(self.folder), *map(str, words), "--json", "--at", moment]
        return CliRunner().invoke(post_command, typed)

    def lodge(self, number, amount):
        place = self.folder.parent / f"{self.name}-{number}.json"
        number = f"{self.name}{number}"
        place.write_text(json.dumps(self.issue.declaration(number, amount=amount)))
        return place

    def accept(self, number, amount, *more, at=None):
        words = ("--number", self.issue.number, "--officer", self.officer.officer_urn)
        place = self.lodge(number, amount)
        return self.call("accept", place, *words, "--passphrase-file", self.secret, *more, at=at)

    def export(self):
        out = self.folder.parent / f"{self.name}.ndjson"
        assert self.call("export", "--out", out).exit_code == 0
        return out.read_bytes()


def test_a_post_has_all_it_needs_and_says_how_old_it_is(desk):
    one = desk("east")
    shown = json.loads(one.call("show").stdout)
    assert (shown["post"], shown["uses"]) == ("east", "0")
    assert any("AZ-1" in origin for origin in shown["ages"])
    found = one.call("check", one.lodge("1", "100"))
    assert found.exit_code == 0, found.output
    (answer,) = json.loads(found.stdout)["certificates"]
    assert answer["report"]["parts"]["match"]["code"] in {"match.fits", "match.undetermined"}
    later = timezone.now() + timedelta(days=3)
    stale = one.call("check", one.lodge("1", "100"), at=later)
    assert stale.exit_code == 3
    (answer,) = json.loads(stale.stdout)["certificates"]
    assert answer["report"]["parts"]["freshness"]["code"] == "freshness.stale"
    refused = one.accept("1", "100", at=later)
    assert refused.exit_code == 2
    assert "recognition.reason_needed" in refused.output
    assert one.accept("1", "100", "--reason", "связи нет, оригинал", at=later).exit_code == 0


def test_what_a_post_accepted_counts_at_once_and_survives_a_renewal(desk):
    one = desk("east")
    done = one.accept("1", "13000")
    assert done.exit_code == 0, done.output
    assert one.call("check", one.lodge("2", "13000")).exit_code == 1
    assert "utilisation" in one.accept("2", "13000", "--reason", "x").output
    one.renew()
    assert one.call("check", one.lodge("2", "13000")).exit_code == 1
    assert len(Post(one.folder).uses) == 1


def test_goods_used_at_two_posts_are_found_and_both_officers_are_told(desk, centre):
    east, west = desk("east"), desk("west")
    for one in (east, west):
        assert one.accept("1", "10000").exit_code == 0
    at = timezone.now() + timedelta(minutes=1)
    first = take_export(raw=east.export(), by=centre, at=at)
    assert [one.state for one in first.outcomes] == ["recorded"]
    assert not first.overused
    second = take_export(raw=west.export(), by=centre, at=at)
    assert [one.state for one in second.outcomes] == ["recorded"]
    assert list(second.overused) == [east.issue.subject]
    for one in (east, west):
        (wanted,) = to_recheck(one.officer)
        assert wanted.decided_by == one.officer
    again = take_export(raw=east.export(), by=centre, at=at)
    assert [one.state for one in again.outcomes] == ["known"]
    assert Decision.objects.count() == 2


def test_a_file_that_was_changed_or_is_anothers_is_refused(desk, centre):
    east, west = desk("east"), desk("west")
    assert east.accept("1", "100").exit_code == 0
    raw, at = east.export(), timezone.now()
    for bad in (
        raw.replace(b'"value\\":\\"100\\"', b'"value\\":\\"101\\"'),
        west.export().splitlines()[0] + b"\n" + raw.splitlines()[1] + b"\n",
        raw.splitlines()[1] + b"\n",
        b"",
    ):
        assert bad != raw
        with pytest.raises(CertoriginError):
            take_export(raw=bad, by=centre, at=at)
    assert not Decision.objects.exists()
    card, (use,) = read_export(raw, get_trust())
    assert (card.slug, use.override) == ("east", "")
    assert (east.folder / KEY).stat().st_mode & 0o077 == 0


def test_who_is_not_on_the_card_does_not_decide(desk):
    one = desk("east")
    words = ("--number", one.issue.number, "--officer", "urn:certorigin:officer:BY:nobody")
    place = one.lodge("1", "100")
    told = one.call("accept", place, *words, "--passphrase-file", one.secret)
    assert "post.officer_unknown" in told.output
    assert not Post(one.folder).uses


def test_a_posts_key_does_not_speak_for_another_posts_officers(desk, centre):
    """East seals what an officer of west never accepted; the centre brings the file."""
    east, west = desk("east"), desk("west")
    assert west.accept("1", "100").exit_code == 0
    _, (use,) = read_export(west.export(), get_trust())
    card = Post(east.folder).card
    forged = seal_use(use, card, FileSealer.open(east.folder / KEY, SECRET))
    raw = join_export((east.folder / CARD).read_bytes(), [forged])
    (found,) = take_export(raw=raw, by=centre, at=timezone.now()).outcomes
    assert (found.state, found.code) == ("refused", "reconcile.officer_unknown")
    assert not Decision.objects.exists()


@pytest.mark.parametrize("subject", ["text", []])
def test_an_act_whose_subject_is_no_object_is_refused_and_the_others_count(desk, centre, subject):
    east = desk("east")
    assert east.accept("1", "100").exit_code == 0
    raw = east.export()
    _, (use,) = read_export(raw, get_trust())
    card, sealer = Post(east.folder).card, FileSealer.open(east.folder / KEY, SECRET)
    odd = replace(use, act={"id": "urn:uuid:odd", "credentialSubject": subject})
    lines = [raw.splitlines()[1], seal_use(odd, card, sealer)]
    both = join_export((east.folder / CARD).read_bytes(), lines)
    states = [one.state for one in take_export(raw=both, by=centre, at=timezone.now()).outcomes]
    assert states == ["recorded", "refused"]
    with pytest.raises(MalformedError):
        seal_use(replace(use, act={}), card, sealer)


def test_a_machine_brings_the_file_of_its_own_post(desk):
    one = desk("east")
    one.accept("1", "100")
    api = Api(one.officer)
    answer = api.post_bytes("/recognition/post/uses", one.export(), "application/x-ndjson")
    assert answer.status == 200, answer.data
    assert [found["state"] for found in answer.data["uses"]] == ["recorded"]
    assert Decision.objects.get().decided_by == one.officer
