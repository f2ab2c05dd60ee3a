"""Parameters by which reads of a sport's statistics and forecasts are narrowed, each with the same form everywhere."""

from typing import Annotated

from pickvs.http.parameters import Path, Query

Season = Annotated[int | None, Query(ge=1900, le=2200, description="The year in which the season starts.")]
"""A season. Absent for all of them, or for what the endpoint says."""

SeasonOrLatest = Annotated[
    int | None, Query(ge=1900, le=2200, description="The year in which the season starts; by default, the latest one.")
]
"""A season. Absent for the latest one that has data."""

Contestant = Annotated[
    str,
    Path(
        pattern=r"^[a-z0-9_]{1,60}-[a-z][a-z0-9-]{0,29}$",
        words="must be a sport and a contestant, such as basketball_nba-no-market",
        description="Sport and contestant: basketball_nba-no-market.",
    ),
]
"""Name of one that forecasts a sport's games."""

Statistic = Annotated[
    str | None,
    Query(
        pattern=r"^[a-z_]{1,40}$",
        words="must have only the letters a to z and _, at most 40",
        description="The only statistic to show, such as points.",
    ),
]
"""Name of a statistic. Absent for all of them."""

StatisticLine = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9]{1,3}(\.[05])?$",
        words="must be a number in steps of a half, such as 24.5",
        description="Where to show the statistic's probability. Takes `statistic`.",
    ),
]
"""A line of a statistic, on the grid of halves. Absent for none."""
