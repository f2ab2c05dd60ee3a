"""What an act of an administrator changes."""

from typing import Annotated, Any, ClassVar, Literal

from pickvs.core.types import Number, ResponseBody, doc
from pickvs.markets.values import GameStatus, Market, Selection
from pickvs.picks.rules import PickResult

MOST_LISTED = 1000
"""How many changed picks, and how many changed ranks, an answer lists."""

A_FINAL: dict[str, Any] = {
    "status": "finished",
    "outcome": "final",
    "home_score": 112,
    "away_score": 104,
    "source": "the_odds_api",
}
A_CORRECTION: dict[str, Any] = {**A_FINAL, "away_score": 106, "source": "admin:12"}
"""Examples of how a game stands, before an act and after it."""

_SOME_CHANGES: dict[str, Any] = {
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


class GameState(ResponseBody):
    """How a game stands."""

    status: GameStatus
    outcome: Annotated[
        Literal["final", "void", "reopened"] | None, doc("Of the result in force; null before the first.")
    ]
    home_score: int | None
    away_score: int | None
    source: Annotated[str | None, doc("Who says so: a provider's name, or `admin:` and the administrator's id.")]


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
    line: Annotated[Number | None, doc("In points, from the side's own view; null on a moneyline.")]
    price: Annotated[int, doc("American odds.")]
    stake_units: Number
    before: PickState
    after: PickState


class RankChange(ResponseBody):
    """A place on the board of all time by units, before and after."""

    username: str
    before: Annotated[int | None, doc("null: not on the board.")]
    after: Annotated[int | None, doc("null: not on the board any more.")]
    units_before: Number
    units_after: Number


class Changes(ResponseBody):
    """What an act has changed or, as a dry run, would change. Both are answered alike."""

    EXAMPLES: ClassVar = (_SOME_CHANGES,)

    dry_run: bool
    game_id: int
    before: GameState
    after: GameState
    picks_changed: Annotated[int, doc("How many there are in all.")]
    picks: Annotated[
        list[PickChange],
        doc(f"The first {MOST_LISTED} of them, by id; none before the tip-off, until when they are sealed."),
    ]
    ranks_changed: Annotated[int, doc("How many there are in all.")]
    ranks: Annotated[list[RankChange], doc(f"The first {MOST_LISTED} of them, by the rank after.")]
