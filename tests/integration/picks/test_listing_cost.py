"""What a page of picks costs, however many there are and however deep the page lies."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.picks import queries
from pickvs.picks.queries import PickFilter
from tests.support.contest import TIP_OFF
from tests.support.evening import fill, finish
from tests.support.plans import Recording, Rows, blocks

LIMIT = 51


@pytest.fixture
def connection(database: str) -> Any:
    fill(database, games=1_000, users=5, picks=15_000, tip_off=TIP_OFF)
    finish(database, at=TIP_OFF + timedelta(hours=3))
    with psycopg.connect(database, autocommit=True, row_factory=dict_row, cursor_factory=Recording) as made:
        made.execute(
            """
            INSERT INTO settlement_ledger (pick_id, result_id, sign, result, units, wagered, settled_at)
            SELECT pick.id, game.result_id, 1, 'push', 0, stake_units, %s
            FROM picks pick JOIN games game ON game.id = pick.game_id
            """,
            (TIP_OFF,),
        )
        made.execute("VACUUM ANALYZE")
        yield made


def touched(connection: Rows, before: int | None, chosen: PickFilter) -> int:
    """How many blocks of data and indexes the server reads for a page."""
    rows = queries.picks_of_user(connection, 3, chosen, before=before, limit=LIMIT)
    assert len(rows) == LIMIT
    return blocks(connection)


def test_a_deep_page_costs_what_the_first_one_costs(connection: Rows) -> None:
    newest_first = [
        row["id"] for row in connection.execute("SELECT id FROM picks WHERE user_id = 3 ORDER BY id DESC").fetchall()
    ]
    assert len(newest_first) == 3_000
    for chosen in (PickFilter(), PickFilter(status="push"), PickFilter(market="total")):
        first = touched(connection, None, chosen)
        deepest = touched(connection, newest_first[-4 * LIMIT], chosen)
        assert deepest <= 1.5 * first
        assert first < 40 * LIMIT
