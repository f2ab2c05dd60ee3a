"""What is recorded of races stays, and what a constraint holds cannot be written."""

import psycopg
import pytest
from psycopg import sql

from tests.support.contest import Contest
from tests.support.race_rows import FACTS, fill_races

CONTRADICTIONS = (
    ("events", "SET day = day + 3, name = 'again'"),  # within three days of the other, at the same circuit
    ("event_sessions", "SET session = 'other', locks = '{never}'"),
    ("event_entries", "SET contestant_id = 999999"),
    ("event_entries", "SET event_id = 999999"),
    ("event_entries", "SET expected_seat = NULL, seat = NULL, contestant_id = contestant_id"),
    ("contestant_ids", "SET source = 'two', contestant_id = 999999"),
    ("contestant_ids", "SET source_id = 'another'"),  # a contestant has one id at a source
    ("result_versions", "SET version = 2"),
    ("result_versions", "SET version = 9, digest = 'none'"),
    ("result_versions", "SET version = 9, session = 'sprint'"),  # the event has no such session
    ("result_versions", "SET version = 9, decided_by = 1, reason = NULL"),
    ("result_facts", "SET version = 9"),
    ("result_facts", "SET position = position + 1"),  # the same contestant twice
    ("result_facts", "SET contestant_id = (SELECT max(id) FROM contestants), position = 1, version = 2"),
    ("result_facts", "SET version = 2, contestant_id = 2, status = 'dnf', position = 1"),
    ("result_facts", "SET version = 2, contestant_id = 2, status = 'classified', position = NULL"),
    ("session_results", "SET event_id = 2, version = NULL"),
    ("session_results", "SET event_id = 2, version = 7"),
    ("session_results", "SET event_id = 2, version = 1, latest = 2"),
    ("session_results", "SET session = 'race'"),  # one state a session
    ("result_answers", "SET place = 'third'"),
    ("result_acts", "SET seq = 1"),
    ("fantasy_reviews", "SET kind = 'guess', closed_at = NULL, decision = NULL, decided_by = NULL"),
    ("fantasy_reviews", "SET closed_at = NULL, decided_by = NULL"),  # a decision of an open question
    ("substitutions", "SET drafted = scores_as"),
    ("substitutions", "SET drafted = 1, scores_as = 999999"),
    ("scoring_tables", "SET sha256 = repeat('a', 64)"),  # a second table of a name and version
    ("scoring_tables", "SET name = 'other', version = 1"),  # equal to one that is there
    ("score_lines", "SET rule = 'another', points = 0"),
    ("score_lines", "SET rule = 'another', contestant_id = 999999"),
    ("scored_versions", "SET version = 9"),
    ("league_results", "SET session = 'qualifying'"),  # a version that the session does not have
    ("board_rows", "SET event_id = 2, constructor_id = 999999"),
    ("board_rows", "SET event_id = 2, best = 1, second = 2"),
    ("board_rows", "SET event_id = 2, rank = 0"),
    ("league_totals", "SET constructor_id = 999999"),
)


@pytest.fixture
def filled(contest: Contest) -> psycopg.Connection[dict[str, object]]:
    user, _ = contest.user(), contest.user()
    fill_races(contest.connection, user=user)
    return contest.connection


def test_nothing_of_a_fact_changes_and_none_goes(filled: psycopg.Connection[dict[str, object]]) -> None:
    for table in map(sql.Identifier, FACTS):
        changes = ["UPDATE {} SET {column} = {column}", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
        for change in changes if table != sql.Identifier("scoring_tables") else changes[:2]:
            column = sql.Identifier("sport" if table == sql.Identifier("scoring_tables") else "version")
            with pytest.raises(psycopg.errors.RestrictViolation):
                filled.execute(sql.SQL(change).format(table, column=column))


def test_a_contradiction_cannot_be_written(filled: psycopg.Connection[dict[str, object]]) -> None:
    for table, wrong in CONTRADICTIONS:
        print(table, wrong)  # shown with a failure
        with filled.transaction(force_rollback=True):
            filled.execute(
                sql.SQL("CREATE TEMP TABLE draft ON COMMIT DROP AS SELECT * FROM {} ORDER BY 1, 2 LIMIT 1").format(
                    sql.Identifier(table)
                )
            )
            filled.execute(sql.SQL("UPDATE draft {}").format(sql.SQL(wrong)))
            names = [
                row["attname"]
                for row in filled.execute(
                    "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
                    " AND attidentity = ''",
                    (table,),
                )
            ]
            columns = sql.SQL(", ").join(sql.Identifier(str(name)) for name in names)
            insert = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM draft").format(sql.Identifier(table), columns, columns)
            with pytest.raises(psycopg.errors.IntegrityError):
                filled.execute(insert)
