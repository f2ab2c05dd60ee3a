"""A game's forecast from a trained artefact and the game's features. Pure, and without any library.

The centres of margin and total are weighted sums of features, and for a challenger the score of boosted trees on top.
The artefact's shape makes of both one joint distribution.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from typing import Any, Literal, Self

from pickvs.predictions.distributions.rules import Joint, Shape, shape_from_json
from pickvs.predictions.facts.rules import Line
from pickvs.predictions.games.rules import market_margin, moneyline_margin
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.trees.rules import Forest
from pickvs.predictions.trees.rules import from_json as forest_from_json

type Variant = Literal["no-market", "past-lines", "with-line"]

VARIANTS: tuple[Variant, ...] = ("no-market", "past-lines", "with-line")
"""What a model may know of the market: nothing, closing lines of earlier days, or also this game's own line."""

_FORMAT = 1
_LEADING = 3


class LineMissing(ValueError):
    """The variant `with-line` has no forecast of a game whose line states no margin or no total."""


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
class Change:
    """What a retraining did to a feature's weight in the margin's centre.

    before, after: the weights; 0 for a feature that was not read. points: what the change moves the margin of a game in
    which the feature is one standard deviation above its average.
    """

    feature: str
    before: float
    after: float
    points: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A weighted sum of features, in points.

    averages, deviations: each feature's mean and standard deviation in training, for explanations. trees: their score
    is added; they read `tree_features` in order.
    """

    intercept: float
    weights: Mapping[str, float]
    averages: Mapping[str, float]
    deviations: Mapping[str, float]
    trees: Forest | None = None
    tree_features: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a sum that cannot be formed."""
        if not self.weights.keys() == self.averages.keys() == self.deviations.keys():
            raise ValueError("a centre has weight, average and deviation of the same features")
        known = (*self.weights.values(), *self.averages.values(), *self.deviations.values())
        if not all(map(isfinite, (self.intercept, *known))):
            raise ValueError("the numbers of a centre are finite")
        if (self.trees.features if self.trees else 0) != len(self.tree_features):
            raise ValueError("the trees of a centre read as many features as are named")

    def of(self, features: Mapping[str, float]) -> float:
        """Return the centre for a game's features. Raises KeyError if one is missing."""
        summed = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        if self.trees is None:
            return summed
        return summed + self.trees.scores([[features[name] for name in self.tree_features]])[0]

    def leading(self, features: Mapping[str, float]) -> tuple[Contribution, ...]:
        """Return the three largest contributions to the weighted sum."""
        every = [
            Contribution(feature=name, value=features[name], points=weight * (features[name] - self.averages[name]))
            for name, weight in self.weights.items()
        ]
        return tuple(sorted(every, key=lambda each: (-abs(each.points), each.feature))[:_LEADING])

    def to_json(self) -> dict[str, Any]:
        """Return the centre as JSON."""
        return {
            "intercept": self.intercept,
            "weights": dict(self.weights),
            "averages": dict(self.averages),
            "deviations": dict(self.deviations),
            "trees": None if self.trees is None else self.trees.to_json(),
            "tree_features": list(self.tree_features),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the centre that `to_json` made. Raises ValueError, KeyError or TypeError if it is none."""
        return cls(
            intercept=float(value["intercept"]),
            weights={str(name): float(weight) for name, weight in value["weights"].items()},
            averages={str(name): float(average) for name, average in value["averages"].items()},
            deviations={str(name): float(deviation) for name, deviation in value["deviations"].items()},
            trees=None if value["trees"] is None else forest_from_json(value["trees"]),
            tree_features=tuple(value["tree_features"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A trained model of one variant.

    kind: `ridge`, or `boosted` for the challenger with trees. trained: what it was trained on, for people.
    """

    variant: Variant
    kind: str
    parameters: GameParameters
    margin: Centre
    total: Centre
    shape: Shape
    trained: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Raise ValueError for a variant that there is not."""
        if self.variant not in VARIANTS:
            raise ValueError(f"the variants are {', '.join(VARIANTS)}, not {self.variant!r}")

    @property
    def needs_line(self) -> bool:
        """Whether a forecast needs this game's own line."""
        return self.variant == "with-line"

    def to_json(self) -> dict[str, Any]:
        """Return the artefact as JSON."""
        return {
            "format": _FORMAT,
            "variant": self.variant,
            "kind": self.kind,
            "parameters": self.parameters.to_json(),
            "margin": self.margin.to_json(),
            "total": self.total.to_json(),
            "shape": self.shape.to_json(),
            "trained": dict(self.trained),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the artefact that `to_json` made. Raises ValueError if it is none."""
        try:
            if value["format"] != _FORMAT:
                raise ValueError(f"this is an artefact of format {value['format']!r}, not {_FORMAT}")
            return cls(
                variant=value["variant"],
                kind=value["kind"],
                parameters=GameParameters.from_json(value["parameters"]),
                margin=Centre.from_json(value["margin"]),
                total=Centre.from_json(value["total"]),
                shape=shape_from_json(value["shape"]),
                trained=dict(value["trained"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not an artefact of games: {error!r}") from None

    def to_bytes(self) -> bytes:
        """Return the artefact as canonical JSON: sorted keys, no blanks. Equal artefacts give equal bytes."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"), allow_nan=False).encode()

    @property
    def sha256(self) -> str:
        """The address of the artefact: the SHA-256 of its bytes, in hexadecimal."""
        return sha256(self.to_bytes()).hexdigest()


def artefact_from_bytes(content: bytes, expected: str) -> Artefact:
    """Return the artefact of these bytes. Raises ValueError if their SHA-256 is not the expected one."""
    found = sha256(content).hexdigest()
    if found != expected:
        raise ValueError(f"the artefact has the SHA-256 {found}, not {expected}")
    return Artefact.from_json(json.loads(content))


def forecast(artefact: Artefact, features: Mapping[str, float], line: Line | None = None) -> Forecast:
    """Return the forecast of a game. Only the variant `with-line` reads the line.

    Raises LineMissing if that variant's line states no margin or no total, and ValueError if a feature is missing or no
    number.
    """
    if artefact.needs_line:
        features = {**features, **line_features(artefact.parameters, features, line)}
    try:
        margin, total = artefact.margin.of(features), artefact.total.of(features)
    except KeyError as error:
        raise ValueError(f"the feature {error} is missing") from None
    if not (isfinite(margin) and isfinite(total)):
        raise ValueError("a feature is no finite number")
    joint = Joint(margin_mean=margin, total_mean=total, shape=artefact.shape)
    return Forecast(joint=joint, contributions=artefact.margin.leading(features))


def changes(before: Artefact, after: Artefact) -> tuple[Change, ...]:
    """Return the three changes of a retraining that move margins most, the largest first.

    Source of the yardstick: standardised coefficients, as in any text on regression; a weight's own size says nothing
    where features have different units.
    """
    deviations = {**before.margin.deviations, **after.margin.deviations}
    every = []
    for name, deviation in deviations.items():
        old, new = before.margin.weights.get(name, 0.0), after.margin.weights.get(name, 0.0)
        every.append(Change(feature=name, before=old, after=new, points=(new - old) * deviation))
    return tuple(sorted(every, key=lambda each: (-abs(each.points), each.feature))[:_LEADING])


def line_features(parameters: GameParameters, features: Mapping[str, float], line: Line | None) -> dict[str, float]:
    """Return the features of a game's own line.

    market_margin: the margin that it expects. moneyline_edge: how much more the moneylines state; 0 without them.
    market_total_edge: its total above the league's mean. Raises LineMissing without a margin or a total.
    """
    margin = None if line is None else market_margin(parameters, line)
    if line is None or margin is None or line.total is None:
        raise LineMissing("the game's line states no margin or no total")
    moneyline = moneyline_margin(parameters, line)
    return {
        "market_margin": margin,
        "moneyline_edge": 0.0 if moneyline is None else moneyline - margin,
        "market_total_edge": line.total - features["total_level"],
    }
