"""The commands: what they print, what they exit with, and that nothing but files is needed."""

import json
import shutil

import pytest
from click.testing import CliRunner

from certorigin.seal.trust.folder import write_trust_folder
from certorigin.terminal.main import main
from tests.library.mirror.lying import seconds
from tests.library.recognition import world as w
from tests.library.recognition.declarations import declaration
from tests.library.recognition.world import minutes
from tests.simulator import Publisher

AT = ["--at", "2026-05-16T12:12:00Z"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder as a demo leaves it: trust lists, a log, a mirror, bundles; one certificate
    annulled."""
    folder = tmp_path_factory.mktemp("place")
    world = w.small(folder)
    world.enter(w.annulled(10, about=2, effective=minutes(10)), at=minutes(10))
    world.follow(minutes(11))
    write_trust_folder(world.trust, folder / "trust")
    for number in range(3):
        (folder / f"{number}.json").write_bytes(world.bundle(number))
    altered = world.bundle(0).replace(b"BYAZ6001000001", b"BYAZ6001000009")
    (folder / "altered.json").write_bytes(altered)
    (folder / "garbage.json").write_bytes(b"garbage")
    for name, asked in {"fits": declaration(), "differs": declaration(destination="RU")}.items():
        (folder / f"{name}.json").write_text(json.dumps(asked.to_data()))
    return folder


def run(*arguments):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.exit_code, result.output


def verify(place, *names, mirror=False, as_json=True, at=AT, more=()):
    options = ["--mirror", place / "AZ-1"] if mirror else []
    options += ["--json"] if as_json else []
    code, output = run(
        "verify",
        *(place / name for name in names),
        "--trust",
        place / "trust",
        *options,
        *at,
        *more,
    )
    return code, json.loads(output) if as_json else output


# -- verify ---------------------------------------------------------------------------------------


def test_a_good_certificate_is_recognised(place):
    code, data = verify(place, "0.json", mirror=True)
    assert (code, data["bottom_line"]) == (0, "recognised")
    assert data["as_of"] == "2026-05-16T12:10:00Z"
    assert {name: found["code"] for name, found in data["parts"].items()} == {
        "integrity": "integrity.sound",
        "issuer": "issuer.entitled",
        "registration": "registration.registered",
        "standing": "standing.valid",
        "freshness": "freshness.fresh",
        "match": "match.not_asked",
    }


def test_the_annulled_one_is_refused_with_the_mirror_and_as_of_its_head_without(place):
    code, data = verify(place, "1.json", mirror=True)
    assert (code, data["parts"]["standing"]["code"]) == (1, "standing.annulled")
    code, data = verify(place, "1.json")
    assert (code, data["parts"]["standing"]["code"]) == (0, "standing.as_of_bundle")
    code, data = verify(place, "1.json", at=["--at", "2026-05-18T12:00:00Z"])
    assert (code, data["bottom_line"]) == (3, "undetermined")


def test_an_altered_one_is_refused(place):
    code, data = verify(place, "altered.json")
    assert (code, data["parts"]["integrity"]["code"]) == (1, "integrity.seal_broken")


def test_garbage_is_unreadable_and_no_answer(place):
    code, data = verify(place, "garbage.json")
    assert (code, data["bottom_line"]) == (2, "unreadable")
    code, output = verify(place, "garbage.json", as_json=False)
    assert code == 2
    assert "garbage.json" in output


def test_several_files_give_a_list_and_the_worst_exit(place):
    code, data = verify(place, "0.json", "1.json", mirror=True)
    assert (code, [one["bottom_line"] for one in data]) == (1, ["recognised", "refused"])
    assert verify(place, "0.json", "1.json", "garbage.json", mirror=True)[0] == 2
    assert verify(place, "0.json", "2.json", at=["--at", "2026-05-18T12:00:00Z"])[0] == 3


@pytest.mark.parametrize(("name", "code"), [("fits", 0), ("differs", 1)])
def test_with_a_declaration_the_match_is_answered(place, name, code):
    more = ["--declaration", place / f"{name}.json"]
    exit_code, data = verify(place, "0.json", mirror=True, more=more)
    assert (exit_code, data["match"]["fit"]) == (code, name)
    _, output = verify(place, "0.json", mirror=True, more=more, as_json=False)
    assert ("[Rules 7.4, box 4]" in output) == (name == "differs")


def test_the_present_is_read_from_the_clock(place):
    code, data = verify(place, "0.json", at=[])
    assert data["at"] > "2026"
    assert code in {0, 1, 3}


@pytest.mark.parametrize("language", ["en", "ru", "az", "be"])
def test_people_read_it_in_their_language(place, language):
    code, output = verify(
        place, "0.json", "altered.json", as_json=False, more=["--language", language]
    )
    assert code == 1
    assert "[integrity.sound]" in output
    assert "[integrity.seal_broken]" in output


@pytest.mark.parametrize(
    "arguments",
    [
        ["--at", "yesterday"],
        ["--declaration", "garbage.json"],
        ["--trust", "."],
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
def test_what_it_rests_on_must_be_readable(place, arguments, as_json):
    option, value = arguments
    value = place / value if option != "--at" else value
    given = [] if option == "--trust" else ["--trust", place / "trust"]
    code, output = run(
        "verify", place / "0.json", *given, option, value, *(["--json"] if as_json else [])
    )
    assert code == 2
    assert not as_json or json.loads(output)["bottom_line"] == "unreadable"


def test_a_file_that_is_too_large_is_unreadable(place, tmp_path):
    (tmp_path / "large.json").write_bytes(b" " * (5 << 20))
    code, output = run("verify", tmp_path / "large.json", "--trust", place / "trust", "--json")
    assert (code, json.loads(output)["error"]["code"]) == (2, "bundle.too_large")


def test_a_folder_without_a_head_is_no_mirror(place, tmp_path):
    world = w.World(tmp_path)
    world.mirror().close()
    code, output = run(
        "verify", place / "0.json", "--trust", place / "trust", "--mirror", tmp_path / "AZ-1",
        "--json", *AT,
    )  # fmt: skip
    data = json.loads(output)
    assert (code, data["parts"]["standing"]["code"]) == (0, "standing.as_of_bundle")


def test_mirrors_are_found_five_levels_deep(place, tmp_path):
    deep = tmp_path / "0/1/2/3/4"
    deep.mkdir(parents=True)
    (deep / "5").symlink_to(place / "AZ-1/mirror")
    options = ["--trust", place / "trust", "--json", *AT]

    def source(folder):
        _, output = run("verify", place / "0.json", "--mirror", folder, *options)
        return json.loads(output)["head"]["source"]

    assert source(tmp_path / "0") == "bundle"  # a link is not followed
    (deep / "5").unlink()
    shutil.copytree(place / "AZ-1/mirror", deep / "5")
    assert source(tmp_path / "0") == "mirror"
    assert source(deep / "5") == "mirror"
    assert source(tmp_path) == "bundle"


def test_the_best_of_what_is_held_of_a_log_is_asked(place):
    """The publisher's own folder lies in the same tree, without cosigned heads."""
    code, output = run(
        "verify", place / "0.json", "--trust", place / "trust", "--mirror", place, "--json", *AT
    )
    data = json.loads(output)
    assert (code, data["legal_time"]) == (0, "2026-05-16T12:01:00Z")
    assert data["parts"]["standing"]["code"] == "standing.valid"


# -- log fsck -------------------------------------------------------------------------------------


def fsck(*arguments):
    code, output = run("log", "fsck", *arguments, "--json")
    return code, json.loads(output)


def test_a_sound_log_and_a_sound_mirror_are_sound(place):
    for more in ([], ["--trust", place / "trust"]):
        code, data = fsck(place, *more)
        assert (code, data["ok"], data["first_bad"]) == (0, True, None)
        assert sorted(log["size"] for log in data["logs"]) == [4, 4]
    code, output = run("log", "fsck", place)
    assert code == 0
    assert output


def test_the_first_bad_entry_is_named(tmp_path):
    world = w.small(tmp_path)
    path = world.log_folder / "tile/entries/000.p/3"
    data = path.read_bytes()
    path.write_bytes(data.replace(b"BYAZ6001000001", b"BYAZ6001000007", 1))
    code, found = fsck(world.log_folder)
    assert (code, found["first_bad"]["index"]) == (1, 0)
    assert found["first_bad"]["code"] == "log.entry_altered"
    code, output = run("log", "fsck", world.log_folder)
    assert code == 1
    assert "[0] tile/entries/000.p/3" in output


def test_keys_that_are_not_in_the_trust_list_are_not_sound(place, tmp_path):
    world = w.small(tmp_path)
    lists = w.trust(by={"rename_log": "another log"})
    write_trust_folder(lists, tmp_path / "trust")
    code, data = fsck(world.log_folder, "--trust", tmp_path / "trust")
    assert (code, data["first_bad"]["code"]) == (1, "log.keys_differ")


def test_no_log_and_no_trust_are_said(place, tmp_path):
    assert run("log", "fsck", tmp_path)[0] == 2
    assert run("log", "fsck", place, "--trust", tmp_path)[0] == 2


# -- mirror ---------------------------------------------------------------------------------------


def test_a_mirror_is_shown(place):
    code, output = run("mirror", "show", place / "AZ-1", "--trust", place / "trust", "--json")
    (shown,) = json.loads(output)["logs"]
    assert code == 0
    assert (shown["size"], shown["cosigned"], shown["halted"]) == (4, 2, "")
    assert run("mirror", "show", place, "--trust", place / "trust")[0] == 0
    assert run("mirror", "show", place, "--trust", place)[0] == 2


def test_a_log_that_nobody_cosigned_is_shown(tmp_path):
    world = w.small(tmp_path)
    write_trust_folder(world.trust, tmp_path / "trust")
    code, output = run("mirror", "show", world.log_folder, "--trust", tmp_path / "trust", "--json")
    assert (code, json.loads(output)["logs"][0]["cosigned_at"]) == (0, "")


def test_a_halted_mirror_is_shown_and_lifted_by_an_operator(tmp_path):
    world = w.small(tmp_path)
    write_trust_folder(world.trust, tmp_path / "trust")
    seeds = world.seeds()
    liar = Publisher(world.log.origin, seeds["log"], seeds["heartbeat"])
    liar.publish(seconds(minutes(5)), b"another history")
    with pytest.raises(Exception, match="rolled_back"):
        world.follow(minutes(6), fetch=lambda path, limit: liar.files[path])
    trust = ["--trust", tmp_path / "trust"]
    code, output = run("mirror", "show", world.mirror_folder, *trust, "--json")
    assert (code, json.loads(output)["logs"][0]["halted"]) == (1, "mirror.rolled_back")
    assert run("mirror", "show", world.mirror_folder, *trust)[0] == 1
    lift = ["mirror", "lift", world.mirror_folder, *trust, "--by", "A", "--remark", "restored"]
    assert run(*lift)[0] == 0
    assert run(*lift)[0] == 2
    assert world.follow(minutes(7)).size == 3
