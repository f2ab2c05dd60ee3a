"""Clients of the sources of weather, by name."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from pickvs.dfs.weather.config import WeatherConfig
from pickvs.dfs.weather.providers import nws, open_meteo
from pickvs.dfs.weather.rules import NWS, OPEN_METEO, Reading
from pickvs.jobs.sources import Answer, Capture, Question, Source
from pickvs.markets.providers.http_source import Pace, Patience
from pickvs.markets.providers.polite_client import PoliteClient

PATIENCE = Patience(connect=5, read=10, pauses=(2,), answer_bytes=4 * 1024 * 1024)
"""A forecast of a week is under 300 KB."""
SECONDS = 40
"""Time for one question, with the place that is looked up and the retries."""

_PACES: dict[str, Pace] = {}
"""One pace for each source in the process, whichever client asks."""


class NwsClient(PoliteClient):
    """Looks a place up, and then asks for its forecast. The answer is the forecast."""

    def ask(self, question: Question, *, seconds: float) -> Answer:
        """Return the forecast of a place within about `seconds`. Raises ProviderError."""
        ends = time.monotonic() + seconds
        place = super().ask(question, seconds=seconds)
        path = nws.forecast_path(place.body)
        return super().ask(
            Question(question.kind, question.subject, path, {}), seconds=max(1.0, ends - time.monotonic())
        )


@dataclass(frozen=True, slots=True)
class WeatherSource:
    """A source of weather: its client, the question for a place, and how its answer is read."""

    client: Source
    question: Callable[[str, Decimal, Decimal], Question]
    read: Callable[[bytes], Capture[Reading]]


def weather_source(name: str, config: WeatherConfig) -> WeatherSource:
    """Return a source that the stage asks. Raises KeyError for another."""
    pace = _PACES.setdefault(name, Pace(config.pace))
    kind, module = {OPEN_METEO: (PoliteClient, open_meteo), NWS: (NwsClient, nws)}[name]
    client = kind(name, config.base_urls[name], config.contact, patience=PATIENCE, pace=pace)
    return WeatherSource(client, module.question, module.read)
