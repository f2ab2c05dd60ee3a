"""The sources of odds, scores, statistics and races of one run: the real ones, others, or the stand-ins."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.draftkings import DraftKingsServer
from local.espn import EspnServer
from local.formula_one.server import RacesServer
from local.nba_report import NbaReportServer
from local.odds_api import OddsApiServer
from local.settings import Settings
from local.weather import WeatherServer

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

JOLPICA_VARIABLE = "JOLPICA_BASE_URL"
"""Environment variable of the functions with the address of the first source of races."""
F1DB_VARIABLE = "F1DB_BASE_URL"
"""The same of the second source of races."""
RACES_SWITCH = "FANTASY_SOURCES"
"""Environment variable of the functions with the names of the sources of races."""
RACES_PACE = "FANTASY_PACE_SECONDS"
"""Environment variable of the functions with the time between two questions about races."""
RACES_HOUR = "FANTASY_HOUR_SECONDS"
"""Environment variable of the functions with what an hour of a race weekend takes."""

NBA_REPORT_VARIABLE = "STATS_NBA_REPORT_URL"
"""Environment variable of the functions with the address of the NBA's injury reports."""
WEATHER_VARIABLES = ("WEATHER_NWS_URL", "WEATHER_OPEN_METEO_URL")
"""Environment variables of the functions with the addresses of the sources of weather."""
WEATHER_SWITCH = "WEATHER_SOURCES"
"""Environment variable of the functions with the names of the sources of weather."""
WEATHER_PACE = "WEATHER_PACE_SECONDS"
"""Environment variable of the functions with the time between two questions about weather."""
SLATES_VARIABLES = ("DRAFTKINGS_URL", "DRAFTKINGS_API_URL")
"""Environment variables of the functions with the addresses of the source of slates."""
SLATES_SWITCH = "DFS_SLATE_SPORTS"
"""Environment variable of the functions with the sports whose slates are asked for."""
SLATES_PACE = "DFS_PACE_SECONDS"
"""Environment variable of the functions with the time between two questions about slates."""

type StandIn = OddsApiServer | EspnServer | RacesServer | NbaReportServer | WeatherServer | DraftKingsServer


@dataclass(frozen=True, slots=True)
class Sources:
    """description: of the source of odds, for the user. variables: those that replace the template's."""

    description: str
    variables: Mapping[str, str]


def choose_sources(settings: Settings, memory: Path, start: Callable[[StandIn], object]) -> Sources:
    """Return the sources for these settings. memory: folder of what stand-ins remember. start: starts a stand-in."""
    games = _of_games(settings, memory / "offered.json", start)
    races = _of_races(settings, memory / "races.json", start)
    return Sources(games.description, {**games.variables, **races, **_of_dfs(settings, start)})


def _of_dfs(settings: Settings, start: Callable[[StandIn], object]) -> Mapping[str, str]:
    """Return the variables for the sources of slates and weather: the stand-ins.

    The stand-in's slates are of the stand-in's games. Beside any other source of odds nobody is asked.
    """
    if settings.odds_api_base_url is not None or settings.odds_api_key is not None:
        return {SLATES_SWITCH: "none", WEATHER_SWITCH: "none"}
    weather, slates = WeatherServer(), DraftKingsServer()
    start(weather)
    start(slates)
    return {
        **dict.fromkeys(WEATHER_VARIABLES, weather.url),
        WEATHER_PACE: "0",
        **dict.fromkeys(SLATES_VARIABLES, slates.url),
        SLATES_PACE: "0",
    }


def _of_races(settings: Settings, calendar: Path, start: Callable[[StandIn], object]) -> Mapping[str, str]:
    """Return the variables for the sources of races: the addresses that the user names, or the stand-in for both."""
    addresses = {"jolpica": (JOLPICA_VARIABLE, settings.jolpica_base_url)}
    addresses["f1db"] = (F1DB_VARIABLE, settings.f1db_base_url)
    named = {name: (variable, url) for name, (variable, url) in addresses.items() if url is not None}
    if named:
        return {**dict(named.values()), RACES_SWITCH: ",".join(named), RACES_HOUR: "3600"}
    races = RacesServer(calendar)
    start(races)
    return {JOLPICA_VARIABLE: races.url, F1DB_VARIABLE: races.url, RACES_PACE: "0"}


def _of_games(settings: Settings, offered: Path, start: Callable[[StandIn], object]) -> Sources:
    """Return the sources of odds, scores and statistics. offered: file of the stand-in's memory.

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
        own_espn = {ESPN_VARIABLE: settings.espn_base_url, STATS_VARIABLE: settings.espn_base_url, STATS_SWITCH: "espn"}
        return Sources(description, {**variables, **own_espn})
    if not own:
        return Sources(description, {**variables, ESPN_SWITCH: "off", STATS_SWITCH: "none"})
    scores, report = EspnServer(), NbaReportServer()
    start(scores)
    start(report)
    own_sources = {ESPN_VARIABLE: scores.url, STATS_VARIABLE: scores.url, NBA_REPORT_VARIABLE: report.url}
    return Sources(description, {**variables, **own_sources, STATS_PACE: "0"})
