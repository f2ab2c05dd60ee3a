"""Ends a process at its n-th statement, commits and alarms included, and puts the tables back for the next try."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql

from pickvs.core import alarm_clock, database


class Killed(BaseException):
    """The end of the process, which nothing in it survives."""


class Killer:
    """Counts what `pickvs.core.database` and the alarm clock are asked for. Raises Killed in place of one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._at: int | None = None
        self.steps = 0
        execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit
        set_alarm, wake = alarm_clock.set_alarm, alarm_clock.wake

        def counted(self_: psycopg.Cursor[Any], *arguments: Any, **more: Any) -> Any:
            if self_.connection is database._open:
                self._step()
            return execute(self_, *arguments, **more)

        def committed(self_: psycopg.Connection[Any]) -> None:
            if self_ is database._open:
                self._step()
            commit(self_)

        monkeypatch.setattr(psycopg.Cursor, "execute", counted)
        monkeypatch.setattr(psycopg.Connection, "commit", committed)
        monkeypatch.setattr(alarm_clock, "set_alarm", self._before(set_alarm))
        monkeypatch.setattr(alarm_clock, "wake", self._before(wake))

    @contextmanager
    def at(self, step: int | None) -> Iterator[None]:
        """Kill at a step, from 1, of what is done in the block. None: let it live."""
        self._at, self.steps = step, 0
        try:
            yield
        finally:
            self._at = None

    def _step(self) -> None:
        self.steps += 1
        if self.steps == self._at:
            raise Killed

    def _before(self, act: Any) -> Any:
        def done(*arguments: Any) -> None:
            self._step()
            act(*arguments)

        return done


class Saved:
    """The rows of some tables, to which they can be put back, past all guards."""

    def __init__(self, owner: psycopg.Connection[dict[str, Any]], tables: Sequence[str]) -> None:
        self._owner = owner
        self._tables = tables
        self._numbered = [
            row["table_name"]
            for row in owner.execute("SELECT table_name FROM information_schema.columns WHERE is_identity = 'YES'")
            if row["table_name"] in tables
        ]
        owner.execute("CREATE SCHEMA saved")
        for table in tables:
            owner.execute(sql.SQL("CREATE TABLE saved.{0} AS TABLE public.{0}").format(sql.Identifier(table)))

    def restore(self) -> None:
        with self._owner.transaction():
            self._owner.execute("SET LOCAL session_replication_role = replica")
            for table in self._tables:
                self._owner.execute(sql.SQL("DELETE FROM public.{}").format(sql.Identifier(table)))
                put = "INSERT INTO public.{0} OVERRIDING SYSTEM VALUE TABLE saved.{0}"
                self._owner.execute(sql.SQL(put).format(sql.Identifier(table)))
        self.renumber()

    def renumber(self) -> None:
        """Let new rows have the numbers that they would have if no process had ended: a sequence does not go back."""
        follow = "SELECT setval(pg_get_serial_sequence({}, 'id'), coalesce(max(id), 0) + 1, false) FROM {}"
        for table in self._numbered:
            self._owner.execute(sql.SQL(follow).format(sql.Literal(table), sql.Identifier(table)))
