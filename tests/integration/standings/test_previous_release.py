"""The previous release, whose boards cover days in UTC, reads and writes the same tables during a deployment."""

from datetime import UTC, datetime, time, timedelta

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.sports.rules import SPORTS
from pickvs.standings.board_updates import service
from tests.support.boards import expected, kept, sums
from tests.support.contest import TIP_OFF, Contest
from tests.support.databases import Databases
from tests.support.full_board import AT, fill
from tests.support.migrating import Deployments, watched
from tests.support.snapshot import rows

# What its settlement does when the day in UTC has turned, and when it has not.
MAKES_ITS_OWN = """
    DELETE FROM boards WHERE period = 'day';
    INSERT INTO boards (period, sports, market, starts_at, updated_at)
    SELECT 'day', '{basketball_nba}', market, '2024-01-05T00:00:00Z', '2024-01-05T09:00:00Z'
    FROM unnest(ARRAY[NULL, 'moneyline', 'spread', 'total']::market[]) AS market
"""
ADDS_BY_MOMENTS = """
    UPDATE standings SET wins = wins + 1 WHERE board_id = (SELECT id FROM boards WHERE period = 'month' LIMIT 1);
    UPDATE boards SET changes = changes + 1 WHERE period = 'month'
"""


@pytest.mark.parametrize("writes", [MAKES_ITS_OWN, ADDS_BY_MOMENTS], ids=["makes its own", "adds by moments"])
def test_what_it_wrote_is_made_anew_by_the_next_settlement(contest: Contest, database: str, writes: str) -> None:
    users = fill(contest, 2)
    assert sums(database) == expected(database, SPORTS, AT)
    contest.connection.execute(writes.encode())
    assert sums(database) != expected(database, SPORTS, AT)
    game, later = contest.game(TIP_OFF + timedelta(hours=2)), AT + timedelta(hours=5)
    contest.pick(users["user-1"], contest.quote(game, "moneyline", "home", None, 110))
    contest.final(game, 100, 90)
    for _ in range(2):
        with transaction() as connection:
            settle(connection, later)
        assert sums(database) == expected(database, SPORTS, later)


def test_boards_that_only_this_release_wrote_stay(contest: Contest, database: str) -> None:
    users = fill(contest, 2)
    ids = {row["id"] for row in rows(database, "SELECT id FROM boards")}
    game = contest.game(TIP_OFF + timedelta(hours=2))
    contest.pick(users["user-1"], contest.quote(game, "moneyline", "home", None, 110))
    contest.final(game, 100, 90)
    with transaction() as connection:
        settle(connection, AT)
    with clock.held_at(AT):
        service.rebuild()
    with transaction() as connection:
        settle(connection, AT)
    assert {row["id"] for row in rows(database, "SELECT id FROM boards")} == ids


def test_it_finds_the_boards_by_midnight_in_utc(contest: Contest, database: str) -> None:
    fill(contest, 1)
    assert kept(database)
    for board in rows(database, "SELECT period, starts_on, starts_at FROM boards"):
        midnight = board["starts_on"] and datetime.combine(board["starts_on"], time(), UTC)
        assert board["starts_at"] == midnight, board
        assert (midnight is None) == (board["period"] == "all")


def test_its_boards_are_read_until_the_first_settlement(databases: Databases) -> None:
    with (
        databases.fresh(migrated=False) as url,
        watched(url, at="0014"),
        Deployments(url, together=1) as deployments,
        psycopg.connect(url, autocommit=True, row_factory=dict_row) as connection,
    ):
        connection.execute(
            """
            INSERT INTO boards (period, sports, starts_at, updated_at) VALUES
              ('week', '{basketball_nba}', '2024-01-01T00:00:00Z', now()), ('all', '{basketball_nba}', NULL, now())
            """
        )
        connection.execute("ALTER DATABASE {} SET timezone TO 'America/New_York'".format(url.rpartition("/")[2]))
        assert "error" not in deployments.begin().result(timeout=60)
        found = connection.execute("SELECT period, starts_on::text, dated_changes FROM boards").fetchall()
        assert {(row["period"], row["starts_on"], row["dated_changes"]) for row in found} == {
            ("week", "2024-01-01", None),
            ("all", None, None),
        }
