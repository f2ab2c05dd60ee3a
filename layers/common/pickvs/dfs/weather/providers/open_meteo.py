"""Open-Meteo: what is asked, and how the answer is read.

Times have no zone: they are local to the place unless UTC is asked for, and `utc_offset_seconds` says by how much. The
units stand beside the values and are read, never assumed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from pickvs.dfs.weather.rules import OPEN_METEO, Reading, celsius, degrees, kph, millimetres, share
from pickvs.jobs.sources import Capture, Question, Skipped
from pickvs.markets.providers.reading import json_of

NAME = OPEN_METEO
_VALUES = (
    *("temperature_2m", "precipitation", "precipitation_probability", "relative_humidity_2m"),
    *("wind_speed_10m", "wind_gusts_10m", "wind_direction_10m"),
)
_DAYS = 4
_MOST_HOURS = 24 * 16
_YEARS = range(2000, 2101)
_FARTHEST = 14 * 3600
"""Seconds that a zone may be from UTC."""


def question(venue: str, latitude: Decimal, longitude: Decimal) -> Question:
    """Return the question for the forecast of a place. venue: its key."""
    parameters = {
        "latitude": f"{latitude:f}",
        "longitude": f"{longitude:f}",
        "hourly": ",".join(_VALUES),
        "timezone": "UTC",
        "forecast_days": str(_DAYS),
    }
    return Question("weather", venue, "/v1/forecast", parameters)


def read(body: bytes) -> Capture[Reading]:
    """Parse an answer. Raises BadAnswer if it is no JSON object."""
    answer = json_of(body, dict)
    hourly, units, offset = answer.get("hourly"), answer.get("hourly_units"), answer.get("utc_offset_seconds")
    if not isinstance(hourly, dict) or not isinstance(units, dict):
        return Capture((), (Skipped("the answer has no hourly values"),))
    if not isinstance(offset, int) or abs(offset) > _FARTHEST:
        return Capture((), (Skipped("the answer does not say how far its times are from UTC"),))
    times = hourly.get("time")
    if not isinstance(times, list) or not times or len(times) > _MOST_HOURS or units.get("time") != "iso8601":
        return Capture((), (Skipped("the answer has no readable times"),))
    columns = {name: _column(hourly, name, len(times)) for name in _VALUES}
    zone = timezone(timedelta(seconds=offset))
    items, skipped = [], []
    for place, raw in enumerate(times):
        at = _moment(raw, zone)
        if at is None:
            skipped.append(Skipped(f"not a time: {str(raw)[:40]!r}"))
            continue
        told = {name: (column[place], str(units.get(name))) for name, column in columns.items()}
        items.append(
            Reading(
                valid_at=at,
                temperature_c=celsius(*told["temperature_2m"]),
                wind_kph=kph(*told["wind_speed_10m"]),
                gust_kph=kph(*told["wind_gusts_10m"]),
                wind_from_degrees=degrees(*told["wind_direction_10m"]),
                precipitation_mm=millimetres(*told["precipitation"]),
                precipitation_chance=share(*told["precipitation_probability"]),
                humidity=share(*told["relative_humidity_2m"]),
            )
        )
    return Capture(tuple(items), tuple(skipped))


def _column(hourly: dict[str, Any], name: str, length: int) -> Sequence[Decimal | None]:
    """Return a column's values. One of another length belongs to other hours, and says nothing."""
    raw = hourly.get(name)
    if not isinstance(raw, list) or len(raw) != length:
        return [None] * length
    return [Decimal(each) if isinstance(each, int | Decimal) and not isinstance(each, bool) else None for each in raw]


def _moment(raw: Any, zone: timezone) -> datetime | None:
    try:
        moment = datetime.strptime(raw, "%Y-%m-%dT%H:%M").replace(tzinfo=zone)
    except (TypeError, ValueError):
        return None
    return moment.astimezone(UTC) if moment.year in _YEARS else None
