"""Kinds of games on which a model is judged apart. Pure."""

from collections.abc import Iterable
from itertools import groupby

from pickvs.predictions.facts.rules import Fixture
from pickvs.predictions.measures.rules import EVEN

EARLY = "first 10 games"
PLAYOFFS = "play-offs"
HOME_FAVOURITE = "home favourite"
EARLY_GAMES = 10


def early_games(fixtures: Iterable[Fixture]) -> set[int]:
    """Return the games before which one of the teams had played fewer than ten games of the season.

    fixtures: in the order of their days. Play-off games are never early.
    """
    played: dict[tuple[int, str], int] = {}
    early = set()
    for _, same_day in groupby(fixtures, key=lambda fixture: fixture.day):
        day = list(same_day)
        for fixture in day:
            least = min(played.get((fixture.season, team), 0) for team in (fixture.home, fixture.away))
            if least < EARLY_GAMES and not fixture.is_playoff:
                early.add(fixture.game)
        for fixture in day:
            for team in (fixture.home, fixture.away):
                played[fixture.season, team] = played.get((fixture.season, team), 0) + 1
    return early


def segments(fixture: Fixture, *, is_early: bool, favourite: float) -> frozenset[str]:
    """Return the segments of a game. favourite: the probability of a home win by whoever is the yardstick."""
    return frozenset(
        name
        for name, applies in (
            (EARLY, is_early),
            (PLAYOFFS, fixture.is_playoff),
            (HOME_FAVOURITE, favourite > EVEN),
        )
        if applies
    )
