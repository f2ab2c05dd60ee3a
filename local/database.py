"""The laptop cloud's database: the embedded server on the data in the state folder."""

import signal
from pathlib import Path

import psycopg

from local.errors import LaptopError
from local.postgres import Postgres, PostgresError
from local.servers import end_leftover, read_pid
from local.watchdog import Watchdog

NAME = "pickvs"


class Database:
    """The database server for the data in `folder`. Hold the lock of the state folder before you start it."""

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
        """Start the server, after ending one that an earlier run left behind, and create the database on first use.

        Raises LaptopError if the server cannot start.
        """
        end_leftover(self._pid_file, name="PostgreSQL", how=signal.SIGINT)
        try:
            self._postgres.start()
            self._pid = read_pid(self._pid_file)
            if self._pid is not None:
                self._watchdog.add(self._pid, gently=True)
            self._postgres.ensure_database(NAME)
        except (PostgresError, psycopg.Error) as error:
            self.stop()
            raise LaptopError(" ".join(str(error).split())) from None

    def stop(self) -> None:
        """Shut the server down. Committed transactions are on disk."""
        self._postgres.stop()
        if self._pid is not None:
            self._watchdog.remove(self._pid)
            self._pid = None
