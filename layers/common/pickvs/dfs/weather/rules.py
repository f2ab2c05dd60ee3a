"""Weather: what a forecast says of an hour at a venue, and when it is asked for. Pure.

Everything is kept in metric units. Sources state theirs, and a value of a unit that is not known is left out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

OPEN_METEO, NWS = "open_meteo", "nws"
SOURCES = (NWS, OPEN_METEO)
"""All sources, by name. Both are shown; neither replaces the other."""
JOBS: Mapping[str, str] = MappingProxyType({each: f"{each}_weather" for each in SOURCES})
"""The name of the job whose runs ask a source."""
HORIZON = timedelta(hours=48)
"""How long before its start a game's weather is asked for."""
AGAIN = timedelta(hours=1)
"""Time between two questions about a venue: sources make a new forecast every hour."""
PLAYED = timedelta(hours=5)
"""Hours from the start of a game whose weather is kept."""
CLOSED = "closed"

_TENTH, _HUNDREDTH, _THOUSANDTH = Decimal("0.1"), Decimal("0.01"), Decimal("0.001")
_KPH: Mapping[str, Decimal] = MappingProxyType(
    {"km/h": Decimal(1), "mp/h": Decimal("1.609344"), "mph": Decimal("1.609344"), "m/s": Decimal("3.6")}
)
_MM: Mapping[str, Decimal] = MappingProxyType({"mm": Decimal(1), "inch": Decimal("25.4")})
_POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
_SPEED = re.compile(r"(?:(\d{1,3}) to )?(\d{1,3}) (mph|km/h)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is forecast for the hour that begins at `valid_at`. None: the source does not say.

    Degrees Celsius, kilometres an hour, degrees from north that the wind comes from, millimetres in the hour.
    precipitation_chance, humidity: 0 to 1.
    """

    valid_at: datetime
    temperature_c: Decimal | None = None
    wind_kph: Decimal | None = None
    gust_kph: Decimal | None = None
    wind_from_degrees: int | None = None
    precipitation_mm: Decimal | None = None
    precipitation_chance: Decimal | None = None
    humidity: Decimal | None = None

    @property
    def says_something(self) -> bool:
        """Whether any value is known."""
        return any(
            value is not None
            for value in (self.temperature_c, self.wind_kph, self.precipitation_mm, self.precipitation_chance)
        )


def celsius(value: Decimal | None, unit: str) -> Decimal | None:
    """Return a temperature in degrees Celsius, to a tenth. None if it or its unit is not known."""
    if value is None or unit not in {"°C", "C", "°F", "F"}:
        return None
    degrees = (value - 32) * 5 / 9 if unit.endswith("F") else value
    return degrees.quantize(_TENTH) if -90 <= degrees <= 60 else None  # noqa: PLR2004 - colder and hotter than ever


def kph(value: Decimal | None, unit: str) -> Decimal | None:
    """Return a speed in kilometres an hour, to a tenth. None if it or its unit is not known."""
    factor = _KPH.get(unit)
    if value is None or factor is None or not 0 <= value * factor < 600:  # noqa: PLR2004 - faster than any wind
        return None
    return (value * factor).quantize(_TENTH)


def spoken_kph(text: str) -> Decimal | None:
    """Return the higher speed of a text such as `10 to 15 mph`, in kilometres an hour."""
    found = _SPEED.fullmatch(text)
    return None if found is None else kph(Decimal(found[2]), found[3])


def millimetres(value: Decimal | None, unit: str) -> Decimal | None:
    """Return precipitation in millimetres, to a hundredth. None if it or its unit is not known."""
    factor = _MM.get(unit)
    if value is None or factor is None or not 0 <= value * factor < 1000:  # noqa: PLR2004 - more than ever in an hour
        return None
    return (value * factor).quantize(_HUNDREDTH)


def share(value: Decimal | None, unit: str = "%") -> Decimal | None:
    """Return percent as a share from 0 to 1. None if it is none."""
    if value is None or unit != "%" or not 0 <= value <= 100:  # noqa: PLR2004 - percent
        return None
    return (value / 100).quantize(_THOUSANDTH)


def degrees(value: Decimal | None, unit: str = "°") -> int | None:
    """Return a direction in whole degrees. None if it is none."""
    return int(value) if value is not None and unit == "°" and 0 <= value <= 360 else None  # noqa: PLR2004 - a circle


def compass(point: str) -> int | None:
    """Return the direction of a point such as NNE, in whole degrees."""
    return int(_POINTS.index(point) * 22.5) if point in _POINTS else None


def hours_of_play(starts: Iterable[datetime]) -> set[datetime]:
    """Return the hours in which games are played that begin at `starts`, each by its beginning."""
    found = set()
    for start in starts:
        hour = start.replace(minute=0, second=0, microsecond=0)
        while hour < start + PLAYED:
            found.add(hour)
            hour += timedelta(hours=1)
    return found


def news(said: Sequence[Reading], known: Mapping[datetime, Reading]) -> list[Reading]:
    """Return the readings that say something else than the latest known ones of the same hours."""
    return [each for each in said if each.says_something and known.get(each.valid_at) != each]
