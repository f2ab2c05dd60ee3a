"""Every stored board agrees with the ledger, at any time and after any history. A rebuild changes nothing."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from types import MappingProxyType
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.sports import rules as sports
from pickvs.sports.rules import SPORTS
from pickvs.standings.board_updates import service
from pickvs.standings.rules import period_start, spans
from tests.support.boards import Boards, expected, kept, sums
from tests.support.contest import Contest
from tests.support.databases import Databases

NBA, OTHER = "basketball_nba", "soccer_epl"
SEASONS = {NBA: (8, 1), OTHER: (2, 15)}
BEGIN = datetime(2024, 1, 1, 12, tzinfo=UTC)

results = st.one_of(
    st.tuples(st.just("final"), st.integers(88, 92), st.integers(88, 92)),
    st.just(("void", 0, 0)),
    st.just(("reopen", 0, 0)),
)
waits = st.sampled_from([timedelta(), timedelta(hours=7), timedelta(days=1), timedelta(days=8), timedelta(days=50)])
new_games = st.tuples(st.just("game"), st.sampled_from([NBA, OTHER]), st.integers(0, 40))
old_games = st.tuples(st.just("result"), st.integers(0, 9), results)
moves = st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 40))


def cover_both(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(SPORTS[NBA], key=OTHER, title="EPL", season_start=SEASONS[OTHER])
    monkeypatch.setattr(sports, "SPORTS", MappingProxyType({**SPORTS, OTHER: other}))


@pytest.fixture
def two_sports(monkeypatch: pytest.MonkeyPatch) -> None:
    cover_both(monkeypatch)


class History:
    """A contest whose clock advances, with everything settled so far."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        self.users = [contest.user() for _ in range(2)]
        self.games: list[int] = []
        self.now = BEGIN
        self._stakes = count()

    def settle(self) -> None:
        with transaction() as connection:
            settle(connection, self.now)

    def game(self, sport: str, hours: int) -> None:
        """Add a game that tipped off some hours ago and is over."""
        tip_off = self.now - timedelta(hours=hours)
        game = self.contest.game(tip_off, sport)
        for market, sides, line in (
            ("moneyline", ("home", "away"), None),
            ("spread", ("home", "away"), Decimal(1)),
            ("total", ("over", "under"), Decimal(180)),
        ):
            quotes = [
                self.contest.quote(game, market, side, line, price, made_at=tip_off)
                for side, price in zip(sides, (-115, 130), strict=True)
            ]
            for turn, user in enumerate(self.users):
                number = next(self._stakes)
                if number % 7:
                    self.contest.pick(user, quotes[(turn + number) % 2], Decimal(1 + number % 3))
        self.games.append(game)
        self.contest.final(game, 91, 90)

    def result(self, number: int, outcome: tuple[str, int, int]) -> None:
        if self.games:
            kind, home, away = outcome
            game = self.games[number % len(self.games)]
            if kind == "final":
                self.contest.final(game, home, away)
            else:
                getattr(self.contest, kind)(game)

    def expected(self, url: str) -> Boards:
        starts = {sport: period_start("season", turn, self.now) for sport, turn in SEASONS.items()}
        return expected(url, spans(SEASONS, self.now), starts)

    def move(self, number: int, hours: int) -> None:
        """Change the tip-off of a game, as ingestion may for a game whose picks no final has settled."""
        if self.games:
            game = self.games[number % len(self.games)]
            try:
                self.contest.connection.execute(
                    "UPDATE games SET commence_time = %s WHERE id = %s", (self.now - timedelta(hours=hours), game)
                )
            except psycopg.errors.RestrictViolation:
                return


# One sport's season rolls over while the other's continues. Then a game from before is corrected.
@example(
    steps=[
        (timedelta(), ("game", NBA, 0)),
        (timedelta(days=50), ("game", OTHER, 0)),
        (timedelta(days=1), ("result", 0, ("final", 88, 92))),
    ]
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(waits, st.one_of(new_games, new_games, old_games, moves)), min_size=1, max_size=14))
def test_boards_hold_what_the_ledger_says(
    databases: Databases, two_sports: None, steps: list[tuple[timedelta, tuple[Any, ...]]]
) -> None:
    with databases.fresh() as url, databases.in_use(url):
        with closing(Contest(url)) as contest:
            history = History(contest)
            for wait, (kind, *what) in steps:
                history.now += wait
                getattr(history, kind)(*what)
                history.settle()
                assert sums(url) == history.expected(url)
        before = kept(url)
        with clock.held_at(history.now):
            service.rebuild()
        assert kept(url) == before


def test_boards_of_a_sport_that_is_new_are_made_from_the_ledger(
    contest: Contest, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = History(contest)
    history.game(NBA, 3)
    history.settle()
    alone = sums(database)
    assert {sports for _, sports, _ in alone} == {(NBA,)}
    cover_both(monkeypatch)
    history.settle()
    together = sums(database)
    assert together == history.expected(database)
    for (period, _, market), rows in alone.items():
        assert together[period, (NBA, OTHER), market] == together[period, (NBA,), market] == rows


def test_a_settlement_that_comes_late_ends_no_board_of_the_new_day(contest: Contest, database: str) -> None:
    history = History(contest)
    history.game(NBA, 3)
    history.now += timedelta(days=1)
    history.settle()
    history.game(NBA, 3)
    midnight = history.now.replace(hour=0)
    with transaction() as connection:
        settle(connection, midnight - timedelta(seconds=1))
    boards = sums(database)
    assert set(boards["day", (NBA,), None]) == set(history.users)
    assert boards["day", (NBA,), None] != boards["all", (NBA,), None]
    history.settle()
    assert sums(database) == boards


def test_a_settlement_that_comes_late_plays_no_game_of_the_season_before_into_the_new_one(
    contest: Contest, database: str, two_sports: None
) -> None:
    turn, user = datetime(2024, 8, 1, tzinfo=UTC), contest.user()
    for tip_off, at in ((turn + timedelta(seconds=1), turn + timedelta(hours=4)), (turn - timedelta(hours=3), turn)):
        game = contest.game(tip_off)
        contest.pick(user, contest.quote(game, "moneyline", "home", None, -110))
        contest.final(game, 100, 90, at)
        with transaction() as connection:
            settle(connection, at - timedelta(seconds=1))
    boards = sums(database)
    assert boards["season", (NBA,), None][user]["wins"] == 1
    assert boards["all", (NBA,), None][user]["wins"] == 2
    with clock.held_at(turn + timedelta(hours=4)):
        service.rebuild()
    assert sums(database) == boards
