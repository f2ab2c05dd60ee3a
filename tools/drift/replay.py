"""Replays of seasons: every game is forecast as it would have been, scored, and watched by the day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from pickvs.predictions.facts.rules import Day
from pickvs.predictions.forecasts.rules import Champion, broken_invariants, forecasts_of_game
from pickvs.predictions.games.forecasting.rules import VARIANTS, Artefact, LineMissing
from pickvs.predictions.games.rules import State, start
from pickvs.predictions.leagues.rules import GameParameters
from pickvs.predictions.scoring.daily.rules import Scored, dailies, drifts
from pickvs.predictions.scoring.rules import score
from pickvs.predictions.training.examples import Table, folded
from pickvs.predictions.training.games import train
from tools.drift.faults import FREEZES_AFTER, Fault, Game, healthy


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A season to replay. artefacts: trained on the seasons before it. games: in their order."""

    season: int
    artefacts: tuple[Artefact, ...]
    games: tuple[Game, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """The first day on which a figure was past its limit, how many games had been played by then, and what it was."""

    day: date
    games: int
    what: str


def seasons(days: Iterable[Day], parameters: GameParameters, first: int, last: int) -> Iterator[Season]:
    """Yield the seasons from `first` to `last`, which are the years in which they start."""
    games: list[Game] = []
    before = start(parameters)
    kept: State | None = None
    season, number = None, 0
    for after, found in folded(days, before):
        if found and found[0].result.fixture.season != season:
            season, number, kept = found[0].result.fixture.season, 0, None
        for example in found:
            games.append(Game(example=example, number=number, before=before, frozen=kept))
            number += 1
        if kept is None and number >= FREEZES_AFTER:
            kept = after
        before = after
    table = Table.of([game.example for game in games], parameters)
    for year in range(first, last + 1):
        played = tuple(game for game in games if game.example.result.fixture.season == year)
        past = table.where(table.season < year).settled(parameters)
        artefacts = tuple(train(past, variant, parameters, year) for variant in VARIANTS)
        yield Season(season=year, artefacts=artefacts, games=played)


def scored(season: Season, parameters: GameParameters, fault: Fault = healthy) -> dict[str, list[Scored]]:
    """Return the scores of each variant in a season in which all of them have a fault."""
    found: dict[str, list[Scored]] = {}
    for artefact in season.artefacts:
        rows = found.setdefault(artefact.variant, [])
        for game in season.games:
            example = game.example
            try:
                said = fault(artefact, game)
            except LineMissing:
                continue
            result = example.result
            points = result.home_points, result.away_points
            each = score(parameters, said.joint, said.home_win, points, example.line)
            rows.append(
                Scored(
                    day=result.fixture.day,
                    season=result.fixture.season,
                    home_win=said.home_win,
                    home_won=each.home_won,
                    log_loss=each.log_loss,
                    brier=each.brier,
                    close_log_loss=each.close_log_loss,
                    line_distance=each.line_distance,
                )
            )
    return found


def first_ring(
    past: Sequence[Mapping[str, list[Scored]]], current: Mapping[str, list[Scored]], *, after: int = 0
) -> Ring | None:
    """Return when a figure of a season first was past its limit. None if none was.

    past: healthy scores of the seasons before. after: games of the season that do not count.
    """
    rings = list(all_rings(past, current))
    late = [ring for ring in rings if ring.games > after]
    return min(late, key=lambda ring: ring.games, default=None)


def all_rings(past: Sequence[Mapping[str, list[Scored]]], current: Mapping[str, list[Scored]]) -> Iterator[Ring]:
    """Yield the days of a season on which figures are past their limits, a variant after the other."""
    for variant, rows in current.items():
        before = [each for season in past for each in season[variant]]
        games = 0
        for daily in dailies(variant, [*before, *rows], rows[0].day):
            games += daily.games
            beyond = drifts(distance_shift=daily.distance_shift, psi=daily.psi, cusum=daily.cusum)
            for what in beyond:
                yield Ring(daily.day, games, f"{variant}: {what}")


def broken(season: Season) -> list[str]:
    """Return the sentences of the invariants that the forecasts of a season break, day by day."""
    champions = {
        artefact.variant: Champion(version=number, artefact=artefact, sha256=artefact.sha256)
        for number, artefact in enumerate(season.artefacts, start=1)
    }
    found: list[str] = []
    for _, of_day in groupby(season.games, key=lambda game: game.example.result.fixture.day):
        games = list(of_day)
        state = games[0].before
        lines = {game.example.result.fixture.game: game.example.line for game in games}
        told = {variant: (champion, state) for variant, champion in champions.items()}
        made = [
            each for game in games for each in forecasts_of_game(told, game.example.result.fixture, game.example.line)
        ]
        found += broken_invariants(made, lines, trained=True)
    return found
