"""Housekeeping deletes expired rows, in batches, and nothing else."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.accounts.sessions import queries as sessions
from pickvs.core import clock
from pickvs.core.alarm_clock import EVENT
from pickvs.operations.housekeeping import service as housekeeping
from tests.support.accounts import make_user
from tests.support.alarms import Alarms, watch_alarms
from tests.support.functions import load
from tests.support.plans import Recording, blocks

NOW = datetime(2024, 1, 15, 9, tzinfo=UTC)
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
NOTHING = dict.fromkeys(housekeeping.DELETIONS, 0)
TOKEN = """
    INSERT INTO refresh_tokens (token_hash, user_id, family_id, issued_at, expires_at, used_at, revoked_at)
    VALUES (sha256(%(name)s::bytea), %(user)s, gen_random_uuid(), %(expires)s - interval '30 days', %(expires)s,
            %(used)s, %(revoked)s)
"""


class Leftovers:
    """Fills the four tables and reports which rows remain."""

    def __init__(self, connection: psycopg.Connection[dict[str, Any]], user: int) -> None:
        self.connection = connection
        self.user = user

    def token(self, name: str, expires: datetime, *, used: datetime | None = None, revoked: datetime | None = None):
        values = {"name": name, "user": self.user, "expires": expires, "used": used, "revoked": revoked}
        self.connection.execute(TOKEN, values)

    def one_time_token(self, purpose: str, expires: datetime) -> None:
        self.connection.execute(
            "INSERT INTO account_tokens VALUES (%s, %s, sha256(%s::bytea), 'ada@example.com', %s, %s)",
            (self.user, purpose, purpose, expires - DAY, expires),
        )

    def limit(self, name: str, arrival: datetime) -> None:
        self.connection.execute("INSERT INTO limits VALUES (sha256(%s::bytea), %s)", (name, arrival))

    def key(self, name: str, made_at: datetime) -> None:
        self.connection.execute(
            "INSERT INTO idempotency_keys VALUES (%s, %s, sha256('body'), '{}', %s)", (self.user, name, made_at)
        )

    def remaining(self, table: str, column: str, *names: str) -> set[str]:
        """Return the names that the table still contains."""
        plain = column == "key" and table == "idempotency_keys"
        value = "%s" if plain else "sha256(%s::bytea)"
        query = f"SELECT 1 FROM {table} WHERE {column} = {value}"
        return {name for name in names if self.connection.execute(query, (name,)).fetchone()}


@pytest.fixture
def left(database: str) -> Iterator[Leftovers]:
    user, _ = make_user(database, "ada")
    with psycopg.connect(database, row_factory=dict_row, autocommit=True) as connection:
        yield Leftovers(connection, user)


@pytest.fixture(autouse=True)
def alarms(monkeypatch: pytest.MonkeyPatch) -> Alarms:
    return watch_alarms(monkeypatch, housekeeping.FUNCTION)


def prune(event: Mapping[str, Any] = MappingProxyType({}), *, at: datetime = NOW) -> dict[str, int]:
    with clock.held_at(at):
        return dict(load("housekeeping/handler").handler(dict(event), None)["deleted"])


def test_ended_tokens_are_known_for_a_week(left: Leftovers) -> None:
    left.token("good", NOW + DAY)
    left.token("used", NOW + DAY, used=NOW - 29 * DAY)
    left.token("just expired", NOW - 7 * DAY + SECOND)
    left.token("expired", NOW - 7 * DAY)
    left.token("just revoked", NOW + 20 * DAY, revoked=NOW - 7 * DAY + SECOND)
    left.one_time_token("confirm_email", NOW)
    left.one_time_token("reset_password", NOW + SECOND)
    left.token("revoked", NOW + 20 * DAY, used=NOW - 9 * DAY, revoked=NOW - 7 * DAY)
    assert prune() == NOTHING | {"refresh_tokens": 2, "account_tokens": 1}
    names = "good", "used", "just expired", "expired", "just revoked", "revoked"
    found = left.remaining("refresh_tokens", "token_hash", *names)
    assert found == {"good", "used", "just expired", "just revoked"}


def test_a_limit_goes_when_all_its_tries_are_made_good(left: Leftovers) -> None:
    left.limit("spent", NOW + SECOND)
    left.limit("good", NOW)
    assert prune()["limits"] == 1
    assert left.remaining("limits", "key", "spent", "good") == {"spent"}


def test_an_idempotency_key_goes_after_its_day(left: Leftovers) -> None:
    left.key("today", NOW - DAY)
    left.key("yesterday", NOW - DAY - SECOND)
    assert prune()["idempotency_keys"] == 1
    assert left.remaining("idempotency_keys", "key", "today", "yesterday") == {"today"}


def test_a_decision_on_credits_is_kept_for_more_than_a_year(left: Leftovers) -> None:
    for days in (400, 401):
        left.connection.execute(
            "INSERT INTO credit_decisions (at, sport, kind, games, games_with_picks, cost, decision)"
            " VALUES (%s, 'basketball_nba', 'morning', '{}', 0, 3, 'bought')",
            (NOW - days * DAY,),
        )
    assert prune()["credit_decisions"] == 1
    [kept] = left.connection.execute("SELECT at FROM credit_decisions").fetchall()
    assert kept["at"] == NOW - 400 * DAY


def test_it_goes_on_in_batches_stops_in_time_and_an_alarm_goes_on(
    left: Leftovers, alarms: Alarms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 10)
    for number in range(45):
        left.limit(str(number), NOW - DAY)
        if number < 20:
            left.key(str(number), NOW - 2 * DAY)
    with monkeypatch.context() as patch:
        patch.setattr(housekeeping, "SECONDS", 0)
        assert prune() == {}
    assert alarms.set == {"housekeeping-20240115T0901": NOW + MINUTE}
    assert prune(EVENT, at=NOW + MINUTE) == NOTHING | {"limits": 45, "idempotency_keys": 20}
    assert prune(EVENT, at=NOW + MINUTE) == {}


def test_a_row_that_somebody_is_using_is_left_to_them(left: Leftovers, database: str) -> None:
    left.limit("used", NOW - DAY)
    left.limit("not used", NOW - DAY)
    with psycopg.connect(database) as other:
        other.execute("UPDATE limits SET theoretical_arrival = %s WHERE key = sha256('used'::bytea)", (NOW + DAY,))
        assert prune()["limits"] == 1
    assert left.remaining("limits", "key", "used", "not used") == {"used"}


@pytest.mark.parametrize("table", ["refresh_tokens", "account_tokens", "limits", "idempotency_keys"])
def test_nobody_waits_for_a_row_that_is_held(left: Leftovers, database: str, table: str) -> None:
    left.token("ended", NOW - 8 * DAY)
    left.one_time_token("confirm_email", NOW)
    left.limit("good", NOW - DAY)
    left.key("outlived", NOW - 2 * DAY)
    with psycopg.connect(database) as other:
        other.execute(f"SELECT FROM {table} FOR UPDATE".encode())
        assert prune() == {
            **NOTHING,
            "refresh_tokens": 1,
            "account_tokens": 1,
            "limits": 1,
            "idempotency_keys": 1,
            table: 0,
        }
    assert prune()[table] == 1


def test_a_table_that_fails_keeps_no_other_one_waiting_and_is_tried_again(left: Leftovers, database: str) -> None:
    left.limit("good", NOW - DAY)
    left.key("outlived", NOW - 2 * DAY)
    with psycopg.connect(database) as other:
        other.execute("LOCK TABLE limits")
        assert prune() == {name: 0 for name in NOTHING if name != "limits"} | {"idempotency_keys": 1}
    assert prune(EVENT, at=NOW + MINUTE) == {}
    assert prune(EVENT, at=NOW + 2 * MINUTE) == {"limits": 1}


def test_looking_for_ended_tokens_costs_no_more_with_many_that_are_good(left: Leftovers, database: str) -> None:
    random = Random(7)  # noqa: S311
    with left.connection.cursor() as cursor, cursor.copy("COPY refresh_tokens FROM STDIN") as copy:
        for number in range(20_000):
            expires = NOW + timedelta(seconds=random.randint(1, 29 * 86_400))
            family = f"00000000-0000-4000-8000-{number:012d}"
            copy.write_row((random.randbytes(32), left.user, family, expires - 30 * DAY, expires, *[None] * 5))
    left.connection.execute("ANALYZE refresh_tokens")
    left.token("expired", NOW - 8 * DAY)
    with psycopg.connect(database, row_factory=dict_row) as connection:
        connection.cursor_factory = Recording
        sessions.delete_ended_tokens(connection, NOW - 7 * DAY, housekeeping.BATCH)
        connection.cursor_factory = psycopg.Cursor
        connection.rollback()
        assert blocks(connection) < 40
