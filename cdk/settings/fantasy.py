"""Fantasy leagues: which sources of races are asked, and when drafts and results are looked after.

`docs/sources.md` has the sources' terms.
"""

import re
from dataclasses import dataclass

from cdk.errors import DeploymentError
from cdk.settings.rates import Rate

PACE_SECONDS = 1.0
"""Least time between two requests to a source, on every stage. The laptop's own stand-ins are asked without a pause."""

NON_COMMERCIAL = "non-commercial"
"""What `provider_terms` says where sources may be asked whose data is licensed for non-commercial use alone."""

_CONTACT = re.compile(r"[!-'*-~]{3,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fantasy:
    """Sources of races, and when they are asked. All are off by default."""

    jolpica: bool = False
    """Whether jolpica-f1 is asked first. Its data is CC BY-NC-SA 4.0, so `provider_terms` must say so."""

    f1db: bool = False
    """Whether f1db is asked for a second opinion. Its data is CC BY 4.0."""

    provider_terms: str = ""
    """`non-commercial` if the stage earns nothing, so that it keeps the terms of jolpica-f1. Empty: nobody has said."""

    contact: str = ""
    """Mail address or web address of the operator, without blanks and parentheses. It stands in the User-Agent."""

    jolpica_url: str = "https://api.jolpi.ca"
    """URL of jolpica-f1, without a trailing slash."""

    f1db_url: str = "https://api.github.com/repos/f1db/f1db"
    """URL of f1db's repository in GitHub's API, without a trailing slash."""

    hour_seconds: float = 3600
    """What an hour of a race weekend takes. Less on a laptop, whose stand-in plays weekends in minutes."""

    collect_f1_schedule: str = "cron(15 6 * * ? *)"
    """Schedule of the daily run, in UTC: it compares the whole season with what is stored, and plans the runs after
    sessions."""

    tick_drafts_schedule: str = "cron(45 6 * * ? *)"
    """Schedule on which drafts and leagues are looked after that no alarm has told of, in UTC."""

    ticks_at_once: int = 2
    """Runs of tick_drafts at once. Drafts that are due while a run is busy do not wait for its end."""

    def __post_init__(self) -> None:
        """Reject sources that are asked against their terms, or without saying who asks. Raises DeploymentError."""
        if self.jolpica and self.provider_terms != NON_COMMERCIAL:
            raise DeploymentError(
                "fantasy.jolpica needs fantasy.provider_terms = 'non-commercial': its data is CC BY-NC-SA 4.0. "
                "A stage that earns money leaves jolpica off"
            )
        if self.f1db and not self.jolpica:
            raise DeploymentError(
                "fantasy.f1db needs fantasy.jolpica: it is the second opinion on what the first source says"
            )
        if self.names and not self.contact:
            raise DeploymentError("the sources of fantasy need fantasy.contact: each source is told who asks")
        if self.contact and not _CONTACT.fullmatch(self.contact):
            raise DeploymentError(f"fantasy.contact {self.contact!r} is no address; write it without blanks")
        if not 0 < self.hour_seconds <= 3600:  # noqa: PLR2004 - a real hour
            raise DeploymentError("fantasy.hour_seconds is what an hour of a weekend takes: more than 0, up to 3600")
        if self.ticks_at_once < 1:
            raise DeploymentError("fantasy.ticks_at_once is at least 1: nobody else ends a turn whose time is over")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sources that are asked, the first one first."""
        switches = {"jolpica": self.jolpica, "f1db": self.f1db}
        return tuple(name for name, is_on in switches.items() if is_on)

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the settings to the function that asks."""
        urls = {"jolpica": self.jolpica_url, "f1db": self.f1db_url}
        asked = {f"{name.upper()}_BASE_URL": urls[name] for name in self.names}
        manners = {
            "FANTASY_CONTACT": self.contact,
            "FANTASY_PACE_SECONDS": f"{PACE_SECONDS:g}",
            "FANTASY_PROVIDER_TERMS": self.provider_terms or "unsaid",
            "FANTASY_HOUR_SECONDS": f"{self.hour_seconds:g}",
        }
        return {"FANTASY_SOURCES": ",".join(self.names) or "none", **asked, **(manners if self.names else {})}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueLimits:
    """Rate limits of fantasy leagues."""

    codes_per_address: Rate = Rate(20, 3600)
    """Attempts from one network address to join a league by a code, successful or not."""

    tables_per_user: Rate = Rate(20, 86_400)
    """Attempts of a user to add a scoring table, successful or not."""

    def environment(self) -> dict[str, str]:
        """Return the environment variables that pass the limits to a function."""
        return {
            "LEAGUE_CODES_PER_ADDRESS": str(self.codes_per_address),
            "SCORING_TABLES_PER_USER": str(self.tables_per_user),
        }
