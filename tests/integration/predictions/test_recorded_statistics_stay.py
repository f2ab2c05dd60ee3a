"""What is recorded of statistics stays, and what a constraint holds cannot be written."""

import psycopg
import pytest
from psycopg import sql

from tests.support.contest import Contest
from tests.support.recorded_statistics import FACTS, record_statistics


def test_nothing_of_a_fact_changes_and_none_goes(contest: Contest) -> None:
    record_statistics(contest, contest.game())
    for table in map(sql.Identifier, FACTS):
        same = "phase = phase" if table == sql.Identifier("past_games") else "known_at = known_at"
        for change in (f"UPDATE {{}} SET {same}", "DELETE FROM {}", "TRUNCATE {} CASCADE"):
            with pytest.raises(psycopg.errors.RestrictViolation):
                contest.connection.execute(sql.SQL(change).format(table))


@pytest.mark.parametrize(
    ("table", "wrong"),
    [
        ("box_scores", "SET game_id = 999999, version = 2"),  # no such game
        ("box_scores", "SET version = 2, state = 'review'"),  # without reasons
        ("box_scores", "SET version = 2, known_at = event_time"),  # known before it was over
        ("box_scores", "SET version = 2, recorded_at = known_at - interval '1 second'"),
        ("player_games", "SET player_id = 999999"),
        ("player_games", "SET seconds = -1"),
        ("player_games", "SET opponent_id = team_id, player_id = player_id"),
        ("past_results", "SET version = 2, home_points = -1"),
        ("past_results", "SET version = 2, home_moneyline = 50"),
        ("injury_statuses", "SET status = 'well'"),
        ("stat_anomalies", "SET subject = 'another', resolution = NULL"),
        ("player_teams", "SET from_day = '2024-01-05'"),  # ends before it begins
    ],
)
def test_a_contradiction_cannot_be_written(contest: Contest, table: str, wrong: str) -> None:
    record_statistics(contest, contest.game())
    connection = contest.connection
    with connection.transaction(force_rollback=True):
        connection.execute(
            sql.SQL("CREATE TEMP TABLE draft ON COMMIT DROP AS SELECT * FROM {} LIMIT 1").format(sql.Identifier(table))
        )
        connection.execute(sql.SQL("UPDATE draft {}").format(sql.SQL(wrong)))  # type: ignore[arg-type]
        names = [
            row["attname"]
            for row in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
                " AND attgenerated = '' AND attidentity = ''",
                (table,),
            )
        ]
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM draft").format(sql.Identifier(table), columns, columns)
        with pytest.raises(psycopg.errors.IntegrityError):
            connection.execute(insert)
