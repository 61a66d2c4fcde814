"""Where things lie and what they are called."""

import re
import tomllib
from fnmatch import fnmatchcase

from tests.data import ROOT
from tests.structure.source import LIBRARY, SERVER, check_against_excuses, files, name_of

STOPS = (
    "application",
    "assessment",
    "certification",
    "log",
    "mirror",
    "recognition",
    "returns",
)
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base", "handler"}

# Every app may have these files; a stop has the first group.
STOP_FILES = {"__init__.py", "apps.py", "models.py", "queries.py", "services.py", "api.py"}
APP_FILES = STOP_FILES | {"forms.py", "views.py", "urls.py", "worker.py"}
NO_APPS = {"settings", "operate"}


def listed_folders() -> dict[str, str]:
    text = (ROOT / "tests" / "structure" / "folders.toml").read_text("utf-8")
    return tomllib.loads(text)


def matches(folder: str, pattern: str) -> bool:
    """`*` stands for one name, never for a path."""
    return folder.count("/") == pattern.count("/") and fnmatchcase(folder, pattern)


def present_folders() -> set[str]:
    return {name_of(path.parent) for path in files()} - {"."}


def test_every_folder_is_listed_with_what_it_is_for():
    patterns = listed_folders()
    unlisted = sorted(f for f in present_folders() if not any(matches(f, p) for p in patterns))
    assert not unlisted, "place them in tests/structure/folders.toml, or do without them"
    assert all(patterns.values())


def test_the_stops_have_one_folder_each_in_library_and_server():
    missing = [
        name_of(house / stop)
        for house in (LIBRARY, SERVER)
        for stop in STOPS
        if not (house / stop).is_dir()
    ]
    assert not missing


def test_a_module_is_named_by_what_it_holds():
    empty = [
        name_of(path)
        for path in files()
        if path.suffix == ".py" and {path.stem, path.parent.name} & EMPTY_NAMES
    ]
    assert not empty


def test_tests_lie_under_the_name_of_what_they_test():
    strangers = []
    for kind, house in (("library", LIBRARY), ("server", SERVER)):
        rooms = {path.name for path in house.iterdir() if path.is_dir()}
        rooms |= {path.stem for path in house.glob("*.py")}  # a module that joins the rooms
        strangers += [
            folder
            for folder in sorted(present_folders())
            if folder.startswith(f"tests/{kind}/") and folder.split("/")[2] not in rooms
        ]
    assert not strangers


def app_folders():
    return [
        path
        for path in sorted(SERVER.iterdir())
        if path.is_dir() and path.name not in NO_APPS and any(path.glob("*.py"))
    ]


def test_every_app_of_the_server_has_the_same_files():
    extra = {
        f"{app.name}/{path.name}": "not one of the common names"
        for app in app_folders()
        for path in app.glob("*.py")
        if path.name not in APP_FILES
    }
    check_against_excuses("app-files", extra)


def test_every_stop_of_the_server_has_all_of_them():
    absent = {
        f"{stop}/{name}": "missing"
        for stop in STOPS
        for name in STOP_FILES
        if not (SERVER / stop / name).is_file()
    }
    check_against_excuses("app-files-absent", absent)


# Put together here, so that this file does not name them.
FOREIGN = [
    re.compile(pattern)
    for pattern in (
        r"pypi\." + "org",
        r"python" + "hosted",
        r"registry\.npm" + "js",
        r"deb\.debian\." + "org",
        r"proxy\.golang\." + "org",
        r"(?<![\w.])/wor" + r"k/",
        r"(?<![\w.])/roo" + r"t/",
        r"(?<![\w.])/hom" + r"e/",
        r"(?<![\w.])/tm" + r"p/",
        r"(?<![\w.])/op" + r"t/",
    )
]


def test_no_file_names_a_package_host_or_a_path_of_one_machine():
    found = []
    for path in files():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{name_of(path)}:{number}: {line.strip()[:80]}"
            for number, line in enumerate(text.splitlines(), 1)
            if any(pattern.search(line) for pattern in FOREIGN)
        ]
    assert not found, "\n".join(found)
