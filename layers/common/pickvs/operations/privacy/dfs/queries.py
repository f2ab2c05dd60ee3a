"""The SQL of what an export has of daily fantasy. Each query has the parameter `user`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from psycopg.sql import SQL, Composable

type DfsPart = Literal[
    "slates",
    "slate_games",
    "slate_players",
    "dfs_aliases",
    "dfs_uploads",
    "projection_sets",
    "projections",
    "dfs_entry_files",
    "dfs_entries",
    "dfs_builds",
    "lineups",
    "dfs_contests",
    "dfs_contest_runs",
    "dfs_contest_run_lineups",
    "dfs_contest_results",
]
"""A part of an export about daily fantasy."""

DFS_ROWS: Mapping[DfsPart, Composable] = MappingProxyType(
    {
        "slates": SQL("""
            SELECT own.id, own.site, own.sport, own.format, own.external_id, own.name, own.source, own.starts_at,
                   own.created_at, own.updated_at, own.id AS number, '' AS text
            FROM slates own
            WHERE own.user_id = %(user)s
        """),
        "slate_games": SQL("""
            SELECT game.id, game.slate_id, game.key, game.away, game.home, game.starts_at, game.state, game.game_id,
                   game.venue_id, game.id AS number, '' AS text
            FROM slates own
            JOIN slate_games game ON game.slate_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "slate_players": SQL("""
            SELECT player.id, player.slate_id, player.slate_game_id, player.site_player_id, player.captain_site_id,
                   player.player_id, player.name, player.normal, player.team, player.positions, player.slots,
                   player.salary, player.captain_salary, player.average_points::float8, player.status,
                   player.is_disabled, player.id AS number, '' AS text
            FROM slates own
            JOIN slate_players player ON player.slate_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "dfs_aliases": SQL("""
            SELECT own.sport, own.team, own.alias, own.name, own.added_at, 0::bigint AS number,
                   own.sport || ' ' || own.team || ' ' || own.alias AS text
            FROM dfs_aliases own
            WHERE own.user_id = %(user)s
        """),
        "dfs_uploads": SQL("""
            SELECT own.id, own.slate_id, own.kind, own.sha256, own.bytes, own.is_strict, own.report, own.uploaded_at,
                   own.id AS number, '' AS text
            FROM dfs_uploads own
            WHERE own.user_id = %(user)s
        """),
        "projection_sets": SQL("""
            SELECT own.id, own.slate_id, own.version, own.kind, own.parent_id, own.upload_id, own.parameters,
                   own.made_at, own.id AS number, '' AS text
            FROM projection_sets own
            WHERE own.user_id = %(user)s
        """),
        "projections": SQL("""
            SELECT projection.set_id, projection.slate_id, projection.slate_player_id, projection.points::float8,
                   projection.deviation::float8, projection.floor::float8, projection.ceiling::float8,
                   projection.ownership::float8, projection.minutes::float8,
                   projection.field_points::float8, projection.set_id AS number,
                   to_char(projection.slate_player_id, 'FM000000000000') AS text
            FROM projection_sets own
            JOIN projections projection ON projection.set_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "dfs_entry_files": SQL("""
            SELECT own.id, own.slate_id, own.upload_id, own.added_at, own.id AS number, '' AS text
            FROM dfs_entry_files own
            WHERE own.user_id = %(user)s
        """),
        "dfs_entries": SQL("""
            SELECT entry.file_id, entry.line, entry.entry_key, entry.contest_key, entry.contest_name, entry.fee,
                   entry.cells, entry.players, entry.locked, entry.file_id AS number,
                   to_char(entry.line, 'FM0000000000') AS text
            FROM dfs_entry_files own
            JOIN dfs_entries entry ON entry.file_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "dfs_builds": SQL("""
            SELECT own.id, own.slate_id, own.projection_set_id, own.entry_file_id, own.is_dry_run, own.settings,
                   own.seed, own.wanted, own.state, own.found, own.points::float8, own.bound::float8, own.gap::float8,
                   own.reason, own.conflict, own.relaxation, own.attempts, own.cancel_requested, own.created_at,
                   own.started_at, own.ended_at, own.id AS number, '' AS text
            FROM dfs_builds own
            WHERE own.user_id = %(user)s
        """),
        "lineups": SQL("""
            SELECT lineup.build_id, lineup.lineup_no, lineup.players, lineup.points::float8, lineup.salary,
                   lineup.entry_line, lineup.kept_because, lineup.build_id AS number,
                   to_char(lineup.lineup_no, 'FM0000000000') AS text
            FROM dfs_builds own
            JOIN lineups lineup ON lineup.build_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "dfs_contests": SQL("""
            SELECT own.id, own.slate_id, own.name, own.external_id, own.size, own.fee_cents, own.payouts,
                   own.created_at, own.id AS number, '' AS text
            FROM dfs_contests own
            WHERE own.user_id = %(user)s
        """),
        "dfs_contest_runs": SQL("""
            SELECT own.id, own.slate_id, own.contest_id, own.build_id, own.settings, own.seed, own.wanted, own.state,
                   own.done, own.result, own.reason, own.attempts, own.cancel_requested, own.created_at,
                   own.started_at, own.ended_at, own.id AS number, '' AS text
            FROM dfs_contest_runs own
            WHERE own.user_id = %(user)s
        """),
        "dfs_contest_run_lineups": SQL("""
            SELECT lineup.run_id, lineup.lineup_no, lineup.prize_cents::float8, lineup.roi::float8,
                   lineup.roi_error::float8, lineup.cash::float8, lineup.win::float8,
                   lineup.top_percent::float8, lineup.run_id AS number,
                   to_char(lineup.lineup_no, 'FM0000000000') AS text
            FROM dfs_contest_runs own
            JOIN dfs_contest_run_lineups lineup ON lineup.run_id = own.id
            WHERE own.user_id = %(user)s
        """),
        "dfs_contest_results": SQL("""
            SELECT own.contest_id, own.upload_id, own.field_size, own.quantiles, own.lineups, own.judgements,
                   own.recorded_at,
                   own.contest_id AS number, '' AS text
            FROM dfs_contest_results own
            WHERE own.user_id = %(user)s
        """),
    }
)
"""Query of each part. `number` and `text` are the row's position in it."""

DELETE_DFS = tuple(
    SQL(statement)
    for statement in (
        # What is built on a slate goes before it, and takes its own rows along.
        "DELETE FROM dfs_contest_results WHERE user_id = %s",
        "DELETE FROM dfs_contest_runs WHERE user_id = %s",
        "DELETE FROM dfs_contests WHERE user_id = %s",
        "DELETE FROM dfs_builds WHERE user_id = %s",
        "DELETE FROM dfs_entry_files WHERE user_id = %s",
        "DELETE FROM projection_sets WHERE user_id = %s",
        "DELETE FROM dfs_uploads WHERE user_id = %s",
        "DELETE FROM dfs_aliases WHERE user_id = %s",
        "DELETE FROM slates WHERE user_id = %s",
    )
)
"""Statements that delete everything of a user, in this order."""
