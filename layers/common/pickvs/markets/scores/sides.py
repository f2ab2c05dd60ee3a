"""Which of two scores is the home team's, if their names are not spelled as in the fixture.

A name stands for a team, and two names of one team are equal. A name that no team has is taken for the remaining team:
the fixture has two teams, and the other score belongs to one of them. A name of a third team contradicts the fixture,
and then neither score is used.
"""

from collections.abc import Mapping, Sequence

from pickvs.markets.values import Fixture
from pickvs.sports.teams.rules import Team, normalised

NOT_OF_EACH_TEAM = "scores are not one for each team"
"""Why scores are skipped."""


def scores_of_sides(
    by_name: Sequence[tuple[str, int]], fixture: Fixture, teams: Mapping[str, Team]
) -> tuple[int, int] | None:
    """Return the scores of the fixture's home and away team, or None if it is unknown which is whose.

    by_name: two different names and their scores. teams: the teams of all names that are known.
    """

    def identity(name: str) -> int | str:
        return teams[name].id if name in teams else normalised(name) or name

    sides = identity(fixture.home_team), identity(fixture.away_team)
    scores = {identity(name): score for name, score in by_name}
    missing, strangers = set(sides) - scores.keys(), scores.keys() - set(sides)
    if len(missing) == len(strangers) == 1 and isinstance(stranger := strangers.pop(), str):
        scores[missing.pop()] = scores.pop(stranger)
    if len(scores) != len(by_name) or scores.keys() != set(sides):
        return None
    home, away = sides
    return scores[home], scores[away]
