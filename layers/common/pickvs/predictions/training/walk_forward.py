"""A model judged as it would have been used: refitted before each season on the past alone, features as of the day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pickvs.predictions.facts.rules import Day
from pickvs.predictions.games.forecasting.rules import VARIANTS, Artefact, Forecast, LineMissing, Variant, forecast
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.ratings.elo.rules import win_probability
from pickvs.predictions.training.examples import Example, Table, examples
from pickvs.predictions.training.games import Kind, train


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A game with what would have been said of it.

    example: the game, its features and its closing line. elo: the raw Elo probability of a home win. forecasts: of the
    ridge by variant; a variant that needs a line has none for a game without one. challengers: the same of the boosted
    models.
    """

    example: Example
    elo: float
    forecasts: Mapping[Variant, Forecast]
    challengers: Mapping[Variant, Forecast]


def walk_forward(
    days: Iterable[Day],
    parameters: GameParameters,
    *,
    first_season: int,
    last_season: int | None = None,
    variants: Sequence[Variant] = VARIANTS,
    challengers: Sequence[Variant] = (),
    seed: int = 0,
) -> Iterator[Judged]:
    """Yield the games of the seasons from `first_season` to `last_season`, in their order.

    challengers: variants whose boosted model is judged as well. Raises ValueError if there is no season before the
    first one to train on.
    """
    folded = list(examples(days, parameters))
    yield from walk(
        folded,
        Table.of(folded, parameters),
        parameters,
        first_season=first_season,
        last_season=last_season,
        variants=variants,
        challengers=challengers,
        seed=seed,
    )


def walk(
    folded: Sequence[Example],
    table: Table,
    parameters: GameParameters,
    *,
    first_season: int,
    last_season: int | None = None,
    variants: Sequence[Variant] = VARIANTS,
    challengers: Sequence[Variant] = (),
    seed: int = 0,
) -> Iterator[Judged]:
    """Yield games as `walk_forward` does, of examples that are folded already. table: the same examples."""
    last = int(table.season.max()) if last_season is None else last_season
    for season in range(first_season, last + 1):
        played = [each for each in folded if each.result.fixture.season == season]
        if not played:
            continue
        past = table.where(table.season < season).settled(parameters)
        if not len(past):
            raise ValueError(f"there is no season before {season} to train on")

        def trained(wanted: Sequence[Variant], kind: Kind, season: int = season, past: Table = past) -> list[Artefact]:
            return [train(past, variant, parameters, season, kind=kind, seed=seed) for variant in wanted]

        ridges, boosted = trained(variants, "ridge"), trained(challengers, "boosted")
        for example in played:
            yield Judged(
                example=example,
                elo=win_probability(example.features["elo_margin"] * parameters.elo.per_point),
                forecasts=_forecasts(ridges, example),
                challengers=_forecasts(boosted, example),
            )


def _forecasts(artefacts: Iterable[Artefact], example: Example) -> dict[Variant, Forecast]:
    found: dict[Variant, Forecast] = {}
    for artefact in artefacts:
        try:
            found[artefact.variant] = forecast(artefact, example.features, example.line)
        except LineMissing:
            continue
    return found
