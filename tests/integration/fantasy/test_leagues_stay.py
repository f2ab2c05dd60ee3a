"""A league, its log and its drafts stay, and keep their ids."""

import psycopg
import pytest
from psycopg import sql

from tests.support.contest import TIP_OFF, Contest
from tests.support.league_rows import GUARDED, fill_league

RENUMBERED = {
    "leagues": "season",
    "drafts": "league_id",
    "league_log": "seq",
    "draft_acts": "seq",
    "draft_picks": "slot_no",
}


def test_none_goes_and_none_is_renumbered(contest: Contest) -> None:
    fill_league(contest.connection, TIP_OFF, user=contest.user(), name="anna", email="anna@example.com")
    for table in GUARDED:
        column = sql.Identifier(RENUMBERED[table])
        for change in ("UPDATE {} SET {column} = {column} + 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            statement = sql.SQL(change).format(sql.Identifier(table), column=column)
            with pytest.raises(psycopg.errors.RestrictViolation):
                contest.connection.execute(statement)
