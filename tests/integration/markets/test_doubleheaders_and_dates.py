"""Two games of the same teams on one day, and the day itself: that of the place where the game is played."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.contestants import make_user, outcome, pick, settled
from tests.support.games import game, ids, reasons, score
from tests.support.markets import final, fixture, list_game, listed, odds, playing, record, store
from tests.support.snapshot import rows

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MLB, NBA = "baseball_mlb", "basketball_nba"
TIGERS, TWINS = "Detroit Tigers", "Minnesota Twins"
FIRST = datetime(2026, 7, 4, 17, 10, tzinfo=UTC)
SECOND = FIRST + 4 * HOUR
MORNING = FIRST - 6 * HOUR
NIGHT = FIRST + 12 * HOUR
ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32


def baseball(provider_id: str, tip_off: datetime, *, home: str = TIGERS, away: str = TWINS):  # type: ignore[no-untyped-def]
    return fixture(provider_id, home=home, away=away, tip_off=tip_off, sport=MLB)


def numbers(database: str) -> dict[str, tuple[int, int]]:
    """Return game and number within the day of every id."""
    return {name: (at, game(database, at)["day_number"]) for name, at in ids(database).items()}


@pytest.mark.parametrize("swapped", [False, True])
def test_each_game_of_a_doubleheader_is_settled_by_its_own_result(database: str, swapped: bool) -> None:
    both = [odds(baseball(ONE, SECOND)), odds(baseball(TWO, FIRST))]
    store(*(reversed(both) if swapped else both), at=MORNING)
    user = make_user(database)
    later, earlier = listed(ONE), listed(TWO)
    on_later = pick(user, later, "moneyline", "home", at=MORNING)
    on_earlier = pick(user, earlier, "moneyline", "home", at=MORNING)

    record(final(baseball(ONE, SECOND), 1, 2), final(baseball(TWO, FIRST), 3, 2), at=NIGHT)
    settled(NIGHT)

    # Numbers within the day follow the tip-offs, whatever order the provider lists them in.
    assert numbers(database) == {ONE: (later.id, 2), TWO: (earlier.id, 1)}
    assert (outcome(database, on_earlier), outcome(database, on_later)) == (("win", None), ("loss", None))


def test_the_second_game_joins_later_and_the_first_keeps_its_picks(database: str) -> None:
    first = list_game(baseball(ONE, FIRST), at=MORNING)
    made = pick(make_user(database), first, "moneyline", "home", at=MORNING)
    store(odds(baseball(TWO, SECOND)), at=FIRST + HOUR)
    record(final(baseball(TWO, SECOND), 0, 9), playing(baseball(ONE, FIRST), 3, 2), at=NIGHT - HOUR)
    settled(NIGHT - HOUR)
    assert outcome(database, made) == (None, None)
    record(final(baseball(ONE, FIRST), 3, 2), at=NIGHT)
    settled(NIGHT)
    assert outcome(database, made) == ("win", None)
    assert {one[1] for one in numbers(database).values()} == {1, 2}


def test_the_id_decides_before_the_tip_off(database: str) -> None:
    """Rain: the first game is moved behind the second one."""
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, SECOND)), at=MORNING)
    before = ids(database)
    store(odds(baseball(ONE, SECOND + 5 * HOUR)), odds(baseball(TWO, SECOND)), at=MORNING + HOUR)
    record(final(baseball(TWO, SECOND), 1, 0), final(baseball(ONE, SECOND + 5 * HOUR), 0, 1), at=NIGHT + 4 * HOUR)
    assert ids(database) == before
    assert score(database, before[ONE]) == ("finished", 0, 1)
    assert score(database, before[TWO]) == ("finished", 1, 0)


def test_two_ids_of_one_game_are_one_game_also_where_there_are_doubleheaders(database: str) -> None:
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, FIRST + 70 * MINUTE)), at=MORNING)
    store(odds(baseball(THREE, FIRST + 30 * MINUTE)), at=MORNING + HOUR)
    assert len(set(ids(database).values())) == 1


def test_an_unknown_id_is_of_the_game_with_the_nearest_tip_off(database: str) -> None:
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, FIRST + 130 * MINUTE)), at=MORNING)
    store(odds(baseball(THREE, FIRST + 80 * MINUTE)), at=MORNING + HOUR)
    assert ids(database)[THREE] == ids(database)[TWO]


def test_two_ids_of_one_listing_that_turn_out_to_be_two_games_part(database: str) -> None:
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, FIRST)), at=MORNING)
    first = ids(database)[ONE]
    store(odds(baseball(ONE, FIRST)), odds(baseball(TWO, SECOND)), at=MORNING + HOUR)
    assert ids(database)[ONE] == first != ids(database)[TWO]
    assert reasons(database, first) == []
    assert game(database, first)["status"] == "scheduled"


def test_in_a_sport_without_doubleheaders_a_game_is_replayed_only_after_it_was_over(database: str) -> None:
    known = list_game(fixture(ONE, home="Miami Heat", away="Boston Celtics", tip_off=FIRST), at=MORNING)
    store(odds(fixture(TWO, home="Miami Heat", away="Boston Celtics", tip_off=FIRST + 3 * HOUR)), at=MORNING + HOUR)
    assert ids(database)[TWO] == known.id
    record(final(fixture(ONE, home="Miami Heat", away="Boston Celtics", tip_off=FIRST), 99, 98), at=FIRST + 3 * HOUR)
    again = fixture(THREE, home="Miami Heat", away="Boston Celtics", tip_off=FIRST + 6 * HOUR)
    store(odds(again), at=FIRST + 4 * HOUR)
    assert numbers(database)[THREE][1] == 2
    assert score(database, known.id) == ("finished", 99, 98)


# Denver is two hours behind New York: 06:30 UTC is 23:30 of the day before in Denver, and 01:30 in New York.
NUGGETS, CELTICS = "Denver Nuggets", "Boston Celtics"
LATE_IN_DENVER = datetime(2024, 1, 11, 6, 30, tzinfo=UTC)


def denver(provider_id: str, tip_off: datetime, *, turned: bool = False):  # type: ignore[no-untyped-def]
    home, away = (CELTICS, NUGGETS) if turned else (NUGGETS, CELTICS)
    return fixture(provider_id, home=home, away=away, tip_off=tip_off)


@pytest.mark.parametrize(
    ("by", "stays"),
    [
        (29 * MINUTE, True),  # 23:59 in Denver, past midnight in New York
        (-20 * HOUR, True),  # 03:30 of the same day in Denver
        (31 * MINUTE, False),  # 00:01 in Denver
        (-24 * HOUR, False),
    ],
)
def test_another_date_is_one_at_the_place_of_the_game(database: str, by: timedelta, stays: bool) -> None:
    known = list_game(denver(ONE, LATE_IN_DENVER), at=LATE_IN_DENVER - 30 * HOUR)
    assert game(database, known.id)["local_date"] == date(2024, 1, 10)
    store(odds(denver(ONE, LATE_IN_DENVER + by)), at=LATE_IN_DENVER - 29 * HOUR)
    assert (ids(database)[ONE] == known.id) is stays
    assert (game(database, known.id)["status"] == "scheduled") is stays


@pytest.mark.parametrize("provider_id", [ONE, TWO])
def test_home_and_away_exchanged_do_not_change_the_place(database: str, provider_id: str) -> None:
    """In Boston the tip-off is on the next day: the other listing is the same game nevertheless."""
    known = list_game(denver(ONE, LATE_IN_DENVER), at=LATE_IN_DENVER - 3 * HOUR)
    store(odds(denver(provider_id, LATE_IN_DENVER, turned=True)), at=LATE_IN_DENVER - 2 * HOUR)
    assert ids(database)[provider_id] == known.id
    assert len(rows(database, "SELECT FROM games")) == 1


def test_a_game_at_a_neutral_site_has_the_date_of_that_place(database: str) -> None:
    """Midnight in London is 18:00 in Memphis: a tip-off that slips past it is another date."""
    tip_off = datetime(2026, 1, 18, 23, 30, tzinfo=UTC)
    london = fixture(ONE, home="Memphis Grizzlies", away="Orlando Magic", tip_off=tip_off)
    known = list_game(london, at=tip_off - 3 * HOUR)
    assert game(database, known.id)["time_zone"] == "Europe/London"
    late = fixture(ONE, home="Memphis Grizzlies", away="Orlando Magic", tip_off=tip_off + 20 * MINUTE)
    store(odds(late), at=tip_off - 2 * HOUR)
    assert ids(database)[ONE] == known.id
    past = fixture(ONE, home="Memphis Grizzlies", away="Orlando Magic", tip_off=tip_off + 40 * MINUTE)
    store(odds(past), at=tip_off - HOUR)
    assert ids(database)[ONE] != known.id
    assert game(database, ids(database)[ONE])["local_date"] == date(2026, 1, 19)
