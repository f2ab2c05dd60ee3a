"""PgBouncer in transaction mode between the functions and the database, as on Neon. Optional.

The program must be installed on the machine. Its configuration permits only what every version supports, so that a
statement that a pooler in production would refuse fails on the laptop too.
"""

import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from local.errors import LaptopError
from local.servers import PrivilegesError, end_leftover, environment, free_port, last_line, unprivileged
from local.watchdog import Watchdog

POOL_SIZE = 4
"""Server connections that all functions share; few, so that clients really take turns."""

_START_SECONDS = 10
_STOP_SECONDS = 10
_VERSION = re.compile(r"PgBouncer(?: version)? (\d+)\.(\d+)")
_FOLLOWS_PREPARED_STATEMENTS = (1, 21)
"""First version that can keep prepared statements across transactions; the configuration turns that off."""
_SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin")
"""Folders where packages install PgBouncer and that are not on every user's PATH."""
_CONFIGURATION = """\
[databases]
* = host={host} port={server_port} auth_user={user}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = users.txt
stats_users = {user}
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 500
server_login_retry = 1
pidfile = pgbouncer.pid
log_connections = 0
log_disconnections = 0
log_stats = 0
{more}
"""
"""The template of pgbouncer.ini. `auth_user` looks up the passwords of the roles that `migrate` creates. A rotated one
counts at once. `server_login_retry` is 1 second, not 15, because the server is on this machine."""


def find_program(name: str) -> str | None:
    """Return the absolute path of the program `name`, a path or a name on PATH; None if it does not exist."""
    folders = os.pathsep.join([os.environ.get("PATH", os.defpath), *_SYSTEM_FOLDERS])
    found = shutil.which(name, path=folders)
    return None if found is None else str(Path(found).absolute())


class Pooler:
    """One PgBouncer on 127.0.0.1 in front of the server at `server_url`, with its files in `folder`.

    Hold the lock of the state folder before you start it. Clients authenticate with their passwords of the server.
    """

    def __init__(self, program: str, folder: Path, server_url: str, watchdog: Watchdog) -> None:
        self._program = program
        self._folder = folder
        self._server = urlsplit(server_url)
        self._watchdog = watchdog
        self._log = folder / "pgbouncer.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def url(self) -> str:
        """The connection string of the database through the pooler."""
        server = self._server
        return f"{server.scheme}://{server.username}:{server.password}@127.0.0.1:{self._port}{server.path}"

    @property
    def address(self) -> str:
        """Host and port of the pooler."""
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start PgBouncer and wait until the database answers through it. Raises LaptopError if it does not."""
        program = find_program(self._program)
        if program is None:
            raise LaptopError(
                f"PICKVS_POOLER: there is no program {self._program}; install the Debian package pgbouncer, or unset it"
            )
        try:
            words = unprivileged("PgBouncer")
        except PrivilegesError as error:
            raise LaptopError(str(error)) from None
        more = "max_prepared_statements = 0" if _version(program) >= _FOLLOWS_PREPARED_STATEMENTS else ""
        self._port = free_port()
        configuration = self._configure(more)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*words, program, str(configuration)],
                cwd=self._folder,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environment(),
                start_new_session=True,
            )
        self._watchdog.add(self._process.pid)
        self._wait_until_ready(program)

    def stop(self) -> None:
        """Kill PgBouncer. The database rolls back the transactions that run through it."""
        if self._process is None:
            return
        # SIGKILL, because newer versions wait for their clients on a gentler signal; PgBouncer has no data to lose.
        self._process.kill()
        self._process.wait(timeout=_STOP_SECONDS)
        self._watchdog.remove(self._process.pid)
        self._process = None

    def _configure(self, more: str) -> Path:
        """End a PgBouncer of an earlier run, write the configuration, and return its path.

        `more` is a setting that only some versions support.
        """
        running = self._folder / "pgbouncer.pid"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            end_leftover(running, name="PgBouncer", how=signal.SIGKILL)
            # PgBouncer refuses to start if an unrelated process has the pid in a stale pid file.
            running.unlink(missing_ok=True)
            users = self._folder / "users.txt"
            users.touch(mode=0o600)
            users.write_text(f'"{self._server.username}" "{self._server.password}"\n', encoding="utf-8")
            configuration = self._folder / "pgbouncer.ini"
            configuration.write_text(
                _CONFIGURATION.format(
                    host=self._server.hostname,
                    server_port=self._server.port,
                    port=self._port,
                    user=self._server.username,
                    pool_size=POOL_SIZE,
                    more=more,
                ),
                encoding="utf-8",
            )
        except OSError as error:
            raise LaptopError(f"the folder {self._folder} cannot be used: {error.strerror}") from None
        return configuration

    def _wait_until_ready(self, program: str) -> None:
        deadline = time.monotonic() + _START_SECONDS
        process = self._process
        while process is not None and process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        said = last_line(self._log.read_text(encoding="utf-8", errors="replace"))
        raise LaptopError(f"PICKVS_POOLER: {program} does not lead to the database: {said}")


def _version(program: str) -> tuple[int, int]:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        said = ""
    found = _VERSION.search(said)
    if found is None:
        raise LaptopError(f"PICKVS_POOLER: {program} is not PgBouncer")
    return int(found[1]), int(found[2])
