"""Trains the models of a league's players, and judges their recipes on the last days."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from pickvs.predictions.distributions.counts.rules import NegativeBinomial
from pickvs.predictions.facts.rules import Day
from pickvs.predictions.gate.players.rules import PlayerTrial, PlayerVerdict, judge_players
from pickvs.predictions.leagues.players import MINUTES, player_league
from pickvs.predictions.measures.calibration.rules import discrete_cover
from pickvs.predictions.players.forecasting.rules import Distribution, PlayersModel, load
from pickvs.predictions.players.rules import feature_names
from pickvs.predictions.registry.rules import BOOTSTRAP, ModelKey
from pickvs.predictions.training.player_laws import crps_of_counts, fitted_variance, variance_overdispersion
from pickvs.predictions.training.player_rows import Numbers, Rows, rows_of
from pickvs.predictions.training.players import FEWEST_DAYS, FEWEST_ROWS, Parameters, train
from pickvs.predictions.training.running.values import Incumbent, Outcome, Trained
from pickvs.predictions.training_runs.rules import RECIPES, say_changes, yardstick

TEST_DAYS = 60
"""The last days with lines, on which recipes are judged that have learnt from those before."""
MOST_TAUGHT = 100_000
"""Lines before the judged ones that a judged recipe learns from: the latest. The final artefact learns from all."""
MOST_JUDGED = 4_000
"""Lines by which recipes are judged, thinned evenly."""
_SHARE = 0.8
_LINEAR = {"trees": 0, "exposure_trees": 0}

type Scored = list[dict[str, float]]
"""CRPS by statistic, of each judged line."""


def train_players(
    days: Sequence[Day], sport: str, *, seed: int, spec: Mapping[str, Any], champion: Incumbent | None
) -> Outcome:
    """Train every recipe on all lines of players, and judge the recipes on the last 60 days.

    A champion with other parameters than the run's is refitted with its own as well. A bootstrap has none: it is never
    refitted, and its artefact is judged as it is. Raises ValueError for fewer than 500 lines, and for a bootstrap that
    reads other features than the code makes now.
    """
    league = player_league(sport)
    rows = rows_of(league, days)
    wanted = {recipe: parameters_of(recipe, spec, seed) for recipe in spec.get("recipes", RECIPES["players"])}
    choices = list(wanted.items())
    known: tuple[str, int, Mapping[str, Any]] | None = None
    rival: Parameters | PlayersModel | None = None
    if champion is not None and champion.recipe == BOOTSTRAP:
        known = (champion.recipe, champion.number, {})
        rival = load(json.loads(champion.content), feature_names(league))
    elif champion is not None:
        theirs = _without_seed(json.loads(champion.content)["training"]["parameters"])
        known = (champion.recipe, champion.number, theirs)
        rival = Parameters(**theirs, seed=seed)
        if (champion.recipe, theirs) not in [(recipe, _compared(each)) for recipe, each in choices]:
            choices.append((champion.recipe, rival))
    tests = _Tests.of(rows)
    trained = []
    for recipe, parameters in choices:
        artefact = train(rows, parameters)
        against = yardstick("players", recipe, _compared(parameters), known)
        opponent = None if against.is_refit else rival
        verdict, figures = (None, {}) if tests is None else tests.judged(parameters, opponent)
        trained.append(
            Trained(
                key=ModelKey(sport, "players"),
                recipe=recipe,
                content=artefact.content,
                parameters=asdict(parameters),
                figures=figures,
                verdict=verdict,
                against=against,
                changes=say_changes(
                    _laws_of(artefact.document), {} if champion is None else _laws_of(json.loads(champion.content))
                ),
            )
        )
    return Outcome(
        trained=tuple(trained),
        games=sum(len(day.results) for day in days),
        lines=len(rows),
        last_day=days[-1].day.isoformat(),
    )


def train_again(days: Sequence[Day], sport: str, parameters: Mapping[str, Any]) -> bytes:
    """Return the artefact that a run trained, from the same days. Raises ValueError for fewer than 500 lines."""
    return train(rows_of(player_league(sport), days), Parameters(**parameters)).content


def parameters_of(recipe: str, spec: Mapping[str, Any], seed: int) -> Parameters:
    """Return the parameters of a recipe: those that a run states, or the usual ones."""
    own = Parameters(**{**spec.get("parameters", {}), "seed": seed})
    return own if recipe == "boosted" else replace(own, **_LINEAR)


def scores_of(rows: Rows, parameters: Parameters) -> float:
    """Return a recipe's mean CRPS on the last 60 days as a share of the averages', over the counts that are forecast.

    Raises ValueError if there are too few days or lines.
    """
    tests = _Tests.of(rows)
    if tests is None:
        raise ValueError(
            f"too few days to judge by; it takes {TEST_DAYS}, and before them {FEWEST_DAYS} with {FEWEST_ROWS} lines"
        )
    _, figures = tests.judged(parameters, None)
    return float(np.mean([1 - each for each in figures["better_than_averages"].values()]))


def _compared(parameters: Parameters) -> dict[str, Any]:
    return _without_seed(asdict(parameters))


def _without_seed(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in parameters.items() if name != "seed"}


def _laws_of(document: Mapping[str, Any]) -> dict[str, float]:
    """Return the numbers of an artefact that people compare: intercepts of the expectations and of their laws."""
    found = {"exposure": float(document["exposure"]["intercept"])}
    for name, each in document["statistics"].items():
        found[name] = float(each["intercept"])
        found[f"{name}, spread"] = float(each["law"]["intercept"])
    return found


class _Tests:
    """The lines of the last days, and what recipes that learnt from those before score on them."""

    def __init__(self, before: Rows, judged: Rows) -> None:
        self._before = before
        self._judged = judged
        self._names = feature_names(before.league)
        self._known: dict[Parameters, tuple[Scored, dict[str, float]]] = {}

    @classmethod
    def of(cls, rows: Rows) -> "_Tests | None":
        """Return the tests of these rows. None if there are too few days or lines."""
        days = np.unique(rows.days)
        if len(days) - TEST_DAYS < FEWEST_DAYS:
            return None
        border = int(days[-TEST_DAYS])
        before, judged = rows.before(border), rows.since(border)
        if len(before) < FEWEST_ROWS or not len(judged):
            return None
        thin = np.arange(len(judged)) % max(1, -(-len(judged) // MOST_JUDGED)) == 0
        return cls(before.latest(MOST_TAUGHT), judged.where(thin))

    def judged(
        self, parameters: Parameters, opponent: Parameters | PlayersModel | None
    ) -> tuple[PlayerVerdict, dict[str, Any]]:  # fmt: skip
        """Return the verdict on a recipe, and its figures.

        opponent: parameters of the champion, which is refitted; a model that is scored as it is; None: the averages.
        """
        ours, cover = self._scored(parameters)
        averages = self._averages()
        match opponent:
            case None:
                theirs = averages
            case Parameters():
                theirs, _ = self._scored(opponent)
            case PlayersModel():
                theirs, _ = self._scores_of(opponent)
        trials = [
            PlayerTrial(day=int(day), yardstick=yard, challenger={name: mine[name] for name in yard})
            for day, yard, mine in zip(self._judged.days, theirs, ours, strict=True)
        ]
        mean = {name: float(np.mean([each[name] for each in ours])) for name in ours[0]}
        simple = {name: float(np.mean([each[name] for each in averages])) for name in averages[0]}
        figures = {
            "lines": len(ours),
            "days": len(np.unique(self._judged.days)),
            "crps": mean,
            "averages_crps": simple,
            "better_than_averages": {name: 1 - mean[name] / simple[name] for name in simple if simple[name] > 0},
            "cover_80": cover,
        }
        return judge_players(trials, cover), figures

    def _scored(self, parameters: Parameters) -> tuple[Scored, dict[str, float]]:
        """Return the scores of a recipe, and how often its 80 % intervals held what happened."""
        if parameters not in self._known:
            self._known[parameters] = self._scores_of(load(train(self._before, parameters).document, self._names))
        return self._known[parameters]

    def _scores_of(self, model: PlayersModel) -> tuple[Scored, dict[str, float]]:
        """Return the scores of a model, and how often its 80 % intervals held what happened."""
        forecasts = model.forecast(self._judged.features.tolist())
        happened = {name: self._judged.outcome(name) for name in forecasts[0]}
        scored: Scored = []
        below: dict[str, list[float]] = {name: [] for name in happened}
        at: dict[str, list[float]] = {name: [] for name in happened}
        for number, forecast in enumerate(forecasts):
            scored.append({})
            for name, law in forecast.items():
                value = float(happened[name][number])
                scored[-1][name] = _crps(law, value)
                less, just = _around(law, value)
                below[name].append(less)
                at[name].append(just)
        return scored, {name: discrete_cover(below[name], at[name], _SHARE) for name in happened}

    def _averages(self) -> Scored:
        """Return the scores of the baseline: averages with a half-life of six games, and a negative binomial."""
        found: Scored = [{} for _ in range(len(self._judged))]
        for name in self._before.league.forecast:
            if name == MINUTES:
                continue
            usual = float(self._before.outcome(name).mean())
            learnt, mean = (_filled(each.feature(f"mean_6.{name}"), usual) for each in (self._before, self._judged))
            a, b = fitted_variance(learnt, self._before.outcome(name))
            crps = crps_of_counts(mean, variance_overdispersion(a, b, mean), self._judged.outcome(name))
            for each, score in zip(found, crps, strict=True):
                each[name] = float(score)
        return found


def _filled(numbers: Numbers, usual: float) -> Numbers:
    filled: Numbers = np.where(np.isnan(numbers), usual, np.maximum(numbers, 0.01))
    return filled


def _crps(law: Distribution, value: float) -> float:
    return law.crps(int(value)) if isinstance(law, NegativeBinomial) else law.crps(value)


def _around(law: Distribution, value: float) -> tuple[float, float]:
    """Return the probabilities of less than a value and of just it."""
    if isinstance(law, NegativeBinomial):
        less = law.at_most(int(value) - 1) if value >= 1 else 0.0
        return less, law.at_most(int(value)) - less
    return law.at_most(value), 0.0
