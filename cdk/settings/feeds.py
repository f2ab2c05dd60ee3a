"""Daily fantasy: which sources of slates and weather are asked. `docs/sources.md` has their terms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cdk.errors import DeploymentError

PACE_SECONDS = 1.0
"""Least time between two requests to a source, on every stage. The laptop's own stand-ins are asked without a pause."""

NON_COMMERCIAL = "non-commercial"
"""What `weather_terms` says where a source may be asked whose free use is for non-commercial stages alone."""

_CONTACT = re.compile(r"[!-'*-~]{3,200}")
_SPORT = re.compile(r"[A-Z0-9]{2,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeds:
    """Sources of slates and of weather. All are off by default: without them slates come from users' files."""

    nws: bool = False
    """Whether the National Weather Service is asked: places in the United States. Public domain."""

    open_meteo: bool = False
    """Whether Open-Meteo is asked. Its free service is for non-commercial use alone, so `weather_terms` must say so."""

    weather_terms: str = ""
    """`non-commercial` if the stage earns nothing. Empty: nobody has said."""

    draftkings_sports: tuple[str, ...] = ()
    """Sports whose slates are read from DraftKings' lobby, by its names, such as NBA. Its terms prohibit automated
    access, so `draftkings_permission` must say who has allowed it."""

    draftkings_permission: str = ""
    """Where the site's written permission is kept. Empty: there is none, and the lobby is not asked."""

    contact: str = ""
    """Mail address or web address of the operator, without blanks and parentheses. It stands in the User-Agent."""

    nws_url: str = "https://api.weather.gov"
    """URL of the National Weather Service, without a trailing slash."""

    open_meteo_url: str = "https://api.open-meteo.com"
    """URL of Open-Meteo, without a trailing slash."""

    draftkings_url: str = "https://www.draftkings.com"
    """URL of DraftKings' lobby, without a trailing slash."""

    draftkings_api_url: str = "https://api.draftkings.com"
    """URL of DraftKings' rules and players, without a trailing slash."""

    fetch_weather_schedule: str = "cron(45 6 * * ? *)"
    """Schedule on which games are looked after whose weather no alarm has told to ask for, in UTC."""

    fetch_dfs_slates_schedule: str = "cron(5 14 * * ? *)"
    """Schedule of the daily round over the lobby, in UTC. It plans the rounds until the slates have begun."""

    def __post_init__(self) -> None:
        """Reject sources that are asked against their terms, or without saying who asks. Raises DeploymentError."""
        if self.open_meteo and self.weather_terms != NON_COMMERCIAL:
            raise DeploymentError(
                "feeds.open_meteo needs feeds.weather_terms = 'non-commercial': its free service is for such use "
                "alone. A stage that earns money leaves it off"
            )
        if self.draftkings_sports and not self.draftkings_permission:
            raise DeploymentError(
                "feeds.draftkings_sports needs feeds.draftkings_permission: the site prohibits automated access. "
                "Say where its written permission is kept, or let users upload their files"
            )
        if wrong := [sport for sport in self.draftkings_sports if not _SPORT.fullmatch(sport)]:
            raise DeploymentError(f"feeds.draftkings_sports has {wrong[0]!r}; write it as the site does, such as NBA")
        if (self.weather or self.draftkings_sports) and not self.contact:
            raise DeploymentError("the sources of feeds need feeds.contact: each source is told who asks")
        if self.contact and not _CONTACT.fullmatch(self.contact):
            raise DeploymentError(f"feeds.contact {self.contact!r} is no address; write it without blanks")

    @property
    def weather(self) -> tuple[str, ...]:
        """Names of the sources of weather that are asked."""
        return tuple(name for name, is_on in {"nws": self.nws, "open_meteo": self.open_meteo}.items() if is_on)

    @property
    def slates(self) -> tuple[str, ...]:
        """Names of the sources of slates that are asked."""
        return ("draftkings",) if self.draftkings_sports else ()

    def weather_environment(self) -> Mapping[str, str]:
        """Return the environment variables of the function that asks for weather."""
        urls = {"nws": self.nws_url, "open_meteo": self.open_meteo_url}
        manners = {"WEATHER_CONTACT": self.contact, "WEATHER_PACE_SECONDS": f"{PACE_SECONDS:g}"}
        return {
            "WEATHER_SOURCES": ",".join(self.weather) or "none",
            **{f"WEATHER_{name.upper()}_URL": urls[name] for name in self.weather},
            **(manners if self.weather else {}),
        }

    def slates_environment(self) -> Mapping[str, str]:
        """Return the environment variables of the function that asks for slates."""
        if not self.draftkings_sports:
            return {"DFS_SLATE_SPORTS": "none"}
        return {
            "DFS_SLATE_SPORTS": ",".join(self.draftkings_sports),
            "DRAFTKINGS_URL": self.draftkings_url,
            "DRAFTKINGS_API_URL": self.draftkings_api_url,
            "DFS_CONTACT": self.contact,
            "DFS_PACE_SECONDS": f"{PACE_SECONDS:g}",
        }
