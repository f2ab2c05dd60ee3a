"""Which of two scores is the home team's, if their names are not spelled as in the fixture.

Names are compared by the teams that they stand for. A name that stands for neither team of the fixture may be a third
team's: nobody knows whose score it is, and neither score is used.
"""

from collections.abc import Mapping, Sequence

from pickvs.markets.values import Fixture
from pickvs.sports.teams.rules import Team, normalised


def scores_of_sides(
    by_name: Sequence[tuple[str, int]], fixture: Fixture, teams: Mapping[str, Team]
) -> tuple[int, int] | None:
    """Return the scores of the fixture's home and away team, or None if it is unknown which is whose.

    by_name: two different names and their scores. teams: the teams of all names that are known.
    """

    def identity(name: str) -> int | str:
        return teams[name].id if name in teams else normalised(name) or name

    scores = {identity(name): score for name, score in by_name}
    home, away = identity(fixture.home_team), identity(fixture.away_team)
    if len(scores) != len(by_name) or scores.keys() != {home, away}:
        return None
    return scores[home], scores[away]
