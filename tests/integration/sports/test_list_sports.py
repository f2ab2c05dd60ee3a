"""GET /sports through the deployed file."""

import pytest

from pickvs.core.config import settings
from tests.support.gateway import call


@pytest.fixture(autouse=True)
def _fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    fetch(monkeypatch, "basketball_nba")


def fetch(monkeypatch: pytest.MonkeyPatch, sports: str) -> None:
    monkeypatch.setenv("ODDS_API_SPORTS", sports)
    settings.cache_clear()


def test_the_sports_that_are_fetched() -> None:
    answer = call("list_sports", "GET", "/sports")
    assert answer.status == 200
    assert answer.body == {
        "sports": [
            {
                "key": "basketball_nba",
                "title": "NBA",
                "time_zone": "America/New_York",
                "group": "Basketball",
                "markets": ["moneyline", "spread", "total"],
                "moneyline": "two_way",
                "tie": "impossible",
                "overtime_counts": True,
            }
        ]
    }
    assert answer.headers["cache-control"] == "public, max-age=3600"


def test_what_a_tie_is_in_each(monkeypatch: pytest.MonkeyPatch) -> None:
    fetch(monkeypatch, "soccer_epl,icehockey_nhl, americanfootball_nfl,soccer_epl")
    listed = call("list_sports", "GET", "/sports").body["sports"]
    assert [(sport["key"], sport["moneyline"], sport["tie"], sport["overtime_counts"]) for sport in listed] == [
        ("americanfootball_nfl", "two_way", "void", True),
        ("icehockey_nhl", "two_way", "impossible", True),
        ("soccer_epl", "three_way", "draw_wins", False),
    ]


def test_a_setting_with_a_sport_that_is_not_covered_is_an_error_of_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    fetch(monkeypatch, "basketball_nba,basketball_nab")
    call("list_sports", "GET", "/sports").problem(500, "INTERNAL_ERROR")


def test_there_is_nothing_to_ask_for() -> None:
    answer = call("list_sports", "GET", "/sports", query={"sport": "basketball_nba"})
    answer.problem(422, "INVALID_VALUE")
    assert answer.fields() == {"sport"}
