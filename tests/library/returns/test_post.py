"""What a post without a line seals: its own key speaks for it, and only of what it accepted."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from certorigin.errors import MalformedError, SignatureError, StandingError
from certorigin.returns.post import PostCard, PostUse, read_use, seal_use
from tests.library.seal.samples import sealer

AT = datetime(2026, 5, 20, 9, tzinfo=UTC)
OWN, OTHER = sealer("post-east"), sealer("post-west")
CARD = PostCard(
    installation="AZ-1",
    slug="east",
    name="Şərq",
    authority="urn:certorigin:body:AZ:dgk",
    officers=("urn:certorigin:officer:AZ:aliyev",),
    key=OWN.key,
    at=AT,
)
ACT = {"id": "urn:uuid:1", "credentialSubject": {"id": "urn:certorigin:certificate:BY-1:1"}}
USE = PostUse({"number": "1"}, ACT, {"bottom_line": "recognised"}, "", AT)


def test_what_a_post_accepted_is_read_as_it_was_sealed():
    told = replace(USE, override="связи нет")
    assert read_use(seal_use(told, CARD, OWN), CARD) == told


def test_another_posts_key_does_not_speak_for_it():
    theirs = replace(CARD, key=OTHER.key)  # made at the other post, in this one's name
    with pytest.raises(StandingError, match="key_differs"):
        read_use(seal_use(USE, theirs, OTHER), CARD)
    with pytest.raises(StandingError, match="key_differs"):
        seal_use(USE, CARD, OTHER)


def test_a_use_that_was_changed_on_its_way_is_none():
    raw = seal_use(USE, CARD, OWN)
    with pytest.raises(SignatureError):
        read_use(raw.replace(b"recognised", b"undecided!"), CARD)
    with pytest.raises(MalformedError):
        read_use(b"{}", CARD)
