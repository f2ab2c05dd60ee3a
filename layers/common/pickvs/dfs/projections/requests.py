"""Request bodies about projections."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from pickvs.core.requests import Exact, Identifier, RequestBody

_Points = Annotated[Decimal, Exact(-999, 9999, 2)]
_Share = Annotated[Decimal, Exact(0, 1, 5)]


class ProjectionChange(RequestBody):
    """What an edit changes about a player. What is left out stays; null takes a value away."""

    player_id: Identifier
    points: Annotated[_Points | None, Field(examples=[41.5])] = None
    deviation: Annotated[Decimal, Exact(0, 9999, 2)] | None = None
    floor: _Points | None = None
    ceiling: _Points | None = None
    ownership: Annotated[_Share | None, Field(description="Share of a contest's lineups, 0 to 1.")] = None
    field_points: Annotated[_Points | None, Field(description="Mean that the field expects.")] = None


class WantedSet(RequestBody):
    """A set of projections to be made from another one, or from forecasts."""

    slate_id: Identifier
    kind: Annotated[
        Literal["edited", "simulated"],
        Field(description="How it is made: by editing another one, or from PickVs' forecasts of games and players."),
    ]
    parent: Annotated[Identifier | None, Field(description="The set that is edited. It stays as it is.")] = None
    changes: Annotated[
        list[ProjectionChange], Field(default_factory=list, max_length=600, description="Of an edit, at least one.")
    ]
