"""A photo of the paper: its codes carry or name the sealed act, and nothing is taken on faith."""

import base64
import json
import struct
import zlib
from dataclasses import replace

import pytest
from click.testing import CliRunner

from certorigin.certification.record import record_parts
from certorigin.certification.render.pdf import Printable
from certorigin.certification.render.symbol import modules
from certorigin.certification.slip import Slip, address_of, key_id_of, read_address
from certorigin.errors import MalformedError
from certorigin.recognition.bundle import Bundle
from certorigin.recognition.carrier import verify_file
from certorigin.recognition.code import read_texts, verify_codes
from certorigin.recognition.picture import read_codes
from certorigin.recognition.verify import Verifier
from certorigin.seal.cose import sign_message
from certorigin.seal.trust.folder import write_trust_folder
from certorigin.seal.trust.period import Period
from certorigin.terminal.main import main
from certorigin.vocabulary.moment import moment_to_text
from tests.library.certification.scanned import as_png, page, scanned, sheet_of_symbols
from tests.library.recognition import world as w
from tests.library.recognition.expecting import NOW

HOST = "origin.example.by"
KEY = w.sealer("BY seal")


@pytest.fixture(scope="module")
def act(bundle):
    return Bundle.from_bytes(bundle).act


@pytest.fixture(scope="module")
def slip(act):
    printable = Printable.of(act)
    return Slip.of(printable.act, printable.certificate, digest=printable.digest)


@pytest.fixture(scope="module")
def photo(act, slip):
    """The printed certificate, as a scanner gives it back."""
    code = address_of(slip, KEY, host=HOST)
    return scanned(page(Printable.of(act, code=code)))


def judge(world, texts, *, trust=None, mirrors=()):
    verifier = Verifier(trust or world.trust, mirrors)
    return verify_codes(verifier, read_texts(texts), at=NOW)


def codes_of(report):
    return {name: found.code for name, found in report.parts.items()}


def test_a_photo_alone_says_who_signed_it_and_is_never_recognised_by_itself(world, photo):
    report = verify_file(Verifier(world.trust), photo, at=NOW)
    found = codes_of(report)
    assert (found["code"], found["integrity"]) == ("code.agrees", "integrity.code_only")
    assert found["page"] == "page.not_compared"
    assert report.bottom_line == "undetermined"


def test_with_a_mirror_the_act_is_found_by_the_code(world, photo):
    report = verify_file(Verifier(world.trust, [world.view()]), photo, at=NOW)
    assert report.bottom_line == "recognised", codes_of(report)
    assert codes_of(report)["registration"] == "registration.registered"
    assert report.subject == w.subject(1)


def test_the_whole_bundle_is_read_off_a_sheet_of_codes_without_any_mirror(world, bundle, slip):
    texts = [*record_parts(bundle), address_of(slip, KEY, host=HOST)]
    sheet = sheet_of_symbols([modules(text) for text in texts])
    report = verify_file(Verifier(world.trust), scanned(sheet, degrees=0.6), at=NOW)
    assert report.bottom_line == "recognised", codes_of(report)
    assert codes_of(report)["standing"] == "standing.as_of_bundle"
    assert codes_of(report)["code"] == "code.agrees"


def test_a_small_picture_of_the_sheet_is_read_larger(bundle):
    drawn = codes_sheet(bundle, dpi=100)
    assert len(read_codes(drawn)) == len(record_parts(bundle))


def codes_sheet(bundle, *, dpi):
    """The record's codes side by side, at a resolution below the one that is promised."""
    symbols = [modules(text) for text in record_parts(bundle)]
    return as_png(sheet_of_symbols(symbols, dpi=dpi))


def test_an_annulled_certificate_is_found_annulled(tmp_path, photo):
    world = w.small(tmp_path)
    world.enter(w.annulled(10, effective=w.minutes(2)), at=w.minutes(2))
    world.follow(w.minutes(3))
    report = verify_file(Verifier(world.trust, [world.view()]), photo, at=NOW)
    assert codes_of(report)["standing"] == "standing.annulled"
    assert report.bottom_line == "refused"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"items": 7}, "code.differs"),
        ({"headings": ("040510",)}, "code.differs"),
        ({"presented_in": "RU"}, "code.differs"),
    ],
)
def test_a_slip_that_says_something_else_than_the_act_is_refused(world, slip, change, code):
    lying = address_of(replace(slip, **change), KEY, host=HOST)
    report = judge(world, [lying], mirrors=[world.view()])
    assert codes_of(report)["code"] == code
    assert report.bottom_line == "refused"


def test_a_slip_of_no_act_is_not_found(world, slip):
    report = judge(
        world,
        [address_of(replace(slip, digest=b"\x07" * 32), KEY, host=HOST)],
        mirrors=[world.view()],
    )
    assert codes_of(report)["integrity"] == "integrity.code_only"
    assert report.bottom_line == "undetermined"


def forged(slip, key, *, as_key):
    """A slip signed by one key in the name of another."""
    message = sign_message(slip.to_claims(), key, key_id=key_id_of(as_key.key))
    return f"HTTPS://X/CHECK#{base64.b32encode(message).decode().rstrip('=')}"


def test_a_forged_signature_is_refused(world, slip):
    report = judge(world, [forged(slip, w.sealer("thief"), as_key=KEY)])
    assert codes_of(report)["code"] == "code.seal_broken"
    assert report.bottom_line == "refused"


def test_an_algorithm_that_does_not_fit_the_key_is_refused(world, slip):
    other = w.sealer("BY seal", "ecdsa-jcs-2019")
    report = judge(world, [forged(slip, other, as_key=KEY)])
    assert codes_of(report)["code"] == "code.seal_broken"


def test_an_unknown_key_leaves_it_undetermined(world, slip):
    report = judge(world, [address_of(slip, w.sealer("thief"), host=HOST)])
    assert codes_of(report)["code"] == "code.key_unknown"
    assert report.bottom_line == "undetermined"


def test_a_key_that_was_not_in_force_is_refused(world, slip):
    lists = w.trust(by={"keys": {"seal": {"period": Period(w.NOON + w.DAY)}}})
    report = judge(world, [address_of(slip, KEY, host=HOST)], trust=lists)
    assert codes_of(report)["code"] == "code.key_not_entitled"
    assert report.bottom_line == "refused"


def test_a_body_does_not_speak_for_another_state(world, slip):
    report = judge(world, [address_of(replace(slip, issued_in="AZ"), KEY, host=HOST)])
    assert codes_of(report)["code"] == "code.key_not_entitled"
    assert report.parts["code"].facts == {"fault": "issuer.state_differs"}


def test_codes_of_two_certificates_are_not_mixed(slip, bundle, world):
    other = address_of(replace(slip, digest=b"\x07" * 32), KEY, host=HOST)
    with pytest.raises(MalformedError) as caught:
        read_texts([address_of(slip, KEY, host=HOST), other])
    assert caught.value.code == "code.several"
    with pytest.raises(MalformedError) as caught:
        read_texts([*record_parts(bundle), *record_parts(world.bundle(1))])
    assert caught.value.code == "code.several"


def test_other_codes_beside_ours_are_passed_over_and_alone_are_refused(slip):
    ours = address_of(slip, KEY, host=HOST)
    assert read_texts(["https://shop.example/", ours]).slip == read_address(ours)
    with pytest.raises(MalformedError) as caught:
        read_texts(["https://shop.example/"])
    assert caught.value.code == "code.not_ours"


def test_parts_that_are_missing_are_named_unless_the_slip_is_there(bundle, slip):
    parts = record_parts(bundle)
    with pytest.raises(MalformedError) as caught:
        read_texts(parts[1:])
    assert caught.value.code == "code.parts_missing"
    found = read_texts([*parts[1:], address_of(slip, KEY, host=HOST)])
    assert found.bundle is None


# -- hostile pictures -----------------------------------------------------------------------------


def png_of(width, height):
    """A picture that says that it is large, in a few bytes."""

    def chunk(name, data):
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (png_of(60_000, 60_000), "picture.unreadable"),
        (png_of(10_000, 5_000), "picture.too_large"),
        (png_of(100, 100)[:60], "picture.unreadable"),
        (b"\xff\xd8\xff" + b"x" * 100, "picture.unreadable"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (16 << 20), "picture.too_large"),
        (as_png(sheet_of_symbols([[b"\xff" * 21] * 21])), "picture.no_code"),
    ],
)
def test_hostile_pictures_are_refused(raw, code):
    with pytest.raises(MalformedError) as caught:
        read_codes(raw)
    assert caught.value.code == code


# -- the commands ---------------------------------------------------------------------------------


def run(*arguments):
    found = CliRunner().invoke(main, [str(one) for one in arguments])
    return found.exit_code, found.output


def test_the_commands_read_and_verify_a_picture(world, photo, bundle, slip, tmp_path):
    write_trust_folder(world.trust, tmp_path / "trust")
    picture, sheet = tmp_path / "photo.jpg", tmp_path / "sheet.png"
    picture.write_bytes(photo)
    sheet.write_bytes(as_png(sheet_of_symbols([modules(text) for text in record_parts(bundle)])))
    status, said = run("qr", "read", picture, "--json")
    told = json.loads(said)["codes"]
    assert status == 0
    assert [one["kind"] for one in told] == ["slip"]
    assert told[0]["slip"] == slip.to_data()
    joined = tmp_path / "bundle.json"
    assert run("qr", "read", sheet, "--bundle", joined)[0] == 0
    assert joined.read_bytes() == bundle
    options = ["--trust", tmp_path / "trust", "--at", moment_to_text(NOW)]
    status, said = run("verify", picture, *options)
    assert status == 3
    assert said.splitlines()[0].endswith("UNDETERMINED; no head of a log was reached")
    assert "[code.agrees]" in said
    mirror = ["--mirror", world.mirror_folder]
    assert run("verify", picture, *options, *mirror)[0] == 0
    assert run("verify", sheet, *options)[0] == 0


def test_what_has_no_code_exits_2(tmp_path):
    blank = tmp_path / "blank.png"
    blank.write_bytes(as_png(sheet_of_symbols([[b"\xff" * 21] * 21])))
    status, said = run("qr", "read", blank, "--json")
    assert (status, json.loads(said)["error"]["code"]) == (2, "picture.no_code")
    assert run("qr", "read", blank)[0] == 2
