"""Faults that a model, its inputs or its deployment can have, as changes of what it says of a game."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import exp, log
from types import MappingProxyType

from pickvs.predictions.distributions.rules import Joint
from pickvs.predictions.forecasts.rules import home_win
from pickvs.predictions.games.forecasting.rules import Artefact, forecast
from pickvs.predictions.games.rules import State, features
from pickvs.predictions.training.examples import Example

CONSTANT = 0.57
OVERCONFIDENCE = 1.5
ONE_OF = 5
FREEZES_AFTER = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What a model says of a game: the distribution, and the probability that is scored."""

    joint: Joint
    home_win: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Game:
    """A game with all from which a forecast of it is made.

    number: of the games of its season, from 0. before: the state as of its day. frozen: the state after FREEZES_AFTER
    games of the season; None before that.
    """

    example: Example
    number: int
    before: State
    frozen: State | None


type Fault = Callable[[Artefact, Game], Said]


def healthy(artefact: Artefact, game: Game) -> Said:
    """Return what a model says. Raises LineMissing if it needs a line that there is not."""
    return _said(forecast(artefact, game.example.features, game.example.line).joint)


def swapped(artefact: Artefact, game: Game) -> Said:
    """Return what is said if home and away change places."""
    said = healthy(artefact, game)
    return Said(replace(said.joint, margin_mean=-said.joint.margin_mean), 1 - said.home_win)


def swapped_in_some(artefact: Artefact, game: Game) -> Said:
    """Return what is said if home and away change places in one game of ONE_OF."""
    return swapped(artefact, game) if game.number % ONE_OF == 0 else healthy(artefact, game)


def constant(artefact: Artefact, game: Game) -> Said:
    """Return what is said if each home team has the same chance."""
    said = healthy(artefact, game)
    low, high = -40.0, 40.0
    while high - low > 0.01:  # noqa: PLR2004 - a hundredth of a point
        middle = (low + high) / 2
        below = home_win(replace(said.joint, margin_mean=middle)) < CONSTANT
        low, high = (middle, high) if below else (low, middle)
    return Said(replace(said.joint, margin_mean=low), CONSTANT)


def without_home_advantage(artefact: Artefact, game: Game) -> Said:
    """Return what is said if every game is taken for one on neutral ground."""
    fixture = replace(game.example.result.fixture, is_neutral=True)
    return _said(forecast(artefact, features(game.before, fixture), game.example.line).joint)


def overconfident(artefact: Artefact, game: Game) -> Said:
    """Return what is said if the logit of the home win is OVERCONFIDENCE times what it should be."""
    said = healthy(artefact, game)
    logit = OVERCONFIDENCE * log(said.home_win / (1 - said.home_win))
    joint = replace(said.joint, margin_mean=OVERCONFIDENCE * said.joint.margin_mean)
    return Said(joint, 1 / (1 + exp(-logit)))


def frozen(artefact: Artefact, game: Game) -> Said:
    """Return what is said if the ratings stand still after FREEZES_AFTER games of the season."""
    if game.frozen is None:
        return healthy(artefact, game)
    known = features(game.frozen, game.example.result.fixture)
    return _said(forecast(artefact, known, game.example.line).joint)


FAULTS: Mapping[str, Fault] = MappingProxyType(
    {
        "home and away swapped": swapped,
        "swapped in 1 of 5": swapped_in_some,
        "constant 57%": constant,
        "home advantage lost": without_home_advantage,
        "overconfident, logit x 1.5": overconfident,
        "ratings frozen after 200 games": frozen,
    }
)


def _said(joint: Joint) -> Said:
    return Said(joint, home_win(joint))
