"""What each role may do with each table. The function `migrate` grants exactly this, and revokes everything else.

A table that a migration adds needs a line here. Otherwise `migrate` fails:

- The writer gets the verbs that the code uses. What is recorded (ADR 1) is only read and added to: `APPEND`.
- The reader gets what a GET answers with, and never a hash, a password or a token. A table that holds one names the
  columns that the reader may see, so that no later column of it is readable by default.
- The authorizer gets what it takes to check an API key, and to record its use.
- The forecaster, as which models are trained and forecasts made, gets the registry of models and its own works. It may
  not read the facts themselves: functions that keep the order of time give it those that were known before a time.

A view needs a line in VIEWS, and a function that runs with the rights of the owner one in FUNCTIONS. Without it, nobody
may use them.
"""

from collections.abc import Mapping

from pickvs.operations.database_roles.rules import ALL, Grants, NamedRoles, TableGrants

READ = Grants(select=ALL)
APPEND = Grants(select=ALL, insert=ALL)
APPEND_AND_DELETE = Grants(select=ALL, insert=ALL, delete=True)
WRITE = Grants(select=ALL, insert=ALL, update=ALL)
WRITE_AND_DELETE = Grants(select=ALL, insert=ALL, update=ALL, delete=True)

PRIVILEGES: Mapping[str, TableGrants] = {
    "alembic_version": {"writer": READ, "reader": READ},
    # What is recorded.
    "audit_log": {"writer": APPEND, "reader": READ},
    "bookmaker_odds": {"writer": APPEND, "reader": READ},
    "game_merges": {"writer": APPEND, "reader": READ},
    "game_results": {"writer": APPEND, "reader": READ},
    "picks": {"writer": APPEND, "reader": READ},
    "settlement_ledger": {"writer": APPEND, "reader": READ},
    "quotes": {
        "writer": Grants(select=ALL, insert=ALL, update=("captured_at", "superseded_at")),
        "reader": READ,
    },
    # Games, and the runs of the jobs.
    "games": {
        "writer": WRITE,
        "reader": Grants(
            select=(
                *("id", "sport", "home_team", "away_team", "local_date", "commence_time", "status"),
                *("home_score", "away_score", "result_id", "settled_result_id", "seen_at", "odds_seen_at"),
                *("home_team_id", "away_team_id", "day_number", "time_zone", "under_way_at", "review_reason"),
                *("start_decided_at", "contradicted_at", "merged_into", "created_at", "updated_at"),
            )
        ),
    },
    "event_reviews": {"writer": WRITE, "reader": READ},
    "game_provider_ids": {"writer": WRITE},
    "ingestion_runs": {"writer": WRITE, "reader": READ},
    "freshness": {"writer": WRITE, "reader": READ},
    "credit_decisions": {"writer": Grants(select=ALL, insert=ALL, delete=True), "reader": READ},
    # Reference data. The owner loads it; the writer adds what administrators and providers name.
    "teams": {"writer": APPEND, "reader": READ},
    "team_names": {"writer": APPEND, "reader": READ},
    "players": {"writer": WRITE, "reader": READ},
    "player_aliases": {"writer": APPEND, "reader": READ},
    "player_teams": {"writer": WRITE, "reader": READ},
    "seasons": {"writer": APPEND, "reader": READ},
    # Statistics, as they were recorded.
    "game_phases": {"writer": APPEND, "reader": READ},
    "past_games": {"writer": APPEND, "reader": READ},
    "past_results": {"writer": APPEND, "reader": READ},
    "box_scores": {"writer": APPEND, "reader": READ},
    "team_games": {"writer": APPEND, "reader": READ},
    "player_games": {"writer": APPEND, "reader": READ},
    "injury_statuses": {"writer": APPEND, "reader": READ},
    "stat_anomalies": {
        "writer": Grants(select=ALL, insert=ALL, update=("resolved_at", "resolution")),
        "reader": READ,
    },
    # The registry of models. Of a version, only the stage changes.
    "models": {"writer": READ, "reader": READ, "forecaster": APPEND},
    "training_runs": {"writer": Grants(select=ALL, insert=ALL), "reader": READ, "forecaster": WRITE},
    "tuning_points": {"writer": READ, "reader": READ, "forecaster": WRITE},
    "model_versions": {
        "writer": Grants(select=ALL, update=("stage",)),
        "reader": READ,
        "forecaster": Grants(select=ALL, insert=ALL, update=("stage",)),
    },
    "promotions": {"writer": APPEND, "reader": READ, "forecaster": APPEND},
    "rating_states": {"writer": READ, "reader": READ, "forecaster": APPEND},
    # Forecasts. Whoever makes them scores none, and the other way round.
    "game_predictions": {"writer": READ, "reader": READ, "forecaster": APPEND},
    "player_predictions": {"writer": READ, "reader": READ, "forecaster": APPEND},
    "team_ratings": {"writer": READ, "reader": READ, "forecaster": APPEND},
    "prediction_scores": {"writer": APPEND, "reader": READ},
    "player_prediction_scores": {"writer": APPEND, "reader": READ},
    "model_daily": {"writer": WRITE_AND_DELETE, "reader": READ},
    # What fantasy leagues play on. Of a result, the state changes; its versions do not.
    "event_venues": {"writer": APPEND, "reader": READ},
    "event_venue_ids": {"writer": APPEND, "reader": READ},
    "events": {"writer": WRITE, "reader": READ},
    "event_sessions": {"writer": WRITE_AND_DELETE, "reader": READ},
    "event_statements": {"writer": WRITE, "reader": READ},
    "contestants": {"writer": WRITE, "reader": READ},
    "contestant_ids": {"writer": APPEND, "reader": READ},
    "event_entries": {"writer": WRITE_AND_DELETE, "reader": READ},
    "event_rankings": {"writer": WRITE_AND_DELETE, "reader": READ},
    "result_versions": {"writer": APPEND, "reader": READ},
    "result_facts": {"writer": APPEND, "reader": READ},
    "session_results": {"writer": WRITE, "reader": READ},
    "result_answers": {"writer": WRITE, "reader": READ},
    "result_acts": {"writer": APPEND, "reader": READ},
    "fantasy_reviews": {"writer": WRITE, "reader": READ},
    "substitutions": {"writer": WRITE_AND_DELETE, "reader": READ},
    "scoring_tables": {"writer": APPEND, "reader": READ},
    "score_lines": {"writer": APPEND, "reader": READ},
    "scored_versions": {"writer": APPEND, "reader": READ},
    # Accounts, and what is remembered for them.
    "users": {
        "writer": WRITE,
        "reader": Grants(select=("id", "username", "email", "email_confirmed_at", "role", "created_at", "erased_at")),
        "authorizer": Grants(select=("id", "username", "erased_at")),
    },
    "former_usernames": {"writer": Grants(select=ALL, insert=ALL, delete=True), "reader": READ},
    "account_tokens": {"writer": WRITE_AND_DELETE},
    "refresh_tokens": {
        "writer": WRITE_AND_DELETE,
        "reader": Grants(
            select=("user_id", "family_id", "issued_at", "expires_at", "revoked_at", "opened_at", "device")
        ),
    },
    "api_keys": {
        "writer": WRITE_AND_DELETE,
        "reader": Grants(
            select=(
                *("id", "user_id", "name", "prefix", "scopes"),
                *("created_at", "last_used_at", "expires_at", "revoked_at"),
            )
        ),
        "authorizer": Grants(
            select=("id", "user_id", "key_hash", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at"),
            update=("last_used_at",),
        ),
    },
    "idempotency_keys": {"writer": Grants(select=ALL, insert=ALL, update=("made_at",), delete=True)},
    "limits": {"writer": WRITE_AND_DELETE},
    # Due work, and what users are told. Of the works, a policy leaves the forecaster those of `predict`.
    "agenda": {
        "writer": WRITE_AND_DELETE,
        "forecaster": WRITE_AND_DELETE,
        "reader": Grants(
            select=("function", "key", "due_at", "attempts", "next_at", "last_error", "given_up_at"),
        ),
    },
    "notices": {"writer": WRITE_AND_DELETE, "reader": READ},
    "webhooks": {
        "writer": WRITE_AND_DELETE,
        "reader": Grants(select=("id", "user_id", "url", "created_at")),
    },
    "deliveries": {
        "writer": WRITE_AND_DELETE,
        "reader": Grants(
            select=(
                *("id", "notice_id", "webhook_id", "state"),
                *("attempts", "queued_at", "next_at", "ended_at", "last_status", "last_error"),
            )
        ),
    },
    # Private groups. The reader may select the code, because GET /groups shows it to the owner: it is an invitation,
    # which the owner renews, and no secret of the house.
    "groups": {
        "writer": WRITE_AND_DELETE,
        "reader": Grants(select=("id", "name", "owner_id", "code", "created_at")),
    },
    "group_members": {"writer": Grants(select=ALL, insert=ALL, delete=True), "reader": READ},
    "notice_preferences": {"writer": WRITE_AND_DELETE, "reader": READ},
    "mail_suppressions": {"writer": WRITE_AND_DELETE, "reader": READ},
    "unsubscribe_keys": {"writer": WRITE_AND_DELETE},
    # Leagues and drafts. The reader sees of a seed only what the league's start has shown, and no code.
    "leagues": {
        "writer": WRITE,
        "reader": Grants(
            select=(
                *("id", "sport", "season", "name", "name_key", "description", "visibility"),
                *("max_constructors", "rounds"),
                *("order_by", "method", "timezone", "opens_weekday", "opens_time", "lock_by", "clock_seconds"),
                *("quiet_begin", "quiet_end", "on_expiry", "at_lock", "auto_after_misses", "replacement"),
                *("free_swaps", "table_id", "amend_until", "shortened", "state"),
                *("seed_sha256", "shown_seed", "version"),
                *("board_version", "created_at", "started_at", "finished_at"),
            )
        ),
    },
    "league_members": {"writer": WRITE_AND_DELETE, "reader": READ},
    "constructors": {"writer": WRITE_AND_DELETE, "reader": READ},
    "constructor_names": {"writer": WRITE_AND_DELETE, "reader": READ},
    "league_invitations": {
        "writer": WRITE_AND_DELETE,
        "reader": Grants(
            select=(
                *("id", "league_id", "kind", "user_id", "address", "invited_by", "created_at", "expires_at"),
                *("max_uses", "uses", "revoked_at"),
            )
        ),
    },
    "league_log": {"writer": APPEND, "reader": READ},
    "drafts": {"writer": WRITE, "reader": READ},
    "draft_acts": {"writer": APPEND, "reader": READ},
    "draft_teams": {"writer": WRITE, "reader": READ},
    "draft_slots": {"writer": WRITE_AND_DELETE, "reader": READ},
    "draft_pool": {"writer": WRITE, "reader": READ},
    "draft_picks": {"writer": Grants(select=ALL, insert=ALL, update=("voided_seq",)), "reader": READ},
    "draft_queues": {"writer": WRITE_AND_DELETE, "reader": READ},
    "draft_queue_items": {"writer": WRITE_AND_DELETE, "reader": READ},
    # Daily fantasy. What is recorded is deleted with the account alone.
    "venues": {"writer": APPEND, "reader": READ},
    "weather_readings": {"writer": APPEND, "reader": READ},
    "slates": {"writer": WRITE_AND_DELETE, "reader": READ},
    "slate_games": {"writer": WRITE_AND_DELETE, "reader": READ},
    "slate_players": {"writer": WRITE_AND_DELETE, "reader": READ},
    "dfs_aliases": {"writer": WRITE_AND_DELETE, "reader": READ},
    "dfs_uploads": {"writer": APPEND_AND_DELETE, "reader": READ},
    "projection_sets": {"writer": APPEND_AND_DELETE, "reader": READ},
    "projections": {"writer": APPEND_AND_DELETE, "reader": READ},
    "dfs_entry_files": {"writer": APPEND_AND_DELETE, "reader": READ},
    "dfs_entries": {"writer": APPEND_AND_DELETE, "reader": READ},
    "dfs_builds": {"writer": WRITE_AND_DELETE, "reader": READ},
    "lineups": {"writer": APPEND_AND_DELETE, "reader": READ},
    "dfs_contests": {"writer": APPEND_AND_DELETE, "reader": READ},
    "dfs_contest_runs": {"writer": WRITE_AND_DELETE, "reader": READ},
    "dfs_contest_run_lineups": {"writer": WRITE_AND_DELETE, "reader": READ},
    "dfs_contest_results": {"writer": WRITE_AND_DELETE, "reader": READ},
    # Derived from the ledger.
    "boards": {"writer": WRITE_AND_DELETE, "reader": READ},
    "standings": {"writer": WRITE_AND_DELETE, "reader": READ},
    # Derived from the picks of fantasy leagues and the results.
    "league_results": {"writer": WRITE_AND_DELETE, "reader": READ},
    "board_rows": {"writer": WRITE_AND_DELETE, "reader": READ},
    "league_totals": {"writer": WRITE_AND_DELETE, "reader": READ},
}

VIEWS: NamedRoles = {
    "box_scores_current": ("writer", "reader"),
    "team_games_current": ("writer", "reader"),
    "player_games_current": ("writer", "reader"),
}

FUNCTIONS: NamedRoles = {
    "facts_before": ("writer", "forecaster"),
    "facts_by_day": ("forecaster",),
    "fixtures_on": ("writer", "forecaster"),
    "statuses_before": ("writer", "forecaster"),
    "hold_games_to_come": ("forecaster",),
}
