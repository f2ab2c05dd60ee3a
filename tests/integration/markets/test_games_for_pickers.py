"""What submission reads: games that stay as they are for a moment, and the quotes on them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg

from pickvs.core.database import transaction
from pickvs.markets import queries
from tests.support.markets import AWAY, CAPTURED, HOME, TIP_OFF, fixture, list_game, listed, odds, store
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
