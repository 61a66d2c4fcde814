"""The recipe for containers is what its page says; no engine is needed to see that."""

import re

import yaml

from tests.data import ROOT
from tests.debian import PAGE

FOLDER = ROOT / "docs/operate/container"
RECIPE = (FOLDER / "Containerfile").read_text()
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())
SYSTEMS = ("by", "az")


def test_the_base_is_named_and_is_the_debian_of_the_page():
    (base,) = re.findall(r"^FROM (\S+)$", RECIPE, re.MULTILINE)
    assert base == "docker.io/library/debian:bookworm-slim"
    assert "Debian 12" in PAGE.read_text()
    assert "python3.11-venv" in RECIPE
    assert "python3.11-venv" in PAGE.read_text()


def test_the_program_is_installed_by_the_script_that_pins_and_runs_as_nobody_special():
    assert "RUN /usr/local/lib/certorigin/scripts/install" in RECIPE
    steps = [line.split()[0] for line in RECIPE.splitlines() if re.match(r"[A-Z]+ ", line)]
    assert steps.index("USER") < steps.index("ENTRYPOINT")
    assert "USER certorigin" in RECIPE
    assert 'CMD ["serve", "--dir", "/var/lib/certorigin/system"]' in RECIPE


def test_each_state_has_its_own_of_everything_but_the_line():
    services = COMPOSE["services"]
    assert set(services) == {*SYSTEMS, *(f"{one}-db" for one in SYSTEMS)}
    for one in SYSTEMS:
        system, database = services[one], services[f"{one}-db"]
        assert system["networks"] == [one, "line"]
        assert database["networks"] == [one]
        assert COMPOSE["networks"][one]["internal"]
        assert f"@{one}-db/" in system["environment"]["DATABASE_URL"]
        assert system["read_only"]
        assert system["cap_drop"] == ["ALL"]


def test_no_port_is_open_and_no_password_stands_in_the_file():
    text = (FOLDER / "compose.yaml").read_text()
    assert all("ports" not in one for one in COMPOSE["services"].values())
    assert not re.search(r"PASSWORD:|postgres://[^@/]+:", text)
