"""A slate's games, venues and players are connected to those that the platform knows, and to no others."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.dfs.slates.rules import GameFacts, PlayerFacts, SlateFacts
from pickvs.dfs.slates.service import StoredSlate, put_slate
from pickvs.dfs.weather.service import FETCH_WEATHER
from tests.support.alarms import watch_alarms

NOW = datetime(2026, 9, 12, 12, 0, tzinfo=UTC)
START = datetime(2026, 9, 13, 17, 0, tzinfo=UTC)
NFL = "americanfootball_nfl"


@pytest.fixture
def rows(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection[Any]]:
    watch_alarms(monkeypatch, FETCH_WEATHER)
    with psycopg.connect(database, row_factory=dict_row, autocommit=True) as connection:
        yield connection


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
    source="upload",
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
    with clock.held_at(NOW), transaction() as connection:
        return put_slate(connection, facts, user_id=None, at=NOW)


def public(facts: SlateFacts) -> SlateFacts:
    return SlateFacts(**{name: getattr(facts, name) for name in SlateFacts.__dataclass_fields__} | {"external_id": "1"})


def test_what_is_known_is_found_and_nothing_is_guessed(rows: psycopg.Connection[Any]) -> None:
    known = game(rows, "Kansas City Chiefs", "Buffalo Bills", START + timedelta(hours=3))
    game(rows, "Kansas City Chiefs", "Buffalo Bills", START + timedelta(days=7), 1)
    allen = player(rows, "Josh Allen", "joshallen", "Buffalo Bills")
    player(rows, "Josh Allen", "joshallen", "Jacksonville Jaguars")
    mahomes = player(rows, "Pat Mahomes", "patmahomes", "Kansas City Chiefs")
    for _ in range(2):
        player(rows, "Same Name", "samename", "Detroit Lions")
    stored = put(public(FACTS))
    games = {row["key"]: row for row in rows.execute("SELECT key, game_id, venue_id FROM slate_games")}
    assert {key: row["game_id"] for key, row in games.items()} == {"BUF@KC": known, "DET@LAR": None, "XXX@GB": None}
    venues = {
        row["id"]: row["key"] for row in rows.execute("SELECT id, key FROM venues WHERE key LIKE 'nfl_%'").fetchall()
    }
    assert {key: venues.get(row["venue_id"]) for key, row in games.items()} == {
        "BUF@KC": "nfl_kc",
        "DET@LAR": "nfl_la",
        "XXX@GB": None,
    }
    found = {row["name"]: row["player_id"] for row in rows.execute("SELECT name, player_id FROM slate_players")}
    assert found == {
        "Josh Allen": allen,
        "Pat Mahómes II": mahomes,
        "Same Name": None,
        "Nobody Known": None,
        "Some One": None,
    }
    followed = [row["key"] for row in rows.execute("SELECT key FROM agenda WHERE function = 'fetch_weather'")]
    assert followed == [f"nfl_kc/{START:%Y%m%dT%H%M}"], "the other one has a roof"
    # What becomes known later is found by the next statement of the slate.
    late = game(rows, "Los Angeles Rams", "Detroit Lions", START)
    assert put(public(FACTS)).id == stored.id
    [row] = rows.execute("SELECT game_id FROM slate_games WHERE key = 'DET@LAR'").fetchall()
    assert row["game_id"] == late


def test_of_two_meetings_on_a_day_none_is_taken(rows: psycopg.Connection[Any]) -> None:
    game(rows, "Kansas City Chiefs", "Buffalo Bills", START)
    game(rows, "Kansas City Chiefs", "Buffalo Bills", START + timedelta(hours=5), 2)
    put(public(FACTS))
    assert {row["game_id"] for row in rows.execute("SELECT game_id FROM slate_games")} == {None}
