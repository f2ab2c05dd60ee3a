"""Contests by the real handlers: payouts, simulations that can be stopped, and how right they were."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.dfs.contests.rules import CHUNK, CLAIM, CONDITION
from pickvs.dfs.contests.runs import engine, working
from pickvs.dfs.contests.runs.steps import Entered, Step
from tests.support.alarms import Alarms
from tests.support.contests import (
    ENDED,
    FEE,
    PAYOUTS,
    PRIZES,
    SIZE,
    add_contest,
    ask_run,
    lineups_of,
    run_of,
    simulate,
    standings,
)
from tests.support.database_roles import acting_as
from tests.support.dfs import MINUTE, NOW, Lounge, Made
from tests.support.gateway import Answer, call
from tests.support.killing import Killed, Killer, Saved
from tests.support.uploads import send_file, users_files

LINEUPS = 12
SIMULATE = engine.simulate
RESTS = {"put_off": 0, "failed": 0, "given_up": 0, "lost": 0}


@pytest.fixture
def made(lounge: Lounge) -> Made:
    return lounge.slate(lounge.ada, players=70, games=4)


@pytest.fixture
def build(lounge: Lounge, made: Made) -> int:
    found = lounge.build(lounge.ada, made, count=LINEUPS)
    lounge.work()
    return found


@pytest.fixture
def contest(lounge: Lounge, made: Made) -> int:
    answer = add_contest(lounge, lounge.ada, made.slate, prizes_cents=PRIZES)
    assert answer.status == 201, answer.body
    return int(answer.body["id"])


def test_a_contest_is_added_and_shown(lounge: Lounge, made: Made, contest: int) -> None:
    shown = lounge.get(lounge.ada, f"/dfs/contests/{contest}", "get_contest").body
    assert (shown["prizes_cents"], shown["places_paid"], shown["payouts"]) == (PRIZES, 80, PAYOUTS)
    listed = lounge.get(lounge.ada, "/dfs/contests", "list_contests", slate_id=str(made.slate)).body["contests"]
    assert listed == [shown]


def test_payouts_that_do_not_add_up_are_refused_with_the_reason(lounge: Lounge, made: Made) -> None:
    answer = add_contest(lounge, lounge.ada, made.slate, prizes_cents=PRIZES + 1)
    assert (answer.status, answer.body["code"]) == (422, "PAYOUTS_DO_NOT_ADD_UP")
    assert f"sum up to {PRIZES} cents, the prizes stated are {PRIZES + 1} cents" in answer.body["detail"]
    assert lounge.rows("SELECT * FROM dfs_contests") == []


def test_a_run_says_what_lineups_get_and_that_it_depends_on_the_projections(
    lounge: Lounge, alarms: Alarms, contest: int, build: int
) -> None:
    asked = ask_run(lounge, lounge.ada, contest, build, simulations=1_100)
    assert asked.status == 202, asked.body
    assert (asked.status, asked.body["state"], asked.body["portfolio"]) == (202, "queued", None)
    assert (asked.body["trust"], asked.body["trust_from"]) == (0.5, "default")
    assert alarms.woken[-1] == "arn:simulate_contest"
    assert simulate() == {"done": 1, **RESTS}
    run = run_of(lounge, lounge.ada, asked.body["id"])
    assert (run["state"], run["done"], run["wanted"], run["reason"]) == ("done", 1_100, 1_100, None)
    portfolio, lineups = run["portfolio"], lineups_of(lounge, lounge.ada, run["id"])
    assert portfolio["condition"] == CONDITION
    assert (portfolio["simulations"], portfolio["lineups"]) == (1_100, LINEUPS)
    assert portfolio["basis"]["field_lineups"] == SIZE - LINEUPS
    assert not portfolio["basis"]["field_points_stated"]
    assert [each["number"] for each in lineups] == list(range(1, LINEUPS + 1))
    assert sum(each["prize_cents"] for each in lineups) == pytest.approx(portfolio["prize_cents"], abs=0.01)
    assert portfolio["roi"] == pytest.approx(portfolio["prize_cents"] / (FEE * LINEUPS) - 1)
    for each in lineups:
        assert each["roi"] == pytest.approx(each["prize_cents"] / FEE - 1, abs=1e-4)
        assert 0 <= each["win"] <= each["top_percent"] <= each["cash"] <= 1
    assert lounge.rows("SELECT * FROM agenda WHERE function = 'simulate_contest'") == []


def test_a_report_of_who_is_hurt_counts_as_it_was_when_the_run_was_asked_for(
    lounge: Lounge, made: Made, contest: int, build: int
) -> None:
    [star] = lounge.rows("SELECT players[1] AS id FROM lineups WHERE build_id = %s AND lineup_no = 1", build)
    [person] = lounge.rows(
        "INSERT INTO players (sport, name, normal, team_id, created_at, updated_at)"
        " SELECT sport, 'A Star', 'astar', id, %s, %s FROM teams WHERE sport = 'basketball_nba' LIMIT 1 RETURNING id",
        *(NOW, NOW),
    )
    lounge.owner.execute("UPDATE slate_players SET player_id = %s WHERE id = %s", (person["id"], star["id"]))

    def misses(status: str, known_at: datetime) -> float:
        lounge.owner.execute(
            "INSERT INTO injury_statuses (player_id, status, reported_at, known_at, source)"
            " VALUES (%s, %s, %s, %s, 'nba_report')",
            (person["id"], status, known_at, known_at),
        )
        run = int(ask_run(lounge, lounge.ada, contest, build, simulations=400).body["id"])
        simulate()
        [row] = lounge.rows("SELECT workings FROM dfs_contest_runs WHERE id = %s", run)
        return float(row["workings"]["beliefs"][str(star["id"])]["zero"])

    usual = misses("out", NOW + MINUTE)
    assert usual < 0.1, "nobody knew it yet"
    assert misses("out", NOW - MINUTE) == 1
    assert misses("questionable", NOW - MINUTE) == pytest.approx(0.5, abs=0.05)
    assert misses("available", NOW - MINUTE) == usual, "the word of old says no more than silence"


def figures(lounge: Lounge, run: int) -> tuple[Any, Any, list[dict[str, Any]]]:
    [row] = lounge.rows("SELECT result, workings FROM dfs_contest_runs WHERE id = %s", run)
    lineups = lounge.rows("SELECT * FROM dfs_contest_run_lineups WHERE run_id = %s ORDER BY lineup_no", run)
    return row["result"], row["workings"], [{**each, "run_id": None} for each in lineups]


def record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the function repeat its first simulation. That one goes on with the same digits, the unit tests say."""
    first: list[Step] = []

    def repeated(entered: Entered, workings: Mapping[str, Any] | None) -> Iterator[Step]:
        first.extend(() if first else SIMULATE(entered, workings))
        done = workings["sums"]["simulations"] if workings else 0
        yield from (step for step in first if step.done > done)

    monkeypatch.setattr(engine, "simulate", repeated)


def test_a_worker_that_is_killed_anywhere_loses_nothing_and_ends_with_the_same_digits(
    lounge: Lounge, monkeypatch: pytest.MonkeyPatch, contest: int, build: int
) -> None:
    record(monkeypatch)
    run = int(ask_run(lounge, lounge.ada, contest, build, simulations=2 * CHUNK + 100).body["id"])
    saved = Saved(lounge.owner, ("dfs_contest_runs", "dfs_contest_run_lineups", "agenda"))
    killer = Killer(monkeypatch)
    with killer.at(None):
        simulate()
    steps, straight = killer.steps, figures(lounge, run)
    assert run_of(lounge, lounge.ada, run)["state"] == "done"
    assert steps > 20
    seen = set()
    for step in range(1, steps + 1):
        saved.restore()
        with killer.at(step), suppress(Killed):
            simulate()
        stopped = run_of(lounge, lounge.ada, run)
        assert stopped["portfolio"] is None or stopped["portfolio"]["simulations"] == stopped["done"]
        seen.add(stopped["done"])
        for minutes in (3, 10):
            simulate(minutes * MINUTE)
        assert figures(lounge, run) == straight, f"killed at step {step}"
    assert seen == {0, CHUNK, 2 * CHUNK, 2 * CHUNK + 100}


def test_the_same_seed_gives_the_same_digits_and_two_workers_on_one_run_do_not_mix_them(
    lounge: Lounge, contest: int, build: int
) -> None:
    alone, shared = (
        int(ask_run(lounge, lounge.ada, contest, build, simulations=3 * CHUNK).body["id"]) for _ in range(2)
    )
    due = Due("run", NOW, {"run": shared}, 1)
    rivals: list[object] = []

    def slow(entered: Entered, workings: Mapping[str, Any] | None) -> Iterator[Step]:
        for number, step in enumerate(SIMULATE(entered, workings)):
            yield step
            if number == 0:
                rivals.append(working.work(due, SIMULATE))
                with clock.held_at(NOW + CLAIM + MINUTE):
                    rivals.append(working.work(due, SIMULATE))

    with clock.held_at(NOW), acting_as("writer"):
        working.work(due, slow)
    assert rivals == [NOW + CLAIM, None]
    simulate()
    assert figures(lounge, shared) == figures(lounge, alone)


def test_a_cancelled_run_keeps_what_it_has(
    lounge: Lounge, monkeypatch: pytest.MonkeyPatch, contest: int, build: int
) -> None:
    queued, running = (
        int(ask_run(lounge, lounge.ada, contest, build, simulations=4 * CHUNK).body["id"]) for _ in range(2)
    )
    assert cancel(lounge.bob, queued).body["code"] == "CONTEST_RUN_NOT_FOUND"
    assert cancel(lounge.ada, queued).body["state"] == "cancelled"

    def cancelled(entered: Entered, workings: Mapping[str, Any] | None) -> Iterator[Step]:
        for number, step in enumerate(SIMULATE(entered, workings)):
            if number == 1:
                assert cancel(lounge.ada, running).body["is_being_cancelled"]
            yield step

    monkeypatch.setattr(engine, "simulate", cancelled)
    simulate()
    shown = run_of(lounge, lounge.ada, running)
    assert (shown["state"], shown["done"], shown["portfolio"]["simulations"]) == ("cancelled", 2 * CHUNK, 2 * CHUNK)
    assert cancel(lounge.ada, running).body["code"] == "RUN_NOT_RUNNING"
    assert run_of(lounge, lounge.ada, queued)["portfolio"] is None


def cancel(user: tuple[int, str], run: int) -> Answer:
    with clock.held_at(NOW):
        return call("cancel_contest_run", "DELETE", f"/dfs/contest-runs/{run}", user=user)


def test_lineups_with_players_without_a_projection_end_the_run_with_the_reason(
    lounge: Lounge, contest: int, build: int
) -> None:
    """A late swap keeps players who play already, also those of whom its set says nothing."""
    _, [player, *_] = lounge.lineups(build)[0]
    lounge.owner.execute("ALTER TABLE projections DISABLE TRIGGER USER")
    lounge.owner.execute("DELETE FROM projections WHERE slate_player_id = %s", (player,))
    run = int(ask_run(lounge, lounge.ada, contest, build, simulations=500).body["id"])
    assert simulate() == {"done": 1, **RESTS}
    shown = run_of(lounge, lounge.ada, run)
    assert shown["state"] == "failed"
    assert "1 players of the lineups have no projection" in shown["reason"]


def test_what_cannot_be_simulated_is_refused(lounge: Lounge, made: Made, contest: int, build: int) -> None:
    other = lounge.slate(lounge.ada, seed=2)
    foreign = lounge.build(lounge.ada, other, count=1)
    tiny = int(add_contest(lounge, lounge.ada, made.slate, size=LINEUPS, payouts=PAYOUTS[:1]).body["id"])
    assert ask_run(lounge, lounge.ada, contest, foreign).body["code"] == "BUILD_OF_OTHER_SLATE"
    waiting = lounge.build(lounge.ada, made, count=1)
    assert ask_run(lounge, lounge.ada, contest, waiting).body["code"] == "BUILD_WITHOUT_LINEUPS"
    assert ask_run(lounge, lounge.ada, tiny, build).body["code"] == "CONTEST_TOO_SMALL"
    assert ask_run(lounge, lounge.bob, contest, build).body["code"] == "CONTEST_NOT_FOUND"
    for _ in range(2):
        assert ask_run(lounge, lounge.ada, contest, build).status == 202
    answer = ask_run(lounge, lounge.ada, contest, build)
    assert (answer.status, answer.body["code"]) == (429, "RUNS_RUNNING")


def results(user: tuple[int, str], contest: int, upload: int) -> Answer:
    with clock.held_at(ENDED):
        return call(
            "record_contest_results", "POST", f"/dfs/contests/{contest}/results", user=user, body={"upload_id": upload}
        )


def test_finished_standings_say_how_right_a_run_was(
    lounge: Lounge, monkeypatch: pytest.MonkeyPatch, made: Made, contest: int, build: int
) -> None:
    run = int(ask_run(lounge, lounge.ada, contest, build, simulations=500).body["id"])
    simulate()
    entered = [players for _, players in lounge.lineups(build)]
    content, points, scores = standings(made, entered, entries=SIZE)
    with users_files(monkeypatch):
        upload = int(send_file(lounge.ada, content, ENDED, kind="dk_standings").body["upload_id"])
        assert results(lounge.bob, contest, upload).body["code"] == "CONTEST_NOT_FOUND"
        assert results(lounge.ada, contest, upload + 9).body["code"] == "UPLOAD_NOT_FOUND"
        answer = results(lounge.ada, contest, upload)
    assert (answer.status, answer.body["field_size"]) == (200, SIZE)
    [judgement] = answer.body["judgements"]
    said = run_of(lounge, lounge.ada, run)["portfolio"]
    paid = [prize(scores, sum((points[player] for player in lineup), Decimal(0))) for lineup in entered]
    assert (judgement["predicted_cash"], judgement["predicted_roi"]) == (said["cash"], said["roi"])
    assert judgement["real_cash"] == pytest.approx(sum(each > 0 for each in paid) / LINEUPS)
    assert judgement["real_roi"] == pytest.approx(float(sum(paid)) / (FEE * LINEUPS) - 1)
    assert [each["real"] for each in judgement["quantiles"]][-1] == float(max(scores))
    assert all(0 <= each["pit"] <= 1 for each in judgement["quantiles"])
    assert [each["players"] for each in judgement["players"]] == [len(points)] * 3
    assert lounge.get(lounge.ada, f"/dfs/contests/{contest}/results", "get_contest_results").body == answer.body

    calibration = lounge.get(lounge.ada, "/dfs/calibration", "get_calibration").body
    assert (calibration["contests"], calibration["real_cash"]) == (1, judgement["real_cash"])
    assert [each["mean_pit"] for each in calibration["quantiles"]] == [e["pit"] for e in judgement["quantiles"]]
    # The projections do not say what the field expects: nothing is learned about the trust.
    assert (calibration["trust"]["slates"], calibration["trust"]["trust"]) == (0, 0.5)
    assert lounge.get(lounge.bob, "/dfs/calibration", "get_calibration").body["contests"] == 0


def prize(scores: list[Decimal], score: Decimal) -> Decimal:
    """What an entry got, by the words of the rules: those who tie share the prizes of their places."""
    places = [0] * len(scores)
    for payout in PAYOUTS:
        for place in range(payout["first"], payout["last"] + 1):
            places[place - 1] = payout["cents"]
    above, tied = sum(each > score for each in scores), scores.count(score)
    return Decimal(sum(places[above : above + tied])) / tied


@pytest.mark.parametrize("remaining", [0, 30])
def test_standings_that_say_nothing_yet_or_of_another_contest_are_refused(
    lounge: Lounge, monkeypatch: pytest.MonkeyPatch, made: Made, build: int, remaining: int
) -> None:
    small = int(add_contest(lounge, lounge.ada, made.slate, size=90).body["id"])
    entered = [players for _, players in lounge.lineups(build)]
    content, _, _ = standings(made, entered, entries=91, remaining=remaining)
    with users_files(monkeypatch):
        upload = int(send_file(lounge.ada, content, ENDED, kind="dk_standings").body["upload_id"])
        answer = results(lounge.ada, small, upload)
    assert (answer.status, answer.body["code"]) == (
        409,
        "CONTEST_IN_PLAY" if remaining else "STANDINGS_OF_OTHER_CONTEST",
    )
    lounge.get(lounge.ada, f"/dfs/contests/{small}/results", "get_contest_results").problem(404, "RESULTS_NOT_FOUND")


def test_runs_that_were_given_up_end_on_schedule(lounge: Lounge, contest: int, build: int) -> None:
    run = int(ask_run(lounge, lounge.ada, contest, build).body["id"])
    lounge.rows("DELETE FROM agenda RETURNING key")
    assert simulate(timedelta(hours=31), event={})["lost"] == 1
    shown = run_of(lounge, lounge.ada, run)
    assert (shown["state"], shown["reason"]) == (
        "failed",
        "The simulation was not finished in time. Ask for it again.",
    )
