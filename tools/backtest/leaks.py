"""Whether forecasts know what had not happened yet: the future is changed, and nothing before it may move.

A forecaster is anything that makes of a league's history something for each game: features, forecasts, a whole
walk-forward. If a game's bytes change when only its own day and later days are changed, then it leaks.
"""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pickvs.predictions.facts.rules import Day, Fixture, Line, PlayerLine, Result
from pickvs.predictions.games import rules as games
from pickvs.predictions.leagues.rules import GameParameters

ABSURD = 999
"""Points that nobody scores: whatever reads them is seen to."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A final score that turned out to be another one, and the day on which that became known."""

    known: date
    result: Result


@dataclass(frozen=True, slots=True)
class History:
    """A league's days, the first one first, and what was corrected later."""

    days: tuple[Day, ...]
    corrections: tuple[Correction, ...] = ()

    def before(self, day: date) -> tuple[Day, ...]:
        """Return the days before a day, as they were known on its morning: with the corrections that were known."""
        known = {each.result.fixture.game: each.result for each in self.corrections if each.known < day}
        return tuple(
            replace(each, results=tuple(known.get(result.fixture.game, result) for result in each.results))
            for each in self.days
            if each.day < day
        )


type Forecaster = Callable[[History], Mapping[int, bytes]]
"""Returns something for each game, by its number: equal bytes for equal forecasts."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A game that moved, though only its own day and later ones were changed, and how they were changed."""

    game: int
    day: date
    change: str


def leaks(
    forecaster: Forecaster,
    history: History,
    cuts: Sequence[date],
    *,
    seed: int = 1,
    own_lines: bool = False,
) -> list[Leak]:
    """Return the games that know their future.

    cuts: days from which on everything is changed, in four ways: results, lines and box scores change places; scores
    of the day are 999; what comes after the day is missing; corrections that became known from the day on are missing.
    own_lines: the forecaster may read the line of the game itself, so that lines stay on the day of the cut.
    """
    honest = forecaster(history)
    found = []
    for cut in cuts:
        for change, changed in futures(history, cut, seed=seed, own_lines=own_lines):
            other = forecaster(changed)
            found += [
                Leak(result.fixture.game, day.day, change)
                for day in history.days
                if day.day <= cut
                for result in day.results
                if honest.get(result.fixture.game) != other.get(result.fixture.game)
            ]
    return found


def futures(history: History, cut: date, *, seed: int, own_lines: bool) -> Iterator[tuple[str, History]]:
    """Return the histories that are the same before `cut`, and other from then on. Games and their days stay."""
    chance = random.Random(seed)  # noqa: S311 - repeatable
    before = tuple(day for day in history.days if day.day < cut)
    after = [day for day in history.days if day.day >= cut]
    known = tuple(each for each in history.corrections if each.known < cut)
    yield "permuted", History((*before, *_permuted(after, cut, chance, own_lines=own_lines)), known)
    yield (
        f"scores of {ABSURD}",
        History((*before, *(_absurd(day) if day.day == cut else day for day in after)), history.corrections),
    )
    yield "cut off", History((*before, *(_absurd(day) for day in after if day.day == cut)), known)
    if known != history.corrections:
        yield "not corrected yet", History(history.days, known)


def _permuted(days: Sequence[Day], cut: date, chance: random.Random, *, own_lines: bool) -> list[Day]:
    """Return the days with scores, lines and box scores of one game in another's place."""
    results = [result for day in days for result in day.results]
    scores = [(result.home_points, result.away_points) for result in results]
    chance.shuffle(scores)
    new_scores = dict(zip((result.fixture.game for result in results), scores, strict=True))
    lines: list[Line | None] = [day.closing_lines.get(result.fixture.game) for day in days for result in day.results]
    chance.shuffle(lines)
    new_lines = dict(zip(new_scores, lines, strict=True))
    changed = []
    for day in days:
        keeps_lines = own_lines and day.day == cut
        moved = {game: line for game in (r.fixture.game for r in day.results) if (line := new_lines[game]) is not None}
        changed.append(
            Day(
                day=day.day,
                results=tuple(_scored(result, *new_scores[result.fixture.game]) for result in day.results),
                closing_lines=day.closing_lines if keeps_lines else moved,
                player_lines=tuple(_swapped(day.player_lines, chance)),
            )
        )
    return changed


def _swapped(lines: Sequence[PlayerLine], chance: random.Random) -> Iterator[PlayerLine]:
    """Return the lines of the same players in the same games, with what another one did."""
    done = [(line.seconds, line.statistics) for line in lines]
    chance.shuffle(done)
    for line, (seconds, statistics) in zip(lines, done, strict=True):
        yield replace(line, seconds=seconds, statistics=statistics)


def _absurd(day: Day) -> Day:
    return replace(
        day,
        results=tuple(_scored(result, ABSURD, 0) for result in day.results),
        player_lines=tuple(
            replace(line, statistics=dict.fromkeys(line.statistics, ABSURD)) for line in day.player_lines
        ),
    )


def _scored(result: Result, home: int, away: int) -> Result:
    return replace(result, home_points=home, away_points=away)


@dataclass(frozen=True, slots=True)
class GamesFold:
    """The model's own fold as a forecaster: the features of each game, as of its day.

    A correction that becomes known changes the days before it, so that the state is made anew from there.
    """

    parameters: GameParameters
    read: Callable[[games.State, Fixture], Mapping[str, float]] = field(default=games.features)

    def __call__(self, history: History) -> dict[int, bytes]:
        """Return each game's features as JSON."""
        state = games.start(self.parameters)
        corrected: list[Correction] = []
        found = {}
        for day in history.days:
            known = [each for each in history.corrections if each.known < day.day]
            if known != corrected:
                corrected, state = known, self._folded(history.before(day.day))
            for result in day.results:
                found[result.fixture.game] = canonical(self.read(state, result.fixture))
            state = games.advance(state, day)
        return found

    def _folded(self, days: Sequence[Day]) -> games.State:
        state = games.start(self.parameters)
        for day in days:
            state = games.advance(state, day)
        return state


CHECKED_DAYS = 100
"""Days of a table on which a backtest tries the fold; the tests try more."""


def in_words(days: Sequence[Day], parameters: GameParameters) -> str:
    """Return in words whether the fold of games knew the future on the first days of a table."""
    tried = History(tuple(days[:CHECKED_DAYS]))
    cut = tried.days[len(tried.days) * 2 // 3].day
    found = leaks(GamesFold(parameters), tried, [cut])
    games_before = sum(len(day.results) for day in tried.days if day.day <= cut)
    if found:
        moved = ", ".join(sorted({leak.change for leak in found}))
        return f"LEAK: {len({leak.game for leak in found})} of {games_before:,} games know their future ({moved})."
    return (
        f"Leakage check: the features of the first {games_before:,} games stay the same, to the last bit, when "
        f"everything from {cut} on changes places, is {ABSURD} to 0, or is cut off."
    )


def canonical(features: Mapping[str, float]) -> bytes:
    """Return features as bytes that are equal if they are, to the last bit."""
    return json.dumps(features, sort_keys=True).encode()
