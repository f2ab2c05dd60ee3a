import csv
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pickvs.sports.rules import SPORTS, Sport, local_date, seasons
from pickvs.sports.table import TableError, read

TABLE = Path(__file__).parents[3] / "layers" / "common" / "pickvs" / "sports" / "sports.json"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2024, 1, 11, 0, 10, tzinfo=UTC), date(2024, 1, 10)),  # 19:10 on the previous evening in New York
        (datetime(2024, 1, 11, 4, 59, tzinfo=UTC), date(2024, 1, 10)),
        (datetime(2024, 1, 11, 5, 0, tzinfo=UTC), date(2024, 1, 11)),
        (datetime(2024, 6, 7, 4, 0, tzinfo=UTC), date(2024, 6, 7)),  # summer time
    ],
)
def test_a_game_is_dated_where_its_league_plays(moment: datetime, expected: date) -> None:
    assert local_date("basketball_nba", moment) == expected


def test_an_unknown_sport_has_no_calendar() -> None:
    with pytest.raises(KeyError):
        local_date("quidditch", datetime(2024, 1, 1, tzinfo=UTC))


def test_the_table_has_every_sport_that_the_issue_names() -> None:
    named = {
        "basketball_nba": ("America/New_York", "two_way", False, "closed"),
        "basketball_wnba": ("America/New_York", "two_way", False, "closed"),
        "americanfootball_nfl": ("America/New_York", "two_way", True, "closed"),
        "americanfootball_ncaaf": ("America/New_York", "two_way", False, "open"),
        "basketball_ncaab": ("America/New_York", "two_way", False, "open"),
        "baseball_mlb": ("America/New_York", "two_way", False, "closed"),
        "icehockey_nhl": ("America/New_York", "two_way", False, "closed"),
        "soccer_epl": ("Europe/London", "three_way", True, "closed"),
        "soccer_spain_la_liga": ("Europe/Madrid", "three_way", True, "open"),
        "soccer_usa_mls": ("America/New_York", "three_way", True, "open"),
    }
    found = {key: (s.zone, s.moneyline, s.tie_possible, s.roster) for key, s in SPORTS.items() if key in named}
    assert found == named
    assert {key for key, sport in SPORTS.items() if sport.doubleheaders} == {
        key for key in SPORTS if key.startswith("baseball_")
    }


@pytest.mark.parametrize("sport", SPORTS.values(), ids=lambda sport: sport.key)
def test_every_sport_has_a_calendar_of_a_place_that_exists(sport: Sport) -> None:
    assert datetime(2024, 1, 1, tzinfo=sport.time_zone).utcoffset() is not None
    assert date(2025, *sport.season_start)
    assert seasons()[sport.key] == sport.season_start
    assert (sport.moneyline == "three_way") == (sport.group in {"Soccer", "Handball", "Rugby Union"})
    assert sport.group != "Soccer" or not sport.overtime_counts


def test_the_table_holds_one_sport_a_line_in_the_order_of_the_keys() -> None:
    lines = TABLE.read_text("utf-8").splitlines()
    keys = [json.loads(line.rstrip(","))["key"] for line in lines[1:-1]]
    assert keys == sorted(keys) == list(SPORTS)


def test_every_game_of_two_teams_with_a_score_that_the_provider_lists_is_covered(recordings: Path) -> None:
    with (recordings / "odds_api" / "sports_list.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["key"]: row for row in csv.DictReader(file)}
    assert {key: (listed[key]["title"], listed[key]["group"]) for key in SPORTS} == {
        key: (sport.title, sport.group) for key, sport in SPORTS.items()
    }
    left_out = {key for key, row in listed.items() if key not in SPORTS and row["has_outrights"] == "False"}
    cups = {key for key in left_out if key.startswith("soccer_")}
    assert {key.partition("_")[0] for key in left_out - cups} == {"basketball", "boxing", "cricket", "mma", "tennis"}
    assert len(cups) == 8
    assert not [key for key in SPORTS if listed[key]["has_outrights"] == "True"]


GOOD = json.loads(TABLE.read_text("utf-8"))[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": "NFL"}, "key is 'NFL', not a key of the provider"),
        ({"title": " "}, "title is ' ', not a title"),
        ({"season_start": [2, 29]}, "season_start is [2, 29], not a month and a day of every year"),
        ({"season_start": [13, 1]}, "season_start is [13, 1]"),
        ({"season_start": "08-01"}, "season_start is '08-01'"),
        ({"markets": []}, "markets is []"),
        ({"markets": ["h2h"]}, "markets is ['h2h'], not a list of moneyline, spread, total"),
        ({"markets": ["total", "total"]}, "markets is ['total', 'total']"),
        ({"markets": [["total"]]}, "markets is [['total']]"),
        ({"moneyline": "two"}, "moneyline is 'two', not two_way or three_way"),
        ({"moneyline": "three_way", "tie_possible": False}, "a tie must be possible"),
        ({"tie_possible": "yes"}, "tie_possible is 'yes', not true or false"),
        ({"typical_minutes": True}, "typical_minutes is True, not a number of minutes"),
        ({"typical_minutes": 0}, "typical_minutes is 0"),
        ({"roster": None}, "roster is None, not closed or open"),
        ({"venue": "home"}, "the columns are "),
    ],
)
def test_a_row_that_is_wrong_is_refused_with_the_reason(change: dict[str, Any], said: str) -> None:
    table = [GOOD, {**GOOD, "key": "other", **change}]
    with pytest.raises(TableError, match=re.escape(said)) as refused:
        read(json.dumps(table).encode())
    assert str(refused.value).startswith(f"sport 2 ({change.get('key', 'other')}): ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"[", "not JSON"),
        (b"{}", "not a list of sports"),
        (b"[]", "not a list of sports"),
        (b'["nba"]', "sport 1 (None): not an object"),
        (json.dumps([GOOD, GOOD]).encode(), f"sport 2 ({GOOD['key']}): the key occurs twice"),
        (json.dumps([{key: GOOD[key] for key in list(GOOD)[:-1]}]).encode(), "the columns are "),
    ],
)
def test_a_table_that_is_wrong_is_refused_with_the_reason(text: bytes, said: str) -> None:
    with pytest.raises(TableError, match=re.escape(said)):
        read(text)
