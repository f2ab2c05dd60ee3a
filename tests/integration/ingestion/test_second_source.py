"""process_results with a second source of scores: when it is asked, how it fails, and when it is off.

Whatever the second source does, the outcome of the first one's run stands.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.core.version import VERSION
from pickvs.ingestion import second_scores
from pickvs.ingestion.sources import SourceOff, sources_off
from pickvs.jobs.runs import IngestionFailed
from tests.support.contestants import make_user, outcome, pick
from tests.support.espn import CONTACT, NBA, Ticks, answer_board, answer_summary, board, espn_asked, event, summary
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.ingestion import Surroundings, scheduled
from tests.support.logs import logged
from tests.support.markets import AWAY, HOME, TIP_OFF, fixture, list_game
from tests.support.measured import measured, measuring
from tests.support.odds_api import Reply, failure, score

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OVER = TIP_OFF + 3 * HOUR
UTAH, BOSTON = "Utah Jazz", "Boston Celtics"
FINAL = event(HOME, "LA Lakers", "110", "105")
"""The short spelling is an alias of any provider."""
OUT = failure(401, "OUT_OF_USAGE_CREDITS")
WON = ("win", None)


@pytest.fixture
def ticks(around: Surroundings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ticks]:
    """ESPN on the server of the first source; the clock of its pace."""
    with espn_asked(monkeypatch, around.server, read=0.3, answer_bytes=200_000) as running:
        yield running


def process(at: datetime = OVER) -> None:
    """Run process_results as it is scheduled, whether or not it asks to be delivered again."""
    with clock.held_at(at):
        try:
            load("process_results/handler").handler(scheduled(f"{at.timestamp():.0f}"), LambdaContext())
        except IngestionFailed:
            return


def picked(around: Surroundings, **of: Any) -> int:
    number = len(around.rows("SELECT id FROM users"))
    listed = list_game(fixture(**of), at=TIP_OFF - HOUR + number * MINUTE)
    return pick(make_user(around.url, f"user-{number}"), listed, "moneyline", "home", at=TIP_OFF - 30 * MINUTE)


def asked(around: Surroundings) -> list[tuple[str, str]]:
    """Return what ESPN was asked: the last word of the path, and the day or the event."""
    return [
        (one.path.rpartition("/")[2], one.query.get("dates") or one.query["event"])
        for one in around.server.asked
        if one.path.startswith(NBA)
    ]


def states(around: Surroundings) -> list[tuple[str, str]]:
    """Return job and state of each run: its error code, or its status."""
    return [
        (run["job"], run["error_code"] or run["status"])
        for run in around.runs()
        if run["request"]  # not those of the test's own captures
    ]


def off(at: datetime) -> list[SourceOff]:
    with transaction() as connection:
        return sources_off(connection, at)


# ------------------------------------------------------------------------------------------------ when it is asked


@pytest.mark.parametrize(
    ("first", "state"),
    [
        ([OUT], "OUT_OF_CREDITS"),
        ([Reply(b"down", 500)] * 3, "PROVIDER_DOWN"),
        ([Reply([])], "succeeded"),
        ([Reply([score(0xA, HOME, AWAY)])], "succeeded"),
    ],
    ids=["out of credits", "failed", "silent", "lists the game without a score"],
)
def test_picks_are_settled_by_the_second_source_where_the_first_has_no_answer(
    around: Surroundings, ticks: Ticks, first: list[Reply], state: str
) -> None:
    made = picked(around, provider_id=f"{0xA:032x}")
    around.server.answer("scores", *first)
    answer_board(around.server, board(FINAL))
    answer_summary(around.server, summary(FINAL, "2024-01-11T00:12:40Z"))
    process()
    assert outcome(around.url, made) == WON
    assert asked(around) == [("scoreboard", "20240110"), ("summary", "401000001")]
    assert states(around) == [("process_results", state), ("espn_scores", "succeeded"), ("espn_scores", "succeeded")]
    [result] = around.rows("SELECT * FROM game_results")
    runs = around.runs()
    assert (result["source"], result["run_id"]) == ("espn", runs[-1]["id"])
    assert runs[-2]["request"] == {"path": f"{NBA}/scoreboard", "parameters": {"dates": "20240110"}}
    kept = [name for name in around.kept() if name.startswith("espn/basketball_nba/")]
    assert sorted(kept) == sorted(run["raw_object"] for run in runs[-2:])
    agents = {one.headers["User-Agent"] for one in around.server.asked if one.path.startswith(NBA)}
    assert agents == {f"PickVs/{VERSION} (+{CONTACT})"}
    # The first source comes back, and says the same.
    around.server.answer("scores", Reply([score(0xA, HOME, AWAY, 110, 105)]))
    process(OVER + HOUR)
    assert outcome(around.url, made) == WON
    assert len(around.rows("SELECT * FROM game_results")) == 1
    assert len(asked(around)) == 2


def test_nobody_is_asked_while_the_first_source_answers(around: Surroundings, ticks: Ticks) -> None:
    picked(around, provider_id=f"{0xA:032x}")
    for at, *points in ((TIP_OFF + HOUR, 50, 48), (OVER, 100, 98)):
        around.server.answer("scores", Reply([score(0xA, HOME, AWAY, *points, completed=False)]))
        process(at)
    around.server.answer("scores", Reply([score(0xA, HOME, AWAY, 110, 105)]))
    process(OVER + 10 * MINUTE)
    assert asked(around) == []
    assert "espn_scores" not in dict(states(around))


def test_nobody_is_asked_before_the_typical_length_has_passed(around: Surroundings, ticks: Ticks) -> None:
    picked(around)
    around.server.answer("scores", OUT)
    process(TIP_OFF + 2 * HOUR)
    assert asked(around) == []


def test_a_final_older_than_the_first_source_s_three_days_comes_from_the_second(
    around: Surroundings, ticks: Ticks
) -> None:
    made = picked(around)
    for number, answer in enumerate([board(event(HOME, AWAY, status="STATUS_IN_PROGRESS")), board(FINAL)]):
        around.server.answer("scores", Reply([]))
        answer_board(around.server, answer)
        if number:
            answer_summary(around.server, summary(FINAL))
        process(OVER + number * 5 * 24 * HOUR)
        assert around.rows("SELECT status FROM games")[0]["status"] == ("finished" if number else "live")
    assert outcome(around.url, made) == WON


def test_other_sports_have_no_second_source(
    database: str, monkeypatch: pytest.MonkeyPatch, around: Surroundings, ticks: Ticks
) -> None:
    monkeypatch.setenv("ODDS_API_SPORTS", "soccer_epl")
    list_game(fixture(home="Arsenal", away="Chelsea", sport="soccer_epl"))
    around.server.answer("scores", OUT, sport="soccer_epl")
    process()
    assert asked(around) == []


def test_a_stage_without_it_asks_nobody(around: Surroundings, ticks: Ticks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCORES_ESPN", "off")
    picked(around)
    around.server.answer("scores", OUT)
    process()
    assert asked(around) == []


# ------------------------------------------------------------------------------------------- each end has a name


@pytest.mark.parametrize(
    ("replies", "state"),
    [
        ([Reply({"code": 401}, 401)], "REFUSED"),
        ([Reply(b"<html>Access Denied</html>", 403)], "REFUSED"),
        ([Reply(b"", 429)], "RATE_LIMITED"),
        ([Reply(b"<html>oops</html>", 503)] * 2, "PROVIDER_DOWN"),
        ([Reply(hang_up=True)] * 2, "PROVIDER_DOWN"),
        ([Reply(delay=1)] * 2, "PROVIDER_TIMEOUT"),
        ([Reply(board(FINAL), headers={"Location": "http://127.0.0.1:1/"}, status=302)], "BAD_ANSWER"),
        ([Reply(b"<!doctype html><title>Sports</title>")], "BAD_ANSWER"),
        ([Reply(board(FINAL), length=9_000)], "BAD_ANSWER"),
        ([Reply(b'{"events": [{"id": "401000001"')], "BAD_ANSWER"),
        ([Reply(b"[" * 200_001)], "BAD_ANSWER"),
        ([Reply({"leagues": []})], "UNUSABLE_ANSWER"),
        ([Reply(board({"id": "401000001"}))], "UNUSABLE_ANSWER"),
        ([Reply({"events": []})], "succeeded"),
        ([Reply(board(FINAL, {}))], "partial"),
    ],
    ids=lambda value: "" if isinstance(value, list) else value,
)
def test_each_end_is_a_named_state_of_its_own_row(
    around: Surroundings, ticks: Ticks, replies: list[Reply], state: str
) -> None:
    made = picked(around)
    other = picked(around, provider_id=f"{0xB:032x}", home=UTAH, away=BOSTON)
    around.server.answer("scores", Reply([score(0xB, UTAH, BOSTON, 99, 90)]))
    answer_board(around.server, *replies)
    if state == "partial":
        answer_summary(around.server, summary(FINAL))
    with logged() as lines:
        process()
    assert states(around)[:2] == [("process_results", "succeeded"), ("espn_scores", state)]
    assert outcome(around.url, other) == WON, "the first source's game is settled"
    assert outcome(around.url, made) == (WON if state == "partial" else (None, None))
    assert around.server.all_given()
    assert "127.0.0.1" not in str([run["error"] for run in around.runs()])
    assert CONTACT not in str(lines())


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Reply(b"<html>", 404), "REFUSED"),
        (Reply(b"<html>"), "BAD_ANSWER"),
        (Reply(summary(event(HOME, AWAY, "1", "2", number=7))), "UNUSABLE_ANSWER"),
        (Reply({"header": {}}), "UNUSABLE_ANSWER"),
    ],
)
def test_without_a_summary_the_final_counts_with_the_announced_start(
    around: Surroundings, ticks: Ticks, reply: Reply, state: str
) -> None:
    made = picked(around)
    around.server.answer("scores", Reply([]))
    answer_board(around.server, board(FINAL))
    answer_summary(around.server, reply)
    process()
    assert states(around)[-1] == ("espn_scores", state)
    assert outcome(around.url, made) == WON
    assert around.rows("SELECT began_at FROM game_results") == [{"began_at": TIP_OFF}]


def test_a_summary_that_lies_about_the_start_settles_nothing(around: Surroundings, ticks: Ticks) -> None:
    made = picked(around)
    around.server.answer("scores", Reply([]))
    answer_board(around.server, board(FINAL))
    answer_summary(around.server, summary(FINAL, "2024-01-10T23:00:00Z"))
    process()
    [game] = around.rows("SELECT status, review_reason FROM games")
    assert game["status"] == "review"
    assert game["review_reason"].startswith(
        "the sources disagree on the start: 2024-01-10 23:00:00 or 2024-01-11 00:10:00"
    )
    assert outcome(around.url, made) == (None, None)
    assert around.runs()[-1]["counts"]["disputes"] == 1


def test_a_fault_of_ours_is_logged_and_touches_nothing(
    around: Surroundings, ticks: Ticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(second_scores, "lacking_finals", fail)
    made = picked(around, provider_id=f"{0xA:032x}")
    around.server.answer("scores", Reply([score(0xA, HOME, AWAY, 110, 105)]))
    with logged() as lines:
        process()
    assert outcome(around.url, made) == WON
    assert [line["error"] for line in lines() if line["message"] == "second source failed"] == ["ZeroDivisionError: "]


# ------------------------------------------------------------------------------------------------ pace, and being off


def test_at_most_one_request_a_second_and_only_the_days_that_are_needed(around: Surroundings, ticks: Ticks) -> None:
    for number, days in enumerate((0, 0, 1, 2), start=1):
        pair = [(HOME, AWAY), (UTAH, BOSTON), (HOME, AWAY), (UTAH, BOSTON)][number - 1]
        tip_off = TIP_OFF - days * 24 * HOUR
        listed = fixture(f"{number:032x}", home=pair[0], away=pair[1], tip_off=tip_off)
        list_game(listed, at=TIP_OFF - 50 * HOUR + number * MINUTE)
    around.server.answer("scores", OUT)
    answer_board(around.server, Reply(b"down", 500), board(FINAL), Reply({"events": []}), Reply({"events": []}))
    process()
    assert asked(around) == [("scoreboard", day) for day in ("20240110", "20240110", "20240109", "20240108")]
    assert len(ticks.asked) == 4
    assert all(later - earlier >= 1 for earlier, later in zip([0.0, *ticks.asked], ticks.asked, strict=False))


@pytest.mark.parametrize("status", [401, 403, 429])
def test_three_refusals_within_an_hour_turn_it_off_until_the_next_utc_day(
    around: Surroundings,
    ticks: Ticks,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    status: int,
) -> None:
    printed = measuring(monkeypatch, capsys)
    made = picked(around)
    yesterday = fixture("f" * 32, home=UTAH, away=BOSTON, tip_off=TIP_OFF - 24 * HOUR)
    list_game(yesterday, at=TIP_OFF - 30 * HOUR)
    times = [OVER, OVER + 20 * MINUTE, OVER + 40 * MINUTE]

    def measured_off() -> float:
        [value] = [each.value for each in measured(printed()) if each.metric.name == "SourcesOff"]
        return value

    for at in times:
        around.server.answer("scores", OUT)
        answer_board(around.server, Reply(b"no", status))
        process(at)
        assert off(at) == (
            [] if at < times[-1] else [SourceOff("espn", at, datetime(2024, 1, 12, tzinfo=UTC), status, 3)]
        )
        assert measured_off() == (0 if at < times[-1] else 1)
    assert len(asked(around)) == 3, "a refusal ends the round: the other day is not asked about"
    for at in (OVER + HOUR, OVER + 20 * HOUR):
        around.server.answer("scores", OUT)
        with logged() as lines:
            process(at)
        assert "source is off" in [line["message"] for line in lines()]
        assert measured_off() == 1
    assert len(asked(around)) == 3
    assert off(datetime(2024, 1, 12, tzinfo=UTC)) == []
    around.server.answer("scores", OUT)
    answer_board(around.server, board(FINAL), Reply({"events": []}))
    answer_summary(around.server, summary(FINAL))
    process(datetime(2024, 1, 12, 0, 5, tzinfo=UTC))
    assert measured_off() == 0
    assert outcome(around.url, made) == WON


def test_a_round_ends_after_a_while(around: Surroundings, ticks: Ticks, monkeypatch: pytest.MonkeyPatch) -> None:
    made = picked(around)
    around.server.answer("scores", Reply([]))
    answer_board(around.server, Reply(board(FINAL), headers={}))
    monkeypatch.setattr(second_scores, "ASKING_SECONDS", 0.5)
    monkeypatch.setattr(second_scores, "time", SimpleNamespace(monotonic=ticks.now))
    process()
    assert asked(around) == [("scoreboard", "20240110")], "no time is left for the summary"
    assert outcome(around.url, made) == WON
