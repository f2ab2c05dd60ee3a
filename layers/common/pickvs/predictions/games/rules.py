"""What the model of games remembers of a league, and the features that it reads from that. Pure.

`advance` adds a whole league-local day; `features` reads the state as it was before the day of the game. Training,
backtest and live forecasts call the same two functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pickvs.predictions.facts.rules import Day, Fixture
from pickvs.predictions.leagues.rules import GameParameters


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of a league after a day: ratings, rest, and how far the season is. Never changed in place."""

    parameters: GameParameters


def start(parameters: GameParameters) -> State:
    """Return the state of a league before its first game."""
    raise NotImplementedError


def advance(state: State, day: Day) -> State:
    """Return the state after a day. Raises ValueError for a day that is not after the state's last day."""
    raise NotImplementedError


def features(state: State, fixture: Fixture) -> dict[str, float]:
    """Return the features of a game by name, as known before its day. The names are the same for every game."""
    raise NotImplementedError


def state_to_json(state: State) -> dict[str, Any]:
    """Return a state as JSON. Reading it changes no feature, to the last bit."""
    raise NotImplementedError


def state_from_json(value: Mapping[str, Any]) -> State:
    """Return the state that `state_to_json` made. Raises ValueError if it is none."""
    raise NotImplementedError
