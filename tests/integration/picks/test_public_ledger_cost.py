"""The cost of a page of the public ledger does not depend on how many picks there are or on the page's depth."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.picks.ledger import queries
from pickvs.picks.ledger.queries import LedgerFilter, Position
from tests.support.contest import TIP_OFF
from tests.support.evening import fill, finish
from tests.support.plans import Recording, Rows, blocks

LIMIT = 51
GAMES = 400
AT = TIP_OFF + timedelta(days=GAMES)


@pytest.fixture
def connection(database: str) -> Iterator[Rows]:
    """30,000 settled picks on ten games a day. Each user has picked every market."""
    fill(database, games=GAMES, users=25, picks=GAMES * 3 * 25, tip_off=TIP_OFF)
    finish(database, at=AT)
    with psycopg.connect(database, autocommit=True, row_factory=dict_row, cursor_factory=Recording) as made:
        made.execute(
            "UPDATE games SET commence_time = commence_time + id / 10 * interval '1 day', settled_result_id = result_id"
        )
        made.execute(
            """
            INSERT INTO settlement_ledger (pick_id, result_id, sign, result, units, wagered, settled_at)
            SELECT pick.id, game.result_id, 1, 'push', 0, stake_units, %s
            FROM picks pick JOIN games game ON game.id = pick.game_id
            """,
            (AT,),
        )
        made.execute("VACUUM ANALYZE")
        yield made


def touched(connection: Rows, chosen: LedgerFilter, after: Position | None) -> int:
    """Count the blocks of data and indexes that the server reads for a page."""
    rows = queries.settled_picks(connection, chosen, locked_until=AT, after=after, limit=LIMIT)
    assert len(rows) == LIMIT
    return blocks(connection)


def deepest(connection: Rows, user: int | None) -> tuple[datetime, int, int]:
    """Return a position with little more than two pages left behind it, for every filter."""
    row = connection.execute(
        """
        SELECT game.commence_time, game.id AS game_id, pick.id
        FROM picks pick JOIN games game ON game.id = pick.game_id
        WHERE pick.user_id = coalesce(%s, pick.user_id)
        ORDER BY game.commence_time, game.id, pick.id
        OFFSET %s LIMIT 1
        """,
        (user, 7 * LIMIT),
    ).fetchone()
    assert row is not None
    return row["commence_time"], row["game_id"], row["id"]


def test_a_deep_page_costs_what_the_first_one_costs(connection: Rows) -> None:
    for chosen in (LedgerFilter(), LedgerFilter(market="total"), LedgerFilter(until=AT)):
        first = touched(connection, chosen, None)
        assert touched(connection, chosen, deepest(connection, None)) <= 1.5 * first
        assert first < 20 * LIMIT


def test_a_deep_page_of_one_user_costs_what_the_first_one_costs(connection: Rows) -> None:
    chosen = LedgerFilter(username="user-7")
    first = touched(connection, chosen, None)
    assert touched(connection, chosen, deepest(connection, 7)) <= 1.5 * first
