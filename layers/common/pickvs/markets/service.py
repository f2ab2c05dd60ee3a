"""What the rest of PickVs asks of the markets: store odds, record scores, list what can be picked."""

from datetime import datetime
from itertools import groupby

from pickvs.core import clock
from pickvs.core.config import settings
from pickvs.core.database import transaction
from pickvs.core.errors import FieldError, Invalid
from pickvs.core.paging import invalid_cursor, read_cursor, write_cursor
from pickvs.markets import queries
from pickvs.markets.odds.service import store_odds
from pickvs.markets.queries import Game, Quote
from pickvs.markets.rules import SPORTS
from pickvs.markets.schemas import GameListing, MarketListing, QuoteListing, UpcomingGames
from pickvs.markets.scores.service import ScoresRecorded, record_scores

__all__ = ["ScoresRecorded", "list_upcoming", "record_scores", "refuse_unknown_sport", "store_odds"]


def list_upcoming(*, sport: str | None, limit: int, cursor: str | None) -> UpcomingGames:
    """Return a page of the scheduled games that have not locked, soonest first, with the quotes that can be picked now.

    A quote captured longer ago than the stage allows is left out: a pick of it would be refused. Raises Invalid for a
    sport that is not covered and for a cursor that is not this list's.
    """
    refuse_unknown_sport(sport)
    now, times = clock.now(), settings().picks
    after = _position(cursor) if cursor is not None else None
    with transaction() as connection:
        games = queries.upcoming_games(
            connection, locked_until=now + times.lock_margin, sport=sport, after=after, limit=limit + 1
        )
        page = games[:limit]
        quotes = queries.pickable_quotes(connection, [game.id for game in page], now - times.max_odds_age)
    by_game = {game_id: list(group) for game_id, group in groupby(quotes, key=lambda quote: quote.game_id)}
    return UpcomingGames(
        games=[_listing(game, by_game.get(game.id, [])) for game in page],
        next_cursor=write_cursor(page[-1].commence_time.isoformat(), page[-1].id) if len(games) > limit else None,
    )


def refuse_unknown_sport(sport: str | None) -> None:
    """Raise Invalid for a sport that is not covered; None means all of them."""
    if sport is not None and sport not in SPORTS:
        covered = ", ".join(sorted(SPORTS))
        raise Invalid(
            "INVALID_VALUE", "Some values are not valid; see errors.", (FieldError("sport", f"one of: {covered}"),)
        )


def _position(cursor: str) -> tuple[datetime, int]:
    moment, game_id = read_cursor(cursor, str, int)
    try:
        commence_time = datetime.fromisoformat(moment)
    except ValueError:
        raise invalid_cursor() from None
    if commence_time.tzinfo is None:
        raise invalid_cursor()
    return commence_time, game_id


def _listing(game: Game, quotes: list[Quote]) -> GameListing:
    markets = [(market, list(group)) for market, group in groupby(quotes, key=lambda quote: quote.market)]
    return GameListing(
        id=game.id,
        sport=game.sport,
        home_team=game.home_team,
        away_team=game.away_team,
        commence_time=game.commence_time,
        status=game.status,
        home_score=game.home_score,
        away_score=game.away_score,
        markets=[
            MarketListing(
                market=market,
                captured_at=min(quote.captured_at for quote in sides),
                quotes=[
                    QuoteListing(
                        quote_id=quote.id,
                        selection=quote.selection,
                        line=quote.line,
                        price=quote.price,
                        probability=quote.probability,
                        books=quote.books,
                    )
                    for quote in sides
                ],
            )
            for market, sides in markets
        ],
    )
