"""When the woken ingestion functions ask the provider, and when they find nothing to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.alarm_clock import EVENT
from pickvs.core.database import transaction
from pickvs.ingestion import buying, process_results
from pickvs.ingestion.game_clock import keep_time
from pickvs.markets.credits.service import Decision
from tests.support.alarms import Alarms
from tests.support.contest import Contest
from tests.support.functions import load
from tests.support.gateway import LambdaContext
from tests.support.ingestion import Surroundings, ingesting, scheduled
from tests.support.markets import SPORT, TIP_OFF, fixture, list_game, playing, record
from tests.support.odds_api import Reply, event, failure, h2h, score, spreads, totals
from tests.support.picking import set_pick_rules, submit

MINUTE = timedelta(minutes=1)
MORNING = TIP_OFF - timedelta(hours=12)
CLOSE = TIP_OFF - 8 * MINUTE
CHECK = TIP_OFF + 140 * MINUTE
"""The NBA's typical length after the tip-off, which is on a step of ten minutes."""
HOME, AWAY = fixture().home_team, fixture().away_team
BOOKS = {book: [h2h(-130, 110), spreads(-2.5), totals(220.5, -108, -112)] for book in ("fanduel", "draftkings")}
ODDS = Reply([{**event(0xA, HOME, AWAY, books=BOOKS), "id": fixture().provider_id}])
LIVE = Reply([{**score(0xA, HOME, AWAY, 90, 80, completed=False), "id": fixture().provider_id}])
FINAL = Reply([{**score(0xA, HOME, AWAY, 110, 105), "id": fixture().provider_id}])


@dataclass
class Evening:
    """One game that was listed in the morning, and one user."""

    around: Surroundings
    contest: Contest
    alarms: Alarms
    user: int
    game: int
    quotes: dict[str, int]

    def pick(self, market: str, at: datetime, *, user: int | None = None) -> None:
        side = "over" if market == "total" else "home"
        wanted = {"game_id": self.game, "market": market, "selection": side, "quote_id": self.quotes[market]}
        assert submit(user or self.user, wanted, at=at).status == 201

    def wake(self, function: str, at: datetime) -> Any:
        return self.run(function, dict(EVENT), at)

    def run(self, function: str, event: dict[str, Any], at: datetime) -> Any:
        with clock.held_at(at):
            return load(f"{function}/handler").handler(event, LambdaContext())

    @property
    def asked(self) -> int:
        return len(self.around.server.asked)

    @property
    def agenda(self) -> dict[str, datetime]:
        """When the work that is left may be done next."""
        rows = self.contest.connection.execute("SELECT key, next_at FROM agenda WHERE function <> 'deliver_notices'")
        return {row["key"]: row["next_at"] for row in rows}


@pytest.fixture
def evening(contest: Contest, clock_alarms: Alarms, monkeypatch: pytest.MonkeyPatch) -> Iterator[Evening]:
    set_pick_rules(monkeypatch)
    with ingesting(contest.url, monkeypatch) as around:
        listed = list_game(at=MORNING)
        quotes = {market: quote.id for (market, side), quote in listed.quotes.items() if side in ("home", "over")}
        yield Evening(around, contest, clock_alarms, contest.user(), listed.id, quotes)


def test_the_first_pick_of_a_game_puts_its_work_and_no_later_one_asks_aws(evening: Evening) -> None:
    evening.pick("spread", MORNING + MINUTE)
    work = {f"close/{evening.game}": CLOSE, f"check/{evening.game}": CHECK}
    assert evening.agenda == work
    assert sorted(evening.alarms.set.values()) == [CLOSE, CHECK]
    evening.pick("total", MORNING + 2 * MINUTE)
    evening.pick("spread", MORNING + 2 * MINUTE, user=evening.contest.user())
    assert (evening.agenda, evening.alarms.asked) == (work, 2)


def test_a_closing_capture_is_made_once_before_the_tip_off(evening: Evening) -> None:
    evening.pick("spread", MORNING + MINUTE)
    evening.around.server.answer("odds", ODDS)
    assert evening.wake("fetch_odds", CLOSE - MINUTE)["done"] == 0
    assert evening.wake("fetch_odds", CLOSE + MINUTE) == {"done": 1, "put_off": 0, "failed": 0, "given_up": 0}
    assert evening.agenda == {f"check/{evening.game}": CHECK}
    evening.pick("total", CLOSE + 2 * MINUTE)
    assert evening.wake("fetch_odds", CLOSE + 3 * MINUTE)["done"] == 0
    assert evening.asked == 1
    assert evening.agenda == {f"check/{evening.game}": CHECK}


def test_a_failed_capture_is_tried_again_and_dropped_after_the_tip_off(evening: Evening) -> None:
    evening.pick("spread", MORNING + MINUTE)
    down = [failure(503, "DOWN")] * 3
    evening.around.server.answer("odds", *down, *down)
    assert evening.wake("fetch_odds", CLOSE)["failed"] == 1
    assert evening.agenda[f"close/{evening.game}"] == CLOSE + 2 * MINUTE < TIP_OFF
    assert evening.wake("fetch_odds", CLOSE + 2 * MINUTE)["failed"] == 1
    asked = evening.asked
    assert evening.wake("fetch_odds", TIP_OFF)["done"] == 1
    assert evening.asked == asked


def test_a_capture_within_the_reach_serves_whatever_asked_for_it(evening: Evening) -> None:
    evening.pick("spread", MORNING + MINUTE)
    evening.around.server.answer("odds", ODDS)
    evening.run("fetch_odds", {}, CLOSE - 10 * MINUTE)  # by hand
    assert evening.wake("fetch_odds", CLOSE)["done"] == 1
    assert evening.asked == 1


@pytest.mark.parametrize("kind", ["closing", "check"])
def test_what_the_planner_does_not_buy_is_not_asked(
    evening: Evening, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening.pick("spread", MORNING + MINUTE)
    asked_about = []

    def decide(_: object, wanted: str, sport: str, games: list[int], __: datetime, **___: object) -> Decision:
        asked_about.append((wanted, sport, games))
        return Decision(bought=False, outcome="given_up", reason="no credits", next_check_minutes=30)

    monkeypatch.setattr(buying.planner, "decide", decide)
    if kind == "closing":
        assert evening.wake("fetch_odds", CLOSE)["done"] == 1
        assert evening.agenda == {f"check/{evening.game}": CHECK}
    else:
        assert evening.wake("process_results", CHECK)["put_off"] == 1
        assert evening.agenda[f"check/{evening.game}"] == CHECK + 30 * MINUTE
    assert asked_about == [(kind, SPORT, [evening.game])]
    assert evening.asked == len(evening.around.runs()) - 1 == 0


def test_a_result_is_asked_for_every_ten_minutes_until_it_is_final(evening: Evening) -> None:
    evening.pick("spread", MORNING + MINUTE)
    evening.around.server.answer("scores", LIVE, LIVE, FINAL)
    for step in range(2):
        at = CHECK + 10 * step * MINUTE
        assert evening.wake("process_results", at + MINUTE)["put_off"] == 1
        assert evening.agenda[f"check/{evening.game}"] == at + 10 * MINUTE
        assert evening.wake("process_results", at + 2 * MINUTE)["put_off"] == 0  # a doubled alarm
    evening.wake("process_results", CHECK + 21 * MINUTE)
    assert evening.asked == 3
    assert evening.agenda == {}  # the closing capture that no alarm told of has gone as well
    [entry] = evening.contest.connection.execute("SELECT result::text FROM settlement_ledger").fetchall()
    assert entry["result"] == "win"


def test_forecasts_are_scored_when_a_result_has_come_and_by_the_daily_rule(
    evening: Evening, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored: list[datetime] = []

    def score_settled() -> dict[str, int]:
        scored.append(clock.now())
        return {"scored": 1}

    monkeypatch.setattr(process_results, "score_settled", score_settled)
    evening.pick("spread", MORNING + MINUTE)
    evening.around.server.answer("scores", LIVE, FINAL, FINAL)
    assert evening.wake("process_results", CHECK + MINUTE)["forecasts"] == {}
    final = CHECK + 11 * MINUTE
    assert evening.wake("process_results", final)["forecasts"] == {"scored": 1}
    assert evening.wake("process_results", final + MINUTE)["forecasts"] == {}
    daily = final + 600 * MINUTE
    evening.run("process_results", scheduled("morning"), daily)
    assert scored == [final, daily]


def test_a_daily_run_is_a_result_check_too(evening: Evening) -> None:
    evening.pick("spread", MORNING + MINUTE)
    evening.around.server.answer("scores", LIVE)
    evening.run("process_results", scheduled("morning"), CHECK + 3 * MINUTE)
    assert evening.asked == 1
    assert evening.agenda[f"check/{evening.game}"] == CHECK + 10 * MINUTE


def test_a_game_in_review_is_not_asked_for_and_one_that_is_reopened_is_again(evening: Evening) -> None:
    evening.pick("spread", MORNING + MINUTE)
    rows = evening.contest.connection.execute
    for status, reason, work in (("review", "why", set()), ("live", None, {f"check/{evening.game}"})):
        rows("UPDATE games SET status = %s, review_reason = %s", (status, reason))
        with clock.held_at(CHECK), transaction() as connection:
            keep_time(connection, CHECK)
        assert evening.agenda.keys() == work
    assert evening.wake("process_results", CHECK - MINUTE)["put_off"] == 0


def test_a_moved_tip_off_moves_both(evening: Evening) -> None:
    evening.pick("spread", MORNING + MINUTE)
    later = TIP_OFF + 45 * MINUTE
    evening.around.server.answer("odds", Reply([{**ODDS.body[0], "commence_time": f"{later:%Y-%m-%dT%H:%M:%SZ}"}]))
    evening.run("fetch_odds", {}, MORNING + 60 * MINUTE)
    # The check is due 185 minutes after the announced tip-off of 00:10, on the next step.
    assert evening.agenda == {
        f"close/{evening.game}": CLOSE + 45 * MINUTE,
        f"check/{evening.game}": CHECK + 50 * MINUTE,
    }


def test_the_work_of_a_game_that_has_no_final_for_a_day_ends(evening: Evening) -> None:
    evening.pick("spread", MORNING + MINUTE)
    record(playing(fixture()), at=TIP_OFF + MINUTE)
    assert evening.wake("process_results", TIP_OFF + timedelta(hours=24))["done"] == 1
    assert evening.asked == 0


def answering(monkeypatch: pytest.MonkeyPatch, *, bought: bool, minutes: int) -> None:
    """Let the credit planner say that checks are spread."""
    outcome, reason = ("bought", None) if bought else ("deferred", "later")
    monkeypatch.setattr(
        buying.planner, "decide", lambda *_, **__: Decision(bought, outcome, reason, next_check_minutes=minutes)
    )


@pytest.mark.parametrize("bought", [False, True])
def test_the_checks_of_a_night_wait_for_the_next_time_at_which_it_is_asked_about(
    evening: Evening, monkeypatch: pytest.MonkeyPatch, *, bought: bool
) -> None:
    """Under thrift a night's games would wake the function one by one, to be told to wait."""
    evening.pick("spread", MORNING + MINUTE)
    contest = evening.contest
    later, tomorrow = contest.game(TIP_OFF + 30 * MINUTE), contest.game(TIP_OFF + timedelta(hours=13))
    for game in (later, tomorrow):
        contest.pick(contest.user(), contest.quote(game, "moneyline", "home", None, 100))
    with clock.held_at(MORNING + MINUTE), transaction() as connection:
        keep_time(connection, MORNING + MINUTE)
    due = evening.agenda
    evening.alarms.set.clear()
    evening.around.server.answer("scores", LIVE)
    answering(monkeypatch, bought=bought, minutes=16 * 60)
    evening.wake("process_results", CHECK)
    again = CHECK + timedelta(hours=16)
    assert evening.agenda == {**due, f"check/{evening.game}": again, f"check/{later}": again}
    assert min(evening.alarms.set.values()) == due[f"check/{tomorrow}"]


def test_a_real_start_before_the_announced_one_does_not_bring_a_check_forward(evening: Evening) -> None:
    evening.pick("spread", MORNING + MINUTE)
    began = TIP_OFF - timedelta(seconds=63)
    evening.around.server.answer("scores", Reply([{**LIVE.body[0], "commence_time": f"{began:%Y-%m-%dT%H:%M:%SZ}"}]))
    evening.wake("process_results", CHECK)
    assert evening.contest.connection.execute("SELECT commence_time FROM games").fetchall() == [
        {"commence_time": began}
    ]
    assert evening.agenda[f"check/{evening.game}"] == CHECK + 10 * MINUTE
