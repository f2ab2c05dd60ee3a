"""Which game a fixture belongs to, by the rules alone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pickvs.markets.fixtures.identifying import MOVED_UNKNOWN, SUSPENDED, Sighting, identify
from pickvs.markets.fixtures.placing import Placement, holds, place
from pickvs.markets.fixtures.rules import CORRECTION_WINDOW, Identified, KnownGame, ResultInForce
from pickvs.markets.values import Fixture
from pickvs.sports.teams.rules import Team

MLB, NBA = "baseball_mlb", "basketball_nba"
PROVIDER = "the_odds_api"
ZONE = ZoneInfo("America/Detroit")
MICROSECOND, MINUTE, HOUR, DAY = (
    timedelta(microseconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
FIRST = datetime(2026, 7, 4, 17, 10, tzinfo=UTC)
"""13:10 in Detroit."""
MADE = FIRST - 2 * DAY
MORNING, NIGHT = FIRST - 6 * HOUR, FIRST + 10 * HOUR
OVER = FIRST + 3 * HOUR
ONE, TWO, THREE = "1" * 32, "2" * 32, "3" * 32
HOME, AWAY, THIRD = (
    Team(number, MLB, name, ZONE)
    for number, name in ((1, "Detroit Tigers"), (2, "Minnesota Twins"), (3, "Chicago Cubs"))
)
NEW = None


def known(number: int = 1, tip_off: datetime = FIRST, **more: Any) -> KnownGame:
    plain: dict[str, Any] = {
        "sport": MLB,
        "home_team_id": HOME.id,
        "away_team_id": AWAY.id,
        "home_team": HOME.name,
        "away_team": AWAY.name,
        "local_date": tip_off.astimezone(ZONE).date(),
        "day_number": 1,
        "time_zone": ZONE,
        "commence_time": tip_off,
        "status": "scheduled",
        "created_at": MADE,
        "ids": 1,
        "merged": False,
        "result": None,
    }
    none = dict.fromkeys(KnownGame.__slots__)
    return KnownGame(**{**none, **plain, "id": number, **more})


def final(at: datetime = OVER, provider_id: str = ONE, source: str = PROVIDER) -> dict[str, Any]:
    """Return what a game with a final in force has."""
    result = ResultInForce("final", source, provider_id, at)
    return {"status": "finished", "home_score": 3, "away_score": 2, "first_final_at": at, "result": result}


def off(source: str = PROVIDER) -> dict[str, Any]:
    """Return what a game that its source has taken off its date has."""
    return {"status": "postponed", "result": ResultInForce("void", source, None, MADE), "off_by": source}


def seen(provider_id: str, tip_off: datetime = FIRST, **more: Any) -> Sighting:
    away: Team | None = more.pop("away", AWAY)
    names = HOME.name, away.name if away else "Desert"
    return Sighting(Fixture(provider_id, MLB, *names, tip_off), HOME, away, **more)


def placed(
    sightings: Sequence[Sighting], ids: Mapping[str, KnownGame], *others: KnownGame, at: datetime = MORNING
) -> Placement:
    games = {game.id: game for game in (*ids.values(), *others)}
    return place(sightings, ids, list(games.values()), also_named=(), make_games=True, provider=PROVIDER, at=at)


def games_of(placement: Placement) -> dict[str, int | None]:
    """Return the game of each id. None for a new one."""
    return {
        one.provider_id: meeting.known.id if meeting.known else NEW
        for meeting in placement.meetings
        for one in meeting.fixtures
    }


def identified(tip_off: datetime, away: Team = AWAY) -> Identified:
    found = identify(seen(ONE, tip_off, away=away), None)
    assert isinstance(found, Identified)
    return found


@pytest.mark.parametrize("sport", [MLB, NBA])
@pytest.mark.parametrize(
    ("state", "tip_off", "at", "held"),
    [
        ({}, FIRST + HOUR, MORNING, True),
        ({}, FIRST + DAY, MORNING, False),
        ({}, FIRST - DAY, NIGHT, False),
        ({"under_way_at": FIRST}, FIRST - DAY, NIGHT, True),
        ({"under_way_at": NIGHT}, FIRST - DAY, NIGHT, False),
        ({"under_way_at": NIGHT + HOUR}, FIRST - DAY, NIGHT, True),
        ({"home_score": 1}, FIRST - DAY, NIGHT, True),
        ({"home_score": 1, "under_way_at": NIGHT}, FIRST - DAY, NIGHT, False),
        (final(NIGHT), FIRST - DAY, NIGHT, False),
        (final(NIGHT) | {"under_way_at": OVER}, FIRST - DAY, NIGHT, True),
        ({"under_way_at": FIRST}, FIRST + DAY, NIGHT, False),
        ({"under_way_at": FIRST}, FIRST + DAY, FIRST + DAY, True),
        (final(), FIRST, NIGHT, True),
        (final(), FIRST + 2 * HOUR - MICROSECOND, NIGHT, True),
        (final(), FIRST + 2 * HOUR, NIGHT, "unless they can play twice on a date"),
        (final(), FIRST + 2 * HOUR, OVER, True),
        (final(FIRST + HOUR), FIRST + HOUR + MINUTE, FIRST + HOUR, True),
        (final() | {"first_final_at": FIRST + HOUR}, FIRST + HOUR, NIGHT, True),
        (
            final() | {"first_final_at": FIRST + HOUR},
            FIRST + HOUR + MICROSECOND,
            NIGHT,
            "unless they can play twice on a date",
        ),
        (
            final() | {"commence_time": FIRST - 4 * HOUR, "result": ResultInForce("final", PROVIDER, ONE, OVER, FIRST)},
            FIRST,
            NIGHT,
            True,
        ),
        (final(), OVER + MICROSECOND, NIGHT, "unless they can play twice on a date"),
        (final(), FIRST - DAY, NIGHT, True),
        (final(), FIRST + DAY, FIRST + 2 * DAY, False),
    ],
)
def test_an_id_stays_with_its_game(
    sport: str, state: dict[str, Any], tip_off: datetime, at: datetime, *, held: bool | str
) -> None:
    expected = held if isinstance(held, bool) else sport == NBA
    assert holds(known(sport=sport, **state), identified(tip_off), at) is expected
    assert not holds(known(sport=sport, **state), identified(tip_off, away=THIRD), at)


LATER = MADE + HOUR


@pytest.mark.parametrize("heavier", [ONE, TWO])
@pytest.mark.parametrize(
    ("first_seen", "tip_offs", "stays"),
    [
        ((MADE, LATER), (FIRST, FIRST + 4 * HOUR), ONE),
        ((MADE, LATER), (FIRST + 4 * HOUR, FIRST), ONE),
        ((LATER, MADE), (FIRST, FIRST + 4 * HOUR), TWO),
        ((LATER, LATER), (FIRST + HOUR, FIRST + 4 * HOUR), ONE),
        ((LATER, LATER), (FIRST + 4 * HOUR, FIRST + HOUR), TWO),
        ((LATER, LATER), (FIRST + 2 * HOUR, FIRST - HOUR), TWO),
    ],
)
def test_of_two_ids_that_part_the_one_that_made_the_game_stays_and_then_the_nearest(
    first_seen: tuple[datetime, datetime], tip_offs: tuple[datetime, datetime], stays: str, heavier: str
) -> None:
    game = known()
    sightings = [
        seen(provider_id, tip_off, weight=(provider_id == heavier,), first_seen_at=moment)
        for provider_id, tip_off, moment in zip((ONE, TWO), tip_offs, first_seen, strict=True)
    ]
    assert games_of(placed(sightings, {ONE: game, TWO: game})) == {ONE: NEW, TWO: NEW, stays: game.id}


@pytest.mark.parametrize("heavier", [ONE, TWO])
def test_the_weightiest_id_leads_whichever_made_the_game(heavier: str) -> None:
    game = known()
    sightings = [
        seen(ONE, FIRST, weight=(heavier == ONE,), first_seen_at=MADE),
        seen(TWO, FIRST + 30 * MINUTE, weight=(heavier == TWO,), first_seen_at=LATER),
    ]
    [meeting] = placed(sightings, {ONE: game, TWO: game}).meetings
    assert [one.provider_id for one in meeting.fixtures] == [heavier, TWO if heavier == ONE else ONE]


GUEST: dict[str, Any] = {"absorbed_at": LATER, "first_seen_at": LATER}


@pytest.mark.parametrize(
    ("own", "guest", "state", "expected"),
    [
        ([FIRST], FIRST, {}, {ONE: 1, TWO: 1}),
        ([FIRST], FIRST + 30 * MINUTE, {}, {ONE: 1, TWO: 1}),
        ([FIRST], FIRST + DAY, {}, {ONE: 1, TWO: 1}),
        ([], FIRST + DAY, {}, {TWO: 1}),
        ([FIRST + DAY], FIRST + DAY, {}, {ONE: NEW, TWO: NEW}),
        ([FIRST + DAY], FIRST, {}, {ONE: NEW, TWO: 1}),
        ([FIRST], OVER, final(), {ONE: 1, TWO: 1}),
        ([FIRST], OVER + HOUR, final(), {ONE: 1, TWO: NEW}),
        ([], FIRST + DAY, final(), {TWO: NEW}),
    ],
)
def test_an_id_of_an_absorbed_game_stays_with_the_survivor_unless_it_was_left_or_is_over(
    own: list[datetime], guest: datetime, state: dict[str, Any], expected: dict[str, int | None]
) -> None:
    survivor = known(**state)
    sightings = [*(seen(ONE, tip_off, first_seen_at=MADE) for tip_off in own), seen(TWO, guest, **GUEST)]
    placement = placed(sightings, {ONE: survivor, TWO: survivor})
    assert games_of(placement) == expected
    for meeting in placement.meetings:
        if meeting.known and guest.date() != FIRST.date():
            assert {one.commence_time for one in meeting.fixtures} == {FIRST}, "its own tip-off does not count"
    postponed = [departure.game.id for departure in placement.departures if departure.postponed]
    assert postponed == ([survivor.id] if expected == {ONE: NEW, TWO: NEW} else [])


def test_an_id_of_an_absorbed_game_leaves_the_survivor_for_other_teams() -> None:
    survivor = known()
    placement = placed([seen(TWO, away=THIRD, **GUEST)], {TWO: survivor})
    assert games_of(placement) == {TWO: NEW}


@pytest.mark.parametrize("at", [LATER - HOUR, LATER])
def test_a_capture_from_before_a_merge_says_nothing_of_the_survivor(at: datetime) -> None:
    survivor = known()
    guest = seen(TWO, FIRST + 30 * MINUTE, **GUEST)
    placement = placed([guest], {TWO: survivor}, at=at)
    assert (placement.late, placement.meetings, placement.departures) == ((guest.fixture,), (), ())


def test_an_id_of_an_absorbed_game_never_leads_the_survivor_s_own() -> None:
    survivor = known()
    sightings = [seen(ONE, weight=(0,), first_seen_at=MADE), seen(TWO, FIRST + 30 * MINUTE, weight=(9,), **GUEST)]
    [meeting] = placed(sightings, {ONE: survivor, TWO: survivor}).meetings
    assert [one.provider_id for one in meeting.fixtures] == [ONE, TWO]


@pytest.mark.parametrize(
    ("wrong", "other", "at", "returns"),
    [
        (final(), off(), OVER + HOUR, True),
        (final(), off(), OVER + CORRECTION_WINDOW, True),
        (final(), off(), OVER + CORRECTION_WINDOW + MICROSECOND, False),
        (final(provider_id=THREE), off(), OVER + HOUR, False),
        (final(source="admin:1"), off(), OVER + HOUR, False),
        (final(), off(source="admin:1"), OVER + HOUR, False),
        (final(), {}, OVER + HOUR, False),
        ({"under_way_at": FIRST}, off(), OVER + HOUR, True),
        (final(), off() | {"off_by": None}, OVER + HOUR, False),
        (final(), {"off_by": PROVIDER}, OVER + HOUR, True),
    ],
)
def test_an_id_takes_back_its_own_move_within_the_window(
    wrong: dict[str, Any], other: dict[str, Any], at: datetime, *, returns: bool
) -> None:
    moved_to, before = known(**wrong), known(2, FIRST - DAY, **other)
    placement = placed([seen(ONE, FIRST - DAY, first_seen_at=MADE)], {ONE: moved_to}, before, at=at)
    assert games_of(placement) == {ONE: before.id if returns else moved_to.id}
    assert [departure.postponed for departure in placement.departures] == ([True] if returns else [])


POINTS = {"status": "live", "under_way_at": FIRST, "home_score": 1, "away_score": 0}


@pytest.mark.parametrize(
    ("state", "fixture", "reason"),
    [
        ({}, seen(ONE, FIRST + DAY), None),
        ({}, seen(ONE, FIRST + DAY, away=None), MOVED_UNKNOWN),
        (POINTS, seen(ONE, FIRST + DAY), SUSPENDED),
        (POINTS, seen(ONE, FIRST + DAY, away=None), MOVED_UNKNOWN),
        (POINTS, seen(ONE, FIRST + DAY, away=THIRD), None),
        (POINTS | {"home_score": 0}, seen(ONE, FIRST + DAY), None),
        (POINTS | {"under_way_at": None}, seen(ONE, FIRST + DAY), None),
        (POINTS | {"under_way_at": OVER}, seen(ONE, FIRST + DAY), None),
        (POINTS | {"first_final_at": OVER}, seen(ONE, FIRST + DAY), SUSPENDED),
        (POINTS | {"first_final_at": OVER - MICROSECOND}, seen(ONE, FIRST + DAY), None),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_an_id_that_leaves_a_game_it_may_still_stand_for_is_of_no_game(
    state: dict[str, Any], fixture: Sighting, reason: str | None, *, late: bool
) -> None:
    game = known(**state, seen_at=NIGHT if late else MORNING)
    placement = placed([fixture], {ONE: game}, at=OVER)
    if late:
        assert (placement.doubts, placement.late) == ((), (fixture.fixture,))
    elif reason is None:
        assert (placement.doubts, games_of(placement)) == ((), {ONE: NEW})
    else:
        assert [(doubt.reason, doubt.game) for doubt in placement.doubts] == [(reason, game)]
        assert (placement.meetings, placement.departures) == ((), ())
