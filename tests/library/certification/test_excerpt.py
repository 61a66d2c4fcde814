"""An excerpt shows what was sealed, hides the rest, and opens to nobody else."""

import hashlib
import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from certorigin.certification.excerpt import PARTS, make_excerpt, verify_excerpt
from certorigin.errors import CertoriginError, MalformedError, SignatureError, UnknownError
from certorigin.seal.canonical import strict_bytes
from certorigin.seal.trust.entries import Withdrawal
from certorigin.seal.trust.folder import write_trust_folder
from certorigin.terminal.excerpt import check_command
from tests.library.recognition import world as w
from tests.library.standing import sample

SEALED = w.issued()
WHOLE = json.loads(SEALED)["credentialSubject"]["certificate"]


def salt_of(place):
    return hashlib.sha256(place.encode()).digest()[:16]


def made(*hide, sealed=SEALED, by="BY-1", key="BY gateway"):
    facts = {"installation": by, "sealer": w.sealer(key), "salt_of": salt_of, "at": w.NOON}
    return make_excerpt(sealed, hide, **facts)


@pytest.mark.parametrize("part", [name for name in PARTS if name != "transport"])
def test_what_is_hidden_is_not_there_and_opens_to_the_whole(part):
    raw, opening = made(part)
    excerpt = verify_excerpt(raw, w.trust())
    assert excerpt.hidden
    for place in excerpt.hidden:
        head, *rest = place.split(".")
        value = WHOLE[head][int(rest[0])][rest[1]] if rest else WHOLE[head]
        assert json.dumps(value, ensure_ascii=False, separators=(",", ":")) not in raw.decode()
    assert excerpt.opened(opening) == WHOLE
    excerpt.compare(SEALED)


def test_one_part_may_be_opened_and_the_rest_stays_hidden():
    raw, opening = made("seller", "buyer")
    data = json.loads(opening)
    data["parts"] = [one for one in data["parts"] if one["place"] == "exporter"]
    shown = verify_excerpt(raw, w.trust()).opened(strict_bytes(data))
    assert shown["exporter"] == WHOLE["exporter"]
    assert "importer" not in shown


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"value": {"name": "Another"}}, "excerpt.opening_differs"),
        ({"salt": "0" * 32}, "excerpt.opening_differs"),
        ({"place": "certification"}, "excerpt.opening_differs"),
    ],
)
def test_nothing_else_can_be_opened(change, code):
    raw, opening = made("seller")
    data = json.loads(opening)
    data["parts"][0] |= change
    with pytest.raises(SignatureError) as caught:
        verify_excerpt(raw, w.trust()).opened(strict_bytes(data))
    assert caught.value.code == code


def test_the_opening_of_another_excerpt_is_told():
    with pytest.raises(UnknownError, match=r"excerpt\.opening_of_another"):
        verify_excerpt(made("seller")[0], w.trust()).opened(made("buyer")[1])


def test_a_change_breaks_the_seal_and_a_lie_is_found_by_who_holds_the_act():
    raw, _ = made("seller")
    with pytest.raises(SignatureError, match=r"seal\.signature_invalid"):
        verify_excerpt(raw.replace("Трактор".encode(), "Фактор".encode(), 1), w.trust())
    lied = w.issued(certificate=sample.certificate(number="BYAZ6001000009"))
    with pytest.raises(SignatureError, match=r"excerpt\.differs"):
        verify_excerpt(made("seller", sealed=lied)[0], w.trust()).compare(SEALED)


def test_only_the_installation_of_that_state_and_in_time_is_believed():
    with pytest.raises(SignatureError, match=r"excerpt\.of_another_state"):
        verify_excerpt(made("seller", by="AZ-1", key="AZ gateway")[0], w.trust())
    for key in ("BY seal", "BY officer"):
        with pytest.raises(CertoriginError):
            verify_excerpt(made("seller", key=key)[0], w.trust())
    gone = {"keys": {"gateway": {"withdrawn": Withdrawal(w.NOON, "compromised")}}}
    with pytest.raises(CertoriginError, match=r"trust\.key_withdrawn"):
        verify_excerpt(made("seller")[0], w.trust(by=gone))


def test_hiding_nothing_or_what_must_be_shown_is_refused():
    with pytest.raises(MalformedError, match=r"excerpt\.nothing_hidden"):
        made()
    with pytest.raises(UnknownError, match=r"excerpt\.part_unknown"):
        made("number")
    bare = sample.certificate(items=(replace(sample.item(1), invoice=None),))
    with pytest.raises(MalformedError, match=r"excerpt\.nothing_hidden"):
        made("invoice", sealed=w.issued(certificate=bare))
    with pytest.raises(MalformedError):
        verify_excerpt(SEALED, w.trust())


def test_the_command_judges_opens_and_compares(tmp_path):
    raw, opening = made("seller")
    files = {"excerpt": raw, "opening": opening, "act": SEALED, "other": w.issued(2)}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    lists = tmp_path / "trust"
    write_trust_folder(w.trust(), lists)

    def run(*words):
        common = [str(tmp_path / "excerpt"), "--trust", str(lists), "--json"]
        return CliRunner().invoke(check_command, [*common, *map(str, words)])

    done = run("--opening", tmp_path / "opening", "--against", tmp_path / "act")
    assert (done.exit_code, json.loads(done.stdout)["certificate"]) == (0, WHOLE)
    assert run("--against", tmp_path / "other").exit_code == 1
    assert run("--opening", tmp_path / "act").exit_code == 2
