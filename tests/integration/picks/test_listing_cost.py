"""The cost of a page of picks does not depend on how many picks there are or on the page's depth."""

from collections.abc import Iterator

import pytest

from pickvs.picks import queries
from pickvs.picks.queries import PickFilter
from tests.support.contest import TIP_OFF
from tests.support.evening import settled
from tests.support.plans import Rows, blocks

LIMIT = 51


@pytest.fixture
def connection(database: str) -> Iterator[Rows]:
    """Five users who have picked every market: 3,000 settled picks each."""
    with settled(database, games=1_000, users=5, tip_off=TIP_OFF) as connection:
        yield connection


def touched(connection: Rows, before: int | None, chosen: PickFilter) -> int:
    """Count the blocks of data and indexes that the server reads for a page."""
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
