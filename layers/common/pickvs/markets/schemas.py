"""Responses: games and their quotes."""

from typing import Annotated

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.markets.values import GameStatus, Market, Selection


class QuoteListing(ResponseBody):
    """One pickable side: the consensus of the bookmakers. A quote id always has the same line and price."""

    quote_id: int
    selection: Selection
    line: Annotated[Number | None, doc("In points, from the side's own view; null on a moneyline.")]
    price: Annotated[int, doc("American odds.")]
    probability: Annotated[Number, doc("The side's no-vig probability (bookmakers' margin removed).")]
    books: Annotated[int, doc("Number of bookmakers that offer this line.")]


class MarketListing(ResponseBody):
    """One market of a game, with all its sides."""

    market: Market
    captured_at: Annotated[Moment, doc("When this offer was last captured.")]
    quotes: list[QuoteListing]


class GameSummary(ResponseBody):
    """A game with its status and score."""

    id: int
    sport: str
    home_team: str
    away_team: str
    day_number: Annotated[int, doc("1, or 2 and more for further games of the same teams on the same day.")]
    commence_time: Annotated[Moment, doc("The latest known tip-off.")]
    status: GameStatus
    home_score: int | None
    away_score: int | None


class GameListing(GameSummary):
    """A game with its quotes."""

    markets: Annotated[list[MarketListing], doc("Empty if nothing is on offer.")]


class Games(ResponseBody):
    """A page of games."""

    games: list[GameListing]
    next_cursor: str | None


class UpcomingGames(Games):
    """A page of games that accept picks, soonest first."""
