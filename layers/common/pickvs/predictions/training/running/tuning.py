"""Searches for better parameters at random, by the loss of a walk-forward that never sees the gate's seasons."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from math import exp, log
from typing import Any

import numpy as np

from pickvs.predictions.facts.rules import Day
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.leagues.players import player_league
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.registry.rules import ModelKind
from pickvs.predictions.training.player_rows import rows_of
from pickvs.predictions.training.players import Parameters
from pickvs.predictions.training.running.judging import figures_of, walked
from pickvs.predictions.training.running.players import scores_of
from pickvs.predictions.training_runs.rules import GATE_SEASONS, full_seasons

_FACTOR = 3.0
"""Variances and half-lives are tried between a third and three times the league's."""
_VARIANCES = ("rating_step", "season_step", "noise")
_TREES = (40, 160)
_LEAVES = (4, 8, 16, 31)


def points_of(kind: ModelKind, sport: str, seed: int, number: int) -> list[dict[str, Any]]:
    """Return the points of a search. The first is what is used now; the others are drawn, the same for a seed."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    if kind == "games":
        own = game_league(sport).to_json()
        return [own, *(_games_point(own, draw) for _ in range(number - 1))]
    usual = asdict(Parameters())
    return [usual, *(_players_point(usual, draw) for _ in range(number - 1))]


def loss_of(
    kind: ModelKind, sport: str, days: Sequence[Day], current: int, parameters: Mapping[str, Any], seed: int
) -> float:
    """Return the loss of a point on the seasons before those by which the gate judges.

    For games the mean log loss of `no-market` and `past-lines`, refitted before each season; for players the mean CRPS
    as a share of the averages'. Raises ValueError if there is nothing to judge by.
    """
    full = full_seasons([result.fixture.season for day in days for result in day.results], current)
    if len(full) <= GATE_SEASONS:
        raise ValueError(f"full seasons: {len(full)}, needed are more than {GATE_SEASONS}, by which the gate judges")
    held_out = full[-GATE_SEASONS]
    before = [day for day in days if all(result.fixture.season < held_out for result in day.results)]
    if kind == "players":
        return scores_of(rows_of(player_league(sport), before), Parameters(**parameters))
    found = walked(before, GameParameters.from_json(parameters), held_out, recipes=["ridge"], seed=seed)
    losses = [
        figures["log_loss"]["value"]
        for variant in ("no-market", "past-lines")
        if (figures := figures_of(found, "ridge", variant))
    ]
    if not losses:
        raise ValueError("no season before the held-out ones can be forecast from an earlier one")
    return float(np.mean(losses))


def _games_point(own: Mapping[str, Any], draw: random.Random) -> dict[str, Any]:
    point: dict[str, Any] = json.loads(json.dumps(own))
    for parameters in point["filters"].values():
        for name in _VARIANCES:
            parameters[name] *= _factor(draw)
        parameters["carry_over"] = min(0.95, max(0.3, parameters["carry_over"] + draw.uniform(-0.15, 0.15)))
    for name in ("half_life", "scale_half_life", "ridge"):
        point["fitting"][name] *= _factor(draw)
    return point


def _players_point(usual: Mapping[str, Any], draw: random.Random) -> dict[str, Any]:
    return {
        **usual,
        "trees": draw.randint(*_TREES),
        "exposure_trees": draw.randint(*_TREES),
        "leaves": draw.choice(_LEAVES),
        "rate": 0.04 * _factor(draw),
        "rows_in_leaf": round(100 * _factor(draw)),
        "share": draw.uniform(0.2, 0.9),
        "shrinkage": 5.0 * _factor(draw),
        "ridge": 30.0 * _factor(draw),
    }


def _factor(draw: random.Random) -> float:
    return exp(draw.uniform(-log(_FACTOR), log(_FACTOR)))
