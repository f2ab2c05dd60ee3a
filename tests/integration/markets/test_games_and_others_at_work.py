"""How users who place picks read games and quotes, and how long they and ingestion wait for each other."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
from psycopg.rows import dict_row

from pickvs.core.database import transaction
from pickvs.jobs.sources import Capture
from pickvs.markets import queries
from pickvs.markets.odds.service import store_odds
from tests.support.markets import (
    AWAY,
    CAPTURED,
    HOME,
    PROVIDER,
    TIP_OFF,
    fixture,
    list_game,
    listed,
    odds,
    start_run,
    store,
)
from tests.support.snapshot import row

OTHER_ID = "b" * 32


def test_games_are_found_by_id(database: str) -> None:
    first = list_game()
    second = list_game(fixture(OTHER_ID, home="Miami Heat"), at=CAPTURED + timedelta(minutes=1))
    with transaction() as connection:
        games = queries.lock_games(connection, [second.id, first.id, first.id, 999])
        assert queries.lock_games(connection, []) == {}
    assert set(games) == {first.id, second.id}
    found = games[first.id]
    assert (found.home_team, found.away_team, found.status, found.commence_time) == (HOME, AWAY, "scheduled", TIP_OFF)
    assert (found.home_score, found.away_score) == (None, None)


def test_quotes_are_found_by_id_and_by_side(database: str) -> None:
    old = list_game()
    store(odds(markets=()), at=CAPTURED + timedelta(minutes=1))
    store(odds(), at=CAPTURED + timedelta(minutes=2))
    new = listed()
    gone, here = old.quote("total", "over"), new.quote("total", "over")
    with transaction() as connection:
        by_id = queries.quotes_by_id(connection, [gone.id, here.id, 999])
        current = queries.current_quotes(connection, [(new.id, "total", "over"), (new.id, "moneyline", "draw")])
        assert queries.current_quotes(connection, []) == {}
    assert set(by_id) == {gone.id, here.id}
    assert by_id[gone.id].superseded_at == CAPTURED + timedelta(minutes=1)
    assert current == {(new.id, "total", "over"): here}


def test_a_locked_game_waits_with_moving_until_the_picker_is_done(database: str) -> None:
    known = list_game()
    moved = threading.Event()

    def ingest() -> None:
        store(odds(fixture(tip_off=TIP_OFF - timedelta(minutes=30))), at=CAPTURED + timedelta(minutes=1))
        moved.set()

    with psycopg.connect(database) as picker, ThreadPoolExecutor(1) as other:
        picker.execute("SELECT FROM games WHERE id = %s FOR SHARE", (known.id,))
        ingesting = other.submit(ingest)
        assert not moved.wait(0.2)
        assert row(database, "SELECT commence_time FROM games")["commence_time"] == TIP_OFF
        picker.commit()
        ingesting.result(timeout=5)
    assert row(database, "SELECT commence_time FROM games")["commence_time"] == TIP_OFF - timedelta(minutes=30)


def test_two_captures_at_once_take_turns(database: str) -> None:
    stored = threading.Event()

    def ingest() -> dict[str, int]:
        counts = store(odds(), at=CAPTURED + timedelta(minutes=1))
        stored.set()
        return counts

    with psycopg.connect(database, row_factory=dict_row) as first, ThreadPoolExecutor(1) as other:
        run_id = start_run(first, "fetch_odds", CAPTURED)
        store_odds(first, Capture((odds(),), ()), provider=PROVIDER, run_id=run_id, at=CAPTURED)
        second = other.submit(ingest)
        assert not stored.wait(0.2)
        first.commit()
        counts = second.result(timeout=5)
    assert (counts["games_new"], counts["odds_written"], counts["quotes_confirmed"]) == (0, 0, 6)
