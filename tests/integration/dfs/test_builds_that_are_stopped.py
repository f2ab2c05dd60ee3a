"""A worker may be killed before any statement or commit, be slow, or have a rival: nothing is lost or double."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from pickvs.agenda.service import Due
from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.dfs.builds import engine, working
from pickvs.dfs.builds.asking import Asked
from pickvs.dfs.builds.queries import LineupRow
from pickvs.dfs.builds.rules import CLAIM, LOST_AFTER, MOST_ATTEMPTS
from pickvs.dfs.builds.working import Batch, Ending
from pickvs.dfs.optimizer import portfolio
from pickvs.dfs.optimizer.highs import SolverStoppedError
from pickvs.dfs.optimizer.rules import PortfolioRules
from tests.support.database_roles import acting_as
from tests.support.dfs import MINUTE, NOW, Lounge
from tests.support.gateway import call
from tests.support.killing import Killed, Killer, Saved

COUNT = 40
TABLES = ("dfs_builds", "lineups", "agenda")
LATER = NOW + 3 * MINUTE
"""When the agenda tries again what was begun at NOW."""

type Steps = Iterable[Batch | Ending]


def wanted(**more: Any) -> dict[str, Any]:
    return {"count": COUNT, "max_exposure": 0.6, "max_repeating": 6, **more}


def facts(lounge: Lounge, build: int) -> dict[str, Any]:
    [row] = lounge.rows("SELECT state, found, points, bound, gap, reason FROM dfs_builds WHERE id = %s", build)
    return row


def recorded(monkeypatch: pytest.MonkeyPatch) -> list[Batch | Ending]:
    """Let the function that builds repeat the first run of the optimizer, which takes a second each time."""
    first: list[Batch | Ending] = []
    optimized = engine.lineups

    def repeated(asked: Asked, rules: PortfolioRules, before: Sequence[LineupRow]) -> Steps:
        if not first:
            first.extend(optimized(asked, rules, before))
        found = 0
        for step in first:
            assert isinstance(step, Batch)
            found += len(step.lineups)
            if found > len(before) or step is first[-1]:
                yield Batch(step.lineups if found > len(before) else (), step.bound)

    monkeypatch.setattr(engine, "lineups", repeated)
    return first


def test_a_worker_that_is_killed_anywhere_loses_and_doubles_nothing(
    lounge: Lounge, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded(monkeypatch)
    made = lounge.slate(lounge.ada)
    build = lounge.build(lounge.ada, made, **wanted())
    saved = Saved(lounge.owner, TABLES)
    killer = Killer(monkeypatch)
    with killer.at(None):
        lounge.work()
    steps, lineups, ending = killer.steps, lounge.lineups(build), facts(lounge, build)
    assert ending["state"] == "done"
    assert len(lineups) == COUNT
    assert steps > 20
    seen = set()
    for step in range(1, steps + 1):
        saved.restore()
        with killer.at(step), suppress(Killed):
            lounge.work()
        stored = lounge.lineups(build)
        assert stored == lineups[: len(stored)], f"killed at step {step}"
        seen.add(len(stored))
        for minutes in (3, 10):
            lounge.work(NOW + minutes * MINUTE)
        assert lounge.lineups(build) == lineups, f"killed at step {step}"
        assert facts(lounge, build) == ending, f"killed at step {step}"
    assert seen == {0, 15, 30, 40}


def test_the_optimizer_goes_on_as_if_it_had_not_been_stopped(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    builds = [lounge.build(lounge.ada, made, **wanted()) for _ in range(2)]

    def stopped(asked: Asked, rules: PortfolioRules, before: Sequence[LineupRow]) -> Steps:
        yield next(iter(engine.lineups(asked, rules, before)))
        raise Killed

    due = Due("build", NOW, {"build": builds[0]}, 1)
    for attempt in range(3):
        with clock.held_at(NOW + attempt * 2 * CLAIM), acting_as("writer"), suppress(Killed):
            working.work(due, stopped, engine.check)
    lounge.work(NOW + 8 * CLAIM)
    first, second = (lounge.lineups(build) for build in builds)
    assert len(first) == COUNT
    assert first == second
    assert facts(lounge, builds[0]) == facts(lounge, builds[1])


def test_a_build_that_ends_its_worker_each_time_is_ended_with_what_it_has(
    lounge: Lounge, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = lounge.slate(lounge.ada)
    build = lounge.build(lounge.ada, made, **wanted())

    def fatal(_: Asked, __: PortfolioRules, before: Sequence[LineupRow]) -> Steps:
        if not before:
            yield next(iter(engine.lineups(_, __, before)))
        raise Killed

    at = NOW
    for _ in range(MOST_ATTEMPTS + 2):
        with clock.held_at(at), acting_as("writer"), suppress(Killed):
            working.build_due(fatal, engine.check, seconds=60)
        at += timedelta(hours=7)
    assert facts(lounge, build)["state"] == "partial"
    assert "stopped several times" in facts(lounge, build)["reason"]
    assert len(lounge.lineups(build)) == 15
    assert lounge.rows("SELECT * FROM agenda WHERE function = 'build_lineups'") == []


def test_a_build_for_which_the_solver_has_no_time_ends_with_the_reason(
    lounge: Lounge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise SolverStoppedError("time limit reached")

    monkeypatch.setattr(portfolio, "price_stage", stopped)
    build = lounge.build(lounge.ada, lounge.slate(lounge.ada), **wanted())
    assert lounge.work()["done"] == 1
    assert (facts(lounge, build)["state"], "in time" in facts(lounge, build)["reason"]) == ("failed", True)


def test_two_workers_on_one_build_do_not_double_it(lounge: Lounge) -> None:
    """The second one waits while the first has the build, and takes it over when the first has been silent too long."""
    made = lounge.slate(lounge.ada)
    build = lounge.build(lounge.ada, made, **wanted())
    due = Due("build", NOW, {"build": build}, 1)
    rivals: list[object] = []

    def slow(asked: Asked, rules: PortfolioRules, before: Sequence[LineupRow]) -> Steps:
        for number, step in enumerate(engine.lineups(asked, rules, before)):
            yield step
            if number == 0:
                rivals.append(working.work(due, engine.lineups, engine.check))
                with clock.held_at(NOW + CLAIM + MINUTE):
                    rivals.append(working.work(due, engine.lineups, engine.check))

    with clock.held_at(NOW), acting_as("writer"):
        working.work(due, slow, engine.check)
    assert rivals == [NOW + CLAIM, None]
    assert facts(lounge, build)["state"] == "done"
    assert [number for number, _ in lounge.lineups(build)] == list(range(1, COUNT + 1))
    alone = lounge.build(lounge.ada, made, **wanted())
    lounge.work(LATER)
    assert lounge.lineups(alone) == lounge.lineups(build)


def cancel(lounge: Lounge, build: int) -> Any:
    with clock.held_at(NOW):
        return call("cancel_build", "DELETE", f"/dfs/builds/{build}", user=lounge.ada)


def test_a_queued_build_is_cancelled_at_once(lounge: Lounge) -> None:
    build = lounge.build(lounge.ada, lounge.slate(lounge.ada), **wanted())
    answer = cancel(lounge, build)
    assert (answer.status, answer.body["state"]) == (200, "cancelled")
    assert lounge.work()["done"] == 0
    assert cancel(lounge, build).body["code"] == "BUILD_NOT_RUNNING"
    assert call("cancel_build", "DELETE", f"/dfs/builds/{build}", user=lounge.bob).body["code"] == "BUILD_NOT_FOUND"


def test_a_running_build_is_cancelled_between_two_batches_and_keeps_its_lineups(lounge: Lounge) -> None:
    build = lounge.build(lounge.ada, lounge.slate(lounge.ada), **wanted())
    answers = []

    def interrupted(asked: Asked, rules: PortfolioRules, before: Sequence[LineupRow]) -> Steps:
        for number, step in enumerate(engine.lineups(asked, rules, before)):
            if number == 1:
                lounge.owner.execute("UPDATE dfs_builds SET cancel_requested = true WHERE id = %s", (build,))
                answers.append(lounge.shown(lounge.ada, build))
            yield step

    with clock.held_at(NOW), acting_as("writer"):
        working.build_due(interrupted, engine.check, seconds=60)
    assert (answers[0]["state"], answers[0]["found"], answers[0]["is_being_cancelled"]) == ("running", 15, True)
    shown = lounge.shown(lounge.ada, build)
    assert (shown["state"], shown["found"], shown["is_being_cancelled"]) == ("cancelled", 30, False)
    assert len(lounge.lineups(build)) == 30


def test_a_build_of_an_account_that_is_erased_ends_its_worker_quietly(lounge: Lounge) -> None:
    build = lounge.build(lounge.ada, lounge.slate(lounge.ada), **wanted())

    def erased(asked: Asked, rules: PortfolioRules, before: Sequence[LineupRow]) -> Steps:
        for number, step in enumerate(engine.lineups(asked, rules, before)):
            if number == 1:
                lounge.owner.execute("DELETE FROM dfs_builds WHERE id = %s", (build,))
            yield step

    with clock.held_at(NOW), acting_as("writer"):
        assert working.build_due(erased, engine.check, seconds=60)["done"] == 1
    assert lounge.lineups(build) == []


def test_the_daily_run_ends_what_the_agenda_has_given_up(lounge: Lounge) -> None:
    build = lounge.build(lounge.ada, lounge.slate(lounge.ada), **wanted())
    lounge.owner.execute("DELETE FROM agenda")
    daily = {"detail-type": "Scheduled Event"}
    assert lounge.work(NOW + LOST_AFTER, event=daily)["lost"] == 0
    assert lounge.work(NOW + LOST_AFTER + MINUTE, event=daily)["lost"] == 1
    assert facts(lounge, build)["state"] == "failed"


def test_a_player_who_leaves_the_slate_meanwhile_ends_the_build_with_a_reason(lounge: Lounge) -> None:
    made = lounge.slate(lounge.ada)
    build = lounge.build(lounge.ada, made, **wanted(locks=[made.ids[0]]))
    lounge.owner.execute("UPDATE slate_players SET is_disabled = true WHERE id = %s", (made.ids[0],))
    lounge.work()
    assert facts(lounge, build)["state"] == "failed"
    assert facts(lounge, build)["reason"] is not None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE dfs_builds SET found = found - 1",
        "UPDATE dfs_builds SET state = 'queued', ended_at = NULL, gap = NULL",
        "UPDATE dfs_builds SET settings = '{}'",
        "UPDATE dfs_builds SET seed = seed + 1",
        "UPDATE lineups SET points = points + 1",
        "INSERT INTO lineups SELECT build_id, 99, players, points, salary, 'other', NULL, NULL FROM lineups LIMIT 1",
        "INSERT INTO lineups SELECT build_id, 3, players, points, salary, fingerprint FROM lineups LIMIT 1",
        "INSERT INTO lineups SELECT build_id, 3, array_fill(players[1], '{8}'), 1, 1, 'same' FROM lineups LIMIT 1",
    ],
)
def test_what_was_built_stays_as_it_was(lounge: Lounge, change: str) -> None:
    lounge.build(lounge.ada, lounge.slate(lounge.ada), count=3)
    lounge.work()
    lounge.owner.execute("DELETE FROM lineups WHERE lineup_no = 3")
    with (
        acting_as("writer"),
        pytest.raises((psycopg.errors.IntegrityError, psycopg.errors.InsufficientPrivilege)),
        transaction() as connection,
    ):
        connection.execute(change.encode())


def test_the_same_seed_gives_the_same_lineups(lounge: Lounge) -> None:
    made = lounge.slate(None)
    randomised = wanted(randomness={"kind": "deviation", "deviation": 0.12})
    builds = [lounge.build(user, made, **randomised) for user in (lounge.ada, lounge.bob)]
    other = lounge.build(lounge.bob, made, **(randomised | {"seed": 8}))
    lounge.work()
    assert lounge.lineups(builds[0]) == lounge.lineups(builds[1]) != lounge.lineups(other)
