"""Installation and upgrade on Debian followed word for word, in a layer over this Debian.

Nothing of it stays. systemd does not run there: what it would start is started by the user and
command of its unit. It listens in a network of its own, so that nothing here is in its way.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.data import ROOT
from tests.debian import UPGRADE, files, steps, value

pytestmark = pytest.mark.loopback
SERVICE = "/etc/systemd/system/certorigin.service"
BACKUP = "/etc/systemd/system/certorigin-backup.service"
BEGIN = """\
set -euo pipefail
mount -t tmpfs tmpfs {layer}
mkdir {layer}/upper {layer}/work {layer}/all
mount -t overlay overlay -o lowerdir=/,upperdir={layer}/upper,workdir={layer}/work {layer}/all
mount -t proc proc {layer}/all/proc
mount --rbind /dev {layer}/all/dev
mount -t tmpfs tmpfs {layer}/all/run
mkdir -p {layer}/all/run/postgresql
chown postgres {layer}/all/run/postgresql
for place in certorigin certorigin-next; do
    mkdir -p {layer}/all/usr/local/lib/$place
    tar -C {source} --exclude=./.venv --exclude=./var --exclude=./.git -cf - . |
        tar -C {layer}/all/usr/local/lib/$place -xf -
done
cp {script} {layer}/all/steps
cd {layer}/all
exec chroot . bash -euo pipefail steps
"""
STOP = "pkill -f 'certorigin serve' || true"
NETWORK = "touch /run/apart && unshare --net=/run/apart ip link set lo up"
APART = "nsenter --net=/run/apart"
WELL = f"""\
{APART} bash -c 'for _ in $(seq 200); do
    (exec 3<>/dev/tcp/127.0.0.1/8101) 2>/dev/null && exit 0
    sleep 0.3
done; exit 1'
"""


def as_unit(unit, *, where=""):
    """The command of a unit, as its user, with its environment; what systemd halves is halved."""
    command = value(unit, "ExecStart").replace("%%", "%").replace("$$", "$")
    user, environment = value(unit, "User"), value(unit, "EnvironmentFile")
    return f"(set -a; . {environment}; exec {where} runuser -u {user} -- {command})"


def script():
    """Both pages as one script; between steps only what Debian or systemd do by themselves."""
    lines, written = ["export SYSTEMD_OFFLINE=1", NETWORK], files()
    run = f"cd / && {as_unit(written[SERVICE], where=APART)} & cd /var/lib/certorigin"
    for place, text in steps():
        if place:
            lines.append(
                f"install -D -m 0644 /dev/stdin {place} <<'END_OF_FILE'\n{text}END_OF_FILE"
            )
            continue
        if "createuser" in text:
            lines.append("pg_ctlcluster 15 main start -o \"-c listen_addresses=''\"")
        if " doctor " in text:
            lines += [
                run,
                WELL,
                "sleep 3",
                as_unit(written[BACKUP]),
                f"{text.strip()} --json || true",
            ]
            continue
        lines.append(text)
    for _, text in steps(UPGRADE):
        lines.append(f"{text.strip()} || true" if " doctor " in text else text)
        if "restart certorigin.service" in text:
            lines += [STOP, "sleep 4", run, WELL, "sleep 3"]
        if "certorigin-backup.service" in text:
            lines.append(as_unit(written[BACKUP]))
    lines += ["readlink /usr/local/bin/certorigin", "echo", "ls /var/lib/certorigin/backup", STOP]
    lines.append("pg_ctlcluster 15 main stop -m immediate || true")
    return "\n".join(lines)


@pytest.mark.timeout(3300)
def test_the_page_leads_to_a_system_that_is_well(tmp_path):
    if os.geteuid() or shutil.which("pg_ctlcluster") is None:
        pytest.skip("needs root, and Debian's postgresql")
    layer, path = tmp_path / "layer", tmp_path / "steps"
    layer.mkdir()
    path.write_text(script())
    begin = BEGIN.format(layer=layer, source=ROOT, script=path)
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", begin],
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
        env={name: text for name, text in os.environ.items() if name != "DATABASE_URL"},
    )
    said = done.stdout[-6000:] + done.stderr[-6000:]
    assert done.returncode == 0, said
    assert '"doctor.database"' in done.stdout, said
    assert '"PostgreSQL"' in done.stdout, said
    assert '"doctor.not_running"' not in done.stdout, said
    assert '"doctor.folder_private"' in done.stdout, said
    assert ".dump" in done.stdout.rpartition("}")[2], said
    assert not Path("/etc/certorigin.env").exists()
