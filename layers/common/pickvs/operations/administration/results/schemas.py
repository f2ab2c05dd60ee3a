"""Responses: the changes made by an administrator's action."""

from typing import Annotated, Any, ClassVar, Literal

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.markets.values import GameStatus, Market, Selection
from pickvs.operations.administration.examples import A_CORRECTION, A_FINAL
from pickvs.picks.rules import PickResult

MOST_LISTED = 1000
"""Maximum number of changed picks, and of changed ranks, in a response."""

_SOME_CHANGES: dict[str, Any] = {
    "dry_run": True,
    "game_id": 41,
    "before": A_FINAL,
    "after": A_CORRECTION,
    "sealed": False,
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


class GameState(ResponseBody):
    """A game's state."""

    status: GameStatus
    outcome: Annotated[
        Literal["final", "void", "reopened"] | None, doc("Outcome of the result in force; null before the first.")
    ]
    home_score: int | None
    away_score: int | None
    began_at: Annotated[Moment | None, doc("The start that the result states. Picks placed at it or later are void.")]
    source: Annotated[str | None, doc("Origin: a provider's name, or `admin:` and the administrator's id.")]


class PickState(ResponseBody):
    """A pick's ledger state; all fields are null while it is pending."""

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
    line: Annotated[Number | None, doc("In points, from the side's own view; null on a moneyline.")]
    price: Annotated[int, doc("American odds.")]
    stake_units: Number
    before: PickState
    after: PickState


class RankChange(ResponseBody):
    """A user's rank by units on the all-time board, before and after."""

    username: str
    before: Annotated[int | None, doc("null if not on the board.")]
    after: Annotated[int | None, doc("null if no longer on the board.")]
    units_before: Number
    units_after: Number


class Changes(ResponseBody):
    """The changes of an action or, for a dry run, the changes it would make. Both have the same format."""

    EXAMPLES: ClassVar = (_SOME_CHANGES,)

    dry_run: bool
    game_id: int
    before: GameState
    after: GameState
    sealed: Annotated[bool, doc("Whether picks are sealed. They are not listed, and a dry run does not count them.")]
    picks_changed: Annotated[int, doc("Total number of changed picks; 0 in a dry run while picks are sealed.")]
    picks: Annotated[
        list[PickChange],
        doc(f"The first {MOST_LISTED} changed picks, by id. Empty before tip-off, while picks are sealed."),
    ]
    ranks_changed: Annotated[int, doc("Total number of changed ranks; 0 likewise.")]
    ranks: Annotated[list[RankChange], doc(f"The first {MOST_LISTED} changed ranks, by new rank.")]
