"""Responses: merges of games."""

from typing import Annotated

from pickvs.core.types import ResponseBody, doc
from pickvs.markets.merging.rules import Sides
from pickvs.operations.administration.results.schemas import MOST_LISTED, GameState, PickChange, RankChange


class MergeChanges(ResponseBody):
    """The changes of a merge or of its undoing or, for a dry run, the changes it would make."""

    dry_run: bool
    game_id: Annotated[int, doc("The absorbed game.")]
    survivor_id: Annotated[int, doc("The game that goes on.")]
    sides: Annotated[Sides, doc("Whether both games have the same home team.")]
    before: Annotated[GameState, doc("Of the absorbed game.")]
    after: Annotated[GameState, doc("Of the absorbed game.")]
    sealed: Annotated[bool, doc("Whether picks are sealed. They are not listed, and a dry run does not count them.")]
    picks_changed: Annotated[
        int, doc("Total number of changed picks of both games; 0 in a dry run while picks are sealed.")
    ]
    picks: Annotated[
        list[PickChange],
        doc(f"The first {MOST_LISTED} changed picks, by game and id. Empty before tip-off, while picks are sealed."),
    ]
    ranks_changed: Annotated[int, doc("Total number of changed ranks; 0 likewise.")]
    ranks: Annotated[list[RankChange], doc(f"The first {MOST_LISTED} changed ranks, by new rank.")]
