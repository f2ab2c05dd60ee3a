"""Responses: sets of projections."""

from typing import Annotated, Any

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.dfs.projections.rules import SetKind


class ProjectionSet(ResponseBody):
    """A set of projections. It never changes: an edit makes another one."""

    id: int
    slate_id: int
    is_own: Annotated[bool, doc("Whether it is yours. Public ones are simulated by PickVs.")]
    version: Annotated[int, doc("Number of the set among those of its owner for the slate.", examples=[3])]
    kind: SetKind
    parent: Annotated[int | None, doc("The set of which it is an edit.", examples=[17])]
    upload_id: Annotated[int | None, doc("The file from which it was read.", examples=[5])]
    parameters: Annotated[dict[str, Any], doc("How it was made.", examples=[{"changed": 4}])]
    made_at: Moment
    players: Annotated[int, doc("Players with a projection.", examples=[138])]


class ProjectionSets(ResponseBody):
    """A page of a slate's sets, newest first."""

    projection_sets: list[ProjectionSet]
    next_cursor: Annotated[str | None, doc("null on the last page.")]


class PlayerProjection(ResponseBody):
    """What a player is expected to score, in a slot that does not multiply."""

    player_id: Annotated[int, doc("The player of the slate.", examples=[411])]
    name: Annotated[str, doc("As the site writes it.", examples=["Jayson Tatum"])]
    team: Annotated[str, doc("As the site writes it.", examples=["BOS"])]
    salary: Annotated[int, doc("Whole dollars.", examples=[10200])]
    points: Annotated[Number, doc("Mean.", examples=[48.25])]
    deviation: Annotated[Number | None, doc("Standard deviation, as it was stated.", examples=[11.5])]
    floor: Annotated[Number | None, doc("As the source means it.", examples=[31.0])]
    ceiling: Annotated[Number | None, doc("As the source means it.", examples=[66.5])]
    ownership: Annotated[Number | None, doc("Expected share of a contest's lineups, 0 to 1.", examples=[0.24])]
    minutes: Annotated[Number | None, doc("Expected minutes.", examples=[36.5])]
    field_points: Annotated[Number | None, doc("Mean that the field expects, where it is stated.", examples=[46.5])]


class ProjectionSetPage(ResponseBody):
    """A set, and a page of its projections, most points first."""

    projection_set: ProjectionSet
    projections: list[PlayerProjection]
    next_cursor: Annotated[str | None, doc("null on the last page.")]
