"""Benchmarks an amended race in 10,000 leagues of 10, against the UPDATEs alone that compute and write the same.

The amendment runs as the collector runs it: another version, its lines, replacements, the differences of constructors,
ranks of event and season, the versions of the boards, and notices to the owners. The bare UPDATEs compute the same rows
from the same picks, in tables without keys to others and without triggers, and keep nothing of what was before. Both
run in turn in one transaction, are compared row by row, and are rolled back. Durations are processor time of the client
and the server process.
"""

import statistics
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
from psycopg.rows import dict_row

from bench import season as made
from bench.processor import on_processor
from bench.table import Line, spread
from pickvs.fantasy.boards import service as boards
from pickvs.fantasy.boards.telling.service import tell
from pickvs.fantasy.scoring import service as scoring
from tests.support.databases import Databases
from tests.support.fantasy_leagues import add_leagues, add_users, hold_drafts
from tests.support.made_races import YEAR, MadeSeason, make_season

LEAGUES, CONSTRUCTORS, EVENTS, ROUNDS = 10_000, 10, 2, 3
SECONDS, RATIO = 10.0, 2.0
HOUR = timedelta(hours=1)

_BARE = """
    CREATE TABLE bare_rows (LIKE board_rows INCLUDING ALL);
    INSERT INTO bare_rows SELECT * FROM board_rows;
    CREATE TABLE bare_totals (LIKE league_totals INCLUDING ALL);
    INSERT INTO bare_totals SELECT * FROM league_totals;
    CREATE TABLE bare_leagues (LIKE leagues INCLUDING ALL);
    INSERT INTO bare_leagues OVERRIDING SYSTEM VALUE SELECT * FROM leagues;
"""

_UPDATES = (
    """
    WITH worth AS MATERIALIZED (
      SELECT table_id, contestant_id, sum(points) AS points FROM score_lines
      WHERE event_id = %(event)s AND session = 'race' AND version = %(version)s GROUP BY table_id, contestant_id
    ), summed AS (
      SELECT draft.league_id, pick.constructor_id, sum(coalesce(worth.points, 0)) AS points,
             max(coalesce(worth.points, 0)) AS best, min(coalesce(worth.points, 0)) AS second
      FROM drafts draft
      JOIN leagues league ON league.id = draft.league_id
      JOIN draft_picks pick ON pick.draft_id = draft.id AND pick.voided_seq IS NULL
      LEFT JOIN worth ON worth.table_id = league.table_id AND worth.contestant_id = pick.contestant_id
      WHERE draft.event_id = %(event)s AND draft.phase = 'locked'
      GROUP BY draft.league_id, pick.constructor_id
    ), ranked AS (
      SELECT *, rank() OVER standing AS rank, count(*) OVER (standing RANGE CURRENT ROW) > 1 AS is_tied
      FROM summed
      WINDOW standing AS (PARTITION BY league_id ORDER BY points DESC, best DESC, second DESC)
    )
    UPDATE bare_rows old SET points = new.points, best = new.best, second = new.second, rank = new.rank,
      is_tied = new.is_tied
    FROM ranked new
    WHERE (old.league_id, old.constructor_id) = (new.league_id, new.constructor_id) AND old.event_id = %(event)s
    """,
    """
    WITH summed AS (
      SELECT league_id, constructor_id, sum(points) AS points, max(points) AS best,
             ARRAY[count(*) FILTER (WHERE rank = 1), count(*) FILTER (WHERE rank = 2),
                   count(*) FILTER (WHERE rank = 3), count(*) FILTER (WHERE rank = 4),
                   count(*) FILTER (WHERE rank = 5), count(*) FILTER (WHERE rank = 6),
                   count(*) FILTER (WHERE rank = 7), count(*) FILTER (WHERE rank = 8),
                   count(*) FILTER (WHERE rank = 9), count(*) FILTER (WHERE rank = 10)] AS countback
      FROM bare_rows GROUP BY league_id, constructor_id
    ), ranked AS (
      SELECT *, rank() OVER standing AS rank, count(*) OVER (standing RANGE CURRENT ROW) > 1 AS is_tied
      FROM summed
      WINDOW standing AS (PARTITION BY league_id ORDER BY points DESC, countback DESC, best DESC)
    )
    UPDATE bare_totals old SET points = new.points, countback = new.countback, best = new.best, rank = new.rank,
      is_tied = new.is_tied
    FROM ranked new WHERE (old.league_id, old.constructor_id) = (new.league_id, new.constructor_id)
    """,
    "UPDATE bare_leagues SET board_version = board_version + 1",
)

_DIFFERENT = """
    SELECT (SELECT count(*) FROM (TABLE bare_totals EXCEPT TABLE league_totals) different)
         + (SELECT count(*) FROM bare_rows bare JOIN board_rows ours USING (league_id, event_id, constructor_id)
            WHERE (bare.points, bare.best, bare.second, bare.rank, bare.is_tied)
              IS DISTINCT FROM (ours.points, ours.best, ours.second, ours.rank, ours.is_tied)) AS number
"""


@dataclass
class _Taken:
    """Processor time in seconds, one value for each round. told: with the notices."""

    bare: list[float] = field(default_factory=list)
    boards: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)


def measure(databases: Databases) -> list[Line]:
    """Time both in turn, and compare what they write."""
    with databases.fresh() as url:
        season = _fill(url)
        taken = _Taken()
        for number in range(ROUNDS):
            made.vacuum(url)
            _round(url, season, number, taken)
    boards_only, told, baseline = (statistics.median(each) for each in (taken.boards, taken.told, taken.bare))
    what = f"{LEAGUES:,} leagues of {CONSTRUCTORS}"
    return [
        Line(f"bare UPDATEs of the boards of {what} (CPU)", baseline, None, None, spread(taken.bare)),
        Line(f"amend a race in {what}", boards_only, boards_only / baseline, RATIO, spread(taken.boards)),
        Line(f"and tell {LEAGUES * CONSTRUCTORS:,} owners, against {SECONDS:.0f} s", told, told / SECONDS, 1.0),
    ]


def _fill(url: str) -> MadeSeason:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        season = make_season(connection, EVENTS)
        tables = {row.name: row.id for row in scoring.named_tables(connection)}
    with psycopg.connect(url) as rows:
        add_users(rows, CONSTRUCTORS)
        settings: dict[str, Any] = {"season": YEAR, "at": season.race_at(0) - 20 * 24 * HOUR}
        leagues = [
            *add_leagues(rows, LEAGUES // 2, {**settings, "name": "one", "table": tables["weekend"]}),
            *add_leagues(rows, LEAGUES // 2, {**settings, "name": "two", "table": tables["midfield"]}),
        ]
        for number, event in enumerate(season.events):
            shift = 3 * number
            pool = [*season.drivers[shift:], *season.drivers[:shift]]
            hold_drafts(rows, leagues, event, pool, season.race_at(number) - 24 * HOUR)
    with psycopg.connect(url, row_factory=dict_row) as connection:
        for number, event in enumerate(season.events):
            changes = season.hear(connection, number, season.statement(number), season.race_at(number) + 3 * HOUR)
            boards.bring_up(connection, [event], season.race_at(number) + 3 * HOUR, changes[:0])
        connection.execute(_BARE.encode())
    return season


def _round(url: str, season: MadeSeason, number: int, taken: _Taken) -> None:
    last = len(season.events) - 1
    event, at = season.events[last], season.race_at(last) + (24 + number) * HOUR
    with psycopg.connect(url, row_factory=dict_row, prepare_threshold=None) as connection:
        began = on_processor(connection)
        changes = season.hear(connection, last, season.statement(100 + number), at)
        boards.bring_up(connection, [event], at)
        taken.boards.append(on_processor(connection) - began)
        for change in changes:
            tell(connection, change, at)
        taken.told.append(on_processor(connection) - began)
        began = on_processor(connection)
        for statement in _UPDATES:
            connection.execute(statement.encode(), {"event": event, "version": changes[-1].after.version})
        taken.bare.append(on_processor(connection) - began)
        assert connection.execute(_DIFFERENT).fetchall() == [{"number": 0}]
        connection.rollback()
