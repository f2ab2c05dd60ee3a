"""The whole suite uses PostgreSQL through PgBouncer in transaction mode; this file tests that it really does."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
from psycopg.rows import dict_row

from local.pooler import POOL_SIZE
from tests.e2e.client import Client
from tests.support.laptop import Laptop

pytestmark = pytest.mark.xdist_group("e2e")

READS = {
    "get_me": "/users/me",
    "list_my_picks": "/picks/me",
    "list_upcoming_games": "/games/upcoming",
    "list_api_keys": "/api-keys",
    "get_leaderboard": "/leaderboard",
    "list_games": "/games",
}
AT_ONCE = 3 * POOL_SIZE
PAST_THE_POOLER = {"migrate", "restore"}
"""Functions that use the secret `database/direct`."""
BESIDE = "postgres"
"""Another database behind the same pooler, with server connections that no function uses."""

type Connect = Callable[..., psycopg.Connection[Any]]


@pytest.fixture(autouse=True)
def pooler(pooled: dict[str, str]) -> None:
    if not pooled:
        pytest.skip("there is no PgBouncer on this machine; install the Debian package pgbouncer")


@pytest.fixture
def connect(laptop: Laptop) -> Iterator[Connect]:
    """Return a factory for clients of the pooler. Their server connections end with the test."""
    with ExitStack() as stack:

        def make(*, prepare_threshold: int | None = None) -> psycopg.Connection[Any]:
            url = laptop.pooled_url(BESIDE)
            client = psycopg.connect(url, autocommit=True, prepare_threshold=prepare_threshold, connect_timeout=10)
            return stack.enter_context(client)

        yield make
    with psycopg.connect(laptop.database_url) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (BESIDE,))


def shown(laptop: Laptop, what: str, *, user: str | None = None) -> dict[str, Any]:
    """Return the row of the functions' database in the pooler's console, and of a user if there is one for each."""
    with psycopg.connect(laptop.pooled_url("pgbouncer"), autocommit=True, connect_timeout=10) as console:
        # The console supports the simple query protocol only.
        rows = psycopg.ClientCursor(console, row_factory=dict_row).execute(f"SHOW {what}").fetchall()
    [found] = [row for row in rows if row["database"] == "pickvs" and user in (None, row.get("user"))]
    return found


def connected(laptop: Laptop, url: str) -> set[str]:
    """Return the functions that have a process connected to the port of `url` now."""
    found = set()
    for process in psutil.Process(laptop.pid).children(recursive=True):
        try:
            name = process.environ().get("AWS_LAMBDA_FUNCTION_NAME", "")
            ends = [each.raddr.port for each in process.net_connections("tcp") if each.raddr]
        except psutil.NoSuchProcess:
            continue
        if name and urlsplit(url).port in ends:
            found.add(name.removeprefix("pickvs-local-"))
    return found


def process_of(client: psycopg.Connection[Any]) -> int:
    """Return the pid of the server process that currently serves the client."""
    return int(client.execute("SELECT pg_backend_pid()").fetchone()[0])


def test_more_functions_than_there_are_connections_share_them(laptop: Laptop, api: Client) -> None:
    user = api.register("one-of-many")
    before = shown(laptop, "STATS_TOTALS")
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        for _ in range(3):
            for answer in crowd.map(user.get, [path for path in READS.values() for _ in range(2)]):
                assert answer.status == 200, answer.body
    after = shown(laptop, "STATS_TOTALS")
    assert after["xact_count"] - before["xact_count"] >= 3 * AT_ONCE

    pool = shown(laptop, "POOLS", user="pickvs_local_reader")
    assert pool["pool_mode"] == "transaction"
    assert pool["sv_active"] + pool["sv_idle"] + pool["sv_used"] <= POOL_SIZE < pool["cl_active"], pool
    assert connected(laptop, laptop.pooled_url("pickvs")) >= {*READS, "register"}


def test_no_function_gets_past_it_but_those_that_should(laptop: Laptop, api: Client) -> None:
    api.register("by-the-way")
    assert connected(laptop, laptop.database_url) <= PAST_THE_POOLER
    with psycopg.connect(laptop.database_url) as connection:
        laptops = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pickvs'"
        seen = connection.execute(laptops).fetchone()[0]
    # Each user has a pool: the functions' roles.
    assert 0 < seen <= 3 * POOL_SIZE + len(PAST_THE_POOLER)


def test_who_finds_every_connection_taken_is_told_in_time(laptop: Laptop, api: Client) -> None:
    user = api.register("comes-too-late")
    with ExitStack() as taken:
        for _ in range(POOL_SIZE):
            url = laptop.pooled_url("pickvs", role="reader")
            holder = taken.enter_context(psycopg.connect(url, connect_timeout=10))
            holder.execute("SELECT 1")
        began = time.monotonic()
        answer = user.get("/users/me")
        answer.problem(503, "UNAVAILABLE")
        assert answer.headers["retry-after"] == "5"
        assert time.monotonic() - began < 15
    assert user.get("/users/me").status == 200


def test_a_statement_prepared_by_name_is_gone_in_the_next_transaction(connect: Connect) -> None:
    other, careful, careless = connect(), connect(), connect(prepare_threshold=0)
    for client in (careful, careless):
        client.execute("SELECT 1")
        prepared_in = process_of(client)
        with other.transaction():
            assert process_of(other) == prepared_in, "the one that was used last"
            if client is careful:
                assert client.execute("SELECT 1").fetchone() == (1,)
                continue
            with pytest.raises(psycopg.errors.InvalidSqlStatementName, match="_pg3_0"):
                client.execute("SELECT 1")


def test_a_setting_of_the_session_becomes_another_clients(connect: Connect) -> None:
    one, another = connect(), connect()
    one.execute("SELECT set_config('pickvs.local', 'kept', true)")
    assert another.execute("SELECT current_setting('pickvs.local', true)").fetchone() == ("",)
    one.execute("SET pickvs.leaks = 'mine'")
    assert another.execute("SELECT current_setting('pickvs.leaks', true)").fetchone() == ("mine",)


def test_a_lock_of_the_session_is_given_to_everybody(laptop: Laptop, connect: Connect) -> None:
    one, another = connect(), connect()
    ask = "SELECT pg_try_advisory_lock(4711)"
    assert [client.execute(ask).fetchone() for client in (one, another)] == [(True,), (True,)]
    ask = "SELECT pg_try_advisory_xact_lock(4712)"
    with one.transaction():
        assert [client.execute(ask).fetchone() for client in (one, another)] == [(True,), (False,)]


def test_an_option_of_the_connection_is_refused(laptop: Laptop) -> None:
    with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter"):
        psycopg.connect(laptop.pooled_url("pickvs"), options="-c statement_timeout=5s", connect_timeout=10)
