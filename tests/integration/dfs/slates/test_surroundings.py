"""Beside a slate stand the market's lines, what sources say of health, and the weather, each with its age."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.dfs.slates.schemas import PlayerHealth
from pickvs.dfs.slates.service import get_slate, list_players
from pickvs.dfs.slates.surroundings import get_weather, list_health
from pickvs.dfs.weather.rules import Reading
from pickvs.dfs.weather.service import record_weather
from pickvs.dfs.weather.venues import venue_of
from pickvs.predictions.statistics.boxes.rules import Injury
from pickvs.predictions.statistics.injuries.service import record_injuries
from tests.support.football_slate import NFL, NOW, START, game, player, put

HOUR = timedelta(hours=1)
NOBODY = 999


def said(source: str, status: Any, *, at: Any = NOW) -> None:
    injury = Injury(
        provider_id=None, name="Josh Allen", team="Buffalo Bills", status=status, reason="Knee", reported_at=at
    )
    with transaction() as connection:
        record_injuries(connection, NFL, source, [injury], at=at, run_id=None, whole=())


def health(slate_id: int) -> dict[str, list[PlayerHealth]]:
    page = list_players(NOBODY, slate_id, position=None, team=None, status=None, limit=50, cursor=None)
    return {each.name: each.health for each in page.players}


def test_each_sources_word_stands_beside_the_player_and_silence_is_no_word(rows: psycopg.Connection[Any]) -> None:
    player(rows, "Josh Allen", "joshallen", "Buffalo Bills")
    slate = put().id
    assert set(map(len, health(slate).values())) == {0}
    said("espn", "questionable")
    said("espn", "doubtful", at=NOW + HOUR)
    said("nba_report", "out", at=NOW + 2 * HOUR)
    known = health(slate)
    assert [(each.source, each.status, each.known_at) for each in known["Josh Allen"]] == [
        ("nba_report", "out", NOW + 2 * HOUR),
        ("espn", "doubtful", NOW + HOUR),
    ]
    assert sum(map(len, known.values())) == 2
    first = list_health(NFL, since=None, limit=2, cursor=None)
    assert [each.status for each in first.changes] == ["out", "doubtful"]
    rest = list_health(NFL, since=None, limit=2, cursor=first.next_cursor)
    assert ([each.status for each in rest.changes], rest.next_cursor) == (["questionable"], None)
    since = list_health(NFL, since=NOW + HOUR, limit=9, cursor=None)
    assert [each.status for each in since.changes] == ["out", "doubtful"]
    assert list_health("basketball_nba", since=None, limit=9, cursor=None).changes == []


def test_lines_are_those_in_force(rows: psycopg.Connection[Any]) -> None:
    known = game(rows, "Kansas City Chiefs", "Buffalo Bills", START)
    for number, (line, superseded) in enumerate(((Decimal("-2.5"), NOW + HOUR), (Decimal("-3.5"), None))):
        for selection, sign in (("home", 1), ("away", -1)):
            rows.execute(
                "INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at,"
                " superseded_at) VALUES (%s, 'spread', %s, %s, -110, 0.5, 3, %s, %s, %s)",
                (known, selection, sign * line, NOW + number * HOUR, NOW + number * HOUR, superseded),
            )
    with clock.held_at(NOW):
        games = {each.key: each for each in get_slate(NOBODY, put().id).games}
    of = games["BUF@KC"]
    assert (of.game_id, of.home_spread, of.total, of.lines_at) == (known, Decimal("-3.5"), None, NOW + HOUR)
    assert (games["DET@LAR"].home_spread, games["DET@LAR"].lines_at) == (None, None)


def test_the_weather_is_that_of_the_hours_of_play(rows: psycopg.Connection[Any]) -> None:
    slate = put().id
    assert [(each.key, each.hours) for each in get_weather(NOBODY, slate).games] == [("BUF@KC", []), ("DET@LAR", [])]
    venue = venue_of(NFL, "Kansas City Chiefs", "Buffalo Bills", START)
    assert venue is not None
    hours = [Reading(valid_at=START + late * HOUR, temperature_c=Decimal(10 + late)) for late in range(-2, 9)]
    for at in (NOW, NOW + HOUR):
        with transaction() as connection:
            record_weather(connection, venue, "nws", hours, at=at, run_id=None)
    changed = Reading(valid_at=START, temperature_c=Decimal(4))
    with transaction() as connection:
        record_weather(connection, venue, "nws", [changed], at=NOW + 2 * HOUR, run_id=None)
    [outdoors, indoors] = get_weather(NOBODY, slate).games
    assert [(each.valid_at, each.temperature_c, each.made_at) for each in outdoors.hours] == [
        (START, Decimal(4), NOW + 2 * HOUR),
        *((START + late * HOUR, Decimal(10 + late), NOW) for late in range(1, 5)),
    ]
    assert (outdoors.venue, outdoors.roof, indoors.roof, indoors.hours) == ("Arrowhead Stadium", "open", "closed", [])
    assert [row["n"] for row in rows.execute("SELECT count(*) AS n FROM weather_readings")] == [12]
