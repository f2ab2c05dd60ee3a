"""Picks as they are submitted and shown."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from pickvs.core.types import Identifier, Moment, Number, RequestBody, ResponseBody
from pickvs.markets.schemas import QuoteListing
from pickvs.markets.values import GameStatus, Market, Selection
from pickvs.picks.rules import DEFAULT_STAKE, LEAST_STAKE, MOST_PICKS, MOST_STAKE, STAKE_STEP, PickResult, is_stake


def _stake(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("not a number")  # noqa: TRY004 - pydantic reports a ValueError, and lets a TypeError through
    units = Decimal(str(value))
    if not is_stake(units):
        raise ValueError(f"must be {LEAST_STAKE} to {MOST_STAKE} in steps of {STAKE_STEP}")
    return units.normalize()  # 1 and 1.0 are one stake, and one request to repeat


Stake = Annotated[
    Decimal,
    BeforeValidator(_stake),
    WithJsonSchema(
        {
            "type": "number",
            "minimum": float(LEAST_STAKE),
            "maximum": float(MOST_STAKE),
            "multipleOf": float(STAKE_STEP),
            "default": float(DEFAULT_STAKE),
        }
    ),
]
"""Units at risk on a pick; a JSON number."""


class WantedPick(RequestBody):
    """A pick as its maker asks for it. Line and price are not asked: they are the quote's."""

    game_id: Identifier
    market: Market
    selection: Selection
    quote_id: Annotated[Identifier, Field(description="The quote that was shown, from GET /games/upcoming.")]
    stake_units: Stake = DEFAULT_STAKE


class Submission(RequestBody):
    """Picks that are made together or not at all."""

    picks: Annotated[list[WantedPick], Field(min_length=1, max_length=MOST_PICKS)]


class PickedGame(ResponseBody):
    """The game of a pick, as it stands now."""

    id: int
    home_team: str
    away_team: str
    commence_time: Moment = Field(description="The latest known tip-off.")
    status: GameStatus
    home_score: int | None
    away_score: int | None


class Pick(ResponseBody):
    """A pick. Its line and price are those at which it was made, and never change."""

    id: int
    game: PickedGame
    market: Market
    selection: Selection
    line: Number | None = Field(description="In points, from the side's own view; null on a moneyline.")
    price: int = Field(description="American odds.")
    stake_units: Number
    placed_at: Moment
    result: PickResult | None = Field(description="null while the pick is pending.")
    result_units: Number | None = Field(description="Won (above 0) or lost (below 0), 4 decimals; null while pending.")
    graded_at: Moment | None
    closing_line: Number | None = Field(description="The line at tip-off; null without one, and while pending.")
    closing_price: int | None = Field(description="The price at tip-off; null without one, and while pending.")
    clv_percent: Number | None = Field(description="Closing line value; null where the closing line is another one.")


class PicksCreated(ResponseBody):
    """The picks that were made, in the order in which they were sent."""

    status: Literal["success"] = "success"
    picks_created: int
    picks: list[Pick]


class MyPicks(ResponseBody):
    """A page of the caller's picks, newest first."""

    picks: list[Pick]
    next_cursor: str | None


class MovedQuote(QuoteListing):
    """The quote now in force of a pick whose odds have moved. index: the pick's place in the submission."""

    index: int
