"""What says that a game has begun or may have, and that another listing of it has: each sign alone is enough."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from psycopg import sql

from pickvs.core.database import transaction
from pickvs.markets.merging import queries as merging
from pickvs.operations.administration.results import queries as results
from pickvs.operations.administration.results.queries import GameRow
from tests.support.administration import merge, unmerge
from tests.support.contest import Contest
from tests.support.games import game as game_of
from tests.support.markets import CAPTURED, TIP_OFF, fixture, list_game, listed

NOW = CAPTURED + timedelta(minutes=10)
"""50 minutes before the tip-off."""
DAY, MICROSECOND = timedelta(days=1), timedelta(microseconds=1)
OTHER_ID = "b" * 32
LATE = CAPTURED.replace(hour=23, minute=10)
"""16:10 in Denver, so a tip-off 24 hours later or earlier is on the next date."""

type Signs = Mapping[str, Any]
"""Columns of a game. `final`: whether it has a final that is not in force."""


def put(contest: Contest, game: int, signs: Signs) -> None:
    """Write the columns of a game, whatever would have led to them."""
    columns = {name: value for name, value in signs.items() if name != "final"}
    if signs.get("final"):
        contest.final(game, 1, 0, at=CAPTURED)
        contest.connection.execute(
            "UPDATE games SET status = 'scheduled', home_score = NULL, away_score = NULL WHERE id = %s", [game]
        )
    if columns:
        contest.connection.execute(
            sql.SQL("UPDATE games SET {} WHERE id = {}").format(
                sql.SQL(", ").join(
                    sql.SQL("{} = {}").format(sql.Identifier(name), sql.Literal(value))
                    for name, value in columns.items()
                ),
                game,
            )
        )


def absorbed_by(contest: Contest, survivor: int, signs: Signs) -> None:
    other = list_game(fixture(OTHER_ID, tip_off=TIP_OFF + 5 * DAY)).id
    put(contest, other, {"status": "review", "merged_into": survivor, **signs})


def as_administrator(game: int, at: datetime = NOW) -> GameRow:
    with transaction() as connection:
        found = results.lock_game(connection, game, at)
    assert found is not None
    return found


SCORED: dict[str, Any] = {"status": "review", "home_score": 1, "away_score": 0}
OF_ITSELF: Mapping[str, Signs] = {
    "points": SCORED,
    "seen under way": {"under_way_at": CAPTURED},
    "contradicted": {"contradicted_at": CAPTURED},
    "a final that was taken back": {"final": True},
}
OF_ABSORBED: Mapping[str, Signs] = {
    "seen under way": {"under_way_at": CAPTURED},
    "contradicted": {"contradicted_at": CAPTURED},
}
BY_CLOCK: Mapping[str, Signs] = {
    "live": {"status": "live"},
    "its tip-off": {"commence_time": NOW},
    "its tip-off, though it is in review": {"status": "review", "commence_time": NOW},
}


def has_begun(game: int, *, merging_it: bool) -> bool:
    if not merging_it:
        return as_administrator(game).has_begun
    with transaction() as connection:
        return merging.lock_games(connection, (game,), NOW)[game].has_begun


@pytest.mark.parametrize("merging_it", [False, True], ids=["deciding", "merging"])
@pytest.mark.parametrize("sign", OF_ITSELF)
def test_each_sign_of_a_game_says_that_it_has_begun(contest: Contest, sign: str, *, merging_it: bool) -> None:
    game = list_game().id
    assert not has_begun(game, merging_it=merging_it)
    put(contest, game, OF_ITSELF[sign])
    assert has_begun(game, merging_it=merging_it)


@pytest.mark.parametrize("merging_it", [False, True], ids=["deciding", "merging"])
@pytest.mark.parametrize("sign", OF_ABSORBED)
def test_a_sign_of_the_absorbed_game_is_one_of_the_survivor(contest: Contest, sign: str, *, merging_it: bool) -> None:
    game = list_game().id
    absorbed_by(contest, game, {})
    assert not has_begun(game, merging_it=merging_it)
    put(contest, listed(OTHER_ID).id, OF_ABSORBED[sign])
    assert has_begun(game, merging_it=merging_it)


@pytest.mark.parametrize(
    ("signs", "begun"),
    [
        *((signs, True) for signs in BY_CLOCK.values()),
        ({"commence_time": NOW + MICROSECOND}, False),
        ({"status": "postponed", "commence_time": NOW - DAY}, False),
        ({"status": "cancelled", "commence_time": NOW}, True),
    ],
)
def test_to_whom_merges_games_the_clock_is_a_sign(contest: Contest, signs: Signs, *, begun: bool) -> None:
    game = list_game().id
    put(contest, game, signs)
    assert has_begun(game, merging_it=True) is begun


@pytest.mark.parametrize(
    ("signs", "begun"),
    [
        ({"status": "live"}, True),
        (SCORED | {"status": "finished"}, True),
        ({"under_way_at": CAPTURED}, True),
        ({"contradicted_at": CAPTURED}, True),
        *(({"status": status, "commence_time": NOW}, True) for status in ("scheduled", "review", "cancelled")),
        ({"status": "postponed", "commence_time": NOW}, False),
        ({"commence_time": NOW + MICROSECOND}, False),
    ],
)
def test_each_sign_of_another_listing_counts(contest: Contest, signs: Signs, *, begun: bool) -> None:
    game = list_game().id
    other = list_game(fixture(OTHER_ID, home="Los Angeles Lakers", away="Denver Nuggets", tip_off=TIP_OFF + DAY)).id
    assert other != game
    assert not as_administrator(game).other_has_begun
    if signs.get("status") == "finished":
        contest.final(other, 1, 0)
    put(contest, other, signs)
    assert as_administrator(game).other_has_begun is begun


@pytest.mark.parametrize(
    ("apart", "counts"),
    [
        (-DAY, True),
        (DAY, True),
        (-DAY - MICROSECOND, False),
        (DAY + MICROSECOND, False),
        (-DAY - timedelta(hours=6), False),
        (DAY + timedelta(hours=6), False),
    ],
)
def test_another_listing_counts_within_a_day(contest: Contest, apart: timedelta, *, counts: bool) -> None:
    game = list_game(fixture(tip_off=LATE), at=CAPTURED - DAY)
    other = list_game(fixture(OTHER_ID, tip_off=LATE + apart), at=CAPTURED - DAY).id
    assert other != game.id
    put(contest, other, {"status": "live"})
    assert as_administrator(game.id).other_has_begun is counts


@pytest.mark.parametrize(
    "of",
    [
        fixture(OTHER_ID, away="Washington Wizards", tip_off=TIP_OFF + DAY),
        fixture(OTHER_ID, home="Atlanta Hawks", tip_off=TIP_OFF + DAY),
    ],
)
def test_a_game_of_other_teams_does_not_count(contest: Contest, of: Any) -> None:
    game = list_game().id
    put(contest, list_game(of).id, {"status": "live"})
    assert not as_administrator(game).other_has_begun


@pytest.mark.parametrize("whose", ["absorbed", "survivor", None])
def test_a_separated_game_is_locked_if_either_has_begun(
    contest: Contest, database: str, admin: int, whose: str | None
) -> None:
    games = {
        "survivor": list_game().id,
        "absorbed": list_game(fixture(OTHER_ID, tip_off=TIP_OFF + DAY)).id,
    }
    assert merge(admin, games["absorbed"], games["survivor"], at=NOW).status == 200
    if whose is not None:
        put(contest, games[whose], {"contradicted_at": NOW} if whose == "survivor" else {"final": True})
    assert unmerge(admin, games["absorbed"], at=NOW + timedelta(minutes=1)).status == 200
    assert game_of(database, games["absorbed"])["status"] == ("review" if whose else "scheduled")
