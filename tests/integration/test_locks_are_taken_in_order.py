"""Whoever locks several rows takes them in one order, whatever order they are stored or named in.

A race would show it now and then. Here another session holds the first row, and the work that waits for it must not
have the last one already.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.errors import NotFound
from pickvs.idempotency import queries as keys
from pickvs.ingestion.settling import settle
from pickvs.markets import reading as markets
from pickvs.notices.feed.requests import Read
from pickvs.notices.feed.service import mark_read
from pickvs.notices.preferences.requests import WantedPreferences
from pickvs.notices.preferences.service import replace_preferences
from pickvs.notices.webhooks import service as webhooks
from pickvs.operations.privacy import queries as privacy
from pickvs.picks import queries, service
from pickvs.picks.requests import Submission
from tests.support.contest import TIP_OFF, Contest
from tests.support.notices import SECRET
from tests.support.picking import set_pick_rules
from tests.support.waiting import blocked

AT = TIP_OFF - timedelta(hours=1)
OVER = TIP_OFF + timedelta(hours=4)


@dataclass(frozen=True)
class Games:
    """Two games, of which the one with the greater id is stored before the other."""

    first: int
    last: int


@pytest.fixture
def games(contest: Contest) -> Games:
    first, last = contest.game(), contest.game()
    contest.final(last, 100, 90)
    contest.final(first, 100, 90)  # writes the row anew, behind the other
    found = contest.connection.execute("SELECT id FROM games").fetchall()
    assert [row["id"] for row in found] == [last, first]
    return Games(first, last)


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


def hold(games: Games) -> None:
    with transaction() as connection:
        markets.hold_games(connection, [games.last, games.first])


def settle_all(_: Games) -> None:
    with transaction() as connection:
        settle(connection, OVER)


@pytest.mark.parametrize("work", [hold, settle_all])
def test_games_are_locked_in_the_order_of_their_ids(
    contest: Contest, database: str, games: Games, thread: ThreadPoolExecutor, work: Callable[[Games], None]
) -> None:
    with contest.connection.transaction():
        contest.connection.execute("SELECT FROM games WHERE id = %s FOR UPDATE", (games.first,))
        waiting = blocked(thread, contest, lambda: work(games))
        with psycopg.connect(database) as third:
            third.execute("SELECT FROM games WHERE id = %s FOR UPDATE NOWAIT", (games.last,))
    waiting.result(timeout=10)


def submission(*wanted: tuple[int, int]) -> Submission:
    """Return a submission of home moneylines, each a game and its quote."""
    named = [{"game_id": game, "market": "moneyline", "selection": "home", "quote_id": quote} for game, quote in wanted]
    return Submission.model_validate({"picks": named})


def submit(user: int, wanted: Submission, key: str | None = None) -> object:
    with clock.held_at(AT):
        return service.submit(user, wanted, key=key)


def test_picks_are_stored_in_the_order_of_their_games(
    contest: Contest, database: str, thread: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pick_rules(monkeypatch)
    anna = contest.user()
    games = [contest.game(), contest.game()]
    # The quote of the last game is stored first.
    last, first = (contest.quote(game, "moneyline", "home", None, -110) for game in reversed(games))
    wanted = submission((games[1], last), (games[0], first))
    with psycopg.connect(database, row_factory=dict_row) as other:
        queries.insert_picks(other, anna, [(first, Decimal(1))], AT)
        waiting = blocked(thread, contest, lambda: submit(anna, wanted))
        with psycopg.connect(database, row_factory=dict_row) as third:
            third.execute("SET lock_timeout TO '1s'")
            assert len(queries.insert_picks(third, anna, [(last, Decimal(1))], AT)) == 1
            third.rollback()
        other.rollback()
    waiting.result(timeout=10)


def test_an_erasure_takes_webhooks_before_notices(contest: Contest, database: str, thread: ThreadPoolExecutor) -> None:
    """As settlements and deliveries take them: the webhooks in the order of their ids, then what is sent to them."""
    anna = contest.user()
    add = "INSERT INTO webhooks (user_id, url, secret, created_at) VALUES (%s, 'https://a.b/', %s, %s) RETURNING id"
    first, last = (contest.connection.execute(add, (anna, SECRET, AT)).fetchall()[0]["id"] for _ in range(2))
    # Writes the row anew, behind the other.
    contest.connection.execute("UPDATE webhooks SET held_until = %s WHERE id = %s", (AT, first))
    tell = "INSERT INTO notices (user_id, kind, cause, data, in_feed, told_at) VALUES (%s, 'a.b', 'x', '{}', true, %s)"
    contest.connection.execute(tell, (anna, AT))
    with contest.connection.transaction():
        contest.connection.execute("SELECT FROM webhooks WHERE id = %s FOR KEY SHARE", (first,))
        waiting = blocked(thread, contest, lambda: erase(anna))
        with psycopg.connect(database) as third:
            third.execute("SELECT FROM webhooks WHERE id = %s FOR UPDATE NOWAIT", (last,))
            third.execute("SELECT FROM notices WHERE user_id = %s FOR UPDATE NOWAIT", (anna,))
    waiting.result(timeout=10)


@pytest.mark.parametrize(
    "work",
    [
        lambda user: mark_read(user, Read.model_validate({"ids": [1]})),
        lambda user: webhooks.delete_webhook(user, 1),
        lambda user: replace_preferences(user, WantedPreferences(preferences=[])),
    ],
    ids=["read", "webhook", "preferences"],
)
def test_who_stores_for_a_user_locks_the_account_first(
    contest: Contest, thread: ThreadPoolExecutor, work: Callable[[int], object]
) -> None:
    anna = contest.user()
    with contest.connection.transaction():
        contest.connection.execute("SELECT FROM users WHERE id = %s FOR NO KEY UPDATE", (anna,))
        waiting = blocked(thread, contest, lambda: work(anna))
    with suppress(NotFound):
        waiting.result(timeout=10)


def erase(user: int) -> None:
    with transaction() as connection:
        assert privacy.erase(connection, user, "deleted-0123456789abcdef", AT)


def test_a_repeat_waits_for_the_first_of_its_key(
    contest: Contest, database: str, thread: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pick_rules(monkeypatch)
    anna, game = contest.user(), contest.game()
    wanted = submission((game, contest.quote(game, "moneyline", "home", None, -110)))
    with psycopg.connect(database, row_factory=dict_row) as other:
        keys.lock_key(other, anna, "a key")
        waiting = blocked(thread, contest, lambda: submit(anna, wanted, "a key"))
        other.commit()
    waiting.result(timeout=10)
