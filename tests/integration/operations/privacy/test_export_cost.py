"""The cost of a page of an export's picks does not depend on how many picks there are or on the page's depth."""

from collections.abc import Iterator

import pytest

from pickvs.operations.privacy import queries
from tests.support.contest import TIP_OFF
from tests.support.evening import settled
from tests.support.plans import Rows, blocks

LIMIT = 101


@pytest.fixture
def connection(database: str) -> Iterator[Rows]:
    """Five users who have picked every market: 3,000 settled picks each."""
    with settled(database, games=1_000, users=5, tip_off=TIP_OFF) as connection:
        yield connection


def touched(connection: Rows, after: int) -> int:
    """Count the blocks of data and indexes that the server reads for a page."""
    assert len(queries.rows_of(connection, 3, "picks", after=(after, ""), limit=LIMIT)) == LIMIT
    return blocks(connection)


def test_a_deep_page_costs_what_the_first_one_costs(connection: Rows) -> None:
    own = [row["id"] for row in connection.execute("SELECT id FROM picks WHERE user_id = 3 ORDER BY id").fetchall()]
    first = touched(connection, 0)
    assert touched(connection, own[-2 * LIMIT]) <= 1.5 * first
    assert first < 15 * LIMIT
