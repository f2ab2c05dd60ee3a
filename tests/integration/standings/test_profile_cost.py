"""The cost of a profile grows with the user's own picks, and not with other users' picks."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.standings.profiles import queries
from tests.support.contest import TIP_OFF
from tests.support.databases import Databases
from tests.support.evening import fill, finish
from tests.support.plans import Recording, blocks

AT = TIP_OFF + timedelta(days=1)
GAMES = 100


def cost(databases: Databases, read: Callable[[Any, int], list[Any]], *, users: int) -> int:
    """Count the blocks that the server reads for one user, when every user has picked every market."""
    with databases.fresh() as url:
        fill(url, games=GAMES, users=users, picks=GAMES * 3 * users, tip_off=TIP_OFF)
        finish(url, at=AT)
        with psycopg.connect(url, autocommit=True, row_factory=dict_row, cursor_factory=Recording) as connection:
            connection.execute(
                """
                INSERT INTO settlement_ledger (pick_id, result_id, sign, result, units, wagered, settled_at)
                SELECT pick.id, game.result_id, 1, 'push', 0, stake_units, %s
                FROM picks pick JOIN games game ON game.id = pick.game_id
                """,
                (AT,),
            )
            connection.execute("VACUUM ANALYZE")
            assert read(connection, 2)
            return blocks(connection)


@pytest.mark.parametrize("read", [queries.groups, queries.days])
def test_others_picks_cost_nothing(databases: Databases, read: Callable[[Any, int], list[Any]]) -> None:
    alone, in_a_crowd = cost(databases, read, users=2), cost(databases, read, users=100)
    assert in_a_crowd < 2 * alone  # with fifty times as many rows, the indexes are one level deeper
    assert in_a_crowd < 15 * 3 * GAMES
