"""Responses: slates, their games and players."""

from typing import Annotated

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.dfs.slates.rules import SlateGameState


class SlateGame(ResponseBody):
    """A game of a slate."""

    key: Annotated[str, doc("Names the game within the slate.", examples=["LAL@BOS"])]
    away: Annotated[str | None, doc("As the site writes it. null in a race.", examples=["LAL"])]
    home: Annotated[str | None, doc("As the site writes it. null in a race.", examples=["BOS"])]
    starts_at: Moment
    state: SlateGameState
    game_id: Annotated[int | None, doc("The game of /games, where it is known.", examples=[41])]
    home_spread: Annotated[
        Number | None, doc("Points that the market gives the home team of that game.", examples=[-4.5])
    ]
    total: Annotated[Number | None, doc("Points that the market expects of both teams.", examples=[221.5])]
    line_at: Annotated[Moment | None, doc("When these lines were last seen.")]


class Slate(ResponseBody):
    """What a contest is played on."""

    id: int
    is_own: Annotated[bool, doc("Whether you have uploaded it. Nobody else sees it then.")]
    site: Annotated[str, doc("Its site.", examples=["draftkings"])]
    sport: str
    format: Annotated[str, doc("Kind of contest: slots, salary cap and rules.", examples=["dk_nba_classic"])]
    name: Annotated[str, doc("As the source calls it.", examples=["Saturday, 7:00 pm"])]
    source: Annotated[str, doc("Where the salaries come from.", examples=["upload"])]
    starts_at: Annotated[Moment, doc("Start of its first game, when it locks.")]
    is_locked: Annotated[bool, doc("Whether its first game has begun, so that only late swaps are possible.")]
    salaries_at: Annotated[Moment, doc("When the salaries were last stated.")]
    players: Annotated[int, doc("Players who can be used.", examples=[138])]
    games: list[SlateGame]


class Slates(ResponseBody):
    """A page of slates, latest start first."""

    slates: list[Slate]
    next_cursor: Annotated[str | None, doc("null on the last page.")]


class SlatePlayer(ResponseBody):
    """A player of a slate."""

    id: Annotated[int, doc("Names the player in builds and projections.")]
    site_player_id: Annotated[str, doc("The site's number of the player.", examples=["38012345"])]
    player_id: Annotated[int | None, doc("The player of /players, where he is known.", examples=[7])]
    name: Annotated[str, doc("As the site writes it.", examples=["Jayson Tatum"])]
    team: Annotated[str, doc("As the site writes it.", examples=["BOS"])]
    opponent: Annotated[str | None, doc("null in a race.", examples=["LAL"])]
    game: Annotated[str, doc("Key of the game.", examples=["LAL@BOS"])]
    positions: Annotated[list[str], doc("Positions of the site.", examples=[["SF", "PF"]])]
    slots: Annotated[list[str], doc("Slots of the format that the player may fill.", examples=[["SF", "F", "UTIL"]])]
    salary: Annotated[int, doc("Whole dollars.", examples=[10200])]
    captain_salary: Annotated[int | None, doc("Whole dollars in the slot that multiplies, if the format has one.")]
    average_points: Annotated[Number | None, doc("A game, as the site states it.", examples=[44.25])]
    status: Annotated[str, doc("As the site states it. Empty: none.", examples=["Q"])]
    is_disabled: Annotated[bool, doc("Whether the site has taken the player off the slate.")]
    is_locked: Annotated[bool, doc("Whether the game has begun.")]


class SlatePlayers(ResponseBody):
    """A page of a slate's players, dearest first."""

    slate_id: int
    players: list[SlatePlayer]
    next_cursor: Annotated[str | None, doc("null on the last page.")]
