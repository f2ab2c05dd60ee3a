"""Which game a second source's fixture is, by teams, date and tip-off. Pure.

The source's ids are not used: they say nothing about ours. What could be two games is none: a wrong match would settle
picks by another game's score.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pickvs.markets.fixtures.placing import DOUBLEHEADER_GAP
from pickvs.markets.fixtures.rules import Identified, KnownGame
from pickvs.sports.rules import SPORTS


@dataclass(frozen=True, slots=True)
class Matched:
    """Fixtures with their games; those that may be of several games or share one; and those of no known game."""

    games: tuple[tuple[Identified, KnownGame], ...]
    ambiguous: tuple[Identified, ...]
    unknown: tuple[Identified, ...]


def match(met: Sequence[tuple[Identified, Sequence[KnownGame]]]) -> Matched:
    """Match fixtures with games. met: fixtures, each with the games of its teams on its date.

    Where there may be two games of the teams on a date, the tip-offs must be less than two hours apart.
    """
    possible = [(fixture, _near(fixture, games)) for fixture, games in met]
    claims = Counter(game.id for _, games in possible for game in games)
    matched, ambiguous, unknown = [], [], []
    for fixture, games in possible:
        if not games:
            unknown.append(fixture)
        elif len(games) == 1 and claims[games[0].id] == 1:
            matched.append((fixture, games[0]))
        else:
            ambiguous.append(fixture)
    return Matched(tuple(matched), tuple(ambiguous), tuple(unknown))


def _near(fixture: Identified, games: Sequence[KnownGame]) -> Sequence[KnownGame]:
    if len(games) == 1 and not SPORTS[fixture.fixture.sport].doubleheaders:
        return games
    return [game for game in games if game.began_near(fixture.commence_time, DOUBLEHEADER_GAP)]
