"""The quotes of a game that can be picked, from capture to capture."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from msgspec import structs

from pickvs.markets.odds import queries, service
from pickvs.markets.rows import Quote
from pickvs.markets.rules import CONSENSUS_VERSION
from pickvs.markets.values import BookMarket
from tests.support.markets import (
    BOTH_BOOKS,
    CAPTURED,
    ListedGame,
    book,
    fixture,
    list_game,
    listed,
    moneyline,
    odds,
    spread,
    store,
    total,
    unread_of,
)
from tests.support.snapshot import row, rows


def minutes(number: int) -> datetime:
    return CAPTURED + timedelta(minutes=number)


def both(*markets: BookMarket) -> tuple[BookMarket, ...]:
    """Return the same offers at two bookmakers."""
    return tuple(replace(market, bookmaker=name) for market in markets for name in ("draftkings", "fanduel"))


def sides(game: ListedGame) -> dict[tuple[str, str], tuple[Decimal | None, int]]:
    return {side: (quote.line, quote.price) for side, quote in game.quotes.items()}


def superseded(url: str, quote: Quote) -> datetime | None:
    moment: datetime | None = row(url, "SELECT superseded_at FROM quotes WHERE id = %s", quote.id)["superseded_at"]
    return moment


def test_what_two_books_agree_on_is_quoted(database: str) -> None:
    game = list_game()

    assert sides(game) == {
        ("moneyline", "home"): (None, -140),
        ("moneyline", "away"): (None, 120),
        ("spread", "home"): (Decimal("-2.5"), -110),
        ("spread", "away"): (Decimal("2.5"), -110),
        ("total", "over"): (Decimal("220.5"), -108),
        ("total", "under"): (Decimal("220.5"), -112),
    }
    quote = game.quote("moneyline", "home")
    assert (quote.probability, quote.books, quote.captured_at) == (Decimal("0.5620"), 2, CAPTURED)
    assert row(database, "SELECT made_at FROM quotes WHERE id = %s", quote.id)["made_at"] == CAPTURED


def test_one_book_is_no_market(database: str) -> None:
    assert list_game(markets=book("draftkings")).quotes == {}


def test_an_unchanged_market_is_confirmed_and_keeps_its_ids(database: str) -> None:
    first = list_game()
    # More books and different probabilities, but the same line and prices: the same offer.
    counts = store(odds(markets=BOTH_BOOKS + book("betmgm")), at=minutes(1))

    now = listed()
    assert {side: structs.replace(quote, captured_at=CAPTURED) for side, quote in now.quotes.items()} == first.quotes
    assert {quote.captured_at for quote in now.quotes.values()} == {minutes(1)}
    assert (counts["quotes_confirmed"], counts["quotes_made"], counts["quotes_withdrawn"]) == (6, 0, 0)


@pytest.mark.parametrize(
    "moved",
    [
        pytest.param(spread("x", "-2.5", -110, -105), id="one price"),
        pytest.param(spread("x", "-3"), id="the line"),
    ],
)
def test_a_market_that_moved_is_quoted_anew_with_all_its_sides(database: str, moved: BookMarket) -> None:
    first = list_game()
    unmoved = moneyline("x", -140, 120), total("x", "220.5", -108, -112)

    counts = store(odds(markets=both(*unmoved, moved)), at=minutes(1))

    now = listed()
    assert sides(now)["spread", "home"] == (moved.offers[0].line, -110)
    assert sides(now)["spread", "away"] == (moved.offers[1].line, moved.offers[1].price)
    for selection in ("home", "away"):
        assert now.quote("spread", selection).id != first.quote("spread", selection).id
        assert now.quote("spread", selection).captured_at == minutes(1)
        assert superseded(database, first.quote("spread", selection)) == minutes(1)
    for side in (("moneyline", "home"), ("total", "under")):
        assert now.quotes[side].id == first.quotes[side].id
        assert superseded(database, first.quotes[side]) is None
    assert (counts["quotes_made"], counts["quotes_confirmed"], counts["quotes_withdrawn"]) == (2, 4, 0)


def test_a_market_without_agreement_is_withdrawn_without_a_successor(database: str) -> None:
    first = list_game()

    counts = store(odds(markets=(*both(moneyline("x", -140, 120)), spread("draftkings", "-2.5"))), at=minutes(1))

    assert set(listed().quotes) == {("moneyline", "home"), ("moneyline", "away")}
    assert superseded(database, first.quote("spread", "home")) == minutes(1)
    assert superseded(database, first.quote("total", "over")) == minutes(1)
    assert (counts["quotes_made"], counts["quotes_confirmed"], counts["quotes_withdrawn"]) == (0, 2, 4)


def test_a_withdrawn_market_comes_back_under_new_ids(database: str) -> None:
    first = list_game()
    store(odds(markets=()), at=minutes(1))
    assert listed().quotes == {}

    store(odds(), at=minutes(2))

    now = listed()
    assert sides(now) == sides(first)
    assert {quote.id for quote in now.quotes.values()}.isdisjoint(quote.id for quote in first.quotes.values())


def test_quotes_that_were_withdrawn_are_made_again_though_the_offers_are_as_before(database: str) -> None:
    first = list_game()
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE quotes SET superseded_at = captured_at")

    counts = store(odds(), at=minutes(1))

    assert sides(listed()) == sides(first)
    assert (counts["odds_written"], counts["quotes_made"], counts["quotes_confirmed"]) == (0, 6, 0)


def test_quotes_of_another_capture_are_weighed_again_though_the_offers_are_as_before(database: str) -> None:
    """The release before digests leaves the digest of an earlier capture in place."""
    first = list_game()
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE quotes SET superseded_at = %s", [minutes(1)])
        connection.execute(
            """
            INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at)
            SELECT game_id, market, selection, line, -300, probability, books, superseded_at, superseded_at FROM quotes
            """
        )

    counts = store(odds(), at=minutes(2))

    assert sides(listed()) == sides(first)
    assert (counts["odds_written"], counts["quotes_made"], counts["quotes_confirmed"]) == (0, 6, 0)


def test_a_side_that_may_be_among_what_could_not_be_read_keeps_its_market(database: str) -> None:
    three, two = both(moneyline("x", 150, 180, draw=220)), both(moneyline("x", 150, 180))
    first = list_game(markets=three)
    counts = store(odds(markets=two, unread=unread_of("x")), at=minutes(1))
    assert (counts["quotes_kept"], counts["quotes_made"], counts["quotes_withdrawn"]) == (3, 0, 0)
    assert listed().quotes == first.quotes
    assert store(odds(markets=two), at=minutes(2))["quotes_made"] == 2
    # More sides than before are no doubt, whatever else could not be read.
    assert store(odds(markets=three, unread=unread_of("x")), at=minutes(3))["quotes_made"] == 3


@pytest.mark.parametrize(
    ("version", "confirmed", "withdrawn"), [(CONSENSUS_VERSION, 6, 0), (CONSENSUS_VERSION + 1, 0, 6)]
)
def test_offers_that_are_as_before_are_weighed_again_by_other_rules(
    database: str, monkeypatch: pytest.MonkeyPatch, version: int, confirmed: int, withdrawn: int
) -> None:
    list_game()
    monkeypatch.setattr(service, "consensus", lambda *_: None)
    monkeypatch.setattr(queries, "CONSENSUS_VERSION", version)

    counts = store(odds(), at=minutes(1))

    assert (counts["odds_written"], counts["odds_withdrawn"]) == (0, 0)
    assert (counts["quotes_confirmed"], counts["quotes_withdrawn"]) == (confirmed, withdrawn)


def test_a_draw_that_appears_makes_another_market(database: str) -> None:
    list_game(markets=both(moneyline("x", 150, 180)))
    store(odds(markets=both(moneyline("x", 150, 180, draw=220))), at=minutes(1))
    assert set(listed().quotes) == {("moneyline", "home"), ("moneyline", "away"), ("moneyline", "draw")}
    assert len(rows(database, "SELECT FROM quotes WHERE superseded_at IS NOT NULL")) == 2


def test_a_game_that_the_answer_does_not_name_keeps_its_quotes_as_old_as_they_are(database: str) -> None:
    first = list_game()
    store(odds(fixture("b" * 32, home="Miami Heat", away="Boston Celtics")), at=minutes(1))
    assert listed().quotes == first.quotes


def test_a_side_has_one_quote_in_force(database: str) -> None:
    list_game()
    with psycopg.connect(database) as connection, pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute(
            """
            INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at)
            SELECT game_id, market, selection, line, price - 5, probability, books, made_at, captured_at FROM quotes
            """
        )
