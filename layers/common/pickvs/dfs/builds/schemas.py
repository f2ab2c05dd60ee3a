"""Responses: builds and their lineups."""

from typing import Annotated, Any

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.dfs.builds.rules import BuildState


class PlayerExposure(ResponseBody):
    """In how many lineups a player is."""

    player_id: Annotated[int, doc("The player of the slate.", examples=[411])]
    name: Annotated[str, doc("As the site writes it.", examples=["Jayson Tatum"])]
    least: Annotated[int, doc("Least lineups that were asked for.", examples=[0])]
    most: Annotated[int, doc("Most lineups that were asked for.", examples=[60])]
    lineups: Annotated[int, doc("Lineups that have the player.", examples=[60])]


class ConflictingRule(ResponseBody):
    """A rule that cannot be kept together with the others that are named."""

    kind: Annotated[str, doc("Which kind of rule it is.", examples=["lock"])]
    text: Annotated[str, doc("In words.", examples=["lock Ivica Zubac"])]
    player_id: Annotated[int | None, doc("Whom it is about.", examples=[411])]
    team: Annotated[str | None, doc("Which team it is about.", examples=["LAC"])]
    index: Annotated[int | None, doc("Its place among the groups, stacks or opposing positions, from 0.")]


class RelaxedRule(ConflictingRule):
    """A rule that is changed, so that lineups are possible."""

    field: Annotated[
        str | None, doc("Which figure of the rule changes. null: the rule is dropped.", examples=["count"])
    ]
    value: Annotated[Number | None, doc("What it becomes.", examples=[2])]


class Build(ResponseBody):
    """A build, as far as it is."""

    id: int
    slate_id: int
    projection_set_id: int
    late_swap_file_id: Annotated[int | None, doc("The entries that it swaps.", examples=[3])]
    dry_run: Annotated[bool, doc("Whether only the rules are checked.")]
    state: BuildState
    wanted: Annotated[int, doc("Lineups wanted.", examples=[150])]
    found: Annotated[int, doc("Lineups stored so far.", examples=[150])]
    points: Annotated[Number, doc("Sum of the lineups' projections.", examples=[42186.6])]
    bound: Annotated[Number | None, doc("No lineups that keep the rules have more points.", examples=[42204.6])]
    gap: Annotated[Number | None, doc("(bound - points) / bound, of a complete build.", examples=[0.000426])]
    reason: Annotated[
        str | None, doc("Why it has ended without all lineups.", examples=["No lineup keeps these rules."])
    ]
    conflict: Annotated[list[ConflictingRule] | None, doc("Rules that no lineup keeps together. None can be left out.")]
    relaxation: Annotated[list[RelaxedRule] | None, doc("The cheapest changes that make lineups possible.")]
    seed: Annotated[int, doc("The same seed gives the same lineups.", examples=[20241213])]
    is_being_cancelled: Annotated[bool, doc("Whether it ends after the lineups that are being built.")]
    settings: Annotated[dict[str, Any], doc("What was asked for.", examples=[{"count": 150, "max_exposure": 0.4}])]
    created_at: Moment
    started_at: Moment | None
    ended_at: Moment | None


class BuildDetails(Build):
    """A build, with the exposures of its players."""

    exposures: Annotated[list[PlayerExposure], doc("Players with a limit or in a lineup, most lineups first.")]


class Builds(ResponseBody):
    """A page of builds, newest first."""

    builds: list[Build]
    next_cursor: Annotated[str | None, doc("null on the last page.")]


class LineupPlayer(ResponseBody):
    """A player in a slot."""

    slot: Annotated[str, doc("As the site writes it.", examples=["UTIL"])]
    player_id: Annotated[int | None, doc("The player of the slate. null: nobody, in an entry that stayed.")]
    site_player_id: Annotated[str | None, doc("The site's number of the player in this slot.", examples=["38012345"])]
    name: Annotated[str | None, doc("As the site writes it.", examples=["Jayson Tatum"])]
    team: Annotated[str | None, doc("As the site writes it.", examples=["BOS"])]
    salary: Annotated[int | None, doc("Whole dollars, in this slot.", examples=[10200])]


class Lineup(ResponseBody):
    """A lineup of a build."""

    number: Annotated[int, doc("From 1, in the order in which they were built.", examples=[1])]
    points: Annotated[Number, doc("Sum of the projections.", examples=[301.25])]
    salary: Annotated[int, doc("Whole dollars.", examples=[49900])]
    entry_line: Annotated[int | None, doc("Line of the entry in the file that is swapped.", examples=[2])]
    kept_because: Annotated[str | None, doc("Why an entry was left as it was.")]
    players: Annotated[list[LineupPlayer], doc("In the order of the format's slots.")]


class Lineups(ResponseBody):
    """A page of a build's lineups, by number."""

    build_id: int
    lineups: list[Lineup]
    next_cursor: Annotated[str | None, doc("null on the last page.")]
