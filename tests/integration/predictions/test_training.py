"""Training through the function itself: what the gate lets through, what it stops, and that a run can be repeated."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.predictions.facts.rules import Day
from pickvs.predictions.forecasts.champions import load_champions
from pickvs.predictions.games.forecasting.rules import Artefact
from pickvs.predictions.registry import artefacts
from pickvs.predictions.registry import service as registry
from pickvs.predictions.registry.artefacts import ArtefactRefused
from pickvs.predictions.registry.rules import ModelKey
from pickvs.predictions.training_runs import service as runs
from pickvs.predictions.training_runs.rules import HELD, is_held
from tests.support.contest import Contest
from tests.support.database_roles import acting_as, url_of
from tests.support.small_league import small_league
from tests.support.training import BUCKET, NBA, Context, Trainer, after, ask, training
from tools.train.__main__ import main as repeat

NO_MARKET = ModelKey(NBA, "games", "no-market")


@pytest.fixture
def trainer(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trainer]:
    with training(database, monkeypatch) as made:
        yield made


@pytest.fixture(scope="module")
def league() -> list[Day]:
    """Four seasons of eight teams, 60 days of four games each. The last two can be judged."""
    return small_league(seasons=4, days=60)


def next_season(days: list[Day]) -> datetime:
    """Return a time in the season after the last, so that every season of the days is full."""
    return after(days) + timedelta(days=300)


def of_model(trainer: Trainer, name: str, recipe: str) -> dict[str, Any]:
    return [row for row in trainer.versions() if row["name"] == name and row["recipe"] == recipe][-1]


def test_a_first_training_is_judged_by_elo_and_repeated_it_makes_nothing_new(
    trainer: Trainer, league: list[Day], woken: list[str]
) -> None:
    trainer.learn(league)
    at = next_season(league)
    first, second = ask(trainer, at, recipes=["ridge"]), ask(trainer, at, recipes=["ridge"])
    assert trainer.run(at)["run"] == first
    assert woken == ["arn of train"]
    found = {row["name"]: row for row in trainer.versions()}
    assert set(found) == {f"{NBA}-{name}" for name in ("no-market", "past-lines", "with-line")}
    for row in found.values():
        assert row["gate"]["yardstick"] == "Elo"
        # Some games have no line.
        assert (row["figures"]["games"] == 480) == (row["name"] != f"{NBA}-with-line")
        assert sorted(row["figures"]["seasons"]) == ["2012", "2013"]
        assert (row["stage"] == "champion") == (row["gate"]["outcome"] == "promoted")
        content = artefacts.load(row["name"], row["artefact_sha256"])
        assert Artefact.from_json(json.loads(content)).sha256 == row["artefact_sha256"]
    assert trainer.run(at)["run"] == second
    assert len(trainer.versions()) == len(found)
    one, other = trainer.rows("SELECT * FROM training_runs ORDER BY id")
    assert {each["sha256"] for each in one["metrics"]["trained"]} == {row["artefact_sha256"] for row in found.values()}
    assert [each["sha256"] for each in one["metrics"]["trained"]] == [
        each["sha256"] for each in other["metrics"]["trained"]
    ]
    assert (one["rows_sha256"], one["code_sha256"]) == (other["rows_sha256"], other["code_sha256"])
    assert one["packages"].keys() == {"python", "numpy", "scipy", "lightgbm", "machine"}
    assert "960 games" in one["explanation"]
    assert "there was no run before" in one["explanation"]
    assert trainer.run(at) == {"queued": 0, "run": None}


def test_a_run_learns_nothing_that_was_known_later(trainer: Trainer, league: list[Day]) -> None:
    """The same run, asked for in the middle, on a database that has everything and on one that was cut."""
    middle = len(league) - 30
    at = after(league[:middle])
    trainer.learn(league[:middle])
    before = ask(trainer, at, recipes=["ridge"])
    trainer.run(at)
    trainer.learn(league[middle:])
    ask(trainer, at, recipes=["ridge"])
    trainer.run(next_season(league))
    one, other = trainer.rows("SELECT * FROM training_runs ORDER BY id")
    assert one["id"] == before
    assert one["rows_sha256"] == other["rows_sha256"]
    assert [each["sha256"] for each in one["metrics"]["trained"]] == [
        each["sha256"] for each in other["metrics"]["trained"]
    ]


def bootstrap(days: list[Day], trainer: Trainer, *, spoil: float) -> dict[str, Any]:
    """Make a champion of the ridge's own artefact; `spoil` multiplies the weights of its margin."""
    from pickvs.predictions.leagues.games import game_league
    from pickvs.predictions.training.examples import Table, examples
    from pickvs.predictions.training.games import train

    parameters = game_league(NBA)
    artefact = train(Table.of(list(examples(days, parameters)), parameters), "no-market", parameters, 2014)
    centre = artefact.margin
    weights = {name: weight * spoil for name, weight in centre.weights.items()}
    spoilt = replace(artefact, margin=replace(centre, weights=weights))
    with acting_as("forecaster"), clock.held_at(after(days)), transaction() as connection:
        registry.register_bootstrap(connection, NO_MARKET, spoilt.to_bytes(), "made by a test", after(days))
    return trainer.versions()[0]


def test_a_champion_that_is_worse_makes_way_and_comes_back_by_one_call(
    trainer: Trainer, league: list[Day], contest: Contest
) -> None:
    trainer.learn(league)
    at = next_season(league)
    old = bootstrap(league, trainer, spoil=-1.0)
    ask(trainer, at, recipes=["ridge"])
    assert f"{NBA}-no-market" in trainer.run(at)["promoted"]
    new = of_model(trainer, NO_MARKET.name, "ridge")
    assert new["stage"] == "champion"
    assert new["gate"]["yardstick"] == "the champion, version 1 (bootstrap)"
    assert new["gate"]["difference"]["value"] < 0
    user = contest.user("grace")
    with transaction() as connection:
        change = registry.undo(connection, NO_MARKET.name, actor_id=user, reason="it looks odd", at=at)
    assert (change.version.number, change.previous and change.previous.number) == (1, 2)
    with transaction() as connection:
        champion = registry.champion(connection, NO_MARKET)
    assert champion is not None
    assert champion.artefact_sha256 == old["artefact_sha256"]
    assert artefacts.load(champion.model, champion.artefact_sha256)

    # The next training finds the same to be better, and leaves the person's choice alone until he agrees.
    run = ask(trainer, at, recipes=["ridge"])
    assert NO_MARKET.name not in trainer.run(at)["promoted"]
    assert trainer.champions()[NO_MARKET.name] == (1, "bootstrap")
    [row] = trainer.rows("SELECT metrics, explanation FROM training_runs WHERE id = %s", run)
    [told] = [each for each in row["metrics"]["trained"] if each["model"] == NO_MARKET.name]
    assert (told["version"], told["outcome"], told["reasons"]) == (2, "promoted", [HELD])
    assert f"It was not promoted: {HELD}." in row["explanation"]
    with transaction() as connection:
        registry.force(connection, NO_MARKET.name, 2, actor_id=user, reason="it is right", at=at)
        last = registry.last_promotion(connection, registry.find_model(connection, NO_MARKET.name))
    assert last is not None
    assert not is_held(last.act, last.version.gate)


def test_only_a_choice_against_the_gate_holds() -> None:
    passed, stays = {"outcome": "promoted"}, {"outcome": "stays challenger"}
    assert [is_held(act, passed) for act in ("bootstrap", "gate", "forced", "rollback")] == [False] * 3 + [True]
    assert [is_held("forced", each) for each in (stays, None)] == [True, True]


def test_what_is_not_better_than_the_champion_stays_its_challenger(trainer: Trainer, league: list[Day]) -> None:
    """The champion is the same fit with hindsight: no candidate can beat it."""
    trainer.learn(league)
    at = next_season(league)
    old = bootstrap(league, trainer, spoil=1.0)
    ask(trainer, at, recipes=["ridge"])
    trainer.run(at)
    new = of_model(trainer, NO_MARKET.name, "ridge")
    # Its artefact is the champion's own, because the bootstrap is the ridge's: no version was added for it.
    versions = [row for row in trainer.versions() if row["name"] == NO_MARKET.name]
    assert trainer.champions()[NO_MARKET.name] == (1, "bootstrap")
    assert all(row["gate"]["outcome"] != "promoted" for row in versions if row["id"] != old["id"])
    assert new["stage"] == "challenger"
    assert new["gate"]["reasons"]


def test_what_beats_the_market_is_blocked_as_suspicious(trainer: Trainer, league: list[Day]) -> None:
    """The market's prices are turned round, so that whoever knows anything beats them."""
    wrong = [
        replace(
            day,
            closing_lines={
                game: replace(line, home_moneyline=line.away_moneyline, away_moneyline=line.home_moneyline)
                for game, line in day.closing_lines.items()
            },
        )
        for day in league
    ]
    trainer.learn(wrong)
    at = next_season(league)
    ask(trainer, at, recipes=["ridge"])
    assert f"{NBA}-no-market" not in trainer.run(at)["promoted"]
    blocked = of_model(trainer, NO_MARKET.name, "ridge")
    assert blocked["gate"]["outcome"] == "blocked as suspicious"
    assert blocked["stage"] == "candidate"
    assert "look for leakage" in blocked["explanation"]


def test_a_changed_artefact_is_refused_and_never_written_over(trainer: Trainer, league: list[Day]) -> None:
    bootstrap(league, trainer, spoil=0.9)
    version = trainer.versions()[0]
    key = f"{NO_MARKET.name}/{version['artefact_sha256']}.json.gz"
    content = artefacts.load(NO_MARKET.name, version["artefact_sha256"])
    forged = json.loads(content)
    forged["margin"]["intercept"] += 1
    for body in (gzip.compress(json.dumps(forged).encode()), gzip.compress(content)[:-9], b"no gzip", b""):
        trainer.bucket.put_object(Bucket=BUCKET, Key=key, Body=body)
        with pytest.raises(ArtefactRefused):
            artefacts.load(NO_MARKET.name, version["artefact_sha256"])
        with pytest.raises(ArtefactRefused):
            artefacts.store(NO_MARKET.name, content)
        assert trainer.bucket.get_object(Bucket=BUCKET, Key=key)["Body"].read() == body
    # A training that cannot read the champion fails, and says why.
    trainer.learn(league)
    at = next_season(league)
    run = ask(trainer, at, recipes=["ridge"])
    assert trainer.run(at)["status"] == "failed"
    [row] = trainer.rows("SELECT status, error FROM training_runs WHERE id = %s", run)
    assert row["status"] == "failed"
    assert "ArtefactRefused" in row["error"]


def test_players_are_trained_and_judged_by_averages(trainer: Trainer) -> None:
    days = small_league(seasons=1, days=84)
    trainer.learn(days, players=True)
    at = after(days)
    ask(trainer, at, kind="players", recipes=["linear"])
    assert trainer.run(at)["status"] == "succeeded"
    [version] = trainer.versions()
    assert (version["name"], version["recipe"]) == (f"{NBA}-players", "linear")
    assert version["gate"]["yardstick"] == "averages with a negative binomial"
    assert version["figures"]["crps"].keys() >= {"points", "minutes"}
    assert version["figures"]["days"] == 60
    assert (version["stage"] == "champion") == (version["gate"]["outcome"] == "promoted")
    [run] = trainer.rows("SELECT * FROM training_runs")
    assert run["metrics"]["lines"] == 84 * 4 * 18


def test_the_first_players_champion_is_judged_as_it_is_and_never_refitted(trainer: Trainer) -> None:
    """The champion is the one that a new stage's first forecasts make."""
    days = small_league(seasons=1, days=84)
    trainer.learn(days, players=True)
    at = after(days)
    with acting_as("forecaster"), clock.held_at(at):
        made = load_champions(NBA)
    assert made.players is not None
    ask(trainer, at, kind="players", recipes=["linear"])
    assert trainer.run(at)["status"] == "succeeded"
    first, trained = [row for row in trainer.versions() if row["name"] == f"{NBA}-players"]
    assert (first["recipe"], trained["recipe"]) == ("bootstrap", "linear")
    assert trained["gate"]["yardstick"] == "the champion, version 1 (bootstrap)"
    assert trained["gate"]["is_refit"] is False
    # The bootstrap forecasts minutes, and the averages do not: it was the bootstrap that was compared with.
    assert "minutes" in trained["gate"]["by_statistic"]
    assert trainer.champions()[f"{NBA}-players"] == (
        (2, "linear") if trained["gate"]["outcome"] == "promoted" else (1, "bootstrap")
    )


def test_a_search_never_sees_the_seasons_of_the_gate(trainer: Trainer) -> None:
    league = small_league(seasons=5, days=30)
    trainer.learn(league)
    at = next_season(league)
    ask(trainer, at, task="tune", points=2)
    assert trainer.run(at)["status"] == "succeeded"
    points = trainer.rows("SELECT * FROM tuning_points ORDER BY number")
    assert [point["number"] for point in points] == [1, 2]
    assert all(point["loss"] > 0 for point in points)
    # Other results in the last two seasons change nothing.
    trainer.rows(
        "INSERT INTO past_results (game_id, version, home_points, away_points, source, known_at, recorded_at)"
        " SELECT id, 2, 10, 99, 'test', recorded_at, recorded_at FROM past_games WHERE season >= 2013"
    )
    ask(trainer, at, task="tune", points=2)
    trainer.run(at)
    again = trainer.rows("SELECT * FROM tuning_points WHERE run_id = (SELECT max(id) FROM training_runs)")
    assert [point["loss"] for point in sorted(again, key=lambda each: each["number"])] == [
        point["loss"] for point in points
    ]


def test_a_run_whose_process_died_is_taken_again_and_given_up_after_three(trainer: Trainer, league: list[Day]) -> None:
    trainer.learn(league[:20])
    at = after(league[:20])
    run = ask(trainer, at)
    for _ in range(runs.MOST_ATTEMPTS):
        with acting_as("forecaster"), transaction() as connection:
            taken = runs.take(connection, at)
        assert taken is not None
        with acting_as("forecaster"), transaction() as connection:
            assert runs.take(connection, at + runs.DEAD_AFTER - timedelta(seconds=1)) is None
        at += runs.DEAD_AFTER
    assert trainer.run(at)["status"] == "failed"
    [row] = trainer.rows("SELECT * FROM training_runs")
    assert (row["id"], row["attempts"]) == (run, runs.MOST_ATTEMPTS + 1)
    assert "out of time or memory" in row["error"]


def test_a_search_that_goes_on_many_times_ends_with_all_its_points(
    trainer: Trainer, league: list[Day], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run of the function has time for one point. A process that dies in between counts against the next alone."""
    from pickvs.predictions.training.running import tuning

    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _: 0)
    monkeypatch.setattr(tuning, "loss_of", lambda *_: 0.5)
    trainer.learn(league[:3])
    at, number = after(league[:3]), 2 * runs.MOST_ATTEMPTS
    run = ask(trainer, at, task="tune", points=number)
    for done in range(1, number):
        if done in {1, 2}:
            with acting_as("forecaster"), transaction() as connection:
                assert runs.take(connection, at) is not None
            at += runs.DEAD_AFTER
        assert trainer.run(at) == {"queued": 0, "run": run, "status": "goes on"}
        [row] = trainer.rows("SELECT count(*) AS done FROM tuning_points WHERE done_at IS NOT NULL")
        assert row["done"] == done
    assert trainer.run(at)["status"] == "succeeded"


def test_the_schedule_delivered_twice_queues_once_while_the_first_runs(trainer: Trainer) -> None:
    at = datetime(2024, 1, 1, tzinfo=UTC)
    with acting_as("forecaster"), transaction() as connection:
        assert runs.queue_weekly(connection, NBA, "games", at) is not None
        assert runs.queue_weekly(connection, NBA, "games", at) is None
        assert runs.take(connection, at) is not None
        assert runs.queue_weekly(connection, NBA, "games", at) is None
        assert runs.queue_weekly(connection, NBA, "players", at) is not None


def test_the_schedule_trains_leagues_that_play(trainer: Trainer, league: list[Day]) -> None:
    trainer.learn(league[:70])
    scheduled = {"id": "1", "source": "aws.events"}
    assert trainer.run(after(league[:70]), scheduled)["queued"] == 2
    assert trainer.run(after(league[:70]), scheduled)["queued"] <= 1
    trainer.rows("DELETE FROM training_runs")
    assert trainer.run(after(league[:70]) + timedelta(days=60), scheduled) == {"queued": 0, "run": None}


def test_a_run_is_repeated_by_the_command(
    trainer: Trainer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the forecaster, who may read the run and its facts. With another fact, the command says so."""
    league = small_league(seasons=3, days=20)
    trainer.learn(league)
    at = next_season(league)
    run = ask(trainer, at, recipes=["ridge", "boosted"])
    trainer.run(at)
    url = url_of(trainer.database, "forecaster")
    assert repeat(["--run", str(run)], url) == 0
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 6
    assert all(line.endswith(" the same") for line in said)
    trainer.rows(
        "INSERT INTO past_results (game_id, version, home_points, away_points, source, known_at, recorded_at)"
        " SELECT min(id), 2, 150, 99, 'test', max(recorded_at), max(recorded_at) FROM past_games WHERE season = 2011"
    )
    assert repeat(["--run", str(run)], url) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("the facts have the fingerprint")
    assert "ANOTHER" in said[1]
    assert repeat(["--run", str(run + 1)], url) == 2


def test_the_forecaster_sees_facts_through_functions_alone(trainer: Trainer, league: list[Day]) -> None:
    trainer.learn(league[:3])
    below: tuple[str, ...] = (
        "games",
        "game_results",
        "quotes",
        "past_games",
        "past_results",
        "box_scores",
        "team_games",
    )
    below += ("player_games", "injury_statuses", "picks", "users", "bookmaker_odds", "players")
    with psycopg.connect(url_of(trainer.database, "forecaster"), autocommit=True) as forecaster:
        for table in below:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                forecaster.execute(f"SELECT FROM {table}".encode())
        for statement in ("UPDATE model_versions SET figures = '{}'", "DELETE FROM model_versions",
                          "UPDATE promotions SET reason = 'x'", "DELETE FROM rating_states"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                forecaster.execute(statement.encode())
        rows = forecaster.execute("SELECT count(*) FROM facts_before(%s, now())", (NBA,)).fetchone()
    assert rows == (12,)
