"""A slate of three games of football, and what the platform may know of them."""

from datetime import UTC, datetime
from typing import Any

import psycopg

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.dfs.slates.rules import GameFacts, PlayerFacts, SlateFacts
from pickvs.dfs.slates.service import StoredSlate, put_slate

NOW = datetime(2026, 9, 12, 12, 0, tzinfo=UTC)
START = datetime(2026, 9, 13, 17, 0, tzinfo=UTC)
NFL = "americanfootball_nfl"


def game(rows: psycopg.Connection[Any], home: str, away: str, starts_at: datetime, day_number: int = 1) -> int:
    [row] = rows.execute(
        """
        INSERT INTO games (sport, home_team, away_team, home_team_id, away_team_id, local_date, day_number,
                           commence_time, created_at, updated_at)
        SELECT home.sport, home.name, away.name, home.id, away.id, %(day)s, %(number)s, %(at)s, %(now)s, %(now)s
        FROM teams home JOIN teams away USING (sport)
        WHERE sport = 'americanfootball_nfl' AND home.name = %(home)s AND away.name = %(away)s RETURNING id
        """,
        {
            "home": home,
            "away": away,
            "day": starts_at.date(),
            "at": starts_at,
            "now": NOW,
            "number": day_number,
        },
    ).fetchall()
    return int(row["id"])


def player(rows: psycopg.Connection[Any], name: str, normal: str, team: str) -> int:
    [row] = rows.execute(
        "INSERT INTO players (sport, name, normal, team_id, created_at, updated_at)"
        " SELECT sport, %s, %s, id, %s, %s FROM teams WHERE name = %s RETURNING id",
        (name, normal, NOW, NOW, team),
    ).fetchall()
    return int(row["id"])


def stated(name: str, team: str, of: str) -> PlayerFacts:
    return PlayerFacts(
        site_player_id=f"{name} {team}",
        name=name,
        team=team,
        game=of,
        positions=("QB",),
        slots=("QB",),
        salary=5000,
    )


FACTS = SlateFacts(
    site="draftkings",
    sport=NFL,
    format="dk_nfl_classic",
    name="Sunday",
    source="draftkings",
    external_id="1",
    games=(
        GameFacts(key="BUF@KC", starts_at=START, away="BUF", home="KC"),
        GameFacts(key="DET@LAR", starts_at=START, away="DET", home="LAR"),
        GameFacts(key="XXX@GB", starts_at=START, away="XXX", home="GB"),
    ),
    players=(
        stated("Josh Allen", "BUF", "BUF@KC"),
        stated("Pat Mahómes II", "KC", "BUF@KC"),
        stated("Same Name", "DET", "DET@LAR"),
        stated("Nobody Known", "LAR", "DET@LAR"),
        stated("Some One", "GB", "XXX@GB"),
    ),
)


def put(facts: SlateFacts = FACTS) -> StoredSlate:
    """Store the slate, as a public one."""
    with clock.held_at(NOW), transaction() as connection:
        return put_slate(connection, facts, user_id=None, at=NOW)
