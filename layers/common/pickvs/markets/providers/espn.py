"""Client of ESPN's public scoreboard. Nobody has promised its format: see docs/sources.md.

The scoreboard of a day has every game of a league with its state and points. It does not say when a game began: `date`
and `startDate` are the announced time. A game's summary does, by the clock time of its first play.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from pickvs.core.version import VERSION
from pickvs.jobs.errors import ProviderDown, ProviderError, ProviderTimeout
from pickvs.jobs.sources import Credits, Question
from pickvs.markets.providers.config import EspnConfig
from pickvs.markets.providers.http_source import HttpSource, Pace, Patience, failure_of
from pickvs.markets.providers.names import ESPN

PROVIDER = ESPN
"""The name under which this provider's spellings and results are stored."""

LEAGUES: Mapping[str, str] = MappingProxyType(
    {
        "americanfootball_nfl": "football/nfl",
        "baseball_mlb": "baseball/mlb",
        "basketball_nba": "basketball/nba",
        "basketball_wnba": "basketball/wnba",
        "icehockey_nhl": "hockey/nhl",
    }
)
"""ESPN's path of each sport that it is asked about. Only sports whose teams are all listed."""

PATIENCE = Patience(connect=5, read=10, pauses=(2,), answer_bytes=8 * 1024 * 1024)
"""Settings of the ingestion function. A full Sunday of the NFL is under 1 MB."""

PACE = Pace(1.0)
"""At most one request a second."""


def scoreboard(sport: str, day: date) -> Question:
    """Return the question for the games of a day, as dated in the league's time zone. Raises KeyError: see LEAGUES."""
    return Question("scores", sport, _path(sport, "scoreboard"), {"dates": f"{day:%Y%m%d}"})


def summary(sport: str, event: str) -> Question:
    """Return the question for one game with its start. event: ESPN's id. Raises KeyError: see LEAGUES."""
    return Question("summary", sport, _path(sport, "summary"), {"event": event})


def _path(sport: str, what: str) -> str:
    return f"/apis/site/v2/sports/{LEAGUES[sport]}/{what}"


class Espn(HttpSource):
    """Client of ESPN, which says who asks. Does not ask again where ESPN refuses or limits."""

    name = "espn"
    retried = (ProviderDown, ProviderTimeout)

    def __init__(self, config: EspnConfig, patience: Patience, pace: Pace) -> None:
        super().__init__(config.base_url, patience, pace)
        self._agent = f"PickVs/{VERSION} (+{config.contact})"

    def _headers(self) -> Mapping[str, str]:
        return {"User-Agent": self._agent}

    def _failure(self, status: int, body: bytes, credit: Credits) -> ProviderError:
        return failure_of(status)(f"the provider answered {status} ({len(body)} bytes)", http_status=status)
