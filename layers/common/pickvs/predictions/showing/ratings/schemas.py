"""Responses: ratings of teams."""

from datetime import date
from typing import Annotated

from pickvs.core.types import Moment, ResponseBody, doc


class RatedTeam(ResponseBody):
    """How strong a team was before a day."""

    team_id: int | None
    team: Annotated[str, doc("Name of the team.")]
    rating: Annotated[float, doc("Points against an average team, by results.")]
    rating_sd: Annotated[float, doc("Standard deviation of the rating.")]
    line_rating: Annotated[float, doc("The same, by the closing lines of earlier games.")]
    line_rating_sd: float
    elo: float
    games: Annotated[int, doc("Games of the season so far.")]


class Ratings(ResponseBody):
    """The ratings of all teams on a day, the strongest first."""

    sport: str
    day: Annotated[date | None, doc("League-local day before whose games the ratings stood; null without any.")]
    as_of: Moment | None
    teams: list[RatedTeam]
