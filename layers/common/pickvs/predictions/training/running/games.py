"""Trains the models of a league's games, and judges their recipes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pickvs.predictions.facts.rules import Day
from pickvs.predictions.games.forecasting.rules import VARIANTS, Artefact, Variant
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.registry.rules import BOOTSTRAP, ModelKey
from pickvs.predictions.training.examples import Table, examples
from pickvs.predictions.training.games import Kind, train
from pickvs.predictions.training.running.judging import Walked, figures_of, verdict_on, walked
from pickvs.predictions.training.running.values import Incumbent, Outcome, Trained
from pickvs.predictions.training_runs.rules import RECIPES, say_changes, yardstick

type Choice = tuple[str, str]
"""A recipe, and its parameters as canonical JSON."""

_KINDS: Mapping[str, Kind] = {"ridge": "ridge", "boosted": "boosted"}


def train_games(
    days: Sequence[Day],
    sport: str,
    *,
    current: int,
    seed: int,
    spec: Mapping[str, Any],
    champions: Mapping[Variant, Incumbent],
) -> Outcome:
    """Train every recipe of every variant for games of the season `current`, and judge the recipes.

    A champion with other parameters than the run's is refitted with its own as well, so that it never goes stale while
    it is better. Raises ValueError without a game.
    """
    own = parameters_of(sport, spec)
    recipes = tuple(spec.get("recipes", RECIPES["games"]))
    artefacts = {name: Artefact.from_json(json.loads(each.content)) for name, each in champions.items()}
    choices: dict[Variant, list[Choice]] = {name: [(recipe, as_key(own)) for recipe in recipes] for name in VARIANTS}
    for name, artefact in artefacts.items():
        refit = (champions[name].recipe, as_key(artefact.parameters))
        if refit[0] != BOOTSTRAP and refit not in choices[name]:
            choices[name].append(refit)
    keys = {each[1] for chosen in choices.values() for each in chosen} | {
        as_key(each.parameters) for each in artefacts.values()
    }
    walks = {
        key: walked(
            days,
            GameParameters.from_json(json.loads(key)),
            current,
            recipes=sorted({recipe for chosen in choices.values() for recipe, other in chosen if other == key}),
            fixed=[
                each
                for name, each in artefacts.items()
                if champions[name].recipe == BOOTSTRAP and as_key(each.parameters) == key
            ],
            seed=seed,
        )
        for key in sorted(keys)
    }
    trained, skipped = [], []
    for name in VARIANTS:
        for recipe, key in choices[name]:
            try:
                artefact = train(
                    walks[key].trainable, name, walks[key].parameters, current, kind=_KINDS[recipe], seed=seed
                )
            except ValueError as error:
                skipped.append(f"{name}, {recipe}: {error}")
                continue
            trained.append(
                _judged(ModelKey(sport, "games", name), recipe, artefact, walks, key, champions.get(name), artefacts)
            )
    return Outcome(
        trained=tuple(trained),
        games=sum(len(day.results) for day in days),
        lines=0,
        last_day=days[-1].day.isoformat(),
        skipped=tuple(skipped),
    )


def train_again(
    days: Sequence[Day], recipe: str, variant: Variant, parameters: Mapping[str, Any], *, current: int, seed: int
) -> bytes:
    """Return the artefact that a run trained, from the same days. Raises ValueError for too few games."""
    known = GameParameters.from_json(parameters)
    table = Table.of(list(examples(days, known)), known).settled(known)
    return train(table, variant, known, current, kind=_KINDS[recipe], seed=seed).to_bytes()


def parameters_of(sport: str, spec: Mapping[str, Any]) -> GameParameters:
    """Return the parameters of a run: those that it states, or the league's."""
    stated = spec.get("parameters")
    return game_league(sport) if stated is None else GameParameters.from_json({**stated, "sport": sport})


def as_key(parameters: GameParameters) -> str:
    """Return parameters as canonical JSON."""
    return json.dumps(parameters.to_json(), sort_keys=True, separators=(",", ":"))


def _judged(
    model: ModelKey,
    recipe: str,
    artefact: Artefact,
    walks: Mapping[str, Walked],
    key: str,
    champion: Incumbent | None,
    artefacts: Mapping[Variant, Artefact],
) -> Trained:
    variant = artefact.variant
    theirs = artefacts.get(variant)
    known = None
    if champion is not None and theirs is not None:
        known = (champion.recipe, champion.number, theirs.parameters.to_json())
    against = yardstick("games", recipe, walks[key].parameters.to_json(), known)
    opponent = None
    if champion is not None and theirs is not None and not against.is_refit:
        opponent = (walks[as_key(theirs.parameters)], champion.recipe)
    return Trained(
        key=model,
        recipe=recipe,
        content=artefact.to_bytes(),
        parameters=walks[key].parameters.to_json(),
        figures=figures_of(walks[key], recipe, variant),
        verdict=verdict_on(walks[key], recipe, variant, opponent),
        against=against,
        changes=say_changes(weights_of(artefact), {} if theirs is None else weights_of(theirs)),
    )


def weights_of(artefact: Artefact) -> dict[str, float]:
    """Return the numbers of an artefact that people compare: intercept, weights of the margin, and its shape."""
    shape = artefact.shape.to_json()
    numbers = {name: float(each) for name, each in shape.items() if isinstance(each, int | float)}
    return {"intercept": artefact.margin.intercept, **dict(artefact.margin.weights), **numbers}
