"""An export has every column of every row about the user, or a stated reason to omit it, and no one else's data."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
import pytest

from pickvs.core.paging import read_cursor
from pickvs.operations.privacy.rules import LEFT_OUT
from tests.support.contest import Contest
from tests.support.persons import Person, administer, columns, enter, exported, play
from tests.support.snapshot import rows

OF_CONSTRUCTORS = "JOIN constructors own ON own.id = constructor_id WHERE own.user_id = %s"

OF_SLATES = "JOIN slates own ON own.id = slate_id WHERE own.user_id = %s"

OWN = {
    "users": "SELECT * FROM users WHERE id = %s",
    "refresh_tokens": "SELECT * FROM refresh_tokens WHERE user_id = %s",
    "former_usernames": "SELECT * FROM former_usernames WHERE user_id = %s",
    "account_tokens": "SELECT * FROM account_tokens WHERE user_id = %s",
    "api_keys": "SELECT * FROM api_keys WHERE user_id = %s",
    "idempotency_keys": "SELECT * FROM idempotency_keys WHERE user_id = %s",
    "groups": "SELECT * FROM groups WHERE owner_id = %s",
    "group_members": "SELECT * FROM group_members WHERE user_id = %s",
    "picks": "SELECT * FROM picks WHERE user_id = %s",
    "settlement_ledger": (
        "SELECT entry.* FROM settlement_ledger entry JOIN picks ON picks.id = pick_id WHERE user_id = %s"
    ),
    "standings": "SELECT * FROM standings WHERE user_id = %s",
    "audit_log": "SELECT * FROM audit_log WHERE %s IN (actor_id, subject_id)",
    "notices": "SELECT * FROM notices WHERE user_id = %s",
    "deliveries": "SELECT delivery.* FROM deliveries delivery JOIN notices n ON n.id = notice_id WHERE user_id = %s",
    "webhooks": "SELECT * FROM webhooks WHERE user_id = %s",
    "notice_preferences": "SELECT * FROM notice_preferences WHERE user_id = %s",
    "unsubscribe_keys": "SELECT * FROM unsubscribe_keys WHERE user_id = %s",
    "mail_suppressions": (
        "SELECT known.* FROM mail_suppressions known JOIN users ON address = lower(email) WHERE users.id = %s"
    ),
    "league_members": "SELECT * FROM league_members WHERE user_id = %s",
    "constructors": "SELECT * FROM constructors WHERE user_id = %s",
    "constructor_names": f"SELECT named.* FROM constructor_names named {OF_CONSTRUCTORS}",
    "league_invitations": (
        "SELECT invitation.* FROM league_invitations invitation JOIN users ON users.id = %s"
        " AND (users.id IN (user_id, invited_by) OR address = lower(email))"
    ),
    "league_log": "SELECT * FROM league_log WHERE %s IN (user_id, subject_id)",
    "draft_acts": "SELECT * FROM draft_acts WHERE user_id = %s",
    "draft_teams": f"SELECT team.* FROM draft_teams team {OF_CONSTRUCTORS}",
    "draft_slots": f"SELECT slot.* FROM draft_slots slot {OF_CONSTRUCTORS}",
    "draft_picks": f"SELECT pick.* FROM draft_picks pick {OF_CONSTRUCTORS}",
    "draft_queues": f"SELECT queue.* FROM draft_queues queue {OF_CONSTRUCTORS}",
    "draft_queue_items": f"SELECT item.* FROM draft_queue_items item {OF_CONSTRUCTORS}",
    "board_rows": f"SELECT board.* FROM board_rows board {OF_CONSTRUCTORS}",
    "league_totals": f"SELECT total.* FROM league_totals total {OF_CONSTRUCTORS}",
    "slates": "SELECT * FROM slates WHERE user_id = %s",
    "slate_games": f"SELECT game.* FROM slate_games game {OF_SLATES}",
    "slate_players": f"SELECT player.* FROM slate_players player {OF_SLATES}",
    "dfs_aliases": "SELECT * FROM dfs_aliases WHERE user_id = %s",
    "dfs_uploads": "SELECT * FROM dfs_uploads WHERE user_id = %s",
    "projection_sets": "SELECT * FROM projection_sets WHERE user_id = %s",
    "projections": "SELECT p.* FROM projections p JOIN projection_sets own ON own.id = set_id WHERE own.user_id = %s",
    "dfs_entry_files": "SELECT * FROM dfs_entry_files WHERE user_id = %s",
    "dfs_entries": "SELECT e.* FROM dfs_entries e JOIN dfs_entry_files own ON own.id = file_id WHERE own.user_id = %s",
    "dfs_builds": "SELECT * FROM dfs_builds WHERE user_id = %s",
    "lineups": "SELECT lineup.* FROM lineups lineup JOIN dfs_builds own ON own.id = build_id WHERE own.user_id = %s",
    "dfs_contests": "SELECT * FROM dfs_contests WHERE user_id = %s",
    "dfs_contest_runs": "SELECT * FROM dfs_contest_runs WHERE user_id = %s",
    "dfs_contest_run_lineups": (
        "SELECT l.* FROM dfs_contest_run_lineups l JOIN dfs_contest_runs own ON own.id = run_id WHERE own.user_id = %s"
    ),
    "dfs_contest_results": "SELECT * FROM dfs_contest_results WHERE user_id = %s",
}
"""Query for a user's rows, for each table that has any. New tables belong here or in one of the sets below."""

NOBODYS = {
    "agenda",
    "boards",
    "bookmaker_odds",
    "box_scores",
    "contestant_ids",
    "contestants",
    "credit_decisions",
    "draft_pool",
    "drafts",
    "event_reviews",
    "event_entries",
    "event_rankings",
    "event_sessions",
    "event_statements",
    "event_venue_ids",
    "event_venues",
    "events",
    "freshness",
    "game_phases",
    "game_predictions",
    "game_provider_ids",
    "game_results",
    "games",
    "ingestion_runs",
    "injury_statuses",
    "league_results",
    "leagues",
    "model_daily",
    "model_versions",
    "models",
    "past_games",
    "past_results",
    "player_aliases",
    "player_games",
    "player_prediction_scores",
    "player_predictions",
    "player_teams",
    "players",
    "prediction_scores",
    "quotes",
    "rating_states",
    "result_answers",
    "result_facts",
    "score_lines",
    "scored_versions",
    "scoring_tables",
    "session_results",
    "seasons",
    "stat_anomalies",
    "team_games",
    "team_names",
    "team_ratings",
    "teams",
    "tuning_points",
    "venues",
    "weather_readings",
}
"""Tables of games, teams, odds, boards, models and runs. They refer to no user, except as the source of a result."""

REPEATED = {"game_merges": "SELECT at, reason, absorbed_id AS game_id FROM game_merges WHERE actor_id = %s"}
"""Tables whose rows about a user repeat the audit log, and what they repeat. They are not exported again."""

ORDERS = {
    "training_runs": "requested_by",
    "promotions": "actor_id",
    "result_versions": "decided_by",
    "result_acts": "decided_by",
    "fantasy_reviews": "decided_by",
    "substitutions": "decided_by",
}
"""Tables of models and races, and the column with the administrator who gave the order. The audit log has the order."""

WITHOUT_NAMES = {"limits"}
"""Tables about users, keyed by digests. They are not exported, and erasure deletes the rows."""

TELLING = {"user_id", "username", "email", "actor_id", "subject_id", "pick_id", "api_key_id"}
"""Names of columns that refer to a user, with or without a foreign key."""

LINKS = {"user_id", "owner_id", "pick_id"}
"""Columns that only say where in the export their row belongs."""


@pytest.fixture
def people(contest: Contest) -> tuple[Person, Person]:
    """Two administrators with rows in every personal table."""
    both = enter(contest, "Anna-Q7x", role="admin"), enter(contest, "Bert-K2p", role="admin")
    for person in both:
        play(contest, person)
    administer(contest, *both)
    return both


def in_json(value: Any) -> Any:
    """Convert a database value to its form in an answer."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, UUID) else value


def records(pages: list[dict[str, Any]], table: str) -> list[dict[str, Any]]:
    """Return an export's records for the rows of a table, by column."""
    if table == "users":
        return [pages[0]["account"]]
    if table == "settlement_ledger":
        return [entry for page in pages for pick in page["picks"] for entry in pick["ledger"]]
    part = {"refresh_tokens": "sessions"}.get(table, table)
    found = [record for page in pages for record in page[part]]
    return [{**record, "game_id": record["game"]["id"]} for record in found] if table == "picks" else found


def sorted_rows(found: list[dict[str, Any]], wanted: list[str]) -> list[list[Any]]:
    return sorted([[in_json(row[column]) for column in wanted] for row in found], key=repr)


def without_source(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blank out the source of the result in each state. It may be another user."""
    return [
        {name: {**value, "source": ""} if name in {"before", "after"} else value for name, value in row.items()}
        for row in rows
    ]


def test_every_table_is_somebodys_or_nobodys(database: str) -> None:
    with psycopg.connect(database) as connection:
        references = connection.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
        ).fetchall()
    personal = {"users"} | {table for table, column in columns(database) if column in TELLING}
    while further := {table for table, other in references if other in personal - set(ORDERS)} - personal:
        personal |= further
    assert personal | {"mail_suppressions"} == set(OWN) | set(REPEATED) | set(ORDERS)
    assert {f"{table}.{column}" for table, column in ORDERS.items()} <= set(LEFT_OUT)
    known = set(OWN) | set(REPEATED) | set(ORDERS) | NOBODYS | WITHOUT_NAMES
    assert {table for table, _ in columns(database)} == known


def test_every_column_of_every_row_is_exported_or_left_out_for_a_reason(
    database: str, people: tuple[Person, Person]
) -> None:
    anna, _ = people
    pages = exported(anna)
    assert pages[0]["left_out"] == LEFT_OUT
    known = [f"{table}.{column}" for table, column in columns(database)]
    assert set(LEFT_OUT) < set(known)
    assert [name for name in known if name.split(".")[0] in WITHOUT_NAMES] == [
        name for name in LEFT_OUT if name.split(".")[0] in WITHOUT_NAMES
    ]
    for table, query in OWN.items():
        stored = rows(database, query, anna.id)
        assert stored, f"the test must store something in {table}"
        wanted = [
            column
            for owner, column in columns(database)
            if owner == table and f"{table}.{column}" not in LEFT_OUT and column not in LINKS
        ]
        if not wanted:
            continue
        missing = {column for column in wanted for record in records(pages, table) if column not in record}
        assert not missing, f"not exported, and no reason in LEFT_OUT: {table}: {missing}"
        shown, kept = without_source(records(pages, table)), without_source(stored)
        assert sorted_rows(shown, wanted) == sorted_rows(kept, wanted)


def test_what_is_not_exported_again_is_in_the_audit_log(database: str, people: tuple[Person, Person]) -> None:
    anna, _ = people
    acts = records(exported(anna), "audit_log")
    for table, query in REPEATED.items():
        stored = rows(database, query, anna.id)
        assert stored, f"the test must store something in {table}"
        for row in stored:
            said = {column: in_json(value) for column, value in row.items()}
            assert [act for act in acts if said.items() <= act.items() and act["actor_id"] == anna.id], said
        telling = {f"{table}.{column}" for owner, column in columns(database) if owner == table} & set(LEFT_OUT)
        assert telling == {f"{table}.actor_id", f"{table}.reason"}


def test_every_column_has_a_value_to_be_found(database: str, people: tuple[Person, Person]) -> None:
    """Without this, the tests here would prove nothing about the column."""
    anna, _ = people
    empty = {
        f"{table}.{column}"
        for table, query in OWN.items()
        for column in [name for owner, name in columns(database) if owner == table]
        if all(row[column] is None for row in rows(database, query, anna.id))
    }
    assert empty == {"users.erased_at", "standings.clv_percent"}


def test_nothing_of_anybody_else_is_exported(database: str, people: tuple[Person, Person]) -> None:
    anna, bert = people
    pages = exported(anna)
    text = str(pages)
    assert anna.email in text
    assert not [trace for trace in [*bert.traces(), bert.password] if trace in text]
    by_each = [f"'source': 'admin:{person.id}'" for person in people]
    assert all(said in str(rows(database, OWN["audit_log"], anna.id)) for said in by_each), "both must be stored"
    assert [said in text for said in by_each] == [True, False]
    for table, query in OWN.items():
        others = rows(database, query, bert.id)
        identities = {"id", "pick_id"} & set(others[0])
        for identity in identities:
            own = {record.get(identity) for record in records(pages, table)}
            assert not own & {row[identity] for row in others}


def test_no_secret_is_exported(people: tuple[Person, Person]) -> None:
    anna, _ = people
    text = str(exported(anna))
    # A cursor is text that anybody can read: it says where each row stands.
    cursors = [page["next_cursor"] for page in exported(anna, limit="1") if page["next_cursor"]]
    assert len(cursors) > 5
    text += "".join(str(read_cursor(cursor, str, int, str)) for cursor in cursors)
    assert "argon2" not in text
    assert anna.password not in text
    secrets = [anna.digest(what).hex() for what in ("first token", "second token", "key")]
    assert not [secret for secret in secrets if secret in text]
