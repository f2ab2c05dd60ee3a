"""Whoever locks several rows takes them in one order, whatever order they are stored or named in.

A race would show it now and then. Here another session holds the first row, and the work that waits for it must not
have the last one already.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.markets import reading as markets
from pickvs.picks import queries, service
from pickvs.picks.requests import Submission
from tests.support.contest import TIP_OFF, Contest
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


def test_picks_are_stored_in_the_order_of_their_games(
    contest: Contest, database: str, thread: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_pick_rules(monkeypatch)
    anna = contest.user()
    first, last = (contest.quote(contest.game(), "moneyline", "home", None, -110) for _ in range(2))
    rows = contest.connection.execute("SELECT id, game_id FROM quotes WHERE id = ANY(%s)", ([first, last],)).fetchall()
    game_of = {row["id"]: row["game_id"] for row in rows}
    wanted = Submission.model_validate(
        {
            "picks": [
                {"game_id": game_of[quote], "market": "moneyline", "selection": "home", "quote_id": quote}
                for quote in (last, first)
            ]
        }
    )

    def submit() -> object:
        with clock.held_at(AT):
            return service.submit(anna, wanted)

    with psycopg.connect(database, row_factory=dict_row) as other:
        queries.insert_picks(other, anna, [(first, Decimal(1))], AT)
        waiting = blocked(thread, contest, submit)
        with psycopg.connect(database, row_factory=dict_row) as third:
            third.execute("SET lock_timeout TO '1s'")
            assert len(queries.insert_picks(third, anna, [(last, Decimal(1))], AT)) == 1
            third.rollback()
        other.rollback()
    waiting.result(timeout=10)
