"""Sources of statistics: box scores and injuries. `docs/sources.md` has their terms."""

import re
from dataclasses import dataclass, replace
from typing import Self

from cdk.errors import DeploymentError

PACE_SECONDS = 1.0
"""Least time between two requests to a source, on every stage. The laptop's own stand-ins are asked without a pause."""

INJURY_SPORTS = ("basketball_nba", "basketball_wnba", "americanfootball_nfl", "baseball_mlb")
"""Sports in which a source tells who is hurt."""

_CONTACT = re.compile(r"[!-'*-~]{3,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatsSources:
    """Which sources of statistics the stage asks, and whom they are told to turn to. All are off by default."""

    espn: bool = False
    """Whether ESPN's public pages are read: NBA, WNBA, NFL and MLB. Undocumented, and nobody has promised anything."""

    balldontlie: bool = False
    """Whether balldontlie is asked for the NBA. It needs a key in the secret `balldontlie`."""

    nflverse: bool = False
    """Whether the files of nflverse are read: NFL."""

    statsapi: bool = False
    """Whether MLB's statsapi is asked. Its copyright text allows individual, non-commercial, non-bulk use."""

    nba_report: bool = False
    """Whether the injury report is read that the NBA publishes as a file. Public, without a promise."""

    contact: str = ""
    """Mail address or web address of the operator, without blanks and parentheses. It stands in the User-Agent."""

    espn_url: str = "https://site.api.espn.com"
    """URL of ESPN, without a trailing slash."""

    balldontlie_url: str = "https://api.balldontlie.io"
    """URL of balldontlie, without a trailing slash."""

    nflverse_url: str = "https://github.com/nflverse/nflverse-data/releases/download"
    """URL of the releases of nflverse, without a trailing slash."""

    statsapi_url: str = "https://statsapi.mlb.com"
    """URL of statsapi, without a trailing slash."""

    nba_report_url: str = "https://ak-static.cms.nba.com"
    """URL of the NBA's files, without a trailing slash."""

    ingest_stats_schedule: str = "cron(30 10 * * ? *)"
    """Schedule of the daily run: when the games of the evening before are over and corrected."""

    ingest_injuries_schedule: str = "rate(3 hours)"
    """Schedule on which sources are asked who is hurt. Only sports that play on the day are asked about."""

    def __post_init__(self) -> None:
        """Reject a source that is asked without saying who asks. Raises DeploymentError."""
        if self.names and not self.contact:
            raise DeploymentError("stats_sources need stats_sources.contact: each source is told who asks")
        if self.contact and not _CONTACT.fullmatch(self.contact):
            raise DeploymentError(f"stats_sources.contact {self.contact!r} is no address; write it without blanks")

    def of_injuries(self) -> Self:
        """Return the sources that tell who is hurt: ESPN and the NBA. The others are not asked about it."""
        return replace(self, balldontlie=False, nflverse=False, statsapi=False)

    def of_box_scores(self) -> Self:
        """Return the sources that have box scores: all but the NBA's report."""
        return replace(self, nba_report=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sources that are asked."""
        switches = {
            "statsapi": self.statsapi,
            "nflverse": self.nflverse,
            "espn": self.espn,
            "balldontlie": self.balldontlie,
            "nba_report": self.nba_report,
        }
        return tuple(name for name, is_on in switches.items() if is_on)

    def choice(self) -> dict[str, str]:
        """Return the environment variable that says which sources there are."""
        return {"STATS_SOURCES": ",".join(self.names) or "none"}

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the settings to a function that asks."""
        urls = {
            "statsapi": self.statsapi_url,
            "nflverse": self.nflverse_url,
            "espn": self.espn_url,
            "balldontlie": self.balldontlie_url,
            "nba_report": self.nba_report_url,
        }
        asked = {f"STATS_{name.upper()}_URL": urls[name] for name in self.names}
        manners = {"STATS_CONTACT": self.contact, "STATS_PACE_SECONDS": f"{PACE_SECONDS:g}"}
        return {**self.choice(), **asked, **(manners if self.names else {})}
