"""A stand-in for both sources of weather, served on one port. The weather follows from the place and the hour."""

import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from local.http_server import HttpServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_DAYS = 4
_POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
_PLACE = re.compile(r"/points/(-?\d{1,3}(?:\.\d{1,4})?),(-?\d{1,3}(?:\.\d{1,4})?)")
_GRID = re.compile(r"/gridpoints/PCK/(\d{1,4}),(\d{1,4})/forecast/hourly")


class WeatherServer:
    """Answers for any place of the world, whereas the real NWS knows the United States alone."""

    def __init__(self, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._server = HttpServer(self._application)

    @property
    def url(self) -> str:
        """The base address of both sources, for WEATHER_OPEN_METEO_URL and WEATHER_NWS_URL."""
        return self._server.url

    def start(self) -> None:
        """Start serving requests."""
        self._server.start()

    def stop(self) -> None:
        """Stop serving requests."""
        self._server.stop()

    def _application(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status, answer = self._answer(Request(environ))
        return Response(json.dumps(answer), status=status, mimetype="application/json")(environ, start_response)

    def _answer(self, request: Request) -> tuple[int, dict[str, Any]]:
        if request.path == "/v1/forecast":
            return self._open_meteo(request)
        if found := _PLACE.fullmatch(request.path):
            grid = ",".join(str(round(abs(float(degrees)) * 10)) for degrees in found.groups())
            address = f"{self.url}/gridpoints/PCK/{grid}/forecast/hourly"
            return 200, {"properties": {"forecastHourly": address, "gridId": "PCK"}}
        if found := _GRID.fullmatch(request.path):
            return 200, self._nws(f"{found[1]},{found[2]}")
        return 404, {"title": "Not Found", "detail": f"{request.path} is no address here"}

    def _open_meteo(self, request: Request) -> tuple[int, dict[str, Any]]:
        try:
            place = [float(request.args[name]) for name in ("latitude", "longitude")]
        except (KeyError, ValueError):
            return 400, {"error": True, "reason": "latitude and longitude are numbers"}
        hours = self._hours()
        sky = [_sky(",".join(str(round(abs(degrees) * 10)) for degrees in place), hour) for hour in hours]
        values = {
            "temperature_2m": [each["celsius"] for each in sky],
            "precipitation": [each["millimetres"] for each in sky],
            "precipitation_probability": [each["chance"] for each in sky],
            "relative_humidity_2m": [each["humidity"] for each in sky],
            "wind_speed_10m": [each["kph"] for each in sky],
            "wind_gusts_10m": [each["kph"] + 12 for each in sky],
            "wind_direction_10m": [each["eighth"] * 45 for each in sky],
        }
        units = dict(zip(values, ("°C", "mm", "%", "%", "km/h", "km/h", "°"), strict=True))
        return 200, {
            "latitude": place[0],
            "longitude": place[1],
            "utc_offset_seconds": 0,
            "timezone": "GMT",
            "hourly_units": {"time": "iso8601", **units},
            "hourly": {"time": [f"{hour:%Y-%m-%dT%H:%M}" for hour in hours], **values},
        }

    def _nws(self, grid: str) -> dict[str, Any]:
        periods = []
        for number, hour in enumerate(self._hours(), start=1):
            sky = _sky(grid, hour)
            periods.append(
                {
                    "number": number,
                    "startTime": hour.isoformat(),
                    "endTime": (hour + timedelta(hours=1)).isoformat(),
                    "temperature": round(sky["celsius"] * 9 / 5 + 32),
                    "temperatureUnit": "F",
                    "probabilityOfPrecipitation": {"unitCode": "wmoUnit:percent", "value": sky["chance"] or None},
                    "relativeHumidity": {"unitCode": "wmoUnit:percent", "value": sky["humidity"]},
                    "windSpeed": f"{round(sky['kph'] / 1.609)} mph",
                    "windDirection": _POINTS[sky["eighth"]],
                }
            )
        return {"properties": {"generatedAt": self._now().isoformat(), "periods": periods}}

    def _hours(self) -> list[datetime]:
        first = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
        return [first + timedelta(hours=late) for late in range(24 * _DAYS)]


def _sky(grid: str, hour: datetime) -> dict[str, int]:
    """Return the weather of an hour at a place, in whole numbers."""
    chance = sha256(f"{grid} {hour:%Y-%m-%d %H}".encode()).digest()
    rain = max(0, chance[0] - 200)
    return {
        "celsius": 8 + chance[1] // 16 + (4 if 10 <= hour.hour <= 18 else 0),  # noqa: PLR2004 - by day
        "millimetres": rain // 10,
        "chance": min(100, rain * 2),
        "humidity": 40 + chance[2] // 6,
        "kph": chance[3] // 8,
        "eighth": chance[4] % 8,
    }
