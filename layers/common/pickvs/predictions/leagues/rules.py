"""What the model of games is told of a league. Pure: the values of one row of `games.json`."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

from pickvs.predictions.ratings.elo.rules import EloParameters
from pickvs.predictions.ratings.rules import FilterParameters

FILTERS = ("margin", "total", "line_margin", "line_total")
"""The filters of a league: fed with margins and totals of results, and with spreads and totals of closing lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitting:
    """How a league's model is trained.

    shape: `student` for scores of many points, `runs` for scores of few. tie_possible: the final score can be a tie.
    reweighted: margins up to this absolute value are reweighted by their past frequencies. half_life: seasons after
    which a game counts half, for centres and shape; scale_half_life: the same for the scale, which one season tells to
    2 % and which drifts by as much from season to season. ridge: penalty, in games,
    of a feature that is scaled to a standard deviation of 1. burn_in: seasons at the start whose games are not trained
    on if there are later ones, because the ratings are not settled.
    """

    shape: Literal["student", "runs"]
    tie_possible: bool
    reweighted: int
    half_life: float
    scale_half_life: float
    ridge: float
    burn_in: int

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be trained."""
        if self.shape not in {"student", "runs"}:
            raise ValueError(f"no shape is called {self.shape!r}")
        if self.reweighted < 0 or self.ridge < 0 or self.burn_in < 0:
            raise ValueError("reweighted, ridge and burn_in are not negative")
        if not (self.half_life > 0 and self.scale_half_life > 0):
            raise ValueError("half-lives are positive numbers of seasons")


@dataclass(frozen=True, slots=True, kw_only=True)
class GameParameters:
    """What the model of games is told of a league.

    season_games: games of a team in a regular season. rest_days: days without a game after which more rest counts
    nothing. margin_from: which number of a line states the margin that the market expects; `moneyline` where every
    spread is the same, as a run line. moneyline_points: points of margin that one unit of the logit of a win is worth,
    some 0.55 standard deviations of the margin. filters: parameters by name, as in `FILTERS`.
    """

    sport: str
    season_games: int
    rest_days: int
    margin_from: Literal["spread", "moneyline"]
    moneyline_points: float
    filters: Mapping[str, FilterParameters]
    elo: EloParameters
    fitting: Fitting

    def __post_init__(self) -> None:
        """Raise ValueError for a row that is incomplete."""
        if tuple(self.filters) != FILTERS:
            raise ValueError(f"{self.sport}: the filters are {', '.join(FILTERS)}, not {', '.join(self.filters)}")
        if self.season_games < 1 or self.rest_days < 1:
            raise ValueError(f"{self.sport}: a season has games, and rest has days")
        if self.margin_from not in {"spread", "moneyline"} or not self.moneyline_points > 0:
            raise ValueError(f"{self.sport}: a margin is read from spread or moneyline, at a positive number of points")

    def to_json(self) -> dict[str, Any]:
        """Return the parameters as JSON."""
        return {
            "sport": self.sport,
            "season_games": self.season_games,
            "rest_days": self.rest_days,
            "margin_from": self.margin_from,
            "moneyline_points": self.moneyline_points,
            "filters": {name: asdict(parameters) for name, parameters in self.filters.items()},
            "elo": asdict(self.elo),
            "fitting": asdict(self.fitting),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the parameters that `to_json` made. Raises ValueError if they are none."""
        try:
            return cls(
                sport=value["sport"],
                season_games=value["season_games"],
                rest_days=value["rest_days"],
                margin_from=value["margin_from"],
                moneyline_points=value["moneyline_points"],
                filters={name: FilterParameters(**value["filters"][name]) for name in FILTERS},
                elo=EloParameters(**value["elo"]),
                fitting=Fitting(**value["fitting"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"not the parameters of a league's games: {error!r}") from None
