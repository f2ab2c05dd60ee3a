"""A generated week of baseball: doubleheaders, a renamed team, moved tip-offs, and two spellings of every team.

Odds come each morning, scores each night. Odds write a team's canonical name, and scores any other. The oracle knows
which real game each pick is on, because it knows under which provider id the pick was offered.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import psycopg
import pytest

from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.markets.odds.service import store_odds
from pickvs.markets.providers.odds_api_parsing import read_odds, read_scores
from pickvs.markets.scores.service import record_scores
from tests.support.answers import RealGame, Said, odds_answer, scores_answer, truly
from tests.support.contestants import make_user, outcome
from tests.support.markets import PROVIDER, start_run
from tests.support.snapshot import row, rows

SPORT = "baseball_mlb"
MONDAY = date(2026, 7, 6)
DAYS = 7
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
RENAMED, FORMER = "Athletics", "Oakland Athletics"


@dataclass
class Scheduled:
    """A real game with its current announcement. day: the date at the place, by the announcement."""

    game: RealGame
    zone: ZoneInfo
    announced: datetime

    @property
    def day(self) -> date:
        return self.announced.astimezone(self.zone).date()


@dataclass
class Bet:
    """A pick, the real game it is on, and the date for which that was announced."""

    id: int
    of: Scheduled
    day: date
    placed: datetime
    selection: str
    home: str


@dataclass
class Week:
    """The truth: all games of a week, and what is announced of them."""

    dice: random.Random
    zones: dict[str, ZoneInfo]
    games: list[Scheduled] = field(default_factory=list)
    kinds: dict[str, int] = field(default_factory=dict)

    def schedule(self) -> None:
        teams = sorted(self.zones)
        for day in range(DAYS):
            if day % 3 == 0:  # series: the same teams meet on consecutive days
                self.dice.shuffle(teams)
            for place in range(0, len(teams), 2):
                home, away = teams[place], teams[place + 1]
                first = self._local(home, MONDAY + timedelta(days=day), 12 + self.dice.randrange(0, 8))
                self._add(home, away, first)
                if place < 6 and day in (1, 4):
                    self._add(home, away, first + self.dice.choice((150, 215, 240)) * MINUTE)
                    self._count("doubleheader")

    def _local(self, team: str, day: date, hour: int) -> datetime:
        return datetime(day.year, day.month, day.day, hour, 10, tzinfo=self.zones[team]).astimezone(UTC)

    def _add(self, home: str, away: str, at: datetime) -> None:
        score = (self.dice.randrange(0, 9), self.dice.randrange(9, 13))
        if self.dice.random() < 0.5:
            score = score[::-1]
        begins = at + self.dice.choice((-2, 0, 1, 9)) * MINUTE
        self.games.append(
            Scheduled(
                RealGame(f"{self.dice.getrandbits(128):032x}", home, away, at, begins, score), self.zones[home], at
            )
        )

    def _count(self, kind: str) -> None:
        self.kinds[kind] = self.kinds.get(kind, 0) + 1

    def move_some(self, now: datetime) -> None:
        """Change announcements: earlier, later, past midnight in the league's zone, and to another day."""
        for one in self.games:
            if not now + 4 * HOUR < one.announced < now + 30 * HOUR or self.dice.random() > 0.25:
                continue
            twins = [
                other
                for other in self.games
                if other is not one and {other.game.home, other.game.away} == {one.game.home, one.game.away}
            ]
            midnight = datetime.combine(one.day + timedelta(days=1), datetime.min.time(), one.zone)
            kind, to = self.dice.choice(
                (
                    ("earlier", one.announced - 70 * MINUTE),
                    ("later", one.announced + 80 * MINUTE),
                    ("late at the place", midnight.astimezone(UTC) - 20 * MINUTE),
                    ("another day", one.announced + 24 * HOUR + 4 * HOUR),
                )
            )
            if any(abs(other.announced - to) < 130 * MINUTE for other in twins) or to < now + HOUR:
                continue
            if kind == "late at the place" and to.astimezone(ZoneInfo("America/New_York")).date() != one.day:
                kind = "past midnight in the league's zone"
            self._count(kind)
            one.announced = to
            one.game = replace(one.game, announced=to, begins=to + self.dice.choice((-2, 0, 5)) * MINUTE)


def respelled(dice: random.Random, said: Said, spellings: dict[str, list[str]]) -> Said:
    home, away = dice.choice(spellings[said.real.home]), dice.choice(spellings[said.real.away])
    if dice.random() < 0.2:
        return replace(said, home=away.upper(), away=home, home_is=said.real.away)
    return replace(said, home=home, away=away)


def odds_names(said: Said, day: int) -> Said:
    """Return what odds say: until Thursday under the former name of a team that is then renamed."""
    former = {RENAMED: FORMER} if day < 3 else {}
    return replace(said, home=former.get(said.home, said.home), away=former.get(said.away, said.away))


@pytest.mark.parametrize("seed", [1])
def test_every_pick_is_graded_by_its_own_game(database: str, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - repeatable
    week, spellings = Week(dice, _zones(database)), _spellings(database)
    week.schedule()
    bets = list(_play(database, week, spellings))
    kinds = {"doubleheader", "earlier", "later", "past midnight in the league's zone", "another day"}
    assert kinds <= week.kinds.keys(), week.kinds
    results = [_judge(database, bet) for bet in bets]
    assert len(results) > 100
    assert {"win", "loss", "void"} <= set(results)
    assert rows(database, "SELECT FROM games WHERE status NOT IN ('finished', 'postponed')") == []


def _play(database: str, week: Week, spellings: dict[str, list[str]]) -> Iterator[Bet]:
    user = make_user(database)
    for day in range(DAYS + 3):
        morning = datetime.combine(MONDAY + timedelta(days=day), datetime.min.time(), UTC) + 10 * HOUR
        for hours in (0, 3):
            now = morning + hours * HOUR
            listed = [
                odds_names(truly(one.game, one.announced), day)
                for one in week.games
                if now < one.announced < now + 48 * HOUR
            ]
            week.dice.shuffle(listed)
            _odds(now, listed)
            yield from _picks(database, week, user, now + MINUTE)
            if day < DAYS - 1:
                week.move_some(now)
        night = morning + 22 * HOUR
        over = [one.game for one in week.games if night - 70 * HOUR < one.game.begins < night - 3 * HOUR]
        said = [respelled(week.dice, truly(game, game.begins, game.score), spellings) for game in over]
        week.dice.shuffle(said)
        _scores(night, said)


def _odds(at: datetime, said: list[Said]) -> None:
    with transaction() as connection:
        run = start_run(connection, "fetch_odds", at)
        store_odds(connection, read_odds(odds_answer(said, SPORT), SPORT), provider=PROVIDER, run_id=run, at=at)
        settle(connection, at)


def _scores(at: datetime, said: list[Said]) -> None:
    with transaction() as connection:
        run = start_run(connection, "process_results", at)
        capture = read_scores(scores_answer(said, SPORT), SPORT)
        record_scores(connection, capture, provider=PROVIDER, run_id=run, at=at)
        settle(connection, at)


def _picks(database: str, week: Week, user: int, at: datetime) -> Iterator[Bet]:
    """Pick a winner of every game that is listed and was not picked before."""
    by_id = {one.game.provider_id: one for one in week.games}
    offers = rows(
        database,
        """
        SELECT DISTINCT ON (games.id) home_team, provider_id, quotes.id AS quote_id, selection
        FROM games
        JOIN game_provider_ids named ON named.game_id = games.id
        JOIN quotes ON quotes.game_id = games.id
        WHERE status = 'scheduled' AND commence_time > %s AND superseded_at IS NULL AND market = 'moneyline'
          AND NOT EXISTS (SELECT FROM picks WHERE picks.game_id = games.id)
        ORDER BY games.id, md5(quotes.id::text)
        """,
        at,
    )
    for offer in offers:
        with psycopg.connect(database) as connection:
            made = connection.execute(
                "INSERT INTO picks (user_id, game_id, market, selection, quote_id, price, stake_units, placed_at)"
                " SELECT %s, game_id, market, selection, id, price, %s, %s FROM quotes WHERE id = %s RETURNING id",
                (user, Decimal(1), at, offer["quote_id"]),
            ).fetchone()
        assert made is not None
        of = by_id[offer["provider_id"]]
        yield Bet(made[0], of, of.day, at, offer["selection"], offer["home_team"])


def _judge(database: str, bet: Bet) -> str:
    game, booked = bet.of.game, outcome(database, bet.id)
    if bet.of.day != bet.day:
        assert booked == ("void", "game_void"), (bet, booked)
        reason = row(
            database,
            "SELECT reason FROM game_results JOIN settlement_ledger ON result_id = id WHERE pick_id = %s AND sign = 1"
            " ORDER BY id DESC LIMIT 1",
            bet.id,
        )["reason"]
        assert reason.startswith(f"moved from {bet.day} to ")
        return "void"
    if bet.placed >= game.begins:
        assert booked == ("void", "after_start"), (bet, booked)
        return "void"
    home, away = game.score if bet.home == game.home else game.score[::-1]
    won = (home > away) == (bet.selection == "home")
    assert booked == ("win" if won else "loss", None), (bet, booked)
    return str(booked[0])


def _zones(database: str) -> dict[str, ZoneInfo]:
    with psycopg.connect(database) as connection:
        found = connection.execute("SELECT name, time_zone FROM teams WHERE sport = %s", (SPORT,)).fetchall()
    return {name: ZoneInfo(zone) for name, zone in found}


def _spellings(database: str) -> dict[str, list[str]]:
    with psycopg.connect(database) as connection:
        return dict(
            connection.execute(
                "SELECT teams.name, array_agg(DISTINCT team_names.name)"
                " FROM teams JOIN team_names ON team_id = teams.id"
                " WHERE teams.sport = %s AND provider IN ('any', %s) AND team_names.name <> teams.name"
                " GROUP BY teams.id",
                (SPORT, PROVIDER),
            ).fetchall()
        )
