"""Leagues whose box scores state no time played: their players are forecast, shown and scored as those of others."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from pickvs.core import clock
from pickvs.core.config import settings
from pickvs.predictions.facts.rules import Day
from pickvs.predictions.leagues.players import player_league, player_leagues
from pickvs.sports.rules import local_date, season_days, season_of
from tests.support.forecasts import League, forecasting, predict, score
from tests.support.gateway import call
from tests.support.player_boxes import box_scores

HOUR = timedelta(hours=1)
UNTIMED = sorted(sport for sport, league in player_leagues().items() if not league.timed)


class Seasons:
    """Writes made-up days of a league into the database as games of the platform."""

    def __init__(self, league: League, sport: str, days: tuple[Day, ...]) -> None:
        self.sport, self.contest, self.rows = sport, league.contest, league.rows
        keys = sorted({team for day in days for each in day.results for team in (each.fixture.home, each.fixture.away)})
        found = self.rows("SELECT id, name FROM teams WHERE sport = %s AND listed ORDER BY key", sport)
        self.teams: Mapping[str, dict[str, Any]] = dict(zip(keys, found, strict=False))
        self.players: dict[str, int] = {}
        for player in sorted({line.player for day in days for line in day.player_lines}):
            [row] = self.rows(
                "INSERT INTO players (sport, name, normal, created_at, updated_at)"
                " VALUES (%s, %s, %s, '2010-01-01', '2010-01-01') RETURNING id",
                *(sport, player, player),
            )
            self.players[player] = row["id"]
        for season in {season_of(sport, day.day) for day in days}:
            self.rows(
                "INSERT INTO seasons VALUES (%s, %s, %s, %s, now()) RETURNING season",
                *(sport, season, *season_days(sport, season)),
            )

    def announce(self, day: Day) -> dict[int, int]:
        """Insert the games of a day, and return our ids by theirs."""
        starts, found = starts_on(day), {}
        for each in day.results:
            home, away = self.teams[each.fixture.home], self.teams[each.fixture.away]
            [row] = self.rows(
                "INSERT INTO games (sport, home_team, away_team, home_team_id, away_team_id, local_date, commence_time,"
                " created_at, updated_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
                *(self.sport, home["name"], away["name"], home["id"], away["id"], local_date(self.sport, starts)),
                *(starts, starts - timedelta(days=3), starts - timedelta(days=3)),
            )
            found[each.fixture.game] = row["id"]
        return found

    def settle(self, day: Day, ids: Mapping[int, int]) -> None:
        """Settle the games of a day four hours after they began, with their box scores."""
        starts, season = starts_on(day), season_of(self.sport, day.day)
        known = starts + 4 * HOUR
        for each in day.results:
            game, points = ids[each.fixture.game], (each.home_points, each.away_points)
            self.contest.final(game, *points, known)
            [box] = self.rows(
                "INSERT INTO box_scores (game_id, version, sport, season, state, reasons, source, confirmed_by,"
                " home_points, away_points, checksum, event_time, known_at, recorded_at)"
                " VALUES (%s, 1, %s, %s, 'final', '{}', 'test', '{}', %s, %s, 'x', %s, %s, %s) RETURNING id",
                *(game, self.sport, season, *points, starts, known, known),
            )
            for line in day.player_lines:
                if line.game == each.fixture.game:
                    self.rows(
                        f"INSERT INTO player_games VALUES ({', '.join(['%s'] * 12)}) RETURNING player_id",
                        *(box["id"], game, season, 1, self.players[line.player], self.teams[line.team]["id"]),
                        *(self.teams[line.opponent]["id"], line.is_home, line.seconds, Jsonb(line.statistics)),
                        *("test", known),
                    )


def starts_on(day: Day) -> datetime:
    return datetime.combine(day.day, time(23), UTC)


@pytest.mark.parametrize("sport", UNTIMED)
def test_players_of_a_league_without_time_are_forecast_and_scored(
    sport: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = player_league(sport)
    *before, last = days = box_scores(parameters, days=8)
    with forecasting(database, monkeypatch) as league:
        monkeypatch.setenv("PREDICTED_SPORTS", sport)
        settings.cache_clear()
        seasons = Seasons(league, sport, days)
        for day in before:
            seasons.settle(day, seasons.announce(day))
        games = seasons.announce(last)
        team_of = {line.player: line.team for day in before for line in day.player_lines}
        game_of = {team: each.fixture.game for each in last.results for team in (each.fixture.home, each.fixture.away)}
        expected = {(games[game_of[team]], seasons.players[player]) for player, team in team_of.items()}
        assert predict(starts_on(last) - 10 * HOUR)[sport]["player_forecasts"] == len(expected) > 20
        rows = league.rows("SELECT * FROM player_predictions")
        forecasts = {(row["game_id"], row["player_id"]): row for row in rows}
        assert set(forecasts) == expected
        assert all(set(row["statistics"]) == set(parameters.forecast) for row in rows)

        game, statistic = next(iter(games.values())), parameters.forecast[0]
        with clock.held_at(starts_on(last) - HOUR):
            shown = call(
                "list_game_player_predictions",
                "GET",
                f"/games/{game}/player-predictions",
                query={"statistic": statistic, "line": "0.5"},
                user=(1, "ada"),
            ).body["forecasts"]
        assert {(game, each["player_id"]) for each in shown} == {key for key in expected if key[0] == game}
        for each in shown:
            [told] = each["statistics"]
            assert told["over"]["over"] + told["over"]["under"] == pytest.approx(1, abs=3e-6)

        seasons.settle(last, games)
        lines = {(games[line.game], seasons.players[line.player]): line.statistics for line in last.player_lines}
        assert all(line.seconds == 0 for line in last.player_lines)
        wanted = lines.keys() & expected
        assert score(starts_on(last) + 5 * HOUR)["players_scored"] == len(wanted) > 20
        assert score(starts_on(last) + 6 * HOUR)["players_scored"] == 0
        for row in league.rows("SELECT * FROM player_prediction_scores"):
            key = (row["game_id"], row["player_id"])
            assert row["prediction_id"] == forecasts[key]["id"]
            happened = {name: found["happened"] for name, found in row["scores"].items()}
            assert happened == {name: lines[key][name] for name in parameters.forecast}
