"""Responses: picks."""

from typing import Annotated, Literal

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.markets.schemas import QuoteListing
from pickvs.markets.values import GameStatus, Market, Selection
from pickvs.picks.rules import ClvReason, PickResult, VoidReason


class PickedGame(ResponseBody):
    """The game of a pick, in its current state."""

    id: int
    home_team: str
    away_team: str
    commence_time: Annotated[Moment, doc("The latest known tip-off.")]
    status: GameStatus
    home_score: int | None
    away_score: int | None


class Pick(ResponseBody):
    """A pick. Its line and price are fixed when it is made and never change."""

    id: int
    game: PickedGame
    market: Market
    selection: Selection
    line: Annotated[Number | None, doc("In points, from the side's own view; null on a moneyline.")]
    price: Annotated[int, doc("American odds.")]
    stake_units: Number
    placed_at: Moment
    result: Annotated[PickResult | None, doc("null while the pick is pending.")]
    result_units: Annotated[Number | None, doc("Units won (above 0) or lost (below 0), 4 decimals; null if pending.")]
    graded_at: Moment | None
    void_reason: Annotated[
        VoidReason | None,
        doc(
            "Why a void pick is void: `game_void`, `after_start` (placed after the game began), `tie` (with no draw on "
            "offer) or `duplicate` (the same pick stands on another listing of the game). null if it is not void."
        ),
    ]
    closing_line: Annotated[Number | None, doc("The line at tip-off; null if there was none, and while pending.")]
    closing_price: Annotated[int | None, doc("The price at tip-off; null if there was none, and while pending.")]
    clv_percent: Annotated[Number | None, doc("Closing line value, percent; null if the closing line differs.")]
    clv_reason: Annotated[
        ClvReason | None,
        doc(
            "Why `clv_percent` of a graded pick is null: `no_close` (no quote within 30 minutes before the start) or "
            "`other_line`."
        ),
    ]
    clv_points: Annotated[
        Number | None,
        doc("With another closing line: points by which the pick's line is better (above 0) or worse than it."),
    ]


class PicksCreated(ResponseBody, kw_only=True):
    """The picks that were made, in the order of the request."""

    status: Literal["success"] = "success"
    picks_created: int
    picks: list[Pick]


class MyPicks(ResponseBody):
    """A page of the caller's picks, newest first."""

    picks: list[Pick]
    next_cursor: str | None


class MovedQuote(QuoteListing):
    """The quote in force for a pick whose odds have moved. index: the pick's position in the submission."""

    index: int
