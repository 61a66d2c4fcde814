"""A durable PostgreSQL of a test's own: it is killed, restarted, copied, archived and promoted."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

OWNER = "postgres"
SETTLE = 60


def programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
    return found[-1]


class Cluster:
    """One server on a socket in a folder of its own; nothing of its durability is switched off."""

    def __init__(self, folder: Path | None = None) -> None:
        self.programs = programs()
        # The path of a socket may have a hundred letters.
        self.folder = folder or Path(tempfile.mkdtemp(prefix="certorigin-pg-"))
        self.data = self.folder / "data"
        self._own(self.folder)

    @property
    def url(self) -> str:
        return self.url_of(self)

    @staticmethod
    def url_of(*clusters: "Cluster") -> str:
        """The address of whichever of these takes writes."""
        hosts = ",".join(str(one.folder) for one in clusters)
        wanted = "&target_session_attrs=read-write" if len(clusters) > 1 else ""
        return f"postgres://certorigin@/certorigin?host={hosts}{wanted}"

    def make(self, *settings: str) -> None:
        self.run("initdb", "-D", self.data, "-U", "certorigin", "--auth=trust", "--encoding=UTF8")
        self.configure("listen_addresses = ''", "wal_level = replica", *settings)
        self.start()
        self.run("createdb", "-h", self.folder, "-U", "certorigin", "certorigin")

    def configure(self, *settings: str) -> None:
        with (self.data / "postgresql.auto.conf").open("a") as file:
            lines = (f"unix_socket_directories = '{self.folder}'", *settings)
            file.writelines(f"{line}\n" for line in lines)

    def start(self) -> None:
        """Start it; after a kill its children need a moment to go."""
        until = time.monotonic() + SETTLE
        while True:
            words = ("-D", self.data, "-w", "-t", "60", "-s", "-l", self.folder / "log", "start")
            if self.run("pg_ctl", *words, check=False).returncode == 0:
                return
            assert time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.3)

    def stop(self, mode: str = "fast") -> None:
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "-s", "stop", check=False)

    def kill(self) -> None:
        """Kill the server as the machine's failure would: nothing is said to anybody."""
        with suppress(OSError, ValueError):
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            subprocess.run(["pkill", "-KILL", "-P", str(pid)], check=False)  # who answers for it
            os.kill(pid, signal.SIGKILL)

    def ask(self, question: str) -> str:
        words = ("-h", self.folder, "-U", "certorigin", "-d", "certorigin", "-Atc", question)
        return self.run("psql", *words).stdout.strip()

    def copy(self, *words: object) -> "Cluster":
        """A base backup of this server, as a cluster that was not started."""
        other = Cluster()
        source = ("-h", self.folder, "-U", "certorigin", "-D", other.data)
        other.run("pg_basebackup", *source, "-c", "fast", "-X", "stream", *words)
        # Where this server itself went back to a point, its copy goes to no such point.
        other.configure("restore_command = ''", "recovery_target_name = ''")
        return other

    def go_back(self, archive: Path, point: str) -> None:
        """Start this copy with what the archive holds, up to a named point."""
        self.configure(
            f"restore_command = 'cp {archive}/%f %p'",
            f"recovery_target_name = '{point}'",
            "recovery_target_action = 'promote'",
        )
        self.run("touch", self.data / "recovery.signal")
        self.start()
        until = time.monotonic() + SETTLE
        while self.ask("SELECT pg_is_in_recovery()") != "f":
            assert time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
            time.sleep(0.2)

    def promote(self) -> None:
        self.run("pg_ctl", "-D", self.data, "-w", "-s", "promote")

    def end(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, program: str, *words: object, check: bool = True):
        own = self.programs / program
        command = [str(own if own.exists() else program), *map(str, words)]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            command = ["runuser", "-u", OWNER, "--", *command]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
        assert not check or done.returncode == 0, f"{program}: {done.stdout} {done.stderr}"
        return done

    @staticmethod
    def _own(folder: Path) -> None:
        folder.chmod(0o700)
        if os.geteuid() == 0:
            shutil.chown(folder, OWNER)
