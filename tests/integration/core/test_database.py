"""The one connection: reopened after it dies, limited in time, and free of state left by earlier transactions."""

import os
import signal
import socket
import time

import psycopg
import pytest

from pickvs.core import database
from pickvs.core.config import settings
from pickvs.core.errors import ConfigurationError, DatabaseUnavailable, LoginRefused
from pickvs.core.logging import logger
from tests.support.databases import secret_values


@pytest.fixture
def things(database):
    """The URL of a database with an empty table `things (id primary key)`."""
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE things (id integer PRIMARY KEY)")
        connection.execute("GRANT ALL ON things TO PUBLIC")
    return database


def stored(url):
    with psycopg.connect(url) as connection:
        return [value for (value,) in connection.execute("SELECT id FROM things ORDER BY id").fetchall()]


def store(value):
    with database.transaction() as connection:
        connection.execute("INSERT INTO things VALUES (%s)", (value,))


def backend():
    with database.transaction() as connection:
        row = connection.execute("SELECT pg_backend_pid() AS pid").fetchone()
    assert row is not None
    return row["pid"]


def hang_up(url, pid):
    """Make the server close a connection, and wait until it is closed."""
    with psycopg.connect(url, autocommit=True) as admin:
        assert admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,)).fetchone() == (True,)


def test_a_transaction_is_committed_at_its_end(things):
    store(1)
    assert stored(things) == [1]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_any_error_rolls_it_back_and_goes_on_its_way(things, error):
    def store_and_fail():
        with database.transaction() as connection:
            connection.execute("INSERT INTO things VALUES (1)")
            raise error

    with pytest.raises(error):
        store_and_fail()
    assert stored(things) == []
    store(2)
    assert stored(things) == [2]


def test_a_violated_rule_is_the_caller_s_to_read(things):
    store(1)
    with pytest.raises(psycopg.errors.UniqueViolation) as violated:
        store(1)
    assert violated.value.diag.constraint_name == "things_pkey"
    store(2)
    assert stored(things) == [1, 2]


def test_transactions_share_one_connection(things):
    assert len({backend() for _ in range(3)}) == 1


def prepared(times):
    """Return how many statements the server has prepared for the connection, after one of ours was executed."""
    for _ in range(times):
        with database.transaction() as connection:
            connection.execute("SELECT * FROM things WHERE id = %s", (1,))
    with database.transaction() as connection:
        row = connection.execute("SELECT count(*) AS number FROM pg_prepared_statements").fetchone()
    assert row is not None
    return row["number"]


@pytest.fixture
def no_pooler(monkeypatch):
    monkeypatch.setenv("DATABASE_POOLED", "off")
    database.close()
    settings.cache_clear()
    yield
    database.close()


def test_statements_are_prepared_where_no_pooler_stands(things, no_pooler):
    # BEGIN stands for every transaction and is sent as a plain text.
    assert prepared(4) == 0
    assert prepared(4) == 1


def test_no_statement_is_prepared_behind_a_pooler(things):
    assert prepared(20) == 0


def test_a_plan_that_a_migration_has_outdated_is_made_anew(things, no_pooler):
    assert prepared(8) == 1
    with psycopg.connect(things) as migration:
        migration.execute("ALTER TABLE things ADD COLUMN name text")
    with pytest.raises(DatabaseUnavailable, match="planned anew"):
        prepared(1)
    assert prepared(1) == 0


def test_another_unsupported_feature_is_the_caller_s_to_read(things):
    with pytest.raises(psycopg.errors.FeatureNotSupported), database.transaction() as connection:
        connection.execute("SELECT id FROM things GROUP BY id FOR UPDATE")


def test_a_connection_that_the_server_closed_while_idle_is_replaced(things):
    first = backend()
    hang_up(things, first)
    store(1)
    assert stored(things) == [1]
    assert backend() != first


def test_one_that_dies_just_when_it_is_taken_is_replaced_too(things, monkeypatch):
    hang_up(things, backend())
    monkeypatch.setattr(database, "_is_dead", lambda _: False)
    store(1)
    assert stored(things) == [1]


@pytest.mark.parametrize("answers_begin", [False, True])
def test_one_whose_server_keeps_silent_is_replaced(things, monkeypatch, caplog, answers_begin):
    logger()
    monkeypatch.setattr(database, "_TURN_SECONDS", 0.5)
    silent = backend()
    execute = database._Client.execute

    def freeze(self, *arguments):
        if self.info.backend_pid == silent:
            os.kill(silent, signal.SIGSTOP)
        return execute(self, *arguments)

    if answers_begin:
        monkeypatch.setattr(database._Client, "execute", freeze)
    else:
        os.kill(silent, signal.SIGSTOP)
    try:
        started = time.monotonic()
        store(1)
        took = time.monotonic() - started
    finally:
        os.kill(silent, signal.SIGCONT)
    assert stored(things) == [1]
    assert took < 5
    assert backend() != silent
    assert caplog.records == [], "the driver's own lines have host and user in them"


def test_all_attempts_together_have_one_time_limit(things, monkeypatch):
    """One connection whose server is gone, and one host none of whose addresses responds."""
    monkeypatch.setattr(database, "_BEGIN_SECONDS", 4.0)
    monkeypatch.setattr(database, "_TURN_SECONDS", 1.0)
    silent = backend()
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        hosts = ",".join([f"127.0.0.1:{nobody.getsockname()[1]}"] * 3)
        monkeypatch.setattr(database, "get_secret", lambda _: {"url": f"postgresql://ada:hunter2@{hosts}/pickvs"})
        os.kill(silent, signal.SIGSTOP)
        try:
            started = time.monotonic()
            with pytest.raises(DatabaseUnavailable):
                store(1)
            assert 2.5 < time.monotonic() - started < 4.5
        finally:
            os.kill(silent, signal.SIGCONT)


def test_only_the_beginning_is_hurried(things, monkeypatch):
    monkeypatch.setattr(database, "_TURN_SECONDS", 0.5)
    with database.transaction() as connection:
        assert connection.execute("SELECT 1 AS one FROM pg_sleep(1)").fetchone() == {"one": 1}


def test_one_that_was_closed_here_is_replaced(things):
    backend()
    database.close()
    database.close()
    store(1)
    assert stored(things) == [1]


def test_one_that_dies_within_a_transaction_is_an_error_and_nothing_is_stored(things):
    def store_and_lose():
        with database.transaction() as connection:
            connection.execute("INSERT INTO things VALUES (1)")
            hang_up(things, connection.info.backend_pid)
            connection.execute("INSERT INTO things VALUES (2)")

    with pytest.raises(DatabaseUnavailable):
        store_and_lose()
    assert stored(things) == []
    store(3)
    assert stored(things) == [3]


def test_one_that_dies_before_the_commit_is_an_error(things):
    def store_and_lose():
        with database.transaction() as connection:
            connection.execute("INSERT INTO things VALUES (1)")
            hang_up(things, connection.info.backend_pid)

    with pytest.raises(DatabaseUnavailable):
        store_and_lose()
    assert stored(things) == []


def test_a_statement_that_takes_too_long_is_ended(things):
    def sleep():
        with database.transaction(statement_timeout_ms=100) as connection:
            connection.execute("INSERT INTO things VALUES (1)")
            connection.execute("SELECT pg_sleep(20)")

    started = time.monotonic()
    with pytest.raises(DatabaseUnavailable):
        sleep()
    assert time.monotonic() - started < 5
    assert stored(things) == []
    store(2)


def test_a_lock_that_is_not_given_is_not_waited_for(things):
    def wait():
        with database.transaction(lock_timeout_ms=100) as connection:
            connection.execute("LOCK TABLE things")

    started = time.monotonic()
    with psycopg.connect(things) as other:
        other.execute("LOCK TABLE things")
        with pytest.raises(DatabaseUnavailable):
            wait()
    assert time.monotonic() - started < 5
    store(1)


def test_nothing_outlives_a_transaction(things):
    for number in range(10):
        store(number)
    with database.transaction(statement_timeout_ms=1_234, lock_timeout_ms=567) as connection:
        inside = connection.execute("SHOW statement_timeout").fetchone()
        prepared = connection.execute("SELECT count(*) AS prepared FROM pg_prepared_statements").fetchone()
    assert inside == {"statement_timeout": "1234ms"}
    assert prepared == {"prepared": 0}
    assert connection.execute("SHOW statement_timeout").fetchone() == {"statement_timeout": "0"}
    assert connection.execute("SHOW lock_timeout").fetchone() == {"lock_timeout": "0"}


def use(monkeypatch, secret):
    database.close()
    monkeypatch.setenv("DATABASE_SECRET_ARN", "test/database")
    monkeypatch.setenv("DATABASE_TLS", "off")
    secret_values(monkeypatch, database, {"test/database": secret})


def test_a_server_that_is_not_there_is_noticed_at_once(monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    use(monkeypatch, {"url": f"postgresql://ada:hunter2@127.0.0.1:{port}/pickvs"})
    started = time.monotonic()
    with pytest.raises(DatabaseUnavailable) as unavailable:
        backend()
    assert time.monotonic() - started < 2
    assert "hunter2" not in f"{unavailable.value!r} {unavailable.value.__cause__!r}"


def test_a_server_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(database, "_CONNECT_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(monkeypatch, {"url": f"postgresql://ada:hunter2@127.0.0.1:{silent.getsockname()[1]}/pickvs"})
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailable):
            backend()
        assert 1 < time.monotonic() - started < 5


def test_the_secret_cannot_switch_the_time_limit_off(monkeypatch):
    monkeypatch.setattr(database, "_CONNECT_SECONDS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use(monkeypatch, {"url": f"postgresql://127.0.0.1:{silent.getsockname()[1]}/pickvs?connect_timeout=0"})
        started = time.monotonic()
        with pytest.raises(DatabaseUnavailable):
            backend()
        assert time.monotonic() - started < 5


def test_a_refused_password_is_no_connection(things, monkeypatch):
    before, at, after = things.rpartition("@")
    wrong = before.rpartition(":")[0] + ":hunter2" + at + after
    with monkeypatch.context() as patch:
        use(patch, {"url": wrong})
        patch.setattr(database, "get_secret_anew", lambda _: [{"url": wrong}])
        with pytest.raises(LoginRefused) as unavailable:
            backend()
    assert "hunter2" not in f"{unavailable.value!r} {unavailable.value.__cause__!r}"


@pytest.mark.parametrize(
    "secret",
    [
        {},
        {"url": ""},
        {"uri": "postgresql://ada:hunter2@db/pickvs"},
        {"url": "hunter2"},
        {"url": "postgresql://ada:hunter2@[db/pickvs"},
        {"url": "postgresql://ada:hunter2@db/pickvs?hunter2=1"},
        {"url": "mysql://ada:hunter2@db/pickvs"},
        {"host": "db", "username": "ada", "password": "hunter2"},
    ],
)
def test_a_secret_that_is_no_connection_string_is_a_fault_of_the_deployment(monkeypatch, secret):
    use(monkeypatch, secret)
    with pytest.raises(ConfigurationError) as wrong:
        backend()
    assert "hunter2" not in str(wrong.value)
    assert wrong.value.__suppress_context__ or wrong.value.__context__ is None


def test_after_an_outage_it_works_again(things, monkeypatch):
    with monkeypatch.context() as outage:
        use(outage, {"url": "postgresql://127.0.0.1:9/pickvs"})
        for _ in range(2):
            with pytest.raises(DatabaseUnavailable):
                store(1)
    store(2)
    assert stored(things) == [2]


def test_what_goes_wrong_between_begin_and_the_block_leaves_nothing_open(things, monkeypatch):
    store(1)

    def refuse(self, query, *_, **__):
        psycopg.Connection.execute(self, query)
        raise psycopg.errors.InvalidParameterValue("refused")

    with monkeypatch.context() as patch:
        patch.setattr(database._Client, "execute", refuse)
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            store(2)
    store(3)
    assert stored(things) == [1, 3]


def test_a_transaction_in_a_transaction_is_refused_and_ends_both(things):
    def nest() -> None:
        with database.transaction() as outer:
            outer.execute("INSERT INTO things VALUES (1)")
            store(2)

    with pytest.raises(RuntimeError, match="already open"):
        nest()
    store(3)
    assert stored(things) == [3]
