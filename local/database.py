"""The laptop cloud's database: the embedded server on the data in the state folder."""

import signal
import threading
from collections.abc import Callable
from pathlib import Path

import psycopg

from local.errors import LaptopError
from local.postgres import Postgres, PostgresError
from local.servers import end_leftover, read_pid
from local.watchdog import Watchdog

NAME = "pickvs"


class Database:
    """The database server for the data in `folder`. Hold the lock of the state folder before you start it.

    failed: called in another thread if the server ends before `stop`. durable: whether what is committed survives a
    loss of power.
    """

    def __init__(
        self, folder: Path, watchdog: Watchdog, failed: Callable[[LaptopError], None], *, durable: bool = True
    ) -> None:
        self._failed = failed
        self._pid_file = folder / "data" / "postmaster.pid"
        self._watchdog = watchdog
        self._postgres = Postgres(folder, durable=durable)
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
        threading.Thread(target=self._watch, name="database", daemon=True).start()

    def stop(self) -> None:
        """Shut the server down. Committed transactions are on disk."""
        self._postgres.stop()
        if self._pid is not None:
            self._watchdog.remove(self._pid)
            self._pid = None

    def _watch(self) -> None:
        status = self._postgres.wait()
        if status is not None:
            how = f"by signal {-status}" if status < 0 else f"with exit status {status}"
            self._failed(LaptopError(f"PostgreSQL has ended {how}; start again (see {self._postgres.log})"))
