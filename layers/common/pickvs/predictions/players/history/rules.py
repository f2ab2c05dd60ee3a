"""What is remembered of players and teams between two days, and its form in JSON. Pure.

A measure is a number of one player in one game: his exposure first, then the league's tracked statistics. All rows of
measures have that order. A decaying sum weighs a game by half for every half-life of games since.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pickvs.predictions.leagues.players import PlayerLeague

type Row = tuple[float, ...]

LONGEST_STREAK = 10
"""Missed games in a row from which players are one class."""


@dataclass(frozen=True, slots=True)
class PlayerHistory:
    """One player. day: ordinal of his last game. games, career: games in this season and in all.

    weights, sums: for each half-life the decaying count of games and the decaying sums of the measures. squares: the
    same of the square of exposure, at the longest half-life. started: decaying count of starts, at the middle one.
    season_sums: sums of this season. last: his last rows, the newest first. previous, previous_games: means and games
    of the season before; an empty row if there was none.
    """

    team: str
    season: int
    day: int
    games: int
    career: int
    weights: Row
    sums: tuple[Row, ...]
    squares: float
    started: float
    season_sums: Row
    last: tuple[Row, ...]
    previous: Row
    previous_games: int


@dataclass(frozen=True, slots=True)
class TeamHistory:
    """One team. day: ordinal of its last game, 0 for none. games: in this season.

    weight, allowed, pace, margin: decaying count of games, and sums of what opponents made against it, of its chances
    and of its margins. roster_weight, roster: decaying count of this season's games; and of each player of this season,
    how many games in a row he has missed and the decaying count of those that he played.
    """

    season: int
    day: int
    games: int
    weight: float
    allowed: Row
    pace: float
    margin: float
    roster_weight: float
    roster: Mapping[str, tuple[int, float]]


@dataclass(frozen=True, slots=True)
class State:
    """Everything that features are made of.

    day: ordinal of the last day added, 0 for none. weight, totals, pace: decaying count of teams' games in the league,
    and sums of their measures and chances. chances_to_play, played: by the games in a row that a player had missed, how
    often his team played and how often he did.
    """

    league: PlayerLeague
    day: int
    players: Mapping[str, PlayerHistory]
    teams: Mapping[str, TeamHistory]
    weight: float
    totals: Row
    pace: float
    chances_to_play: Row
    played: Row

    def to_json(self) -> dict[str, Any]:
        """Return the state as values of JSON, from which `from_json` makes an equal one."""
        plain = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "league"}
        return plain | {
            "sport": self.league.sport,
            "players": {key: _values(value) for key, value in self.players.items()},
            "teams": {key: _values(value) for key, value in self.teams.items()},
        }


def from_json(league: PlayerLeague, document: Mapping[str, Any]) -> State:
    """Return the state that `State.to_json` wrote. Raise ValueError for one of another sport or other measures."""
    if document["sport"] != league.sport:
        raise ValueError(f"a state of {document['sport']} is none of {league.sport}")
    if len(document["totals"]) != 1 + len(league.tracked):
        raise ValueError(f"a state of {len(document['totals'])} measures; {league.sport} has {1 + len(league.tracked)}")
    return State(
        league=league,
        day=document["day"],
        players={key: PlayerHistory(*map(_tuples, row)) for key, row in document["players"].items()},
        teams={key: TeamHistory(*map(_tuples, row)) for key, row in document["teams"].items()},
        weight=document["weight"],
        totals=tuple(document["totals"]),
        pace=document["pace"],
        chances_to_play=tuple(document["chances_to_play"]),
        played=tuple(document["played"]),
    )


def _values(history: PlayerHistory | TeamHistory) -> list[Any]:
    return [getattr(history, each.name) for each in fields(history)]


def _tuples(value: Any) -> Any:
    """Return a value with tuples for its lists. A list is one of lists, or has none."""
    if isinstance(value, dict):
        return {key: _tuples(each) for key, each in value.items()}
    if not isinstance(value, list):
        return value
    return tuple(map(_tuples, value)) if value and isinstance(value[0], list) else tuple(value)
