"""The cost of a page of a board does not depend on how many users are on it or on the page's depth."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core import clock
from pickvs.standings import queries
from pickvs.standings.queries import Position
from pickvs.standings.rules import MINIMUM_PICKS, Sort
from tests.support.crowd import gather
from tests.support.databases import Databases
from tests.support.plans import Recording, Rows, blocks, rows_read

# One process creates the 20,000 users, once.
pytestmark = pytest.mark.xdist_group("board cost")

USERS, LIMIT = 20_000, 51
MEMBERS = list(range(1, USERS, 20))
"""Ids of users whom a board is filtered to: 1,000, all over the table."""

each_order = pytest.mark.parametrize("sort", list(MINIMUM_PICKS))


@pytest.fixture(scope="module")
def crowd(databases: Databases) -> Iterator[tuple[str, int]]:
    """A database with a board of 20,000 users, and the board's id."""
    with databases.fresh() as url:
        yield url, gather(url, users=USERS, at=clock.now())


@pytest.fixture
def connection(crowd: tuple[str, int]) -> Iterator[Rows]:
    with psycopg.connect(crowd[0], autocommit=True, row_factory=dict_row, cursor_factory=Recording) as made:
        yield made


def position(row: dict[str, Any]) -> Position:
    return Position(row["value"], row["roi"], row["picks"], row["user_id"])


def at_depth(connection: Rows, board: int, sort: Sort, rows: int) -> Position:
    """Return the position of the row at that depth."""
    return position(queries.below(connection, board, sort, None, rows)[-1])


@each_order
def test_a_deep_page_costs_what_the_first_one_costs(connection: Rows, crowd: tuple[str, int], sort: Sort) -> None:
    _, board = crowd
    assert len(queries.below(connection, board, sort, None, LIMIT)) == LIMIT
    first = blocks(connection)
    deep = at_depth(connection, board, sort, USERS - 2 * LIMIT)
    for page in (queries.below, queries.above):
        rows = page(connection, board, sort, deep, LIMIT)
        assert len(rows) == LIMIT
        assert blocks(connection) <= 1.1 * first
    assert first < 10 * LIMIT


@each_order
def test_what_stands_ahead_is_counted_without_reading_rows(
    connection: Rows, crowd: tuple[str, int], sort: Sort
) -> None:
    _, board = crowd
    deep = at_depth(connection, board, sort, USERS)
    better, tied = queries.ahead(connection, board, sort, deep)
    assert better + tied == USERS - 1
    assert blocks(connection) < USERS / 80


@each_order
def test_neighbours_above_and_below_are_those_of_the_whole_board(
    connection: Rows, crowd: tuple[str, int], sort: Sort
) -> None:
    _, board = crowd
    rows = queries.below(connection, board, sort, None, 200)
    middle = position(rows[100])
    assert queries.above(connection, board, sort, middle, 50) == rows[50:100]
    assert queries.below(connection, board, sort, middle, 50) == rows[101:151]


@each_order
def test_any_page_of_a_filtered_board_reads_the_rows_of_its_users(
    connection: Rows, crowd: tuple[str, int], sort: Sort
) -> None:
    _, board = crowd
    whole = queries.below(connection, board, sort, None, USERS, among=MEMBERS)
    assert [row["user_id"] for row in whole] == [
        row["user_id"] for row in queries.below(connection, board, sort, None, USERS) if row["user_id"] in MEMBERS
    ]
    costs = []
    for after in (None, position(whole[len(whole) // 2]), position(whole[-LIMIT - 1])):
        assert len(queries.below(connection, board, sort, after, LIMIT, among=MEMBERS)) == LIMIT
        assert rows_read(connection, "standings") <= len(MEMBERS)
        costs.append(blocks(connection))
    assert max(costs) <= 1.1 * min(costs)
    better, tied = queries.ahead(connection, board, sort, position(whole[-1]), among=MEMBERS)
    assert better + tied == len(whole) - 1
    assert rows_read(connection, "standings") <= 2 * len(MEMBERS)
