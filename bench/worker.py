"""Runs one function many times in a separate process, as `python worker.py <handler>`, and measures it.

Each line of the input is an order and each line of the output is its answer, both as JSON. This file may import the
standard library only, because it runs in the function's environment.

    {"do": "load", "event": {...}}            handles the event: {"answer": {...}}
    {"do": "run", "events": [...]}            {"cpu": processor seconds per event, "answer": the last one}
    {"do": "run_bare", "times": 100}          {"cpu": ...} of the recorded event's statements with psycopg alone
    {"do": "count"}                           {"answer": how many statements those are}
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

type Statement = tuple[Any, Any]

_OVERHEAD = "BEGIN"


class Context:
    """A minimal Lambda context."""

    function_name = "bench"
    function_version = "$LATEST"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:000000000000:function:bench"
    aws_request_id = "00000000-0000-4000-8000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return a constant that is always enough."""
        return 10_000


class Recorder:
    """Records the statements that psycopg executes, and its connection string."""

    def __init__(self) -> None:
        import psycopg

        self.statements: list[Statement] = []
        self._url: str | None = None
        self._psycopg: Any = psycopg
        self._execute = psycopg.Cursor.execute
        self._connect: Any = psycopg.Connection.__dict__["connect"]

    def record(self, work: Callable[[], Any]) -> Any:
        """Run `work`, record its statements, and return its result."""

        def executing(cursor: Any, query: Any, params: Any = None, **options: Any) -> Any:
            self.statements.append((query, params))
            return self._execute(cursor, query, params, **options)

        def connecting(kind: type[Any], /, conninfo: str = "", **options: Any) -> Any:
            self._url = conninfo
            return self._connect.__func__(kind, conninfo, **options)

        connection = self._psycopg.Connection
        self._psycopg.Cursor.execute, connection.connect = executing, classmethod(connecting)
        try:
            return work()
        finally:
            self._psycopg.Cursor.execute, connection.connect = self._execute, self._connect

    def count(self) -> int:
        """Return the number of statements, besides those that begin a transaction."""
        texts = [query.decode() if isinstance(query, bytes) else str(query) for query, _ in self.statements]
        return sum(not text.startswith(_OVERHEAD) for text in texts)

    def alone(self) -> Callable[[], None]:
        """Return a function that sends the statements again on a new connection and fetches their rows."""
        connection = self._psycopg.connect(self._url, autocommit=True, prepare_threshold=None)
        statements = [
            (text, params)
            for query, params in self.statements
            for text in [_text(query, connection)]
            if not text.startswith(_OVERHEAD)
        ]

        def send() -> None:
            with connection.cursor() as cursor:
                for text, params in statements:
                    cursor.execute(text, params)
                    cursor.fetchall()

        return send


def _text(query: Any, connection: Any) -> str:
    match query:
        case str():
            return query
        case bytes():
            return query.decode()
        case _:
            return str(query.as_string(connection))


def main(handler: str) -> None:
    if os.environ.get("WITHOUT_AWS"):
        from pickvs.core import alarm_clock

        alarm_clock.set_alarm = lambda *_: None
        alarm_clock.wake = lambda *_: None
    module, _, name = handler.rpartition(".")
    function = getattr(importlib.import_module(module), name)
    recorder: Recorder | None = None
    for line in sys.stdin:
        order = json.loads(line)
        match order["do"]:
            case "load":
                recorder = Recorder() if order.get("record") else None
                answer = recorder.record(lambda: function(order["event"], Context())) if recorder else None  # noqa: B023
                reply = {"answer": answer or function(order["event"], Context())}
            case "run":
                answer = None
                began = time.process_time()
                for event in order["events"]:
                    answer = function(event, Context())
                reply = {"cpu": (time.process_time() - began) / len(order["events"]), "answer": answer}
            case "run_bare":
                assert recorder is not None
                reply = {"cpu": _bare(recorder.alone(), order["times"])}
            case "count":
                assert recorder is not None
                reply = {"answer": recorder.count()}
            case unknown:
                raise ValueError(unknown)
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


def _bare(send: Callable[[], None], times: int) -> float:
    send()
    began = time.process_time()
    for _ in range(times):
        send()
    return (time.process_time() - began) / times


if __name__ == "__main__":
    main(sys.argv[1])
