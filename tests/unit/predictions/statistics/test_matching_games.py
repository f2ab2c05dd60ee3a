"""Which of our games a source means: a neighbouring day's game of the same teams is another one."""

from datetime import UTC, datetime, timedelta

import pytest

from pickvs.predictions.statistics.boxes.rules import ScheduledGame
from pickvs.predictions.statistics.recording.rules import KnownGame, match_game
from pickvs.sports.rules import local_date

MLB = "baseball_mlb"
NIGHT = datetime(2025, 7, 2, 23, 10, tzinfo=UTC)  # 19:10 in New York
HOUR = timedelta(hours=1)


def known(number: int, starts_at: datetime, in_day: int = 1) -> KnownGame:
    return KnownGame(
        id=number,
        teams=(1, 2),
        local_date=local_date(MLB, starts_at),
        starts_at=starts_at,
        season=2025,
        number=in_day,
        settled=None,
    )


def said(starts_at: datetime, number: int | None = None) -> ScheduledGame:
    return ScheduledGame(
        provider_id="1",
        sport=MLB,
        home="A",
        away="B",
        starts_at=starts_at,
        state="final",
        points=(3, 2),
        phase="regular",
        is_neutral=False,
        number=number,
    )


def test_a_day_game_is_not_last_nights() -> None:
    assert match_game(said(NIGHT + 18 * HOUR), (1, 2), [known(-1, NIGHT)]) is None


@pytest.mark.parametrize(("hours", "found"), [(-15, True), (4, True), (6, True), (12, True), (13, False)])
def test_a_start_moves_within_its_day_or_a_little_past_midnight(hours: int, found: bool) -> None:
    assert (match_game(said(NIGHT + hours * HOUR), (1, 2), [known(-1, NIGHT)]) is not None) is found


def test_two_games_of_a_day_stay_two_whatever_was_played_the_night_before() -> None:
    first, second = NIGHT + 18 * HOUR, NIGHT + 22 * HOUR
    ours = [known(-1, NIGHT), known(-2, first), known(-3, second, 2)]
    for start, other, number in ((first, second, 1), (second, first, 2)):
        for stated in (None, number):
            match = match_game(said(start, stated), (1, 2), ours, [other])
            assert match is not None
            assert match.number == number
            assert match.local_date == local_date(MLB, first)
    # The second game is not known yet: the first is not taken for it.
    assert match_game(said(second), (1, 2), ours[:2], [first]) is None
