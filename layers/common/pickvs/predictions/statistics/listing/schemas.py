"""Responses: players, and what they and their teams did in each game."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pickvs.core.types import Moment, ResponseBody, doc

_A_PLAYER: dict[str, Any] = {
    "id": 412,
    "sport": "basketball_nba",
    "name": "Nikola Jokić",
    "team_id": 8,
    "position": "C",
    "jersey": "15",
    "height_cm": None,
    "weight_kg": None,
    "birth_date": None,
}
_STATS = {"points": 26, "rebounds": 12, "assists": 9}
_A_GAME: dict[str, Any] = {
    "game_id": 4711,
    "season": 2025,
    "date": "2025-11-15",
    "team_id": 8,
    "opponent_id": 13,
    "is_home": True,
    "stats": _STATS,
    "source": "espn",
}
_A_SIDE: dict[str, Any] = {
    "team_id": 8,
    "points": 109,
    "stats": {"points": 109, "rebounds": 50, "assists": 26},
    "players": [{"player_id": 412, "name": "Nikola Jokić", "seconds": 2040, "stats": _STATS}],
}


class PlayerListing(ResponseBody):
    """A player who was in a box score."""

    EXAMPLES: ClassVar = (_A_PLAYER,)

    id: int
    sport: str
    name: str
    team_id: Annotated[int | None, doc("With whom the player was last seen, in a game or in a list of injuries.")]
    position: str | None
    jersey: str | None
    height_cm: int | None
    weight_kg: int | None
    birth_date: date | None


class Players(ResponseBody):
    """A page of players, by name."""

    players: list[PlayerListing]
    next_cursor: str | None


class PlayerSeason(ResponseBody):
    """A player's sums over the games of a season."""

    season: Annotated[int, doc("The year in which the season starts.")]
    games: int
    seconds: Annotated[int, doc("Time played; 0 in a sport that does not count it.")]
    totals: Annotated[dict[str, int], doc("The sum of each statistic, by name.")]


class PlayerProfile(ResponseBody):
    """A player, and what he has done by season."""

    EXAMPLES: ClassVar = (
        {"player": _A_PLAYER, "seasons": [{"season": 2025, "games": 40, "seconds": 82800, "totals": _STATS}]},
    )

    player: PlayerListing
    seasons: Annotated[list[PlayerSeason], doc("The latest first.")]


class PlayerGame(ResponseBody):
    """A player's line in a game with a final box score."""

    EXAMPLES: ClassVar = ({**_A_GAME, "seconds": 2040},)

    game_id: Annotated[int, doc("Negative for a game that was over before this service knew of it.")]
    season: int
    date: Annotated[date, doc("Where the game was played.")]
    team_id: int
    opponent_id: int
    is_home: bool
    seconds: int
    stats: Annotated[dict[str, int], doc("Counts by name of the statistic.")]
    source: str


class PlayerGames(ResponseBody):
    """A page of a player's games, the newest first."""

    games: list[PlayerGame]
    next_cursor: str | None


class TeamGame(ResponseBody):
    """A team's line in a game with a final box score."""

    EXAMPLES: ClassVar = ({**_A_GAME, "points": 109, "opponent_points": 96},)

    game_id: Annotated[int, doc("Negative for a game that was over before this service knew of it.")]
    season: int
    date: Annotated[date, doc("Where the game was played.")]
    team_id: int
    opponent_id: int
    is_home: bool
    points: int
    opponent_points: int
    stats: Annotated[dict[str, int], doc("The sums of its players, by name of the statistic.")]
    source: str


class TeamGames(ResponseBody):
    """A page of a team's games, the newest first."""

    games: list[TeamGame]
    next_cursor: str | None


class BoxPlayer(ResponseBody):
    """A player's line."""

    player_id: int
    name: str
    seconds: int
    stats: dict[str, int]


class BoxTeam(ResponseBody):
    """A side of a box score."""

    team_id: int
    points: int
    stats: Annotated[dict[str, int], doc("The sums of its players.")]
    players: Annotated[list[BoxPlayer], doc("Who played; who played longest first.")]


class GameBoxScore(ResponseBody):
    """The latest box score of a game. In review it has no lines: they contradict each other, or the score."""

    EXAMPLES: ClassVar = (
        {
            "game_id": 4711,
            "state": "final",
            "reasons": [],
            "revision": 1,
            "source": "espn",
            "confirmed_by": ["balldontlie"],
            "known_at": "2025-11-16T10:31:12Z",
            "home": _A_SIDE,
            "away": {**_A_SIDE, "team_id": 13, "points": 96},
        },
    )

    game_id: int
    state: Literal["final", "review"]
    reasons: Annotated[list[str], doc("Why it is in review.")]
    revision: Annotated[int, doc("Its number among the box scores of the game, from 1.")]
    source: str
    confirmed_by: Annotated[list[str], doc("Other sources that say the same.")]
    known_at: Moment
    home: BoxTeam | None
    away: BoxTeam | None
