"""Responses: slates, their games and players."""

from typing import Annotated

from pickvs.core.types import Moment, Number, ResponseBody, doc
from pickvs.dfs.slates.rules import SlateGameState


class PlayerHealth(ResponseBody):
    """The latest word of a source on a player's health."""

    source: Annotated[str, doc("Who says it.", examples=["nba_report"])]
    status: Annotated[str, doc("available, probable, questionable, doubtful or out.", examples=["questionable"])]
    reason: Annotated[str | None, doc("As the source writes it.", examples=["Left Ankle; Sprain"])]
    reported_at: Annotated[Moment, doc("By the source.")]
    known_at: Annotated[Moment, doc("When the platform heard it.")]


class WeatherHour(ResponseBody):
    """What a source forecasts for an hour of a game."""

    source: Annotated[str, doc("Who says it.", examples=["nws"])]
    valid_at: Annotated[Moment, doc("Beginning of the hour.")]
    made_at: Annotated[Moment, doc("When the platform heard it. Later answers that said the same are not told.")]
    temperature_c: Annotated[Number | None, doc("Degrees Celsius.", examples=[18.5])]
    wind_kph: Annotated[Number | None, doc("Kilometres an hour.", examples=[14])]
    gust_kph: Annotated[Number | None, doc("Kilometres an hour.", examples=[26.5])]
    wind_from_degrees: Annotated[int | None, doc("Where the wind comes from, clockwise from north.", examples=[270])]
    precipitation_mm: Annotated[Number | None, doc("Millimetres in the hour.", examples=[0.2])]
    precipitation_chance: Annotated[Number | None, doc("0 to 1.", examples=[0.35])]
    humidity: Annotated[Number | None, doc("Relative, 0 to 1.", examples=[0.6])]


class GameWeather(ResponseBody):
    """The weather of a game of a slate."""

    key: Annotated[str, doc("Names the game within the slate.", examples=["NYY@BOS"])]
    starts_at: Moment
    venue: Annotated[str, doc("Where it is played.", examples=["Fenway Park"])]
    roof: Annotated[str, doc("open, retractable or closed. Under a closed one nobody is asked.", examples=["open"])]
    checked_at: Annotated[dict[str, Moment], doc("When each source last answered for the place.")]
    hours: Annotated[list[WeatherHour], doc("By source and time. Empty: no source has told anything.")]


class SlateWeather(ResponseBody):
    """The weather of a slate's games whose place is known. A game indoors is not in it."""

    slate_id: int
    games: list[GameWeather]


class HealthChange(ResponseBody):
    """What a source has said of a player."""

    id: int
    player_id: Annotated[int, doc("The player of /players.", examples=[7])]
    name: Annotated[str, doc("The player's name.", examples=["Jayson Tatum"])]
    team: Annotated[str | None, doc("For whom he plays now. null if that is not known.", examples=["Boston Celtics"])]
    source: Annotated[str, doc("Who says it.", examples=["nba_report"])]
    status: Annotated[str, doc("available, probable, questionable, doubtful or out.", examples=["questionable"])]
    reason: Annotated[str | None, doc("As the source writes it.", examples=["Left Ankle; Sprain"])]
    reported_at: Annotated[Moment, doc("By the source.")]
    known_at: Annotated[Moment, doc("When the platform heard it.")]


class HealthChanges(ResponseBody):
    """A page of what was said of players' health, the latest first."""

    sport: Annotated[str, doc("The sport asked about.", examples=["basketball_nba"])]
    checked_at: Annotated[dict[str, Moment], doc("When each source last gave a usable list.")]
    changes: list[HealthChange]
    next_cursor: Annotated[str | None, doc("null on the last page.")]


class SlateGame(ResponseBody):
    """A game of a slate."""

    key: Annotated[str, doc("Names the game within the slate.", examples=["LAL@BOS"])]
    away: Annotated[str | None, doc("As the site writes it. null in a race.", examples=["LAL"])]
    home: Annotated[str | None, doc("As the site writes it. null in a race.", examples=["BOS"])]
    starts_at: Moment
    state: SlateGameState
    game_id: Annotated[int | None, doc("The game of /games, where it is known.", examples=[41])]
    home_spread: Annotated[Number | None, doc("The market's line of the home team. null without one.", examples=[-4.5])]
    total: Annotated[Number | None, doc("The market's line of the points of both teams.", examples=[228.5])]
    lines_at: Annotated[Moment | None, doc("When the older of the two lines was captured.")]


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
    injuries_at: Annotated[dict[str, Moment], doc("When each source last gave a usable list of who is hurt.")]
    weather_at: Annotated[dict[str, Moment], doc("When each source last answered for all venues outdoors.")]
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
    health: Annotated[list[PlayerHealth], doc("Each source's latest word, the league's own first. Empty: no word.")]
    is_disabled: Annotated[bool, doc("Whether the site has taken the player off the slate.")]
    is_locked: Annotated[bool, doc("Whether the game has begun.")]


class SlatePlayers(ResponseBody):
    """A page of a slate's players, dearest first."""

    slate_id: int
    players: list[SlatePlayer]
    next_cursor: Annotated[str | None, doc("null on the last page.")]
