"""What a league counts of its players, and which of it is forecast: the table `players.json`, read once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MINUTES = "minutes"
"""The name of a player's time, in minutes. No box score's statistic has this name."""

_TABLE = Path(__file__).with_name("players.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerLeague:
    """The players' part of a league's parameters.

    sport: key of the sport. timed: the box score states each player's time. statistics: the names of the counts in a
    box score, all of them present in every line. tracked: those whose history makes features. forecast: what is
    forecast, among them `minutes` if timed. exposure: how much a player took part, as weights of statistics. pace: how
    many chances a team had, as weights of statistics. starters: players who start for a team. regular_exposure: the
    expected exposure from which a player counts as regular in figures.
    """

    sport: str
    timed: bool
    statistics: tuple[str, ...]
    tracked: tuple[str, ...]
    forecast: tuple[str, ...]
    exposure: Mapping[str, float]
    pace: Mapping[str, float]
    starters: int
    regular_exposure: float

    def __post_init__(self) -> None:
        """Raise ValueError for a table that contradicts itself."""
        known = {*self.statistics, MINUTES} if self.timed else {*self.statistics}
        named = {*self.tracked, *self.forecast, *self.exposure, *self.pace}
        if unknown := named - known:
            raise ValueError(f"{self.sport}: {', '.join(sorted(unknown))} is in no box score of the league")
        if untracked := {*self.forecast} - {*self.tracked, MINUTES}:
            raise ValueError(f"{self.sport}: {', '.join(sorted(untracked))} is forecast and not tracked")
        if MINUTES in self.statistics or MINUTES in self.tracked:
            raise ValueError(f"{self.sport}: {MINUTES} is the time played and cannot be a statistic")
        if MINUTES in self.forecast and dict(self.exposure) != {MINUTES: 1}:
            raise ValueError(f"{self.sport}: {MINUTES} is forecast, so it must be the exposure")


@cache
def player_leagues() -> Mapping[str, PlayerLeague]:
    """Return the leagues whose players are forecast, by key of the sport."""
    return {sport: _league(sport, row) for sport, row in json.loads(_TABLE.read_text(encoding="utf-8")).items()}


def player_league(sport: str) -> PlayerLeague:
    """Return one league. Raise ValueError for a sport whose players are not forecast."""
    try:
        return player_leagues()[sport]
    except KeyError:
        raise ValueError(f"no player of {sport} is forecast; there are {', '.join(player_leagues())}") from None


def _league(sport: str, row: Mapping[str, object]) -> PlayerLeague:
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    return PlayerLeague(sport=sport, **{**row, **lists})  # type: ignore[arg-type]
