"""Whatever happens to games, models and results, in any order: forecasts come before their game and stay as they are.

A random sequence of acts is done on leagues: forecasts, moved tip-offs, lines, finals, corrections, reopenings,
promotions, scores. `PICKVS_INTERLEAVINGS=10000` does as many; the suite does a few. After some hundreds another league
begins in another database, because each check looks at all that its league has said.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from pickvs.core.alarm_clock import EVENT
from pickvs.core.config import settings
from tests.support.databases import Databases
from tests.support.forecasts import LOCK_SECONDS, START, League, forecasting, predict, promote, score

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ACTS = int(os.environ.get("PICKVS_INTERLEAVINGS", "120"))
ACTS_OF_A_LEAGUE, ACTS_TO_A_CHECK = 250, 40


class Season:
    """A league in which anything may happen, at a clock that only goes forward."""

    def __init__(self, league: League, random: Random) -> None:
        self.league, self.random = league, random
        self.at = START - 30 * HOUR
        self.known: dict[int, dict[str, Any]] = {}
        self.scores: dict[tuple[int, int], dict[str, Any]] = {}
        self.starts: dict[int, list[tuple[datetime, datetime]]] = {}
        """Of each game, from when on which tip-off was announced."""
        self.day = 0
        self.new_day()

    def new_day(self) -> None:
        """Announce the games of another day."""
        order = list(range(len(self.league.teams)))
        self.random.shuffle(order)
        for slot in range(3):
            starts = START + self.day * DAY + slot * 40 * MINUTE
            game = self.league.game(starts, order[2 * slot], order[2 * slot + 1])
            self.starts[game] = [(datetime.min.replace(tzinfo=starts.tzinfo), starts)]
        self.day += 1

    def act(self) -> None:
        """Do something, at a time that is a little later than the last."""
        self.at += self.random.choice([timedelta(seconds=20), 5 * MINUTE, HOUR, 3 * HOUR])
        if self.at > START + (self.day - 2) * DAY:
            self.new_day()
        acts: list[Callable[[], None]] = [self.publish] * 6 + [self.line] * 3 + [self.move] * 2
        acts += [self.settle] * 4 + [self.correct, self.reopen, self.promote] + [self.score] * 4
        self.random.choice(acts)()

    def publish(self) -> None:
        predict(self.at, self.random.choice([None, dict(EVENT)]))

    def line(self) -> None:
        if open_ := self._games("status = 'scheduled' AND commence_time > %s", self.at):
            game = self.random.choice(open_)
            self.league.line(game, self.random.randint(-20, 20) / 2, self.random.randint(400, 480) / 2, self.at)

    def move(self) -> None:
        if open_ := self._games("status = 'scheduled' AND commence_time > %s", self.at):
            game = self.random.choice(open_)
            starts = self.at + self.random.randint(1, 300) * MINUTE
            self.league.move(game, starts)
            self.starts[game].append((self.at, starts))

    def settle(self) -> None:
        if begun := self._games("status = 'scheduled' AND commence_time <= %s", self.at - 2 * HOUR):
            game = self.random.choice(begun)
            began_at = self.starts[game][-1][1] - self.random.choice([0, 0, 0, 30]) * MINUTE
            self._final(game, self.random.choice([None, began_at]))

    def correct(self) -> None:
        if over := self._games("status = 'finished'"):
            self._final(self.random.choice(over), None)

    def reopen(self) -> None:
        if over := self._games("status = 'finished'"):
            self.league.contest.reopen(self.random.choice(over), self.at)

    def promote(self) -> None:
        promote(self.at, self.random.randint(-40, 40) / 10)

    def score(self) -> None:
        score(self.at)

    def check(self) -> None:
        """Compare what stands with what stood, and with the rules."""
        for row in self.league.predictions():
            assert self.known.setdefault(row["id"], row) == row
            announced = [starts for since, starts in self.starts[row["game_id"]] if since <= row["published_at"]][-1]
            assert row["published_at"] < announced - timedelta(seconds=LOCK_SECONDS)
            assert row["as_of"] <= row["published_at"]
        assert len(self.known) == len(self.league.predictions())
        for row in self.league.rows("SELECT * FROM prediction_scores"):
            assert self.scores.setdefault((row["prediction_id"], row["result_id"]), row) == row
        once = "SELECT FROM prediction_scores GROUP BY game_id, result_id, contestant HAVING count(*) > 1"
        assert self.league.rows(once) == []
        late = """
            SELECT FROM prediction_scores score JOIN game_predictions prediction ON prediction.id = prediction_id
            JOIN game_results result ON result.id = score.result_id
            WHERE result.outcome <> 'final' OR published_at >= result.began_at
        """
        assert self.league.rows(late) == []

    def finish(self) -> None:
        """Score the rest, and find each contestant's last forecast of each final scored against the result in force."""
        self.at += HOUR
        score(self.at)
        self.check()
        missing = """
            SELECT DISTINCT game.id, prediction.contestant FROM games game
            JOIN game_results result ON result.id = game.result_id AND result.outcome = 'final'
            JOIN game_predictions prediction
              ON prediction.game_id = game.id AND published_at < coalesce(result.began_at, game.commence_time)
            EXCEPT SELECT score.game_id, score.contestant FROM prediction_scores score
            JOIN games game ON game.result_id = score.result_id
        """
        assert self.league.rows(missing) == []
        other = """
            SELECT score.prediction_id, counted.id FROM prediction_scores score
            JOIN game_results result ON result.id = score.result_id
            JOIN games game ON game.id = score.game_id
            LEFT JOIN LATERAL (
              SELECT prediction.id FROM game_predictions prediction
              WHERE prediction.game_id = score.game_id AND prediction.contestant = score.contestant
                AND published_at < coalesce(result.began_at, game.commence_time)
              ORDER BY published_at DESC, prediction.id DESC LIMIT 1
            ) counted ON true
            WHERE counted.id IS DISTINCT FROM score.prediction_id
        """
        assert self.league.rows(other) == []
        games = "SELECT count(*) FROM prediction_scores s JOIN games g ON g.result_id = s.result_id"
        daily = "SELECT coalesce(sum(games), 0) AS count FROM model_daily"
        assert self.league.rows(daily)[0]["count"] == self.league.rows(games)[0]["count"]

    def _final(self, game: int, began_at: datetime | None) -> None:
        home = self.random.randint(90, 130)
        away = self.random.choice([home, home - 7, home + 9]) if self.random.random() < 0.2 else home + 5
        self.league.contest.final(game, home, away, self.at, began_at=began_at)

    def _games(self, where: str, *values: object) -> list[int]:
        return [row["id"] for row in self.league.rows(f"SELECT id FROM games WHERE {where} ORDER BY id", *values)]


def test_forecasts_come_in_time_stay_and_are_scored_once(databases: Databases) -> None:
    said = scored = 0
    for first in range(0, ACTS, ACTS_OF_A_LEAGUE):
        with (
            pytest.MonkeyPatch.context() as patch,
            databases.fresh() as url,
            databases.use(url, patch),
            forecasting(url, patch) as league,
        ):
            settings.cache_clear()
            season = Season(league, Random(ACTS + first))  # noqa: S311 - a sequence of acts, not a secret
            for number in range(1, min(ACTS_OF_A_LEAGUE, ACTS - first) + 1):
                season.act()
                if number % ACTS_TO_A_CHECK == 0:
                    season.check()
            season.finish()
            said, scored = said + len(season.known), scored + len(season.scores)
    assert said > ACTS / 4
    assert scored
