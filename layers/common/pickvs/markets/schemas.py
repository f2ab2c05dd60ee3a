"""Games and their quotes as readers of the API see them."""

from typing import Annotated

from pickvs.core.types import JsonSchema, Moment, Number, ResponseBody, doc
from pickvs.markets.rules import SPORTS
from pickvs.markets.values import GameStatus, Market, Selection

SportKey = Annotated[str, JsonSchema({"type": "string", "enum": sorted(SPORTS)})]
"""The key of a sport that is covered; service.refuse_unknown_sport refuses others."""


class QuoteListing(ResponseBody):
    """One pickable side: the consensus of the bookmakers, immutable under its id."""

    quote_id: int
    selection: Selection
    line: Annotated[Number | None, doc("In points, from the side's own view; null on a moneyline.")]
    price: Annotated[int, doc("American odds.")]
    probability: Annotated[Number, doc("The side's probability with the bookmakers' margin taken out.")]
    books: Annotated[int, doc("How many bookmakers offer this line.")]


class MarketListing(ResponseBody):
    """One market of a game, all its sides."""

    market: Market
    captured_at: Annotated[Moment, doc("When the bookmakers were last seen to offer this.")]
    quotes: list[QuoteListing]


class GameSummary(ResponseBody):
    """What a game is, and how it stands."""

    id: int
    sport: str
    home_team: str
    away_team: str
    commence_time: Annotated[Moment, doc("The latest known tip-off.")]
    status: GameStatus
    home_score: int | None
    away_score: int | None


class GameListing(GameSummary):
    """A game with its quotes."""

    markets: Annotated[list[MarketListing], doc("Empty where nothing is on offer.")]


class Games(ResponseBody):
    """A page of games."""

    games: list[GameListing]
    next_cursor: str | None


class UpcomingGames(Games):
    """A page of games that take picks, soonest first."""
