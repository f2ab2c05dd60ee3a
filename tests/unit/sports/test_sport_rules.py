from datetime import UTC, date, datetime

import pytest

from pickvs.sports.rules import SPORTS, local_date, seasons


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


def test_every_sport_stands_under_its_own_key() -> None:
    assert SPORTS
    for key, sport in SPORTS.items():
        assert sport.key == key
        assert sport.title
        assert datetime(2024, 1, 1, tzinfo=sport.time_zone).utcoffset() is not None


def test_every_covered_sport_has_a_day_on_which_its_season_turns() -> None:
    assert seasons() == {"basketball_nba": (8, 1)}
