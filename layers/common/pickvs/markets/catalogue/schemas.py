"""Games of any status, one game in full, its line history, and the sports, as readers of the API see them."""

from typing import Annotated, Literal

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.markets.schemas import GameSummary, QuoteListing
from pickvs.markets.values import Market, Selection


class SportListing(ResponseBody):
    """A sport that is covered."""

    key: Annotated[str, doc("What `sport` is in games, and in the filters of lists.")]
    title: str
    time_zone: Annotated[str, doc("IANA name of the time zone in which the league dates its games.")]


class Sports(ResponseBody):
    """All sports that are covered, by key."""

    sports: list[SportListing]


class NoVig(ResponseBody):
    """The probability of a side by the methods of taking the bookmakers' margin out, 4 decimals."""

    multiplicative: Annotated[Number, doc("In proportion to the implied probabilities.")]
    power: Annotated[Number, doc("Implied probabilities raised to the power that makes them add up to 1.")]
    shin: Annotated[Number, doc("By Shin's model of insider trading.")]


class BestPrice(ResponseBody):
    """The price that pays most at the consensus line."""

    price: Annotated[int, doc("American odds.")]
    bookmakers: Annotated[list[str], doc("Who offers it.")]


class ConsensusSide(QuoteListing):
    """A side of the consensus, with the best price for it."""

    no_vig: NoVig
    best: Annotated[BestPrice | None, doc("null where no bookmaker offers the consensus line now.")]


class ConsensusMarket(ResponseBody):
    """One market of the consensus, all its sides."""

    market: Market
    captured_at: Annotated[Moment, doc("When the bookmakers were last seen to offer this.")]
    quotes: list[ConsensusSide]


class OfferedSide(ResponseBody):
    """What a bookmaker was last seen to offer on one side."""

    selection: Selection
    line: Annotated[Number | None, doc("In points, from the side's own view; null on a moneyline.")]
    price: Annotated[int, doc("American odds.")]
    captured_at: Annotated[Moment, doc("When this line and price were first seen.")]


class OfferedMarket(ResponseBody):
    """One market of a bookmaker: the sides on its board."""

    market: Market
    sides: list[OfferedSide]


class BookmakerListing(ResponseBody):
    """What one bookmaker has on its board."""

    bookmaker: str
    markets: list[OfferedMarket]


class GameResult(ResponseBody):
    """The result in force."""

    outcome: Literal["final", "void"]
    home_score: int | None
    away_score: int | None
    source: Annotated[str, doc("Who says so: a provider's name, or `admin`.")]
    reason: Annotated[str | None, doc("Why the game is void, or why the result was set by hand.")]
    recorded_at: Moment


class GameDetail(GameSummary):
    """One game with all that is known of its odds and its result."""

    markets: Annotated[list[ConsensusMarket], doc("The consensus; empty where the bookmakers agree on nothing.")]
    bookmakers: list[BookmakerListing]
    result: Annotated[GameResult | None, doc("null before the first result, and after a game was reopened.")]


class LineMove(ResponseBody):
    """One change of what a bookmaker offers on a side."""

    bookmaker: str
    market: Market
    selection: Selection
    event: Annotated[
        Literal["open", "move", "withdrawn"],
        doc("`open` is the first that was seen; `withdrawn`: taken off the board, and back with the next move."),
    ]
    closing: Annotated[
        bool,
        doc("Whether it stood so at tip-off, as far as was seen; always false before, and if the game is off."),
    ]
    line: Annotated[Number | None, doc("In points, from the side's own view; null on a moneyline.")]
    price: Annotated[int | None, doc("American odds; null when withdrawn.")]
    captured_at: Annotated[Moment, doc("When this was first seen.")]
    provider_updated_at: Annotated[Moment | None, doc("When the bookmaker did it, where the provider says so.")]


class LineHistory(ResponseBody):
    """A page of a game's line history, by bookmaker, market, selection and time."""

    game_id: int
    odds: list[LineMove]
    next_cursor: str | None
