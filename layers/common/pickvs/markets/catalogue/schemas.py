"""Games of any status, one game in full, its line history, and the sports, as readers of the API see them."""

from typing import Literal

from pydantic import Field

from pickvs.core.types import Moment, Number, ResponseBody
from pickvs.markets.schemas import GameSummary, QuoteListing
from pickvs.markets.values import Market, Selection


class SportListing(ResponseBody):
    """A sport that is covered."""

    key: str = Field(description="What `sport` is in games, and in the filters of lists.")
    title: str
    time_zone: str = Field(description="IANA name of the time zone in which the league dates its games.")


class Sports(ResponseBody):
    """All sports that are covered, by key."""

    sports: list[SportListing]


class NoVig(ResponseBody):
    """The probability of a side by the methods of taking the bookmakers' margin out, 4 decimals."""

    multiplicative: Number = Field(description="In proportion to the implied probabilities.")
    power: Number = Field(description="Implied probabilities raised to the power that makes them add up to 1.")
    shin: Number = Field(description="By Shin's model of insider trading.")


class BestPrice(ResponseBody):
    """The price that pays most at the consensus line."""

    price: int = Field(description="American odds.")
    bookmakers: list[str] = Field(description="Who offers it.")


class ConsensusSide(QuoteListing):
    """A side of the consensus, with the best price for it."""

    no_vig: NoVig
    best: BestPrice | None = Field(description="null where no bookmaker offers the consensus line now.")


class ConsensusMarket(ResponseBody):
    """One market of the consensus, all its sides."""

    market: Market
    captured_at: Moment = Field(description="When the bookmakers were last seen to offer this.")
    quotes: list[ConsensusSide]


class OfferedSide(ResponseBody):
    """What a bookmaker was last seen to offer on one side."""

    selection: Selection
    line: Number | None = Field(description="In points, from the side's own view; null on a moneyline.")
    price: int = Field(description="American odds.")
    captured_at: Moment = Field(description="When this line and price were first seen.")


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
    source: str = Field(description="Who says so: a provider's name, or `admin`.")
    reason: str | None = Field(description="Why the game is void, or why the result was set by hand.")
    recorded_at: Moment


class GameDetail(GameSummary):
    """One game with all that is known of its odds and its result."""

    markets: list[ConsensusMarket] = Field(description="The consensus; empty where the bookmakers agree on nothing.")
    bookmakers: list[BookmakerListing]
    result: GameResult | None = Field(description="null before the first result, and after a game was reopened.")


class LineMove(ResponseBody):
    """One change of what a bookmaker offers on a side."""

    bookmaker: str
    market: Market
    selection: Selection
    event: Literal["open", "move", "withdrawn"] = Field(
        description="`open` is the first that was seen; `withdrawn`: taken off the board, and back with the next move."
    )
    closing: bool = Field(
        description="Whether it stood so at tip-off, as far as was seen; always false before, and if the game is off."
    )
    line: Number | None = Field(description="In points, from the side's own view; null on a moneyline.")
    price: int | None = Field(description="American odds; null when withdrawn.")
    captured_at: Moment = Field(description="When this was first seen.")
    provider_updated_at: Moment | None = Field(description="When the bookmaker did it, where the provider says so.")


class LineHistory(ResponseBody):
    """A page of a game's line history, by bookmaker, market, selection and time."""

    game_id: int
    odds: list[LineMove]
    next_cursor: str | None
