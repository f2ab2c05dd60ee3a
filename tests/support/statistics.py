"""The platform with a game and two sources of statistics in memory: what is asked, judged and written is real."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.jobs.sources import Answer, Credits, Question
from pickvs.predictions.facts.reading import days_before
from pickvs.predictions.statistics.config import StatsConfig
from pickvs.predictions.statistics.ingest.day import DayOfSport
from pickvs.predictions.statistics.providers import adapters
from tests.support.box_scores import (
    AWAY,
    HOME,
    STARTS_AT,
    MadeGame,
    balldontlie_boxes,
    balldontlie_games,
    body,
    espn_scoreboard,
    espn_summary,
)
from tests.support.contest import Contest

NBA = "basketball_nba"
DAY = date(2025, 11, 15)
AFTER = STARTS_AT + timedelta(hours=4)


@dataclass
class Answers:
    """A source in memory: answers by path and parameters, and what it was asked."""

    name: str
    by_path: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def ask(self, question: Question, *, seconds: float) -> Answer:
        self.asked.append(question.kind)
        answer = self.by_path[f"{question.path.rpartition('/')[2]}"]
        if isinstance(answer, Exception):
            raise answer
        return Answer(answer if isinstance(answer, bytes) else body(answer), 200, Credits(), 1)


class World:
    """The platform with one game, and two sources that know it."""

    def __init__(self, contest: Contest) -> None:
        self.contest, self.db = contest, contest.connection
        self.made = MadeGame()
        self.espn, self.second = Answers("espn"), Answers("balldontlie")
        self.say(self.made)
        self.at = AFTER

    def say(self, made: MadeGame, *, second: MadeGame | None = None) -> None:
        self.espn.by_path |= {"scoreboard": espn_scoreboard(made), "summary": espn_summary(made)}
        other = second or made
        self.second.by_path |= {"games": balldontlie_games(other), "box_scores": balldontlie_boxes(other)}

    def game(self, *, settled: tuple[int, int] | None = None, starts_at: datetime = STARTS_AT) -> int:
        ids = {row["name"]: row["id"] for row in self.db.execute("SELECT id, name FROM teams WHERE sport = %s", (NBA,))}
        row = self.db.execute(
            """
            INSERT INTO games (sport, home_team, away_team, home_team_id, away_team_id, local_date, commence_time,
                               created_at, updated_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
            """,
            (NBA, HOME, AWAY, ids[HOME], ids[AWAY], DAY, starts_at, *2 * [starts_at - timedelta(days=2)]),
        ).fetchone()
        assert row is not None
        if settled is not None:
            self.contest.final(row["id"], *settled, AFTER - timedelta(hours=1))
        return int(row["id"])

    def ask(
        self, *, past: bool = False, again: bool = False, sources: tuple[str, ...] = ("espn", "balldontlie")
    ) -> dict[str, int]:
        config = StatsConfig(dict.fromkeys(sources, "http://nowhere"), "ops@pickvs.example", "no secret")
        known = {}
        for name, answers in (("espn", self.espn), ("balldontlie", self.second)):
            if name in sources:
                known[name] = adapters.adapter(name, config)
                object.__setattr__(known[name], "source", answers)
        with clock.held_at(self.at):
            return DayOfSport(NBA, DAY, known, past, again=again).ask()

    def boxes(self) -> list[tuple[str, list[str], list[str]]]:
        rows = self.db.execute("SELECT state, confirmed_by, reasons FROM box_scores ORDER BY game_id, version")
        return [(row["state"], row["confirmed_by"], row["reasons"]) for row in rows]

    def count(self, table: str) -> int:
        row = self.db.execute(f"SELECT count(*) AS n FROM {table}").fetchone()  # type: ignore[arg-type]
        assert row is not None
        return int(row["n"])

    def players_known(self) -> int:
        with transaction() as connection:
            days = list(days_before(connection, NBA, self.at + timedelta(days=2)))
        return sum(len(day.player_lines) for day in days)
