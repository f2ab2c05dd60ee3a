"""A box score is final only if nothing speaks against it. Otherwise no line of it is written.

The sources are answers in memory; what is asked, judged and written is what the function does.
"""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.jobs.errors import ProviderTimeout, RateLimited, Refused
from pickvs.predictions.facts.reading import days_before
from pickvs.predictions.statistics.ingest import day, ordering, service
from pickvs.predictions.statistics.providers import adapters
from pickvs.predictions.statistics.quality.findings import resolve_anomaly
from pickvs.predictions.statistics.quality.service import PATIENCE, check_quality, errors_that_wait, note_anomaly
from pickvs.predictions.statistics.recording.service import IN_REVIEW
from pickvs.predictions.statistics.sources import sources_off
from tests.support.alarms import Alarms, watch_clocks
from tests.support.box_scores import HOME, STARTS_AT, MadeGame, espn_scoreboard, espn_summary
from tests.support.statistics import AFTER, DAY, NBA, World


def test_two_sources_that_agree_make_it_final(world: World) -> None:
    game = world.game(settled=world.made.score)
    assert world.ask() == {"final": 1, "review": 0, "unchanged": 0, "waiting": 0}
    assert world.boxes() == [("final", ["balldontlie"], [])]
    assert (world.count("player_games_current"), world.count("team_games_current")) == (20, 2)
    rows = world.db.execute("SELECT is_home, points, stats FROM team_games ORDER BY is_home DESC").fetchall()
    assert [row["points"] for row in rows] == list(world.made.score)
    assert [row["stats"]["points"] for row in rows] == list(world.made.score)
    [line] = world.db.execute(
        "SELECT seconds, stats, line.game_id FROM player_games line"
        " JOIN player_aliases alias USING (player_id) WHERE provider_id = '4000001'"
    ).fetchall()
    assert (line["seconds"], line["stats"], line["game_id"]) == (2160, world.made.players[HOME][0].counts, game)
    assert world.players_known() == 20


def test_the_same_answers_again_change_nothing(world: World) -> None:
    world.game(settled=world.made.score)
    world.ask()
    asked = len(world.espn.asked)
    assert world.ask() == {"final": 0, "review": 0, "unchanged": 0, "waiting": 0}
    assert world.espn.asked[asked:] == ["schedule"], "what is final is not asked for again"
    assert (len(world.boxes()), world.count("players"), world.count("player_aliases")) == (1, 20, 20)


def test_a_final_is_asked_about_again_and_a_correction_is_another_version(world: World) -> None:
    world.game(settled=world.made.score)
    world.ask()
    asked = len(world.espn.asked)
    assert world.ask(again=True) == {"final": 0, "review": 0, "unchanged": 1, "waiting": 0}
    assert world.espn.asked[asked:] == ["schedule", "box_score"]
    later = MadeGame()
    later.players[HOME][0].counts["assists"] += 1
    world.say(later)
    # The source of the lines is silent: the other one's replace none.
    world.espn.by_path["summary"] = b"{}"
    assert world.ask(again=True)["unchanged"] == 1
    world.say(later)
    assert world.ask(again=True)["final"] == 1
    assert [state for state, *_ in world.boxes()] == ["final", "final"]
    [row] = world.db.execute("SELECT sum((stats ->> 'assists')::int) AS n FROM player_games_current").fetchall()
    assert row["n"] == sum(each.counts["assists"] for side in later.players.values() for each in side)


@pytest.mark.parametrize("order", [("espn", "balldontlie"), ("balldontlie", "espn")])
def test_a_source_that_does_not_know_the_kind_of_a_game_leaves_it_as_it_is(
    world: World, order: tuple[str, ...]
) -> None:
    game = world.game()
    scoreboard, games = world.espn.by_path["scoreboard"], world.second.by_path["games"]
    scoreboard["events"][0]["competitions"][0]["neutralSite"] = True
    for _ in range(2):
        for source in order:
            world.ask(sources=(source,))
    known = "SELECT phase, phase_source, is_neutral, neutral_source FROM game_phases ORDER BY version"
    said = {"phase": "regular", "phase_source": "espn", "is_neutral": True, "neutral_source": "espn"}
    assert world.db.execute(known).fetchall() == [said]
    # A contradiction is for a person, and the preferred source counts, whoever spoke last.
    games["data"][0]["postseason"] = True
    for source in (*order, *order):
        world.ask(sources=(source,))
    assert world.db.execute(known).fetchall() == [said]
    found = world.db.execute("SELECT rule, severity, game_id, resolved_at FROM stat_anomalies").fetchall()
    assert found == [{"rule": "kind_disagrees", "severity": "warning", "game_id": game, "resolved_at": None}]
    games["data"][0]["postseason"] = False
    world.ask()
    [anomaly] = world.db.execute("SELECT resolution FROM stat_anomalies").fetchall()
    assert anomaly["resolution"] == "gone"


def test_what_only_the_second_source_knows_counts_until_the_first_one_speaks(world: World) -> None:
    world.game()
    world.second.by_path["games"]["data"][0]["postseason"] = True
    world.ask(sources=("balldontlie",))
    world.ask(sources=("espn",))
    found = world.db.execute("SELECT phase, phase_source, is_neutral FROM game_phases ORDER BY version").fetchall()
    assert [tuple(row.values()) for row in found] == [
        ("playoffs", "balldontlie", None),
        ("regular", "espn", False),
    ]


@pytest.mark.parametrize("problem", ["unsettled", "no answer", "refused"])
def test_without_a_score_or_an_answer_nothing_is_written(world: World, problem: str) -> None:
    world.game(settled=None if problem == "unsettled" else world.made.score)
    if problem == "no answer":
        world.espn.by_path["summary"] = world.second.by_path["box_scores"] = b"<html>sorry</html>"
    if problem == "refused":
        world.espn.by_path["scoreboard"] = Refused("no", http_status=403)
        world.second.by_path["games"] = RateLimited("no", http_status=429)
    counts = world.ask()
    assert (counts["final"], counts["review"]) == (0, 0)
    assert (world.boxes(), world.count("players")) == ([], 0)


def test_one_source_is_enough_if_the_other_does_not_answer(world: World) -> None:
    world.game(settled=world.made.score)
    world.espn.by_path["summary"] = b"{}"
    assert world.ask()["final"] == 1
    assert world.db.execute("SELECT source FROM box_scores").fetchall() == [{"source": "balldontlie"}]


def test_what_two_sources_call_by_two_ids_is_one_player(world: World) -> None:
    world.game(settled=world.made.score)
    world.espn.by_path["summary"] = b"{}"
    world.ask()
    later = MadeGame(seed=9, starts_at=STARTS_AT, event="401810084")
    later.players = world.made.players
    world.say(later)
    # A correction of the settled score sends the box score back to the sources.
    home, away = world.made.score
    game = world.db.execute("SELECT id FROM games").fetchone()
    assert game is not None
    world.contest.final(game["id"], home + 1, away, world.at)
    world.ask()
    assert world.boxes()[-1][0] == "review"
    world.contest.final(game["id"], home, away, world.at)
    assert world.ask()["final"] == 1
    assert (world.count("players"), world.count("player_aliases")) == (20, 40)


def test_a_difference_between_the_sources_is_for_a_person(world: World) -> None:
    world.game(settled=world.made.score)
    other = MadeGame()
    first = other.players[HOME][0]
    first.counts["assists"] += 1
    world.say(world.made, second=other)
    assert world.ask()["review"] == 1
    [(state, confirmed_by, [reason])] = world.boxes()
    assert (state, confirmed_by) == ("review", [])
    assert "assists" in reason
    assert (world.count("player_games"), world.count("players"), world.players_known()) == (0, 0, 0)
    [anomaly] = world.db.execute("SELECT rule, severity, resolved_at FROM stat_anomalies").fetchall()
    assert (anomaly["rule"], anomaly["severity"], anomaly["resolved_at"]) == ("box_score_in_review", "error", None)
    world.say(world.made)
    assert world.ask()["final"] == 1
    [anomaly] = world.db.execute("SELECT resolution FROM stat_anomalies").fetchall()
    assert anomaly["resolution"] == "gone"
    assert world.players_known() == 20


def test_a_later_correction_of_the_score_withholds_the_lines(world: World) -> None:
    game = world.game(settled=world.made.score)
    world.ask()
    home, away = world.made.score
    world.contest.final(game, home + 2, away, world.at + timedelta(hours=1))
    assert world.players_known() == 0


@pytest.mark.parametrize("damage", ["sides", "score", "missing player", "half", "no minutes"])
def test_a_wrong_box_score_is_in_review(world: World, damage: str) -> None:
    world.game(settled=world.made.score)
    answer = espn_summary(world.made)
    tables = answer["boxscore"]["players"]
    competitors = answer["header"]["competitions"][0]["competitors"]
    if damage == "sides":
        competitors[0]["homeAway"], competitors[1]["homeAway"] = "away", "home"
    if damage == "score":
        competitors[0]["score"] = str(int(competitors[0]["score"]) + 40)
    if damage == "missing player":
        del tables[0]["statistics"][0]["athletes"][0]
    if damage == "half":
        tables[0]["statistics"][0]["athletes"] = tables[0]["statistics"][0]["athletes"][:5]
    if damage == "no minutes":
        tables[0]["statistics"][0]["athletes"][0]["stats"][ESPN_MINUTES] = "0"
    world.espn.by_path["summary"] = answer
    assert world.ask(sources=("espn",))["review"] == 1
    assert (world.count("player_games"), world.count("team_games"), world.players_known()) == (0, 0, 0)


ESPN_MINUTES = 12


def test_past_days_make_games_that_nobody_could_pick(world: World) -> None:
    assert world.ask(past=True)["final"] == 1
    [past] = world.db.execute("SELECT id, season, local_date, phase FROM past_games").fetchall()
    assert (past["id"], past["season"], past["local_date"], past["phase"]) == (-1, 2025, DAY, "regular")
    [result] = world.db.execute("SELECT home_points, away_points, known_at, recorded_at FROM past_results").fetchall()
    assert (result["home_points"], result["away_points"]) == world.made.score
    assert world.count("games") == 0
    world.at += timedelta(days=3)
    assert world.ask(past=True) == {"final": 0, "review": 0, "unchanged": 0, "waiting": 0}
    assert world.count("past_games") == 1
    with transaction() as connection:
        morning = datetime(2025, 11, 16, 14, 0, tzinfo=UTC)
        assert list(days_before(connection, NBA, min(morning, AFTER))) == []
    assert world.players_known() == 20


def test_a_past_score_is_corrected_by_whoever_told_it_and_by_nobody_less(world: World) -> None:
    world.ask(past=True)
    world.db.execute(
        "INSERT INTO past_results (game_id, version, home_points, away_points, spread, source, known_at, recorded_at)"
        " SELECT game_id, 2, home_points, away_points, -3.5, source, known_at, recorded_at FROM past_results"
    )
    first, right = world.made.score, MadeGame(seed=7, event=world.made.event)
    assert right.score != first
    told = "SELECT home_points, away_points, spread, source FROM past_results WHERE version > 2"
    world.say(world.made, second=right)
    world.at += timedelta(days=3)
    world.ask(past=True)
    assert world.db.execute(told).fetchall() == []
    [anomaly] = world.db.execute("SELECT rule, severity, details, resolved_at FROM stat_anomalies").fetchall()
    assert (anomaly["rule"], anomaly["severity"], anomaly["resolved_at"]) == ("past_score_differs", "error", None)
    assert (anomaly["details"]["in_force"], anomaly["details"]["said"]) == (list(first), list(right.score))
    assert world.players_known() == 20
    world.say(right)
    world.at += timedelta(days=1)
    assert world.ask(past=True)["final"] == 1
    [row] = world.db.execute(told).fetchall()
    assert (row["home_points"], row["away_points"], row["source"]) == (*right.score, "espn")
    assert row["spread"] == Decimal("-3.5"), "the line at which the market closed stays"
    [gone] = world.db.execute("SELECT resolution FROM stat_anomalies").fetchall()
    assert gone["resolution"] == "gone"
    with transaction() as connection:
        [day] = days_before(connection, NBA, world.at + timedelta(days=2))
    assert (day.results[0].home_points, day.results[0].away_points) == right.score
    assert sum(line.statistics["points"] for line in day.player_lines) == sum(right.score)


def test_a_day_that_the_platform_knew_makes_no_past_game(world: World) -> None:
    world.game(starts_at=STARTS_AT - timedelta(days=10))
    world.db.execute("UPDATE games SET local_date = %s", (DAY - timedelta(days=10),))
    world.ask(past=True)
    assert world.count("past_games") == 0


def test_days_that_are_ordered_are_asked_about_until_a_source_answers(
    world: World, monkeypatch: pytest.MonkeyPatch, clock_alarms: Alarms
) -> None:
    alarms = watch_clocks(monkeypatch, "ingest_stats")
    monkeypatch.setenv("STATS_SOURCES", "espn")
    monkeypatch.setenv("STATS_ESPN_URL", "http://nowhere")
    monkeypatch.setenv("STATS_CONTACT", "ops@pickvs.example")
    with clock.held_at(AFTER + timedelta(days=3)), transaction() as connection:
        assert ordering.order_backfill(connection, NBA, DAY, DAY + timedelta(days=1), clock.now()) == 2
        assert ordering.order_backfill(connection, NBA, DAY, DAY + timedelta(days=1), clock.now()) == 2
    assert world.count("agenda") == 2
    monkeypatch.setattr(
        adapters, "PoliteClient", lambda name, *_, **__: {"espn": world.espn, "balldontlie": world.second}[name]
    )
    scoreboard = world.espn.by_path["scoreboard"]
    world.espn.by_path["scoreboard"] = Refused("no", http_status=404)
    with clock.held_at(AFTER + timedelta(days=3, minutes=1)):
        assert service.ingest_due()["due"] == {"done": 0, "put_off": 0, "failed": 2, "given_up": 0}
    world.espn.by_path["scoreboard"] = scoreboard
    with clock.held_at(AFTER + timedelta(days=3, minutes=10)):
        assert service.ingest_due()["due"] == {"done": 2, "put_off": 0, "failed": 0, "given_up": 0}
    assert (world.count("agenda"), world.count("past_games"), world.count("player_games")) == (0, 1, 20)
    assert alarms is not None


def test_a_source_that_hangs_is_dropped_and_what_it_said_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch, clock_alarms: Alarms
) -> None:
    watch_clocks(monkeypatch, "ingest_stats")
    for name, value in (("SOURCES", "espn"), ("ESPN_URL", "http://nowhere"), ("CONTACT", "ops@pickvs.example")):
        monkeypatch.setenv(f"STATS_{name}", value)
    monkeypatch.setattr(adapters, "PoliteClient", lambda *_, **__: world.espn)
    games = [
        MadeGame(
            seed=number,
            starts_at=STARTS_AT + timedelta(hours=number),
            event=f"40181008{number}",
            first_number=20 * number,
        )
        for number in range(3)
    ]
    world.espn.by_path["scoreboard"] = espn_scoreboard(*games)
    answers: list[object] = []
    monkeypatch.setattr(world.espn, "by_path", Summaries(world.espn.by_path, answers))
    with clock.held_at(AFTER + timedelta(days=3)), transaction() as connection:
        ordering.order_backfill(connection, NBA, DAY, DAY, clock.now())

    def due(minutes: int, *said: object) -> tuple[dict[str, int], list[str]]:
        answers[:] = said
        world.espn.asked.clear()
        with clock.held_at(AFTER + timedelta(days=3, minutes=minutes)):
            return service.ingest_due()["due"], list(world.espn.asked)

    failed = {"done": 0, "put_off": 0, "failed": 1, "given_up": 0}
    slow = ProviderTimeout("no answer in time")
    assert due(1, espn_summary(games[0]), slow, espn_summary(games[2])) == (failed, ["schedule", *2 * ["box_score"]])
    assert (world.count("past_games"), world.count("box_scores")) == (3, 1)
    # The rest is asked for when the day is tried again, and the asking ends in time to record.
    with monkeypatch.context() as patched:
        slowly = SimpleNamespace(monotonic=lambda: time.monotonic() + 250 * len(world.espn.asked))
        patched.setattr(day, "time", slowly)
        assert due(20, espn_summary(games[1])) == (failed, ["schedule", "box_score"])
    assert world.count("box_scores") == 2
    done = {**failed, "done": 1, "failed": 0}
    assert due(60, espn_summary(games[2])) == (done, ["schedule", "box_score"])
    assert world.count("box_scores") == 3


class Summaries(dict[str, Any]):
    """Answers by path. Each question for a summary gets the next of `answers`."""

    def __init__(self, others: dict[str, Any], answers: list[object]) -> None:
        super().__init__(others)
        self._answers = answers

    def __getitem__(self, path: str) -> Any:
        return self._answers.pop(0) if path == "summary" else super().__getitem__(path)


def test_a_later_settlement_moves_no_question_that_is_due(
    world: World, monkeypatch: pytest.MonkeyPatch, clock_alarms: Alarms
) -> None:
    watch_clocks(monkeypatch, "ingest_stats")
    for name, value in (("SOURCES", "espn"), ("ESPN_URL", "http://nowhere"), ("CONTACT", "ops@pickvs.example")):
        monkeypatch.setenv(f"STATS_{name}", value)
    monkeypatch.setattr(adapters, "PoliteClient", lambda *_, **__: world.espn)
    game = world.game(settled=world.made.score)
    for minutes in (0, 1, 20, 30, 45):
        at = AFTER + timedelta(minutes=minutes)
        with clock.held_at(at), transaction() as connection:
            ordering.await_box_scores(connection, [game], at)
    works = world.db.execute("SELECT key, due_at FROM agenda ORDER BY due_at").fetchall()
    again = [row["due_at"] for row in works if row["key"].startswith("again")]
    assert again == [datetime(2025, 11, day, 13, tzinfo=UTC) for day in (17, 22)], "twice, however often it is settled"
    due = [row["due_at"] - AFTER for row in works if row["due_at"] not in again]
    assert due == [timedelta(minutes=minutes) for minutes in (30, 60, 90)]
    with clock.held_at(AFTER + timedelta(minutes=60)):
        assert service.ingest_due()["due"]["done"] == 2
    assert world.espn.asked == ["schedule", "box_score"], "what is due together is asked once"
    assert (world.count("agenda"), world.count("box_scores")) == (3, 1)
    with clock.held_at(again[1] + timedelta(hours=1)):
        assert service.ingest_due()["due"]["done"] == 3
    assert world.espn.asked[2:] == ["schedule", "schedule", "box_score"]
    assert world.count("agenda") == 0


def test_a_source_that_refuses_three_times_is_left_alone_until_tomorrow(world: World) -> None:
    world.game(settled=world.made.score)
    world.espn.by_path["scoreboard"] = Refused("no", http_status=403)
    for _ in range(3):
        world.ask(sources=("espn",))
        world.at += timedelta(minutes=10)
    with transaction() as connection:
        [off] = sources_off(connection, world.at)
        assert (off.source, off.refusals) == ("espn", 3)
        assert off.until == datetime(2025, 11, 17, tzinfo=UTC)
        assert sources_off(connection, off.until) == []


def test_a_season_is_checked_and_what_is_put_right_is_gone(world: World) -> None:
    game = world.game(settled=world.made.score)
    with transaction() as connection:
        assert check_quality(connection, NBA, 2025, world.at)["anomalies_new"] == 1
        assert check_quality(connection, NBA, 2025, world.at)["anomalies_new"] == 0
    [found] = world.db.execute("SELECT rule, game_id, resolution FROM stat_anomalies").fetchall()
    assert (found["rule"], found["game_id"], found["resolution"]) == ("no_box_score", game, None)
    world.ask()
    with transaction() as connection:
        assert check_quality(connection, NBA, 2025, world.at) == {
            "anomalies": 0,
            "anomalies_new": 0,
            "anomalies_gone": 1,
        }


def test_an_error_waits_until_it_is_gone_or_somebody_resolves_it(world: World) -> None:
    """Box scores in review are counted apart, and what is merely odd is not counted."""
    later = world.at + PATIENCE
    with transaction() as connection:

        def waiting(at: datetime = later + timedelta(minutes=1)) -> int:
            return errors_that_wait(connection, at, besides=IN_REVIEW)

        for rule, severity in (("sum", "error"), ("time", "error"), ("gap", "warning"), (IN_REVIEW, "error")):
            note_anomaly(connection, NBA, rule, "2025 a game", severity=severity, details={"season": 2025}, at=world.at)
        assert (waiting(later), waiting()) == (0, 2)
        [found] = connection.execute("SELECT id FROM stat_anomalies WHERE rule = 'time'").fetchall()
        assert resolve_anomaly(connection, found["id"], "accepted", later)
        assert waiting() == 1
        check_quality(connection, NBA, 2025, later)  # no game of the season breaks a rule
        assert waiting() == 0
