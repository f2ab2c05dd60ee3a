"""Due work of a function whose effect is a row in a table."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.agenda import service as agenda
from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.core.database import Connection, transaction
from tests.support.alarms import Alarms, watch_alarms

FUNCTION = "housekeeping"


@dataclass
class Agenda:
    """The agenda of FUNCTION, seen from outside by the owner of the tables."""

    owner: psycopg.Connection[dict[str, Any]]
    alarms: Alarms

    @contextmanager
    def at(self, moment: datetime) -> Iterator[Connection]:
        """Yield a connection in a transaction at a time."""
        with clock.held_at(moment), transaction() as connection:
            yield connection

    def put(self, key: str, due_at: datetime, *, at: datetime, **payload: Any) -> None:
        with self.at(at) as connection:
            agenda.put(connection, FUNCTION, key, due_at, payload)

    def run(self, at: datetime, do: agenda.Do | None = None, *, seconds: float = 60) -> dict[str, int]:
        with clock.held_at(at):
            return agenda.take_due(FUNCTION, do or note, seconds=seconds)

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.owner.execute("SELECT * FROM agenda ORDER BY key").fetchall()

    @property
    def effects(self) -> list[dict[str, Any]]:
        return self.owner.execute("SELECT * FROM effects ORDER BY key, at").fetchall()


def note(connection: Connection, due: Due) -> None:
    """Do the work: note what was done, and when."""
    values = (due.key, clock.now(), due.due_at)
    connection.execute("INSERT INTO effects (key, at, due_at) VALUES (%s, %s, %s)", values)


@pytest.fixture
def work(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Agenda]:
    alarms = watch_alarms(monkeypatch, FUNCTION)
    with psycopg.connect(database, row_factory=dict_row, autocommit=True) as owner:
        owner.execute("CREATE TABLE effects (key text, at timestamptz, due_at timestamptz)")
        owner.execute("GRANT ALL ON effects TO PUBLIC")
        yield Agenda(owner, alarms)
