"""The sources of statistics, in order of preference. Pure."""

from collections.abc import Mapping
from types import MappingProxyType

ESPN, BALLDONTLIE, NFLVERSE, STATSAPI = "espn", "balldontlie", "nflverse", "statsapi"
NBA_REPORT = "nba_report"
SOURCES = (STATSAPI, NFLVERSE, ESPN, BALLDONTLIE)
"""All sources of box scores, by name. Where several know a sport, the first one's lines count, and the others are
compared."""
INJURY_SOURCES = (NBA_REPORT, ESPN)
"""All sources that tell who is hurt, the league's own first."""
ALL_SOURCES = (*SOURCES, NBA_REPORT)
JOBS: Mapping[str, str] = MappingProxyType({source: f"{source}_stats" for source in ALL_SOURCES})
"""The name of the job whose runs ask a source."""


def counts_over(source: str, other: str | None) -> bool:
    """Return whether what a source says counts against what another said before: it is preferred, or the same.

    other: None if nobody has said anything. A name that is no source's, such as that of a file, counts least.
    """
    if other is None or other == source:
        return True
    return other not in SOURCES or (source in SOURCES and SOURCES.index(source) < SOURCES.index(other))
