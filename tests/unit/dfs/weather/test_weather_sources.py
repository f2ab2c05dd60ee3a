"""What the sources of weather are asked, and how their answers are read."""

import copy
import csv
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pickvs.dfs.weather import rules
from pickvs.dfs.weather.providers import nws, open_meteo
from pickvs.jobs.errors import BadAnswer
from pickvs.jobs.sources import Capture

START = datetime(2026, 7, 4, 23, 0, tzinfo=UTC)
HOURLY = {
    "time": ["2026-07-04T19:00", "2026-07-04T20:00"],
    "temperature_2m": [68.0, None],
    "precipitation": [0.1, 0],
    "precipitation_probability": [55, 0],
    "relative_humidity_2m": [61, 60],
    "wind_speed_10m": [10, 5.5],
    "wind_gusts_10m": [20, 8],
    "wind_direction_10m": [359, 0],
}
UNITS = {
    "time": "iso8601",
    "temperature_2m": "°F",
    "precipitation": "inch",
    "precipitation_probability": "%",
    "relative_humidity_2m": "%",
    "wind_speed_10m": "mp/h",
    "wind_gusts_10m": "km/h",
    "wind_direction_10m": "°",
}


def open_meteo_answer(**changed: Any) -> dict[str, Any]:
    return {"utc_offset_seconds": -14400, "hourly_units": UNITS, "hourly": HOURLY, **changed}


def nws_answer(**changed: Any) -> dict[str, Any]:
    period = {
        "startTime": "2026-07-04T19:00:00-04:00",
        "temperature": 68,
        "temperatureUnit": "F",
        "probabilityOfPrecipitation": {"unitCode": "wmoUnit:percent", "value": None},
        "relativeHumidity": {"unitCode": "wmoUnit:percent", "value": 61},
        "windSpeed": "5 to 10 mph",
        "windDirection": "NNE",
    }
    return {"properties": {"periods": [{**period, **changed}]}}


def read(module: Any, answer: object) -> Capture[rules.Reading]:
    found: Capture[rules.Reading] = module.read(json.dumps(answer).encode())
    return found


def test_local_times_and_foreign_units_become_ours() -> None:
    first, second = read(open_meteo, open_meteo_answer()).items
    assert first == rules.Reading(
        valid_at=START,
        temperature_c=Decimal("20.0"),
        wind_kph=Decimal("16.1"),
        gust_kph=Decimal("20.0"),
        wind_from_degrees=359,
        precipitation_mm=Decimal("2.54"),
        precipitation_chance=Decimal("0.550"),
        humidity=Decimal("0.610"),
    )
    assert (second.valid_at, second.temperature_c) == (START + timedelta(hours=1), None)
    [of_nws] = read(nws, nws_answer()).items
    assert of_nws == rules.Reading(
        valid_at=START,
        temperature_c=Decimal("20.0"),
        wind_kph=Decimal("16.1"),
        wind_from_degrees=22,
        humidity=Decimal("0.610"),
    )


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"hourly_units": {**UNITS, "temperature_2m": "K"}}, "temperature_c"),
        ({"hourly_units": {**UNITS, "wind_speed_10m": "kn"}}, "wind_kph"),
        ({"hourly": {**HOURLY, "precipitation": [1]}}, "precipitation_mm"),
        ({"hourly": {**HOURLY, "precipitation_probability": [101, -1]}}, "precipitation_chance"),
        ({"hourly": {**HOURLY, "wind_direction_10m": ["N", True]}}, "wind_from_degrees"),
    ],
)
def test_a_value_that_is_not_understood_is_left_out_alone(changed: dict[str, Any], lost: str) -> None:
    whole = read(open_meteo, open_meteo_answer()).items[0]
    found = read(open_meteo, open_meteo_answer(**changed)).items[0]
    names = rules.Reading.__dataclass_fields__
    assert [name for name in names if getattr(found, name) != getattr(whole, name)] == [lost]
    assert getattr(found, lost) is None


@pytest.mark.parametrize(
    "answer",
    [
        open_meteo_answer(utc_offset_seconds=None),
        open_meteo_answer(utc_offset_seconds=10**9),
        open_meteo_answer(hourly_units={**UNITS, "time": "unixtime"}),
        open_meteo_answer(hourly={**HOURLY, "time": []}),
        {"error": True, "reason": "Daily API request limit exceeded."},
    ],
)
def test_an_answer_whose_times_are_not_known_says_nothing(answer: dict[str, Any]) -> None:
    found = read(open_meteo, answer)
    assert (found.items, found.skipped_share) == ((), 1)


def test_a_place_is_looked_up_without_a_redirect_and_leads_nowhere_else() -> None:
    assert nws.question("mlb_bos", Decimal("42.35000"), Decimal("-71.10004")).path == "/points/42.35,-71.1"
    asked = open_meteo.question("mlb_bos", Decimal("42.35000"), Decimal("-71.10000"))
    assert (asked.parameters["latitude"], asked.parameters["timezone"]) == ("42.35000", "UTC")

    def path(address: object) -> str:
        return nws.forecast_path(json.dumps({"properties": {"forecastHourly": address}}).encode())

    assert (
        path("https://api.weather.gov/gridpoints/TAE/58,65/forecast/hourly") == "/gridpoints/TAE/58,65/forecast/hourly"
    )
    assert path("https://elsewhere.example/gridpoints/TAE/58,65/forecast/hourly").startswith("/gridpoints/")
    for address in (
        None,
        7,
        "",
        "https://api.weather.gov/alerts",
        "https://x/gridpoints/TAE/1,2/forecast/hourly/../..",
    ):
        with pytest.raises(BadAnswer):
            path(address)


def test_the_recorded_answers_are_read(recordings: Path) -> None:
    folder = recordings / "weather"
    said = open_meteo.read((folder / "open_meteo_forecast_toronto_2026-03-05.json").read_bytes())
    assert (len(said.items), said.skipped) == (192, ())
    assert said.items[0].valid_at == datetime(2026, 3, 4, 5, 0, tzinfo=UTC)
    assert all(each.temperature_c is not None and each.gust_kph is not None for each in said.items)
    hourly = nws.read((folder / "nws_gridpoints_forecast_hourly_us.json").read_bytes())
    assert [each.precipitation_chance for each in hourly.items] == [Decimal("0.200")] * 2
    assert nws.forecast_path((folder / "nws_points.json").read_bytes()) == "/gridpoints/TAE/58,65/forecast/hourly"


def damaged(answer: Any, chance: random.Random) -> Any:
    """Return the answer with one value somewhere replaced."""
    answer = copy.deepcopy(answer)
    at = answer
    while True:
        keys = [*at] if isinstance(at, dict) else [*range(len(at))]
        key = chance.choice(keys)
        if not isinstance(at[key], dict | list) or not at[key] or chance.random() < 0.2:
            at[key] = chance.choice([None, True, -1, 10**40, 1e308, "", "x" * 200, [], {}, "2026-07-04T19:00", [[]]])
            return answer
        at = at[key]


@pytest.mark.parametrize(("module", "whole"), [(open_meteo, open_meteo_answer()), (nws, nws_answer())])
def test_a_damaged_answer_never_breaks_its_reader(module: Any, whole: Any) -> None:
    chance = random.Random(16)  # noqa: S311 - a game of chance, not a secret
    outcomes: Counter[str] = Counter()
    for _ in range(600):
        try:
            found = read(module, damaged(whole, chance))
        except BadAnswer:
            outcomes["bad"] += 1
        else:
            outcomes["read" if found.items else "nothing"] += 1
    assert outcomes["read"] > 100, outcomes
    assert outcomes["nothing"] > 10, outcomes


def test_only_news_is_kept() -> None:
    old = rules.Reading(valid_at=START, temperature_c=Decimal(20))
    later = rules.Reading(valid_at=START + timedelta(hours=1), temperature_c=Decimal(19))
    mute = rules.Reading(valid_at=START + timedelta(hours=2), humidity=Decimal("0.5"))
    assert rules.news([old, later, mute], {START: old, later.valid_at: old}) == [later]


def test_the_hours_of_a_game_are_those_in_which_it_is_played() -> None:
    hours = rules.hours_of_play([START + timedelta(minutes=40)])
    assert sorted(hours) == [START + timedelta(hours=late) for late in range(6)]


def test_every_venue_is_on_earth_and_in_its_time_zone() -> None:
    with Path(rules.__file__).with_name("venues.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    places: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        offset = ZoneInfo(row["timezone"]).utcoffset(datetime(2026, 1, 15, tzinfo=UTC).replace(tzinfo=None))
        assert offset is not None
        # A zone is within three hours of the sun's time; a longitude with the wrong sign is not.
        assert abs(float(row["longitude"]) / 15 - offset.total_seconds() / 3600) < 3, row
        south = row["timezone"] in {"Australia/Melbourne", "America/Sao_Paulo"}
        assert (float(row["latitude"]) < 0) == south, row
        places.setdefault(row["key"], set()).add(tuple(row[name] for name in ("name", "latitude", "longitude", "roof")))
    assert {key for key, said in places.items() if len(said) > 1} == set()
    assert len({(row["sport"], row["home"]) for row in rows}) == len(rows)
    with (Path(__file__).parents[4] / "functions/migrate/reference/teams.csv").open(encoding="utf-8") as file:
        teams = {(row["sport"], row["name"]) for row in csv.DictReader(file)}
    outdoor = ("americanfootball_nfl", "baseball_mlb")
    here = {(row["sport"], row["home"]) for row in rows if row["sport"] in outdoor}
    assert here == {team for team in teams if team[0] in outdoor}
