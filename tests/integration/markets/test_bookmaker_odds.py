"""Each bookmaker's odds. A row is added when they change, and one without a price when they are withdrawn."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from pickvs.markets.odds.queries import GameCapture
from pickvs.markets.values import BookMarket, Offer
from tests.support.markets import CAPTURED, TIP_OFF, book, fixture, moneyline, odds, spread, store, total, unread_of
from tests.support.snapshot import everything, rows

DRAFTKINGS = book("draftkings")
BOTH = DRAFTKINGS + book("fanduel")


def minutes(number: int) -> datetime:
    return CAPTURED + timedelta(minutes=number)


def history(url: str, bookmaker: str = "draftkings", market: str = "spread", selection: str = "home") -> list[Any]:
    """Return minutes since the first capture, line and price of each row."""
    found = rows(
        url,
        """
        SELECT captured_at, line, price FROM bookmaker_odds
        WHERE bookmaker = %s AND market = %s::market AND selection = %s::selection ORDER BY captured_at
        """,
        bookmaker,
        market,
        selection,
    )
    return [((one["captured_at"] - CAPTURED) // timedelta(minutes=1), one["line"], one["price"]) for one in found]


def test_every_side_of_every_book_is_kept_with_its_source(database: str) -> None:
    moved = datetime(2024, 1, 10, 22, 59, tzinfo=UTC)
    market = BookMarket("betus", "moneyline", (Offer("home", None, -200), Offer("away", None, 170)), moved)

    counts = store(odds(markets=(*BOTH, market)))

    assert counts["odds_written"] == 14
    kept = rows(database, "SELECT * FROM bookmaker_odds WHERE bookmaker = 'betus' ORDER BY selection")
    assert [(one["selection"], one["line"], one["price"]) for one in kept] == [
        ("home", None, -200),
        ("away", None, 170),
    ]
    assert {(one["provider_updated_at"], one["captured_at"]) for one in kept} == {(moved, CAPTURED)}
    (run,) = rows(database, "SELECT id FROM ingestion_runs")
    assert {one["run_id"] for one in kept} == {run["id"]}


def test_only_the_sides_that_changed_are_appended(database: str) -> None:
    store(odds(markets=BOTH))

    changed = (
        moneyline("draftkings", -140, 125),
        spread("draftkings", "-3", -110, -110),
        total("draftkings", "220.5", -108, -112),
    )
    counts = store(odds(markets=changed + book("fanduel")), at=minutes(1))

    assert (counts["odds_written"], counts["odds_withdrawn"]) == (3, 0)
    assert history(database) == [(0, Decimal("-2.5"), -110), (1, Decimal(-3), -110)]
    assert history(database, selection="away") == [(0, Decimal("2.5"), -110), (1, Decimal(3), -110)]
    assert history(database, market="moneyline") == [(0, None, -140)]
    assert history(database, market="moneyline", selection="away") == [(0, None, 120), (1, None, 125)]


def test_odds_that_come_back_to_what_they_were_are_appended_again(database: str) -> None:
    for minute, line in enumerate(("-2.5", "-3", "-2.5")):
        store(odds(markets=(spread("draftkings", line),)), at=minutes(minute))
    assert history(database) == [(0, Decimal("-2.5"), -110), (1, Decimal(-3), -110), (2, Decimal("-2.5"), -110)]


def test_a_bookmakers_own_clock_is_no_change(database: str) -> None:
    for minute in range(2):
        market = BookMarket(
            "betus", "moneyline", (Offer("home", None, -200), Offer("away", None, 170)), minutes(minute)
        )
        store(odds(markets=(market,)), at=minutes(minute))
    assert history(database, "betus", "moneyline") == [(0, None, -200)]


@pytest.mark.parametrize(
    "left_over",
    [
        pytest.param((), id="no bookmaker at all"),
        pytest.param(book("fanduel"), id="the book is gone"),
        pytest.param((DRAFTKINGS[0], *book("fanduel")), id="the market is gone"),
        pytest.param(
            (DRAFTKINGS[0], BookMarket("draftkings", "spread", (Offer("away", Decimal("2.5"), -110),), None)),
            id="the side is gone",
        ),
    ],
)
def test_a_side_that_is_gone_is_withdrawn_once_and_can_come_back(
    database: str, left_over: Sequence[BookMarket]
) -> None:
    store(odds(markets=BOTH))
    for minute in (1, 2):
        store(odds(markets=tuple(left_over)), at=minutes(minute))
    assert history(database) == [(0, Decimal("-2.5"), -110), (1, Decimal("-2.5"), None)]

    store(odds(markets=BOTH), at=minutes(3))

    assert history(database)[2:] == [(3, Decimal("-2.5"), -110)]


def test_withdrawals_are_counted(database: str) -> None:
    store(odds(markets=BOTH))
    counts = store(odds(markets=book("fanduel")), at=minutes(1))
    assert (counts["odds_written"], counts["odds_withdrawn"]) == (0, 6)


def test_the_absence_of_what_could_not_be_read_means_nothing(database: str) -> None:
    store(odds(markets=BOTH))

    unread = odds(markets=(moneyline("draftkings", -150, 130),), unread=unread_of("draftkings"))
    counts = store(unread, at=minutes(1))

    assert history(database) == [(0, Decimal("-2.5"), -110)]
    assert history(database, market="moneyline") == [(0, None, -140), (1, None, -150)]
    assert history(database, "fanduel") == [(0, Decimal("-2.5"), -110), (1, Decimal("-2.5"), None)]
    assert (counts["odds_written"], counts["odds_withdrawn"]) == (2, 6)


def test_what_was_unread_and_is_then_seen_to_be_gone_is_withdrawn(database: str) -> None:
    store(odds(markets=BOTH))
    unread = odds(markets=DRAFTKINGS, unread=unread_of("fanduel"))
    for minute in (1, 2):
        assert store(unread, at=minutes(minute))["odds_withdrawn"] == 0
    assert store(odds(markets=DRAFTKINGS), at=minutes(3))["odds_withdrawn"] == 6


def test_odds_are_compared_with_the_last_ones_whoever_wrote_them(database: str) -> None:
    store(odds(markets=BOTH))
    # The release before digests writes captures like this: it leaves the digest of an earlier capture in place.
    with psycopg.connect(database) as connection:
        connection.execute(
            """
            INSERT INTO bookmaker_odds (game_id, bookmaker, market, selection, captured_at, line, price)
            SELECT game_id, bookmaker, market, selection, %s, line, -130 FROM bookmaker_odds
            WHERE bookmaker = 'draftkings' AND market = 'spread' AND selection = 'home'
            """,
            [minutes(1)],
        )
        connection.execute("UPDATE games SET odds_seen_at = %s", [minutes(1)])

    assert store(odds(markets=BOTH), at=minutes(2))["odds_written"] == 1

    assert [price for _, _, price in history(database)] == [-110, -130, -110]


def test_the_order_of_the_bookmakers_is_no_change() -> None:
    one = GameCapture(1, BOTH, frozenset())
    assert one.digest() == GameCapture(1, tuple(reversed(BOTH)), frozenset()).digest()


def test_part_of_an_answer_has_no_digest() -> None:
    assert GameCapture(1, BOTH, frozenset({("fanduel", "total")})).digest() is None


@pytest.mark.parametrize(
    "other",
    [
        pytest.param((spread("draftkings", "-3"),), id="line"),
        pytest.param((spread("draftkings", "-2.5", home=-111),), id="price"),
        pytest.param((spread("fanduel", "-2.5"),), id="bookmaker"),
        pytest.param((spread("draftkings", "-2.5"), spread("fanduel", "-2.5")), id="one more"),
        pytest.param((total("draftkings", "2.5"),), id="market"),
        pytest.param((spread("draftkings", "2.5"),), id="sides"),
        pytest.param((), id="nothing"),
    ],
)
def test_any_other_offer_has_another_digest(other: tuple[BookMarket, ...]) -> None:
    one = GameCapture(1, (spread("draftkings", "-2.5"),), frozenset())
    assert one.digest() != GameCapture(1, other, frozenset()).digest()


def test_what_is_unread_on_one_game_is_no_excuse_on_another(database: str) -> None:
    other = fixture("b" * 32, home="Miami Heat", away="Boston Celtics")
    store(odds(markets=DRAFTKINGS), odds(other, DRAFTKINGS))
    counts = store(odds(markets=(), unread=unread_of("draftkings")), odds(other, ()), at=minutes(1))
    assert counts["odds_withdrawn"] == 6


def test_a_game_that_the_answer_does_not_name_keeps_its_odds(database: str) -> None:
    store(odds())
    counts = store(odds(fixture("b" * 32, home="Miami Heat", away="Boston Celtics"), ()), at=minutes(1))
    assert history(database) == [(0, Decimal("-2.5"), -110)]
    assert counts["odds_withdrawn"] == 0


def test_a_line_of_zero_is_a_line(database: str) -> None:
    store(odds(markets=(spread("draftkings", "0"), spread("fanduel", "0"))))
    store(odds(markets=(spread("draftkings", "0"), spread("fanduel", "0"))), at=minutes(1))
    assert history(database) == [(0, Decimal(0), -110)]
    assert history(database, selection="away") == [(0, Decimal(0), -110)]


def test_a_later_capture_of_the_same_moment_is_the_same_capture(database: str) -> None:
    store(odds())
    before = everything(database)
    store(odds(markets=(spread("draftkings", "-9"),)))
    assert everything(database) == before


def test_nothing_is_written_of_games_under_way(database: str) -> None:
    store(odds(), at=TIP_OFF + timedelta(seconds=1))
    assert rows(database, "SELECT FROM bookmaker_odds") == []


@pytest.mark.parametrize(("games_on", "runs_on"), [(1, 0), (0, 1), (1, None), (1, 1)])
def test_odds_of_no_game_or_no_run_are_refused_with_all_that_came_with_them(
    database: str, games_on: int, runs_on: int | None
) -> None:
    store(odds())
    with psycopg.connect(database, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.ForeignKeyViolation, match="name a game or a run that is not there"):
            connection.execute(
                """
                INSERT INTO bookmaker_odds (game_id, bookmaker, market, selection, captured_at, price, run_id)
                SELECT game_id, 'betus', 'moneyline'::market, 'home'::selection, captured_at, -110, run_id
                FROM (SELECT DISTINCT game_id, captured_at, run_id FROM bookmaker_odds) AS known
                UNION ALL
                SELECT max(game_id) + %s, 'betus', 'moneyline', 'away', max(captured_at), -110, max(run_id) + %s::bigint
                FROM bookmaker_odds
                """,
                (games_on, runs_on),
            )
        stored = connection.execute("SELECT FROM bookmaker_odds WHERE bookmaker = 'betus'")
        assert stored.rowcount == 0


def test_odds_need_no_run(database: str) -> None:
    store(odds())
    with psycopg.connect(database, autocommit=True) as connection:
        added = connection.execute(
            """
            INSERT INTO bookmaker_odds (game_id, bookmaker, market, selection, captured_at, price)
            SELECT DISTINCT game_id, 'betus', 'moneyline'::market, 'home'::selection, captured_at, -110
            FROM bookmaker_odds
            """
        )
        assert added.rowcount == 1
