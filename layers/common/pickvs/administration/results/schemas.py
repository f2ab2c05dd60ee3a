"""What an administrator asks for, and what it changes."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, ValidationInfo, field_validator
from pydantic.config import JsonDict

from pickvs.administration.results.rules import MOST_POINTS
from pickvs.administration.schemas import Reason
from pickvs.core.types import Number, RequestBody, ResponseBody
from pickvs.markets.values import GameStatus, Market, Selection
from pickvs.picks.rules import PickResult

MOST_LISTED = 1000
"""How many changed picks, and how many changed ranks, an answer lists."""

A_FINAL: JsonDict = {
    "status": "finished",
    "outcome": "final",
    "home_score": 112,
    "away_score": 104,
    "source": "the_odds_api",
}
A_CORRECTION: JsonDict = {**A_FINAL, "away_score": 106, "source": "admin:12"}
"""Examples of how a game stands, before an act and after it."""

_SOME_CHANGES: JsonDict = {
    "dry_run": True,
    "game_id": 41,
    "before": A_FINAL,
    "after": A_CORRECTION,
    "picks_changed": 1,
    "picks": [
        {
            "pick_id": 5150,
            "username": "ada",
            "market": "spread",
            "selection": "home",
            "line": -6.5,
            "price": -110,
            "stake_units": 1,
            "before": {
                "result": "win",
                "units": 0.9091,
                "closing_line": -6.5,
                "closing_price": -115,
                "clv_percent": 0.0123,
            },
            "after": {
                "result": "loss",
                "units": -1,
                "closing_line": -6.5,
                "closing_price": -115,
                "clv_percent": 0.0123,
            },
        }
    ],
    "ranks_changed": 2,
    "ranks": [
        {"username": "linus", "before": 2, "after": 1, "units_before": 7.1, "units_after": 7.1},
        {"username": "ada", "before": 1, "after": 2, "units_before": 7.4313, "units_after": 5.5222},
    ],
}

DryRun = Annotated[bool, Field(description="true: nothing is changed; the answer says what would be.")]

Points = Annotated[int, Field(ge=0, le=MOST_POINTS, description="Overtime included.")]


class Order(RequestBody):
    """An act on a game. The reason is shown with the result to everybody."""

    reason: Reason
    dry_run: DryRun = False


class ResultOrder(Order):
    """The final score of a game that has tipped off."""

    home_score: Points
    away_score: Points


class RegradeOrder(RequestBody):
    """Grading anew. Only a dry run can go without a reason."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [
                {"required": ["reason"], "properties": {"reason": {"type": "string"}}},
                {"required": ["dry_run"], "properties": {"dry_run": {"const": True}}},
            ],
            "examples": [{"dry_run": True}],
        }
    )

    dry_run: DryRun = False
    reason: Annotated[Reason | None, Field(validate_default=True)] = None

    @field_validator("reason")
    @classmethod
    def _is_left_out_of_dry_runs_alone(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if reason is None and not info.data.get("dry_run"):
            raise ValueError("a change needs a reason")
        return reason


class GameState(ResponseBody):
    """How a game stands."""

    status: GameStatus
    outcome: Literal["final", "void", "reopened"] | None = Field(
        description="Of the result in force; null before the first."
    )
    home_score: int | None
    away_score: int | None
    source: str | None = Field(description="Who says so: a provider's name, or `admin:` and the administrator's id.")


class PickState(ResponseBody):
    """What the ledger says of a pick; all null while it is pending."""

    result: PickResult | None
    units: Number | None
    closing_line: Number | None
    closing_price: int | None
    clv_percent: Number | None


class PickChange(ResponseBody):
    """A pick of the game, before and after."""

    pick_id: int
    username: str
    market: Market
    selection: Selection
    line: Number | None = Field(description="In points, from the side's own view; null on a moneyline.")
    price: int = Field(description="American odds.")
    stake_units: Number
    before: PickState
    after: PickState


class RankChange(ResponseBody):
    """A place on the board of all time by units, before and after."""

    username: str
    before: int | None = Field(description="null: not on the board.")
    after: int | None = Field(description="null: not on the board any more.")
    units_before: Number
    units_after: Number


class Changes(ResponseBody):
    """What an act has changed or, as a dry run, would change. Both are answered alike."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SOME_CHANGES]})

    dry_run: bool
    game_id: int
    before: GameState
    after: GameState
    picks_changed: int = Field(description="How many there are in all.")
    picks: list[PickChange] = Field(
        description=f"The first {MOST_LISTED} of them, by id; none before the tip-off, until when they are sealed."
    )
    ranks_changed: int = Field(description="How many there are in all.")
    ranks: list[RankChange] = Field(description=f"The first {MOST_LISTED} of them, by the rank after.")
