"""Four teams whose box scores a source tells, game by game: from the schedule to the players' forecasts and scores.

The source is an answer in memory. What asks it, judges, records, forecasts and scores are the deployed functions.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from pickvs.core import clock
from pickvs.jobs.sources import Answer, Credits, Question
from pickvs.predictions.statistics.providers import adapters
from pickvs.sports.rules import local_date
from tests.support.alarms import watch_clocks
from tests.support.box_scores import CODES, HOME, MadeGame, MadePlayer, body, espn_scoreboard, espn_summary
from tests.support.forecasts import NBA, START, League, forecasting
from tests.support.functions import load

DAY = timedelta(days=1)
TEAMS = tuple(CODES)
"""Names of the teams. Players of the first have the numbers 1 to 10, those of the second 11 to 20, and so on."""
PAIRS = (((0, 1), (2, 3)), ((2, 0), (3, 1)), ((0, 3), (1, 2)))
"""Who meets on a day, home first; after three days again."""


@dataclass
class Espn:
    """A source in memory. wrong: events whose box score has another score than was settled. hurt: by player.

    listed: by player the team that the list of who is hurt names him with, and the time of that news, if not his own
    and START.
    """

    name: str = "espn"
    games: dict[str, MadeGame] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    hurt: dict[int, str] = field(default_factory=dict)
    listed: dict[int, tuple[str, datetime]] = field(default_factory=dict)

    def ask(self, question: Question, *, seconds: float) -> Answer:
        """Answer what an adapter asks."""
        match question.kind:
            case "schedule":
                day = question.parameters["dates"]
                told = [each for each in self.games.values() if f"{local_date(NBA, each.starts_at):%Y%m%d}" == day]
                found = espn_scoreboard(*told)
            case "box_score":
                event = question.parameters["event"]
                found = espn_summary(self.games[event])
                if event in self.wrong:
                    found["header"]["competitions"][0]["competitors"][0]["score"] = "199"
            case _:
                found = self._injuries()
        return Answer(body(found), 200, Credits(), 1)

    def _injuries(self) -> dict[str, Any]:
        teams = []
        for number, status in self.hurt.items():
            name, at = self.listed.get(number, (team_of(number), START))
            injury = {
                "id": str(number),
                "athlete": {"id": str(4_000_000 + number), "displayName": f"Number {number}"},
                "type": {"name": f"INJURY_STATUS_{status.upper()}"},
                "date": f"{at:%Y-%m-%dT%H:%MZ}",
                "details": {"type": "Knee"},
            }
            teams.append({"displayName": name, "injuries": [injury]})
        return {"injuries": teams}


class Nights:
    """The games of the four teams, by id, in the database of a league."""

    def __init__(self, league: League, espn: Espn) -> None:
        self.league, self.espn = league, espn
        self.made: dict[int, MadeGame] = {}
        self._places = {team["name"]: place for place, team in enumerate(league.teams)}

    def announce(self, day: int, home: int, away: int) -> int:
        """Insert a game of a day, counted from that of START."""
        places = [self._places[TEAMS[each]] for each in (home, away)]
        return self.league.game(START + day * DAY, *places)

    def play(self, game: int, *, instead: Mapping[int, MadePlayer] | None = None) -> MadeGame:
        """Play a game: its score is settled three hours after it began, and the source has its box score.

        instead: players who play in the place of others, by the number of those who sit out.
        """
        [row] = self.league.rows("SELECT home_team, away_team, commence_time FROM games WHERE id = %s", game)
        seed = 100 * game
        while True:
            players = {name: _ten(TEAMS.index(name), seed) for name in (row["home_team"], row["away_team"])}
            home, away = (sum(each.counts["points"] for each in ten) for ten in players.values())
            if home != away:
                break
            seed += 1
        changed = instead or {}
        players = {name: [changed.get(each.number, each) for each in ten] for name, ten in players.items()}
        made = MadeGame(
            home=row["home_team"],
            away=row["away_team"],
            starts_at=row["commence_time"].astimezone(UTC),
            event=str(401_810_000 + game),
            players=players,
        )
        self.made[game] = self.espn.games[made.event] = made
        self.settle(game, row["commence_time"] + timedelta(hours=3))
        return made

    def settle(self, game: int, at: datetime, *, began_at: datetime | None = None) -> None:
        """Settle the score that the players of a game have made together."""
        self.league.contest.final(game, *self.made[game].score, at, began_at=began_at)

    def season(self, days: int) -> list[int]:
        """Play two games on each of some days, and return them. No box score is asked for yet."""
        games = [self.announce(day, *pair) for day in range(days) for pair in PAIRS[day % len(PAIRS)]]
        for game in games:
            self.play(game)
        return games

    def player(self, number: int) -> int:
        """Return our id of a player."""
        [row] = self.league.rows("SELECT player_id FROM player_aliases WHERE provider_id = %s", str(4_000_000 + number))
        return int(row["player_id"])

    def forecasts(self, *games: int) -> dict[tuple[int, int], dict[str, Any]]:
        """Return the last forecast of each player of some games, by game and player."""
        rows = self.league.rows("SELECT * FROM player_predictions WHERE game_id = ANY(%s) ORDER BY id", list(games))
        return {(row["game_id"], row["player_id"]): row for row in rows}

    def lines(self, number: int, *, without: int | None = None) -> list[MadePlayer]:
        """Return what a player has done in the games that were played, the first first. without: a game left out."""
        told = [made for game, made in sorted(self.made.items()) if game != without]
        return [each for made in told for ten in made.players.values() for each in ten if each.number == number]


def team_of(number: int) -> str:
    """Return the name of the team of a player."""
    return TEAMS[(number - 1) // 10]


def newcomer(number: int, place: MadePlayer) -> MadePlayer:
    """Return a player whom nobody has seen, who does what another would have done."""
    return replace(place, number=number, name=f"New Player-{number}")


def ingest(at: datetime) -> None:
    """Run the function `ingest_stats` at a moment."""
    with clock.held_at(at):
        load("ingest_stats/handler").handler({}, None)


def ask_who_is_hurt(at: datetime) -> None:
    """Run the function `ingest_injuries` at a moment."""
    with clock.held_at(at):
        load("ingest_injuries/handler").handler({}, None)


@contextmanager
def nights(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    """Yield the four teams in the database at `url`, with all that the functions need."""
    with forecasting(url, monkeypatch) as league:
        espn = Espn()
        boto3.client("s3").create_bucket(Bucket="raw")
        for name, value in (
            ("RAW_ANSWERS_BUCKET", "raw"),
            ("ODDS_API_SPORTS", NBA),
            ("STATS_SOURCES", "espn"),
            ("STATS_ESPN_URL", "http://nowhere"),
            ("STATS_CONTACT", "ops@pickvs.example"),
        ):
            monkeypatch.setenv(name, value)
        watch_clocks(monkeypatch, "predict", "ingest_stats", "ingest_injuries")
        monkeypatch.setattr(adapters, "PoliteClient", lambda *_, **__: espn)
        yield Nights(league, espn)


def _ten(team: int, seed: int) -> list[MadePlayer]:
    return MadeGame(seed=seed + team, first_number=1 + 10 * team).players[HOME]
