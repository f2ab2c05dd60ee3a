"""Games and quotes in the words of the API, the same in every list of games."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from pickvs.markets.queries import Game, Quote
from pickvs.markets.schemas import GameListing, MarketListing, QuoteListing
from pickvs.markets.values import Market


def listings(games: Iterable[Game], quotes: Iterable[Quote]) -> list[GameListing]:
    """Return the games, each with those of `quotes` that are its own; `quotes` stand by game, market and selection."""
    markets: defaultdict[int, list[MarketListing]] = defaultdict(list)
    for quote in quotes:
        found = markets[quote.game_id]
        if not found or found[-1].market != quote.market:
            found.append(MarketListing(quote.market, quote.captured_at, []))
        market = found[-1]
        market.captured_at = min(market.captured_at, quote.captured_at)  # when it was last seen whole
        market.quotes.append(side(quote))
    return [GameListing.of(game, markets=markets[game.id]) for game in games]


def by_market(quotes: Iterable[Quote]) -> list[tuple[Market, list[Quote]]]:
    """Return one game's quotes, which stand by market, market by market."""
    return [(market, list(group)) for market, group in groupby(quotes, key=lambda quote: quote.market)]


def seen_at(sides: Iterable[Quote]) -> datetime:
    """Return when a market was last seen whole."""
    return min(quote.captured_at for quote in sides)


def side(quote: Quote) -> QuoteListing:
    """Return the quote as it is shown."""
    return QuoteListing(
        quote_id=quote.id,
        selection=quote.selection,
        line=quote.line,
        price=quote.price,
        probability=quote.probability,
        books=quote.books,
    )
