"""Games at neutral sites have the date of their own place."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pickvs.sports.neutral_sites import neutral_sites, neutral_zone
from pickvs.sports.rules import SPORTS

REFERENCE = Path(__file__).parents[3] / "functions" / "migrate" / "reference" / "teams.csv"


def test_every_row_names_two_teams_of_a_covered_sport() -> None:
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        known = {(row["sport"], row["name"]) for row in csv.DictReader(file)}
    for sport, teams in neutral_sites():
        assert sport in SPORTS
        assert {(sport, team) for team in teams} <= known
        assert len(teams) == 2


@pytest.mark.parametrize(
    ("tip_off", "zone"),
    [
        (datetime(2025, 3, 18, 10, 10, tzinfo=UTC), "Asia/Tokyo"),  # 19:10 in Tokyo, 05:10 in Chicago
        (datetime(2025, 3, 19, 10, 10, tzinfo=UTC), "Asia/Tokyo"),
        (datetime(2025, 3, 19, 15, 0, tzinfo=UTC), None),  # the 20th in Tokyo
        (datetime(2025, 8, 1, 23, 10, tzinfo=UTC), None),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_game_is_there_on_its_date_only(tip_off: datetime, zone: str | None, turned: bool) -> None:
    teams = ("Chicago Cubs", "Los Angeles Dodgers")
    found = neutral_zone("baseball_mlb", *(teams[::-1] if turned else teams), tip_off)
    assert (found.key if found else None) == zone
