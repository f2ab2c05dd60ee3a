"""Odds and score captures in any mixture, with repeated and late deliveries. The database stays consistent."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.markets.values import BookMarket, Fixture, GameOdds, GameScore
from tests.support.databases import Databases
from tests.support.examples import examples
from tests.support.markets import (
    AWAY,
    CAPTURED,
    HOME,
    TIP_OFF,
    book,
    final,
    fixture,
    moneyline,
    odds,
    playing,
    record,
    store,
)
from tests.support.snapshot import everything, rows

HOUR = timedelta(hours=1)

MARKETS: st.SearchStrategy[tuple[BookMarket, ...]] = st.sampled_from(
    [
        (),
        book("draftkings"),
        book("draftkings") + book("fanduel"),
        book("fanduel") + book("betmgm"),
        (moneyline("draftkings", -150, 130), moneyline("fanduel", -150, 130)),
    ]
)
TIP_OFFS = st.sampled_from([TIP_OFF - 2 * HOUR, TIP_OFF, TIP_OFF + HOUR, TIP_OFF + 24 * HOUR, TIP_OFF + 48 * HOUR])


@st.composite
def fixtures(draw: st.DrawFn) -> Fixture:
    """A fixture: one of three ids, for either of two pairings, with either team at home, on one of three dates."""
    other = draw(st.integers(0, 5)) == 0
    home, away = ("Miami Heat", "Boston Celtics") if other else (HOME, AWAY)
    if draw(st.integers(0, 5)) == 0:
        home, away = away, home
    return fixture(draw(st.sampled_from("abc")) * 32, home=home, away=away, tip_off=draw(TIP_OFFS))


@st.composite
def scores(draw: st.DrawFn) -> GameScore:
    of, points = draw(fixtures()), draw(st.integers(100, 102))
    shape = draw(st.sampled_from(["final", "final", "live", "listed"]))
    return final(of, points, 100) if shape == "final" else playing(of, *((points, 90) if shape == "live" else ()))


def by_id(item: GameOdds | GameScore) -> str:
    return item.fixture.provider_id


ODDS = st.lists(st.builds(odds, fixtures(), MARKETS), max_size=3, unique_by=by_id)
SCORES = st.lists(scores(), max_size=3, unique_by=by_id)
CAPTURES = st.lists(st.tuples(st.integers(1, 18), st.one_of(ODDS, SCORES)), min_size=1, max_size=7)


def deliver(items: list[Any], at: datetime) -> None:
    if is_scores(items):
        record(*items, at=at)
    else:
        store(*items, at=at)


@contextmanager
def fresh(databases: Databases) -> Iterator[str]:
    with databases.fresh() as url, databases.in_use(url):
        yield url


@settings(max_examples=examples(12), deadline=None)
@given(captures=CAPTURES, again=st.lists(st.integers(0, 6), max_size=4))
def test_a_delivery_that_is_repeated_now_or_later_takes_nothing_back(
    databases: Databases, captures: list[tuple[int, list[Any]]], again: list[int]
) -> None:
    at, deliveries = CAPTURED - 6 * HOUR, []
    for hours, items in captures:
        at += hours * HOUR
        deliveries.append((items, at))

    with fresh(databases) as url:
        for number, (items, moment) in enumerate(deliveries):
            deliver(items, moment)
            before = everything(url)
            deliver(items, moment)
            for late in again:
                if late < number and not is_scores(deliveries[late][0]):
                    deliver(*deliveries[late])
            assert everything(url) == before
            over = finished(url)
            for late in again:
                if late < number and is_scores(deliveries[late][0]):
                    # It may still add something: a game that was unknown when it first arrived.
                    deliver(*deliveries[late])
            assert [game for game in finished(url) if game["id"] in {one["id"] for one in over}] == over
            assert_sound(url)


def is_scores(items: list[Any]) -> bool:
    return bool(items) and isinstance(items[0], GameScore)


def finished(url: str) -> list[dict[str, Any]]:
    return rows(url, "SELECT * FROM games WHERE status = 'finished' ORDER BY id")


def assert_sound(url: str) -> None:
    """Check what no constraint can: status and result in force agree, and only scheduled games are on offer."""
    games = rows(
        url,
        """
        SELECT game.*, result.outcome,
               (result.home_score, result.away_score) = (game.home_score, game.away_score) AS same,
               result.id = (SELECT max(id) FROM game_results WHERE game_id = game.id) AS last,
               EXISTS (SELECT FROM quotes WHERE game_id = game.id AND superseded_at IS NULL) AS quoted
        FROM games game LEFT JOIN game_results result ON result.id = game.result_id
        """,
    )
    for game in games:
        assert (game["outcome"] == "final") == (game["status"] == "finished") == (game["same"] is True)
        assert (game["outcome"] == "void") == (game["status"] == "postponed")
        assert game["last"] in (True, None)
        assert not (game["status"] == "postponed" and game["quoted"])
