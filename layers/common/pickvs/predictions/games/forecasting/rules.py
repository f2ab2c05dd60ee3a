"""A game's forecast from a trained artefact and the game's features. Pure, and without any library."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

from pickvs.predictions.distributions.rules import Joint
from pickvs.predictions.facts.rules import Line

type Variant = Literal["no-market", "past-lines", "with-line"]


class LineMissing(ValueError):
    """The variant `with-line` has no forecast of a game without a spread and a total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What a feature adds to the home team's margin.

    value: the feature. points: its share of the margin's centre, against a game in which the feature is at its average.
    """

    feature: str
    value: float
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A game's distribution, and the three contributions that moved its margin most, the largest first."""

    joint: Joint
    contributions: tuple[Contribution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A trained model of one variant."""

    variant: Variant

    def to_json(self) -> dict[str, Any]:
        """Return the artefact as JSON."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the artefact that `to_json` made. Raises ValueError if it is none."""
        raise NotImplementedError


def forecast(artefact: Artefact, features: Mapping[str, float], line: Line | None = None) -> Forecast:
    """Return the forecast of a game. Only the variant `with-line` reads the line.

    Raises LineMissing if that variant gets no spread or no total, and ValueError if a feature is missing or no number.
    """
    raise NotImplementedError
