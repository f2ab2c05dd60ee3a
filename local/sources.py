"""The sources of odds, scores and statistics of one run: the real ones, others, or the stand-ins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.espn import EspnServer
from local.odds_api import OddsApiServer
from local.settings import Settings

ODDS_VARIABLE = "ODDS_API_BASE_URL"
"""Environment variable of the functions with the odds provider's address."""
ESPN_VARIABLE = "ESPN_BASE_URL"
"""The same of the second source of scores."""
ESPN_SWITCH = "SCORES_ESPN"
"""Environment variable of the functions that says whether the second source is asked."""
STATS_VARIABLE = "STATS_ESPN_URL"
"""Environment variable of the functions with the address of the source of statistics, which is the same provider."""
STATS_SWITCH = "STATS_SOURCES"
"""Environment variable of the functions with the names of the sources of statistics."""
STATS_PACE = "STATS_PACE_SECONDS"
"""Environment variable of the functions with the time between two questions: a stand-in need not be spared."""

type StandIn = OddsApiServer | EspnServer


@dataclass(frozen=True, slots=True)
class Sources:
    """description: of the source of odds, for the user. variables: those that replace the template's."""

    description: str
    variables: Mapping[str, str]


def choose_sources(settings: Settings, offered: Path, start: Callable[[StandIn], object]) -> Sources:
    """Return the sources for these settings. offered: file of the stand-in's memory. start: starts a stand-in.

    The stand-ins know the same games. Beside any other source of odds, the second source's stand-in would tell the
    scores and box scores of games that are not played, so nobody is asked then, unless the user names an address.
    """
    own = settings.odds_api_base_url is None and settings.odds_api_key is None
    if settings.odds_api_base_url is not None:
        description, variables = settings.odds_api_base_url, {ODDS_VARIABLE: settings.odds_api_base_url}
    elif settings.odds_api_key is not None:
        description, variables = "The Odds API, with your key", {}
    else:
        odds = OddsApiServer(offered)
        start(odds)
        description, variables = (
            "a stand-in, where a game tips off every three and a half minutes",
            {ODDS_VARIABLE: odds.url},
        )
    if settings.espn_base_url is not None:
        own_espn = {ESPN_VARIABLE: settings.espn_base_url, STATS_VARIABLE: settings.espn_base_url}
        return Sources(description, {**variables, **own_espn})
    if not own:
        return Sources(description, {**variables, ESPN_SWITCH: "off", STATS_SWITCH: "none"})
    scores = EspnServer()
    start(scores)
    return Sources(description, {**variables, ESPN_VARIABLE: scores.url, STATS_VARIABLE: scores.url, STATS_PACE: "0"})
