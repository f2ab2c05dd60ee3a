"""Which moneylines the official score decides."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pickvs.markets.moneylines import without_other_bets
from pickvs.markets.providers.odds_api_parsing import read_odds
from pickvs.markets.rules import consensus
from pickvs.markets.values import BookMarket, Fixture, GameOdds, Market, Offer, Selection
from pickvs.sports.rules import SPORTS

AT = datetime(2026, 11, 29, tzinfo=UTC)
SIDES: dict[Market, tuple[Selection, ...]] = {
    "moneyline": ("home", "away", "draw"),
    "spread": ("home", "away"),
    "total": ("over", "under"),
}


@st.composite
def book_markets(draw: st.DrawFn) -> BookMarket:
    market = draw(st.sampled_from(list(SIDES)))
    sides = draw(st.sets(st.sampled_from(SIDES[market]), min_size=1))
    line = None if market == "moneyline" else Decimal("2.5")
    return BookMarket(
        draw(st.sampled_from("abcdef")), market, tuple(Offer(side, line, 150) for side in sorted(sides)), None
    )


ODDS = st.builds(
    GameOdds,
    st.builds(Fixture, st.just("id"), st.sampled_from(list(SPORTS)), st.just("A"), st.just("B"), st.just(AT)),
    st.lists(book_markets(), max_size=12).map(tuple),
)


@given(ODDS)
def test_only_moneylines_of_the_other_kind_are_left_out(game: GameOdds) -> None:
    found = without_other_bets(game)
    left_out = Counter(game.markets) - Counter(found.markets)
    assert Counter(found.markets) <= Counter(game.markets)
    assert found.other_bets == left_out.total() == len(game.markets) - len(found.markets)
    assert (found.fixture, found.unread) == (game.fixture, game.unread)
    draws = SPORTS[game.fixture.sport].moneyline == "three_way"
    for market in game.markets:
        sides = {offer.selection for offer in market.offers}
        other = market.market == "moneyline" and (sides == {"home", "away"} if draws else "draw" in sides)
        assert (market in left_out) == other
    assert without_other_bets(found).markets == found.markets


@given(ODDS)
def test_a_quote_has_a_draw_only_where_the_score_can_be_one(game: GameOdds) -> None:
    found = consensus(without_other_bets(game).markets, "moneyline")
    if found is not None:
        sides = {side.selection for side in found.sides}
        three_way = SPORTS[game.fixture.sport].moneyline == "three_way"
        assert sides == ({"home", "away", "draw"} if three_way else {"home", "away"})


def test_a_sport_that_is_not_covered_has_no_moneyline() -> None:
    with pytest.raises(KeyError):
        without_other_bets(GameOdds(Fixture("id", "quidditch", "A", "B", AT), ()))


@pytest.mark.parametrize(
    ("name", "games", "other_bets", "quoted"),
    [
        # One book, with the winner of regulation time on every game but one.
        ("nhl_2025-03-01_h2h_american", 19, 18, 0),
        ("upcoming_2024-03-26_mixed_sports_american", 12, 0, 12),
    ],
)
def test_the_recorded_answers_of_the_nhl(recordings: Path, name: str, games: int, other_bets: int, quoted: int) -> None:
    body = (recordings / f"odds_api/single/{name}.json").read_bytes()
    found = [without_other_bets(game) for game in read_odds(body, "icehockey_nhl").items]
    quotes = [quote for game in found if (quote := consensus(game.markets, "moneyline")) is not None]
    assert (len(found), sum(game.other_bets for game in found), len(quotes)) == (games, other_bets, quoted)
    assert all(len(quote.sides) == 2 for quote in quotes)
