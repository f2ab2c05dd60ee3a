"""The National Weather Service of the United States: what is asked, and how the answer is read.

A place is first looked up, which names the address of its forecast. Only the path of that address is used, and only one
of the known form, so that no answer leads a request elsewhere. More than four decimals of a degree would be answered
with a redirect.
"""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from pickvs.dfs.weather.rules import NWS, Reading, celsius, compass, share, spoken_kph
from pickvs.jobs.errors import BadAnswer
from pickvs.jobs.sources import Capture, Question, Skipped
from pickvs.markets.providers.reading import json_of, readable_moment

NAME = NWS
_FORECAST = re.compile(r"/gridpoints/[A-Z]{3}/\d{1,4},\d{1,4}/forecast/hourly")


def question(venue: str, latitude: Decimal, longitude: Decimal) -> Question:
    """Return the question that looks a place up. venue: its key."""
    place = f"{latitude:.4f}".rstrip("0").rstrip("."), f"{longitude:.4f}".rstrip("0").rstrip(".")
    return Question("weather", venue, f"/points/{','.join(place)}", {})


def forecast_path(body: bytes) -> str:
    """Return the path of a place's forecast, from the answer that looks it up. Raises BadAnswer."""
    address = _inside(json_of(body, dict), "properties", "forecastHourly")
    path = urlsplit(address).path if isinstance(address, str) else ""
    if not _FORECAST.fullmatch(path):
        raise BadAnswer("the place has no hourly forecast of the known form")
    return path


def read(body: bytes) -> Capture[Reading]:
    """Parse a forecast. Raises BadAnswer if it is no JSON object."""
    periods = _inside(json_of(body, dict), "properties", "periods")
    if not isinstance(periods, list):
        return Capture((), (Skipped("the forecast has no periods"),))
    items, skipped = [], []
    for each in periods:
        at = readable_moment(_inside(each, "startTime"))
        if at is None:
            skipped.append(Skipped("a period has no readable start"))
        else:
            items.append(_reading(each, at))
    return Capture(tuple(items), tuple(skipped))


def _reading(period: Any, at: datetime) -> Reading:
    chance, humidity = _inside(period, "probabilityOfPrecipitation"), _inside(period, "relativeHumidity")
    return Reading(
        valid_at=at,
        temperature_c=celsius(_number(_inside(period, "temperature")), str(_inside(period, "temperatureUnit"))),
        wind_kph=spoken_kph(str(_inside(period, "windSpeed"))),
        wind_from_degrees=compass(str(_inside(period, "windDirection"))),
        precipitation_chance=share(_number(_inside(chance, "value")), _unit(chance)),
        humidity=share(_number(_inside(humidity, "value")), _unit(humidity)),
    )


def _unit(quantity: Any) -> str:
    return "%" if str(_inside(quantity, "unitCode")).endswith(":percent") else ""


def _number(raw: Any) -> Decimal | None:
    return Decimal(raw) if isinstance(raw, int | Decimal) and not isinstance(raw, bool) else None


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
