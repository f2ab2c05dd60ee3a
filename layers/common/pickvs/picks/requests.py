"""Requests: submissions of picks."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from pickvs.core.requests import Identifier, RequestBody
from pickvs.markets.values import Market, Selection
from pickvs.picks.rules import DEFAULT_STAKE, LEAST_STAKE, MOST_PICKS, MOST_STAKE, STAKE_STEP, is_stake


def _stake(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("must be a number")  # noqa: TRY004 - pydantic reports a ValueError, and lets a TypeError through
    units = Decimal(str(value))
    if not is_stake(units):
        raise ValueError(f"must be {LEAST_STAKE} to {MOST_STAKE} in steps of {STAKE_STEP}")
    return units.normalize()  # 1 and 1.0 must be the same request to idempotency


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
"""Units at risk on a pick, as a JSON number."""


class WantedPick(RequestBody):
    """A requested pick. Line and price are those of the quote, so the client does not send them."""

    game_id: Identifier
    market: Market
    selection: Selection
    quote_id: Annotated[Identifier, Field(description="The quote that the user saw, from GET /games/upcoming.")]
    stake_units: Stake = DEFAULT_STAKE


class Submission(RequestBody):
    """Picks that are all made or all refused."""

    picks: Annotated[list[WantedPick], Field(min_length=1, max_length=MOST_PICKS)]
