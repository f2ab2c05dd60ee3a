"""Request bodies about builds."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from pickvs.core.requests import Exact, Identifier, RequestBody
from pickvs.dfs.builds.rules import MOST_LINEUPS

_Share = Annotated[Decimal, Exact(0, 1, 4)]
_Name = Annotated[str, Field(min_length=1, max_length=60)]
_Count = Annotated[int, Field(ge=0, le=20)]


class WantedExposure(RequestBody):
    """In which share of the lineups a player is."""

    player_id: Identifier
    min: Annotated[_Share | None, Field(description="Least share, rounded up to a count of lineups.")] = None
    max: Annotated[_Share | None, Field(description="Most, rounded down, but at least one lineup if above 0.")] = None


class WantedPlayerGroup(RequestBody):
    """How many of some players a lineup has."""

    players: Annotated[list[Identifier], Field(min_length=1, max_length=100)]
    comparison: Literal["at_most", "at_least", "exactly"]
    count: _Count
    if_player: Annotated[Identifier | None, Field(description="The rule is for lineups with this player only.")] = None


class WantedStack(RequestBody):
    """Players of one team, and of the team that it plays, who are in a lineup together."""

    count: Annotated[int, Field(ge=1, le=12, description="At least so many of one team.")]
    opponents: Annotated[int, Field(ge=0, le=12, description="At least so many of the team that it plays.")] = 0
    teams: list[_Name] = Field(default_factory=list, max_length=60, description="Which team it may be. Empty: any.")
    positions: list[_Name] = Field(default_factory=list, max_length=12, description="Which count. Empty: all.")


class WantedOpposing(RequestBody):
    """Positions that are not in a lineup together when their teams play each other."""

    positions: Annotated[list[_Name], Field(min_length=1, max_length=12, examples=[["QB"]])]
    against: Annotated[list[_Name], Field(min_length=1, max_length=12, examples=[["DST"]])]


class WantedTeamLimit(RequestBody):
    """How many players of a team a lineup has."""

    team: _Name
    min: _Count | None = None
    max: _Count | None = None


class WantedRandomness(RequestBody):
    """Each lineup is the best under a draw of its own."""

    kind: Annotated[
        Literal["deviation", "range"],
        Field(description="deviation: by a share of each projection. range: between each player's floor and ceiling."),
    ]
    deviation: Annotated[_Share | None, Field(examples=[0.12], description="Of deviation alone: 0.12 is 12 %.")] = None


class WantedBuild(RequestBody):
    """What is to be built. Players are named by the ids of the slate's players."""

    slate_id: Identifier
    projection_set_id: Identifier
    count: Annotated[int, Field(ge=1, le=MOST_LINEUPS, examples=[150], description="Lineups wanted.")] = 20
    locks: list[Identifier] = Field(default_factory=list, max_length=600, description="Players in every lineup.")
    excludes: list[Identifier] = Field(default_factory=list, max_length=600, description="Players in none.")
    max_exposure: Annotated[
        Annotated[Decimal, Exact(0, 1, 4, more=True)] | None,
        Field(examples=[0.4], description="Most share of lineups for every player."),
    ] = None
    exposures: list[WantedExposure] = Field(default_factory=list, max_length=600, description="Of single players.")
    groups: list[WantedPlayerGroup] = Field(default_factory=list, max_length=10)
    stacks: list[WantedStack] = Field(default_factory=list, max_length=10)
    opposing: list[WantedOpposing] = Field(default_factory=list, max_length=10)
    team_limits: list[WantedTeamLimit] = Field(default_factory=list, max_length=60)
    min_salary: Annotated[int | None, Field(ge=0, le=1_000_000, examples=[49000])] = None
    max_ownership: Annotated[
        Annotated[Decimal, Exact(0, 20, 4, more=True)] | None,
        Field(description="Sum of the ownership of a lineup's players."),
    ] = None
    min_points: Annotated[
        Annotated[Decimal, Exact(0, 999, 2)] | None, Field(description="Least projection of a player.")
    ] = None
    trust: Annotated[
        _Share | None,
        Field(
            examples=[0.5],
            description="Weight of the projections against what the field expects (`field_points`), by player. By "
            "default 1: the projections alone.",
        ),
    ] = None
    max_repeating: Annotated[
        int | None, Field(ge=0, le=20, examples=[5], description="Most players that two lineups share.")
    ] = None
    randomness: WantedRandomness | None = None
    seed: Annotated[
        int | None, Field(ge=0, lt=2**31, description="The same seed gives the same lineups. By default one is drawn.")
    ] = None
    exclude_builds: list[Identifier] = Field(
        default_factory=list, max_length=20, description="Builds of the slate whose lineups are not built again."
    )
    late_swap_file_id: Annotated[
        Identifier | None, Field(description="File of entries whose open slots are to be swapped.")
    ] = None
    dry_run: Annotated[
        bool, Field(description="Only say whether the rules can be kept, and what shares are as counts.")
    ] = False
