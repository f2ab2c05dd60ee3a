"""Every stored board agrees with the ledger, at any time and after any history. A rebuild changes nothing."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.ingestion.settling import settle
from pickvs.sports.rules import SPORTS, Sport
from pickvs.standings.board_updates import service
from tests.support.boards import expected, expected_starts, kept, starts, sums
from tests.support.contest import Contest
from tests.support.databases import Databases

NBA, NPB, EPL = "basketball_nba", "baseball_npb", "soccer_epl"
NEW_YORK = ZoneInfo("America/New_York")
COVERED = MappingProxyType(
    SPORTS
    | {
        NBA: replace(SPORTS[NBA], season_start=(8, 1)),
        NPB: replace(SPORTS[NPB], zone="Asia/Tokyo", season_start=(2, 15)),
        EPL: replace(SPORTS[EPL], zone="Europe/London", season_start=(1, 20)),
    }
)
"""The table of sports, with seasons that turn soon after BEGIN. Most of its sports are never played here."""
BEGIN = datetime(2024, 1, 1, 12, tzinfo=UTC)  # in New York it is still Sunday for the boards

results = st.one_of(
    st.tuples(st.just("final"), st.integers(88, 92), st.integers(88, 92)),
    st.just(("void", 0, 0)),
    st.just(("reopen", 0, 0)),
)
waits = st.sampled_from([timedelta(), *(timedelta(hours=hours) for hours in (1, 5, 7, 24, 8 * 24, 50 * 24))])
venues = st.sampled_from(["Pacific/Honolulu", "America/New_York", "Europe/London", "Asia/Tokyo", "Pacific/Auckland"])
new_games = st.tuples(st.just("game"), st.sampled_from([NBA, NPB, EPL]), st.integers(0, 40), venues)
old_games = st.tuples(st.just("result"), st.integers(0, 9), results)
moves = st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 40), venues)
rebuilds = st.just(("rebuild",))


@pytest.fixture
def early_seasons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "SPORTS", COVERED)


class History:
    """A contest whose clock advances, with everything settled so far."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        self.users = [contest.user() for _ in range(2)]
        self.games: list[int] = []
        self.now = BEGIN
        self._stakes = count()
        self._sports: set[str] = set()
        self._begun: set[str] = set()

    def settle(self, late: timedelta = timedelta()) -> None:
        """Settle at an earlier time than now, if other settlements have made the sports' boards: those must stay.

        The first settlement of a sport begins its boards, by its own time.
        """
        with transaction() as connection:
            begun = connection.execute("SELECT FROM boards LIMIT 1").rowcount
            settle(connection, self.now - late if begun and self._sports <= self._begun else self.now)
        self._begun |= self._sports

    def rebuild(self) -> None:
        with clock.held_at(self.now):
            service.rebuild()

    def game(self, sport: str, hours: int, venue: str = "America/New_York") -> None:
        """Add a game that tipped off some hours ago at the venue's date, and is over."""
        tip_off = self.now - timedelta(hours=hours)
        game = self.contest.game(tip_off, sport, tip_off.astimezone(ZoneInfo(venue)).date())
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
        self._sports.add(sport)
        self.contest.final(game, 91, 90)

    def result(self, number: int, outcome: tuple[str, int, int]) -> None:
        if self.games:
            kind, home, away = outcome
            game = self.games[number % len(self.games)]
            if kind == "final":
                self.contest.final(game, home, away)
            else:
                getattr(self.contest, kind)(game)

    def move(self, number: int, hours: int, venue: str) -> None:
        """Change the tip-off and date of a game. The database refuses that if a final has settled its picks."""
        if self.games:
            game, tip_off = self.games[number % len(self.games)], self.now - timedelta(hours=hours)
            try:
                self.contest.connection.execute(
                    "UPDATE games SET commence_time = %s, local_date = %s WHERE id = %s",
                    (tip_off, tip_off.astimezone(ZoneInfo(venue)).date(), game),
                )
            except psycopg.errors.RestrictViolation:
                return

    def check(self, url: str, sports: Mapping[str, Sport] = COVERED) -> None:
        with psycopg.connect(url) as connection:
            assert starts(connection) == expected_starts(connection, sports, self.now)
            assert sums(connection) == expected(connection, sports, self.now)


# One sport's season rolls over while the other's continues. Then a game from before is corrected.
@example(
    steps=[
        (timedelta(), ("game", NBA, 0, "America/New_York"), timedelta()),
        (timedelta(days=50), ("game", NPB, 0, "Asia/Tokyo"), timedelta()),
        (timedelta(days=1), ("result", 0, ("final", 88, 92)), timedelta()),
    ]
)
# In Tokyo it is the 2nd. When the first game of the NBA is settled, it is the 1st again for all sports. Then a season
# turns, and a third sport begins.
@example(
    steps=[
        (timedelta(hours=15), ("game", NPB, 0, "Asia/Tokyo"), timedelta()),
        (timedelta(hours=1), ("game", NBA, 30, "America/New_York"), timedelta()),
        (timedelta(hours=24), ("game", NPB, 30, "Asia/Tokyo"), timedelta()),
        (timedelta(days=20), ("game", EPL, 3, "Europe/London"), timedelta()),
        (timedelta(), ("result", 1, ("void", 0, 0)), timedelta()),
    ]
)
# In Auckland it is tomorrow. The game is on no board of today, and on tomorrow's as soon as that begins.
@example(
    steps=[
        (timedelta(hours=7), ("game", NBA, 0, "Pacific/Auckland"), timedelta()),
        (timedelta(hours=23), ("rebuild",), timedelta()),
    ]
)
# The first settlement of a sport comes late, on the day before.
@example(
    steps=[
        (timedelta(), ("game", NPB, 0, "Pacific/Honolulu"), timedelta()),
        (timedelta(hours=5), ("game", NBA, 0, "Pacific/Honolulu"), timedelta(hours=13)),
    ]
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(
            waits,
            st.one_of(new_games, new_games, old_games, moves, rebuilds),
            st.sampled_from([timedelta(), timedelta(), timedelta(hours=13)]),
        ),
        min_size=1,
        max_size=14,
    )
)
def test_boards_hold_what_the_ledger_says(
    databases: Databases, early_seasons: None, steps: list[tuple[timedelta, tuple[Any, ...], timedelta]]
) -> None:
    with databases.fresh() as url, databases.in_use(url):
        with closing(Contest(url)) as contest:
            history = History(contest)
            history.settle()
            for wait, (kind, *what), late in steps:
                history.now += wait
                if wait:
                    # After the turn of a day, a rebuild ends and begins boards as a settlement does.
                    history.rebuild() if kind == "rebuild" else history.settle()
                    history.check(url)
                getattr(history, kind)(*what)
                history.settle(late)
                history.check(url)
        before = kept(url)
        history.rebuild()
        assert kept(url) == before


def test_a_night_that_ends_after_midnight_is_one_day(contest: Contest, database: str) -> None:
    history = History(contest)
    day = date(2024, 1, 4)
    # The first and the third game are on two days in UTC, the third and the fourth in New York.
    for hour, minute in ((18, 30), (22, 30), (23, 59)):
        history.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=NEW_YORK)
        history.game(NBA, 0)
    for hour, minute in ((0, 30), (4, 0), (11, 59)):
        history.now = datetime(day.year, day.month, day.day + 1, hour, minute, tzinfo=NEW_YORK)
        history.settle()
        boards = sums(database)
        assert boards["day", (NBA,), None] == boards["all", (NBA,), None] != {}
    history.now += timedelta(minutes=1)
    history.settle()
    assert sums(database)["day", (NBA,), None] == {}
    assert sums(database)["week", (NBA,), None] == boards["week", (NBA,), None] != {}


def test_a_game_where_it_is_tomorrow_already_counts_tomorrow(contest: Contest, database: str) -> None:
    history = History(contest)
    history.now = datetime(2024, 1, 4, 20, tzinfo=NEW_YORK)
    history.game(NBA, 3, "Asia/Tokyo")
    history.settle()
    boards = sums(database)
    assert boards["day", (NBA,), None] == {} != boards["week", (NBA,), None]
    history.now = datetime(2024, 1, 5, 12, tzinfo=NEW_YORK)
    history.settle()
    assert sums(database)["day", (NBA,), None] == boards["all", (NBA,), None]


def test_a_rebuild_after_the_turn_of_a_day_begins_the_new_boards(contest: Contest, database: str) -> None:
    history = History(contest)
    history.now = datetime(2024, 1, 7, 23, tzinfo=NEW_YORK)  # a Sunday
    history.game(NBA, 2)
    history.settle()
    ended = sums(database)
    history.game(NBA, 2, "Asia/Tokyo")  # it is Monday there
    history.settle()
    history.now += timedelta(hours=13)
    history.rebuild()
    history.check(database, SPORTS)
    begun = sums(database)
    for period in ("day", "week"):
        assert begun[period, (NBA,), None] not in ({}, ended[period, (NBA,), None])
    rebuilt = kept(database)
    history.settle()
    assert kept(database) == rebuilt


def test_a_rebuild_by_a_clock_that_is_slow_ends_no_board_of_the_new_day(contest: Contest, database: str) -> None:
    history = History(contest)
    history.now = datetime(2024, 1, 8, 12, tzinfo=NEW_YORK)
    history.game(NBA, 3)
    history.settle()
    boards = kept(database)
    assert boards["day", (NBA,), None]
    history.now -= timedelta(seconds=1)
    history.rebuild()
    assert kept(database) == boards


def test_a_settlement_that_comes_late_ends_no_board_of_the_new_day(contest: Contest, database: str) -> None:
    history = History(contest)
    history.game(NBA, 3)
    history.now = datetime(2024, 1, 2, 12, tzinfo=NEW_YORK)
    history.settle()
    history.game(NBA, 1)
    history.settle(late=timedelta(seconds=1))
    boards = sums(database)
    assert set(boards["day", (NBA,), None]) == set(history.users)
    assert boards["day", (NBA,), None] != boards["all", (NBA,), None]
    history.settle()
    assert sums(database) == boards


def test_a_settlement_that_comes_late_plays_no_game_of_the_season_before_into_the_new_one(
    contest: Contest, database: str, early_seasons: None
) -> None:
    turn, user = datetime(2024, 8, 1, 12, tzinfo=NEW_YORK), contest.user()
    for tip_off, at in ((turn - timedelta(hours=2), turn), (turn - timedelta(hours=16), turn - timedelta(seconds=1))):
        game = contest.game(tip_off)
        contest.pick(user, contest.quote(game, "moneyline", "home", None, -110))
        contest.final(game, 100, 90, at)
        with transaction() as connection:
            settle(connection, at)
    boards = sums(database)
    assert boards["season", (NBA,), None][user]["wins"] == 1
    assert boards["all", (NBA,), None][user]["wins"] == 2
    with clock.held_at(turn):
        service.rebuild()
    assert sums(database) == boards
