"""The units and rules of the page for operators are what systemd and our measures understand."""

import re
import shutil
import subprocess

import pytest

from tests.data import ROOT
from tests.debian import PAGE, files

EXPOSED = 3.0


@pytest.fixture
def units(tmp_path):
    """The units of the page; what they start need not be installed here."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze (Debian: apt-get install systemd)")
    found = {}
    for place, text in files().items():
        if place.startswith("/etc/systemd/"):
            path = tmp_path / place.rpartition("/")[2]
            started = re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text)
            path.write_text(started)
            found[path.name] = path
    return found


def analyze(*words):
    done = subprocess.run(
        ["systemd-analyze", *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_systemd_finds_nothing_wrong(units):
    assert len(units) == 3
    status, said = analyze("verify", "--man=no", *map(str, units.values()))
    assert (status, said) == (0, "")


def test_the_service_may_do_little_else(units):
    path = str(units["certorigin.service"])
    status, said = analyze("security", "--offline=true", "--no-pager", path)
    level = re.search(r"exposure level for \S+: ([\d.]+)", said)
    assert status == 0
    assert float(level[1]) < EXPOSED


def test_prometheus_reads_the_rules_that_wake_somebody(tmp_path):
    if shutil.which("promtool") is None:
        pytest.skip("needs promtool (Debian: apt-get install prometheus)")
    (rules,) = re.findall(r"```yaml\n(groups:.*?)```", PAGE.read_text(), re.DOTALL)
    place = tmp_path / "rules.yml"
    place.write_text(rules)
    command = ["promtool", "check", "rules", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_rules_that_wake_somebody_ask_for_measures_that_there_are():
    asked = set(re.findall(r"expr: certorigin_(\w+)", PAGE.read_text()))
    source = (ROOT / "src/certorigin_server/web/metrics.py").read_text()
    known = set(re.findall(r'yield "(\w+)"', source))
    assert asked
    assert asked <= known
