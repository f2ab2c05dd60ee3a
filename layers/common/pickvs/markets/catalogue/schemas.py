"""Responses: games of any status, one game in full, and its line history."""

from typing import Annotated, Literal

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.markets.schemas import GameSummary, QuoteListing
from pickvs.markets.values import Market, Selection


class NoVig(ResponseBody):
    """The no-vig probability of a side by three methods, 4 decimals."""

    multiplicative: Annotated[Number, doc("Implied probabilities divided by their sum.")]
    power: Annotated[Number, doc("Implied probabilities raised to the power that makes their sum 1.")]
    shin: Annotated[Number, doc("Shin's model of insider trading.")]


class BestPrice(ResponseBody):
    """The highest-paying price at the consensus line."""

    price: Annotated[int, doc("American odds.")]
    bookmakers: Annotated[list[str], doc("The bookmakers that offer it.")]


class ConsensusSide(QuoteListing):
    """One side of the consensus, with its best price."""

    no_vig: NoVig
    best: Annotated[BestPrice | None, doc("null if no bookmaker currently offers the consensus line.")]


class ConsensusMarket(ResponseBody):
    """One market of the consensus, with all its sides."""

    market: Market
    captured_at: Annotated[Moment, doc("When this offer was last captured.")]
    quotes: list[ConsensusSide]


class OfferedSide(ResponseBody):
    """A bookmaker's latest offer on one side."""

    selection: Selection
    line: Annotated[Number | None, doc("In points, from the side's own view; null on a moneyline.")]
    price: Annotated[int, doc("American odds.")]
    captured_at: Annotated[Moment, doc("When this line and price were first captured.")]


class OfferedMarket(ResponseBody):
    """One market at a bookmaker, with the sides it offers."""

    market: Market
    sides: list[OfferedSide]


class BookmakerListing(ResponseBody):
    """All current offers of one bookmaker on a game."""

    bookmaker: str
    markets: list[OfferedMarket]


class GameResult(ResponseBody):
    """The result in force."""

    outcome: Literal["final", "void"]
    home_score: int | None
    away_score: int | None
    began_at: Annotated[Moment | None, doc("The start of the game. Picks placed at it or later are void.")]
    source: Annotated[str, doc("Origin of the result: a provider's name, or `admin`.")]
    reason: Annotated[str | None, doc("Why the game is void, or why the result was set by hand.")]
    recorded_at: Moment


class GameDetail(GameSummary):
    """One game with its odds and its result."""

    markets: Annotated[list[ConsensusMarket], doc("The consensus. Empty if no market has one.")]
    bookmakers: list[BookmakerListing]
    merged_into: Annotated[
        int | None,
        doc("The game that has absorbed this one, because both were one real game. Its results settle the picks here."),
    ]
    result: Annotated[GameResult | None, doc("null before the first result and while the game is reopened.")]


class LineMove(ResponseBody):
    """One change of a bookmaker's offer on a side."""

    bookmaker: str
    market: Market
    selection: Selection
    event: Annotated[
        Literal["open", "move", "withdrawn"],
        doc(
            "`open`: the first offer seen. `move`: another line or price, or the return of a withdrawn offer. "
            "`withdrawn`: the offer was removed."
        ),
    ]
    closing: Annotated[
        bool,
        doc("Whether this was the last change seen before tip-off. Always false before tip-off or if the game is off."),
    ]
    line: Annotated[Number | None, doc("In points, from the side's own view; null on a moneyline.")]
    price: Annotated[int | None, doc("American odds; null if withdrawn.")]
    captured_at: Annotated[Moment, doc("When this change was first captured.")]
    provider_updated_at: Annotated[Moment | None, doc("When the bookmaker made the change, if reported.")]


class LineHistory(ResponseBody):
    """A page of a game's line history, by bookmaker, market, selection and time."""

    game_id: int
    odds: list[LineMove]
    next_cursor: str | None
