"""A small generated season, played by the deployed functions: daily rules, alarms, and people who pick.

The provider answers for the moment at which it is asked. Tip-offs move, games are postponed, alarms are lost, late or
doubled, and processes die, as far as a world's `Fate` says so.
"""

import heapq
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from local.slate import TEAMS
from pickvs.core import clock, storage
from pickvs.core import database as core_database
from pickvs.core.alarm_clock import EVENT
from pickvs.jobs.runs import IngestionFailed
from pickvs.jobs.sources import Answer, Credits, Question
from pickvs.markets.providers import odds_api
from pickvs.picks import service as picks
from pickvs.picks.requests import Submission
from tests.support.alarms import Alarms
from tests.support.contest import Contest
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.ingestion import scheduled
from tests.support.odds_api import event, h2h, score, spreads, totals
from tests.support.picking import LOCK_MARGIN_SECONDS

FIRST_DAY = datetime(2024, 1, 9, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOOKS = ("betmgm", "draftkings", "fanduel")
REDELIVERIES = 2
"""How often Lambda delivers an event again whose process has died."""


class Killed(BaseException):
    """The end of the process, which nothing in it survives."""


@dataclass(frozen=True)
class Fate:
    """What happens in a world. Each number is a probability."""

    moved: float = 0
    postponed: float = 0
    lost: float = 0
    doubled: float = 0
    late: bool = False
    killed: float = 0
    picked: float = 0.7
    shortest: timedelta = timedelta(minutes=125)
    """Length of the shortest game. The longest lasts 40 minutes more."""
    picks_until: timedelta = timedelta()
    """Time before the announced tip-off until which people pick."""


@dataclass
class Game:
    """One game of the season. tip_offs: what is announced, each from a moment on."""

    number: int
    home: str
    away: str
    tip_offs: list[tuple[datetime, datetime]]
    begins_late: timedelta
    lasts: timedelta
    points: tuple[int, int]

    def tip_off(self, at: datetime) -> datetime:
        """Return what is announced at a moment."""
        return [tip_off for since, tip_off in self.tip_offs if since <= at][-1]

    @property
    def began(self) -> datetime:
        return self.tip_offs[-1][1] + self.begins_late

    @property
    def final_at(self) -> datetime:
        return self.began + self.lasts

    @property
    def is_postponed(self) -> bool:
        return self.tip_offs[-1][1] - self.tip_offs[0][1] > DAY

    def odds(self, at: datetime) -> dict[str, Any]:
        price = -110 - 5 * (at.hour % 4)
        books = {book: [h2h(price, 100), spreads(-2.5), totals(220.5)] for book in BOOKS}
        return event(self.number, self.home, self.away, _text(self.tip_off(at)), books=books)

    def score(self, at: datetime) -> dict[str, Any]:
        begun, over = at >= self.began, at >= self.final_at
        home, away = self.points if over else (1, 0)
        told = (home, away) if begun else (None, None)
        tip_off = self.began if begun else max(self.tip_off(at), at + MINUTE)
        return score(self.number, self.home, self.away, *told, completed=over, tip_off=_text(tip_off))


def _text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def make_season(random: Random, fate: Fate, *, days: int, games_a_day: int) -> list[Game]:
    games = []
    for day in range(days):
        teams = random.sample(TEAMS, 2 * games_a_day)
        for place in range(games_a_day):
            tip_off = FIRST_DAY + day * DAY + 23 * HOUR + random.choice(range(0, 270, 15)) * MINUTE
            announced = [(FIRST_DAY - DAY, tip_off)]
            if (chance := random.random()) < fate.postponed:
                announced.append((tip_off - random.randrange(30, 900) * MINUTE, tip_off + 2 * DAY))
            elif chance < fate.postponed + fate.moved:
                announced.append(
                    (tip_off - random.randrange(30, 900) * MINUTE, tip_off + random.randint(-20, 45) * MINUTE)
                )
            games.append(
                Game(
                    len(games) + 1,
                    *teams[2 * place : 2 * place + 2],
                    announced,
                    random.randrange(9) * MINUTE,
                    fate.shortest + random.randrange(40) * MINUTE,
                    (random.randint(90, 110), random.randint(111, 130)),
                )
            )
    return games


@dataclass
class World:
    """Plays a season into the database in use. Everything random comes from `random`."""

    contest: Contest
    alarms: Alarms
    random: Random
    fate: Fate
    games: list[Game]
    asked: list[tuple[datetime, str, str]] = field(default_factory=list)
    """Questions to the provider: when, about what (odds or scores), and by what (daily or alarm)."""
    runs: list[tuple[datetime, str, str]] = field(default_factory=list)
    """Invocations: when, of what, and by what."""
    in_vain: list[datetime] = field(default_factory=list)
    """Closing captures for which no game was about to begin."""
    deaths: int = 0
    _events: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    _fired: set[str] = field(default_factory=set)
    _number: int = 0
    _by: str = ""

    def play(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Play until two days after the last game, in which the safety net finds what is left."""
        monkeypatch.setattr(odds_api, "configured", lambda: self)
        monkeypatch.setattr(storage, "keep", lambda *_, **__: None)
        users = [self.contest.user() for _ in range(3)]
        last = max(game.final_at for game in self.games) + 2 * DAY
        for day in range((last - FIRST_DAY).days + 1):
            for name, hour in (("fetch_odds", 5), ("process_results", 9)):
                self.at(FIRST_DAY + day * DAY + hour * HOUR, self._daily(name))
        for game in self.games:
            first = game.tip_offs[0][1]
            for user in users:
                if self.random.random() < self.fate.picked:
                    since = first.replace(hour=5, minute=10) - (DAY if first.hour < 5 else timedelta())
                    seconds = (first - self.fate.picks_until - since).total_seconds()
                    self.at(since + timedelta(seconds=self.random.random() * seconds), self._pick(user, game))
        while self._events:
            moment, _, act = heapq.heappop(self._events)
            with clock.held_at(moment):
                act()
            self._listen()

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._events, (moment, self._number, act))

    # The source of the jobs. It is slower than nothing, so that what a run writes is later than what began it.
    name = "the_odds_api"

    def ask(self, question: Question, *, seconds: float) -> Answer:
        at = clock.now()
        self.asked.append((at, question.kind, self._by))
        if question.kind == "odds" and self._by == "alarm" and not self._is_awaited(at):
            self.in_vain.append(at)
        if self.random.random() < self.fate.killed / 2:
            raise Killed
        if question.kind == "odds":
            body = [game.odds(at) for game in self.games if game.tip_off(at) > at and game.tip_off(at) < at + 3 * DAY]
        else:
            near = [game for game in self.games if -3 * DAY < game.began - at < 3 * DAY]
            body = [game.score(at) for game in near]
        return Answer(json.dumps(body).encode(), 200, Credits(1_000, 99_000, 3), 1)

    def _is_awaited(self, at: datetime) -> bool:
        [found] = self.contest.connection.execute(
            """
            SELECT count(*) AS games FROM games
            WHERE status = 'scheduled' AND commence_time > %(at)s AND commence_time <= %(at)s + interval '22 minutes'
              AND EXISTS (SELECT FROM picks WHERE game_id = games.id)
            """,
            {"at": at},
        ).fetchall()
        return bool(found["games"])

    def _daily(self, name: str) -> Callable[[], None]:
        return lambda: self._deliver(name, scheduled(f"{name} {clock.now()}"), "daily", REDELIVERIES)

    def _alarm(self, name: str) -> Callable[[], None]:
        return lambda: self._deliver(name, dict(EVENT), "alarm", REDELIVERIES)

    def _deliver(self, name: str, event: dict[str, Any], by: str, left: int) -> None:
        self.runs.append((clock.now(), name, by))
        self._by = by
        try:
            with self._mortal():
                load(f"{name}/handler").handler(event, LambdaContext())
        except (Killed, IngestionFailed) as error:
            if isinstance(error, Killed):
                self._die()
            if left:
                self.at(clock.now() + MINUTE, lambda: self._deliver(name, event, by, left - 1))

    def _pick(self, user: int, game: Game) -> Callable[[], None]:
        side = self.random.randrange(6)

        def pick() -> None:
            quotes = self.contest.connection.execute(
                """
                SELECT quote.id AS quote_id, game_id, market::text, selection::text FROM quotes quote
                JOIN game_provider_ids named USING (game_id) JOIN games ON games.id = game_id
                WHERE provider_id = %s AND superseded_at IS NULL AND status = 'scheduled' AND commence_time > %s
                ORDER BY market, selection
                """,
                (f"{game.number:032x}", clock.now() + timedelta(seconds=LOCK_MARGIN_SECONDS)),
            ).fetchall()
            if quotes:
                wanted = {**quotes[side % len(quotes)], "stake_units": Decimal(1)}
                try:
                    with self._mortal():
                        picks.submit(user, Submission.model_validate({"picks": [wanted]}))
                except Killed:
                    self._die()

        return pick

    @contextmanager
    def _mortal(self) -> Iterator[None]:
        """Let the process die between its commit and the alarm, at times."""
        self.alarms.fails = Killed() if self.random.random() < self.fate.killed else None
        try:
            yield
        finally:
            self.alarms.fails = None

    def _die(self) -> None:
        """Lose the connection as a process does that ends: the server rolls back what was not committed."""
        self.deaths += 1
        core_database.close()

    def _listen(self) -> None:
        """Let the alarms that were set since the last time fire."""
        for name, at in self.alarms.set.items():
            if name not in self._fired:
                self._fired.add(name)
                chance = self.random.random()
                times = 0 if chance < self.fate.lost else 2 if chance > 1 - self.fate.doubled else 1
                for _ in range(times):
                    late = timedelta(seconds=self.random.uniform(0, 120) if self.fate.late else 1)
                    self.at(at + late, self._alarm(name.partition("-")[0]))
        self.alarms.set.clear()
