"""The laptop cloud's database: the embedded server on the state folder's data, and no server left over from before."""

import os
import signal
import time
from pathlib import Path

import psycopg

from local.errors import LaptopError
from local.postgres import Postgres, PostgresError
from local.watchdog import Watchdog

NAME = "pickvs"
LEFTOVER_SECONDS = 20


class Database:
    """The server on the data in `folder`, which only the holder of the state folder's lock may start."""

    def __init__(self, folder: Path, watchdog: Watchdog) -> None:
        self._pid_file = folder / "data" / "postmaster.pid"
        self._watchdog = watchdog
        self._postgres = Postgres(folder)
        self._pid: int | None = None

    @property
    def url(self) -> str:
        """The connection string."""
        return self._postgres.url(NAME)

    def start(self) -> None:
        """Start the server and make the database on first use. Raises LaptopError if that cannot be done."""
        self._stop_leftover()
        try:
            self._postgres.start()
            self._pid = self._read_pid()
            if self._pid is not None:
                self._watchdog.add(self._pid, gently=True)
            self._postgres.ensure_database(NAME)
        except (PostgresError, psycopg.Error) as error:
            self.stop()
            raise LaptopError(" ".join(str(error).split())) from None

    def stop(self) -> None:
        """Shut the server down; everything committed is on disk."""
        self._postgres.stop()
        if self._pid is not None:
            self._watchdog.remove(self._pid)
            self._pid = None

    def _stop_leftover(self) -> None:
        """Shut down a server that a laptop cloud left behind which was killed while it started."""
        pid = self._read_pid()
        if pid is None or not self._serves_here(pid):
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while self._serves_here(pid):
            if time.monotonic() > deadline:
                raise LaptopError(f"a PostgreSQL server (process {pid}) is left on {self._pid_file.parent}; end it")
            time.sleep(0.05)

    def _read_pid(self) -> int | None:
        try:
            return int(self._pid_file.read_text(encoding="utf-8").splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _serves_here(self, pid: int) -> bool:
        """Return whether the process `pid` works in the data folder, as its server does; False without /proc."""
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self._pid_file.parent.resolve()
        except OSError:
            return False
