"""What a capture proves of a game that another capture has named since, and what it does not."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from pickvs.core.database import transaction
from pickvs.markets.fixtures.evidence import queries
from pickvs.markets.reviews.queries import Review, report, resolve
from pickvs.markets.values import GameScore, GameStatus
from tests.support.contest import Contest
from tests.support.games import game as game_of
from tests.support.markets import CAPTURED, PROVIDER, TIP_OFF, final, fixture, list_game, playing, record
from tests.support.snapshot import row

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STATUSES: tuple[GameStatus, ...] = ("scheduled", "live", "review", "postponed", "cancelled", "finished")


def in_status(contest: Contest, status: GameStatus) -> int:
    """Return a game that a capture has named at CAPTURED."""
    game = list_game().id
    if status == "finished":
        contest.final(game, 1, 0)
    contest.connection.execute("UPDATE games SET status = %s WHERE id = %s", (status, game))
    return game


@pytest.mark.parametrize(
    ("seen", "kept"), [((10, 20), 10), ((20, 10), 10), ((10, 10), 10)], ids=["later", "earlier", "again"]
)
def test_the_first_moment_under_way_counts(database: str, seen: tuple[int, int], kept: int) -> None:
    game = list_game().id
    for minutes in seen:
        with transaction() as connection:
            queries.see_under_way(connection, [game], TIP_OFF + minutes * MINUTE)
    assert game_of(database, game)["under_way_at"] == TIP_OFF + kept * MINUTE


@pytest.mark.parametrize("status", STATUSES)
def test_a_game_seen_under_way_accepts_no_picks_and_a_finished_one_keeps_its_start(
    contest: Contest, database: str, status: GameStatus
) -> None:
    game = in_status(contest, status)
    with transaction() as connection:
        queries.see_under_way(connection, [game], CAPTURED - MINUTE)
    now = game_of(database, game)
    assert now["status"] == ("live" if status == "scheduled" else status)
    assert now["under_way_at"] == (None if status == "finished" else CAPTURED - MINUTE)


@pytest.mark.parametrize("last_by", ["odds", "scores"])
@pytest.mark.parametrize("at", [CAPTURED - MINUTE, CAPTURED, CAPTURED + MINUTE])
@pytest.mark.parametrize("status", STATUSES)
def test_a_contradiction_counts_of_a_game_that_no_later_scores_have_named(
    contest: Contest, database: str, status: GameStatus, at: datetime, last_by: str
) -> None:
    game = in_status(contest, status)
    if last_by == "scores":
        contest.connection.execute("UPDATE games SET odds_seen_at = %s", (CAPTURED - HOUR,))
    newest = CAPTURED if last_by == "scores" else CAPTURED - HOUR
    counts = at >= newest and status != "finished"
    for moment in (at, at + MINUTE):  # the first one stands
        with transaction() as connection:
            queries.contradict(connection, [game], moment)
            counts_later = moment >= newest and status != "finished"
    expected = at if counts else at + MINUTE if counts_later else None
    assert game_of(database, game)["contradicted_at"] == expected


@pytest.mark.parametrize("only_scheduled", [False, True])
@pytest.mark.parametrize("at", [CAPTURED - MINUTE, CAPTURED, CAPTURED + MINUTE])
@pytest.mark.parametrize("status", STATUSES)
def test_a_game_goes_to_review_unless_a_later_capture_has_named_it(
    contest: Contest, database: str, status: GameStatus, at: datetime, *, only_scheduled: bool
) -> None:
    game = in_status(contest, status)
    with transaction() as connection:
        sent = queries.send_to_review(connection, [game], "a doubt", at, only_scheduled=only_scheduled)
    goes = at >= CAPTURED and status in (("scheduled",) if only_scheduled else ("scheduled", "live"))
    assert sent == goes
    assert game_of(database, game)["status"] == ("review" if goes else status)


@pytest.mark.parametrize(
    ("began", "proves"), [(TIP_OFF - 3 * HOUR, True), (TIP_OFF - DAY, False)], ids=["its date", "another date"]
)
def test_a_score_that_is_stored_late_proves_a_start_on_the_game_s_date_alone(
    database: str, began: datetime, *, proves: bool
) -> None:
    game = list_game(at=TIP_OFF - 4 * HOUR).id
    seen, late = TIP_OFF + HOUR, TIP_OFF - 2 * HOUR
    record(playing(fixture(), 20, 18), at=seen)
    record(playing(fixture(tip_off=began), 90, 80), at=late)
    assert game_of(database, game)["under_way_at"] == (late if proves else seen)


def by_name(home: int, away: int) -> GameScore:
    scores = (("Sails", home), ("Desert", away))
    return GameScore(fixture(), completed=False, home_score=None, away_score=None, by_name=scores)


EARLY: Mapping[str, tuple[GameScore, bool]] = {
    "points of the home team": (playing(fixture(), 2, 0), True),
    "points of the away team": (playing(fixture(), 0, 2), True),
    "no points": (playing(fixture(), 0, 0), False),
    "a final without points": (final(fixture(), 0, 0), True),
    "points under an unknown name": (by_name(2, 0), True),
    "points under the other unknown name": (by_name(0, 2), True),
    "no points under unknown names": (by_name(0, 0), False),
}


@pytest.mark.parametrize("sign", EARLY)
def test_points_of_either_team_before_the_tip_off_lock_the_game(database: str, sign: str) -> None:
    game = list_game().id
    said, locks = EARLY[sign]
    record(said, at=CAPTURED + MINUTE)
    now = game_of(database, game)
    assert (now["status"], now["contradicted_at"]) == (("review", CAPTURED + MINUTE) if locks else ("scheduled", None))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([(0, "a"), (10, "b")], ("b", 10, None)),
        ([(10, "b"), (0, "a")], ("b", 10, None)),
        ([(0, "a"), (10, None)], ("a", 0, 10)),
        ([(10, "a"), (0, None)], ("a", 10, None)),
        ([(10, "a"), (10, None)], ("a", 10, None)),
        ([(0, "a"), (10, None), (20, None)], ("a", 0, 10)),
        ([(0, "a"), (10, None), (5, "b")], ("a", 0, 10)),
        ([(0, "a"), (10, None), (10, "b")], ("b", 10, None)),
        ([(0, "a"), (10, None), (20, "b")], ("b", 20, None)),
    ],
)
def test_the_latest_capture_says_whether_an_event_waits_for_somebody(
    database: str, words: list[tuple[int, str | None]], expected: tuple[str, int, int | None]
) -> None:
    """Each word is a minute, and a reason or None for a capture that has read the event without doubt."""
    event = fixture()
    for minute, reason in words:
        at = CAPTURED + minute * MINUTE
        with transaction() as connection:
            if reason is None:
                resolve(connection, PROVIDER, [event.provider_id], at)
            else:
                report(connection, PROVIDER, [Review(event, reason, None)], at)
    reason, seen, resolved = expected
    found = row(database, "SELECT reason, last_seen_at, resolved_at FROM event_reviews")
    assert found == {
        "reason": reason,
        "last_seen_at": CAPTURED + seen * MINUTE,
        "resolved_at": None if resolved is None else CAPTURED + resolved * MINUTE,
    }
