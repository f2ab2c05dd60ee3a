"""Forecasts are published before the lock, once, and stay as they are."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from math import nan

import boto3
import psycopg
import pytest
from psycopg.types.json import Jsonb

from pickvs.core import storage
from pickvs.core.alarm_clock import EVENT
from pickvs.core.database import Connection
from pickvs.core.errors import StorageUnavailable
from pickvs.predictions.distributions.rules import Joint
from pickvs.predictions.facts.rules import Day, Fixture
from pickvs.predictions.forecasts import champions, queries
from pickvs.predictions.forecasts.champions import GamesFold
from pickvs.predictions.games import rules as games
from pickvs.predictions.registry import queries as registry_queries
from tests.support.database_roles import url_of
from tests.support.databases import Databases
from tests.support.forecasts import FACTS, MODELS, NBA, START, forecasting, predict, score

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


def test_a_new_stage_forecasts_on_its_first_day(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forecasting(database, monkeypatch) as league:
        lined, bare = league.game(START, 0, 1), league.game(START + HOUR, 2, 3)
        later = league.game(START + 5 * DAY, 4, 5)
        league.line(lined, -4.5, 221.5, START - 20 * HOUR)
        report = predict(START - 10 * HOUR)["basketball_nba"]
        assert report == {"games": 2, "forecasts": 8, "player_forecasts": 0, "broken": 0}
        found = league.predictions()
        assert Counter(each["game_id"] for each in found) == {lined: 5, bare: 3}
        assert later not in {each["game_id"] for each in found}
        by_name = {each["contestant"]: each for each in found if each["game_id"] == lined}
        assert set(by_name) == {"no-market", "past-lines", "with-line", "elo", "market"}
        assert (by_name["elo"]["version_id"], by_name["market"]["version_id"]) == (None, None)
        for each in found:
            joint = Joint.from_json(each["distribution"])
            if each["contestant"] != "market":
                assert each["home_win"] == pytest.approx(joint.win() + joint.tie() / 2)
            assert each["published_at"] == each["as_of"] == START - 10 * HOUR
        assert by_name["with-line"]["line"]["spread"] == -4.5
        assert "spread" in by_name["with-line"]["contributions"][0]["words"]
        versions = league.rows("SELECT recipe, stage, explanation FROM model_versions")
        assert {(each["recipe"], each["stage"]) for each in versions} == {("bootstrap", "champion")}
        assert all("nothing was trained" in each["explanation"] for each in versions)


def test_what_is_said_already_is_not_said_again_and_a_line_that_moves_is_news(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forecasting(database, monkeypatch) as league:
        game = league.game(START, 0, 1)
        league.line(game, -4.5, 221.5, START - 20 * HOUR)
        predict(START - 10 * HOUR)
        first = league.predictions()
        predict(START - 10 * HOUR)
        predict(START - 9 * HOUR)
        assert league.predictions() == first
        league.line(game, -6.5, 220, START - 8 * HOUR)
        predict(START - 90 * MINUTE, dict(EVENT))
        found = league.predictions()
        assert found[: len(first)] == first
        # Those that do not read the line are said again beside the line that stood then.
        assert {each["contestant"] for each in found[len(first) :]} == {
            *("no-market", "past-lines", "with-line", "elo", "market")
        }
        with_line = [each["figures"]["margin"]["mean"] for each in found if each["contestant"] == "with-line"]
        assert with_line[1] - with_line[0] == pytest.approx(2, abs=0.3)


def test_nothing_is_published_from_the_lock_on_and_the_database_refuses_it_too(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forecasting(database, monkeypatch) as league:
        game = league.game(START, 0, 1)
        predict(START - timedelta(seconds=30))
        assert league.predictions() == []
        predict(START - timedelta(seconds=31))
        [one, *_] = found = league.predictions()
        assert len(found) == 3
        columns = [name for name in one if name != "id"]
        values = {name: Jsonb(one[name]) if isinstance(one[name], dict | list) else one[name] for name in columns}
        for at in (START, START + HOUR):
            late = {**values, "as_of": at, "published_at": at, "starts_at": at + HOUR}
            with (
                psycopg.connect(url_of(database, "forecaster")) as forecaster,
                pytest.raises(psycopg.errors.RestrictViolation, match="the game begins"),
            ):
                forecaster.execute(
                    f"INSERT INTO game_predictions ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})",
                    [late[name] for name in columns],
                )
        for table, column in FACTS.items():
            for verb in ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"):
                with pytest.raises(psycopg.errors.RestrictViolation, match="never change"):
                    league.db.execute(verb.format(table, column))
        assert league.predictions() == found
        assert game == one["game_id"]


def test_the_ratings_know_the_results_of_the_days_before_and_the_settled_state_is_kept(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forecasting(database, monkeypatch) as league:
        for day in range(8):
            game = league.game(START + day * DAY, 0, 1)
            league.contest.final(game, 120, 90, START + day * DAY + 3 * HOUR)
        league.game(START + 8 * DAY, 0, 1)
        predict(START + 8 * DAY - 5 * HOUR)
        [one] = [each for each in league.predictions() if each["contestant"] == "no-market"]
        assert one["figures"]["margin"]["mean"] > 6
        states = league.rows("SELECT day FROM rating_states")
        assert {each["day"].isoformat() for each in states} == {"2024-01-07"}
        # Begun from the kept state, the same is forecast: nothing new is said. A warm process reads no artefact again.
        with monkeypatch.context() as patched:
            patched.setattr(storage, "read", unreadable)
            predict(START + 8 * DAY - 4 * HOUR)
            champions.forget()
            with pytest.raises(StorageUnavailable):
                predict(START + 8 * DAY - 3 * HOUR)
        predict(START + 8 * DAY - 2 * HOUR)
        assert [each for each in league.predictions() if each["contestant"] == "no-market"] == [one]


def unreadable(bucket: str, key: str, *, chunk_bytes: int) -> Iterator[bytes]:
    raise StorageUnavailable(key)


def test_a_forecast_from_a_kept_state_is_the_one_from_scratch_whatever_changed_since(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each change a warm process forecasts, then a cold one, then one without any kept state.

    The last two must say nothing new.
    """
    with forecasting(database, monkeypatch) as league:
        games = [
            league.game(START + day * DAY + slot * HOUR, 2 * slot, 2 * slot + 1) for day in range(9) for slot in (0, 1)
        ]
        for number, game in enumerate(games):
            league.contest.final(game, 120, 90 + number, START + number // 2 * DAY + 4 * HOUR)
        league.game(START + 9 * DAY, 0, 1)
        league.game(START + 9 * DAY + HOUR, 2, 3)
        at = START + 9 * DAY - 12 * HOUR

        def say() -> int:
            nonlocal at
            before = len(league.predictions())
            at += 5 * MINUTE
            assert predict(at)["basketball_nba"]["broken"] == 0
            said = len(league.predictions())
            champions.forget()
            at += 5 * MINUTE
            predict(at)
            at += 5 * MINUTE
            with monkeypatch.context() as patched:
                patched.setattr(registry_queries, "latest_state", lambda *_: None)
                predict(at)
            assert len(league.predictions()) == said
            return said - before

        def past() -> None:
            one, other = league.teams[0], league.teams[1]
            season = (NBA, 2023, "2023-08-01", "2024-07-31", START)
            league.db.execute("INSERT INTO seasons VALUES (%s, %s, %s, %s, %s)", season)
            league.db.execute(
                """
                WITH made AS (
                  INSERT INTO past_games (sport, season, local_date, home_team_id, away_team_id, starts_at, phase,
                                          is_neutral, recorded_at)
                  VALUES (%(sport)s, 2023, '2023-12-20', %(one)s, %(other)s, '2023-12-21Z', 'regular', false, %(at)s)
                  RETURNING id
                )
                INSERT INTO past_results (game_id, version, home_points, away_points, source, known_at, recorded_at)
                SELECT id, 1, 80, 130, 'espn', '2023-12-21 14:00Z', %(at)s FROM made
                """,
                {"sport": NBA, "one": one["id"], "other": other["id"], "at": at},
            )

        assert say() > 0
        [kept] = {row["day"].isoformat() for row in league.rows("SELECT day FROM rating_states")}
        assert kept == "2024-01-08"
        # A result of the second day is corrected; nobody was at home on the third; a season comes in behind all;
        # a game of the first day is taken back, and a kept state is lost.
        league.contest.final(games[2], 90, 130, at)
        assert say() > 0
        league.db.execute("INSERT INTO game_phases VALUES (%s, 1, 'regular', 'espn', true, 'espn', %s)", (games[4], at))
        assert say() > 0
        past()
        assert say() > 0
        league.contest.reopen(games[0], at)
        assert say() > 0
        objects = boto3.resource("s3").Bucket(MODELS).objects.all()
        keys = [row["artefact_sha256"] for row in league.rows("SELECT artefact_sha256 FROM rating_states")]
        [each.delete() for each in objects if any(key in each.key for key in keys)]
        assert say() == 0


def test_a_run_that_was_overtaken_or_whose_game_moved_to_another_day_says_nothing(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forecasting(database, monkeypatch) as league:
        game = league.game(START, 0, 1)
        league.line(game, -4.5, 221.5, START - 20 * HOUR)
        league.line(game, -6.5, 220, START - 9 * HOUR)
        assert predict(START - 8 * HOUR)["basketball_nba"]["forecasts"] == 5
        # This one read before the line moved, and comes to write after the other.
        assert predict(START - 10 * HOUR)["basketball_nba"]["forecasts"] == 0
        other = league.game(START + 10 * HOUR, 2, 3)
        turn = queries.take_turn

        def moves(connection: Connection, sport: str) -> None:
            league.db.execute(
                "UPDATE games SET commence_time = commence_time + interval '1 day', local_date = local_date + 1"
                " WHERE id = %s",
                (other,),
            )
            turn(connection, sport)

        with monkeypatch.context() as patched:
            patched.setattr(queries, "take_turn", moves)
            assert predict(START - 7 * HOUR)["basketball_nba"]["games"] == 1
        assert {each["game_id"] for each in league.predictions()} == {game}
        assert predict(START - 6 * HOUR)["basketball_nba"]["forecasts"] == 3


def test_a_game_that_cannot_be_forecast_keeps_no_other_from_it(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forecasting(database, monkeypatch) as league:
        odd, game = league.game(START, 0, 1), league.game(START + HOUR, 2, 3)
        features = games.features

        def fails(state: games.State, fixture: Fixture) -> dict[str, float]:
            return features(state, fixture) | ({"margin_rating": nan} if fixture.game == odd else {})

        monkeypatch.setattr(games, "features", fails)
        assert predict(START - 10 * HOUR)["basketball_nba"] == {
            "games": 2,
            "forecasts": 3,
            "player_forecasts": 0,
            "broken": 1,
        }
        assert {each["game_id"] for each in league.predictions()} == {game}


def test_ratings_that_lack_a_result_ring(databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with forecasting(database, monkeypatch) as league:
        for day in range(3):
            league.contest.final(league.game(START + day * DAY, 0, 1), 120, 90, START + day * DAY + 3 * HOUR)
        league.game(START + 3 * DAY, 0, 1)
        assert predict(START + 3 * DAY - 5 * HOUR)["basketball_nba"]["broken"] == 0
        advance = GamesFold.advance

        def loses(day: str) -> Callable[[GamesFold, Day], None]:
            return lambda fold, added: None if str(added.day) == day else advance(fold, added)

        for lost in ("2024-01-04", "2024-01-06"):
            with monkeypatch.context() as patched:
                patched.setattr(GamesFold, "advance", loses(lost))
                assert predict(START + 3 * DAY - 4 * HOUR)["basketball_nba"]["broken"] == 2


def test_of_the_agenda_the_forecaster_has_the_works_of_predict_alone(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    works = "SELECT function FROM agenda ORDER BY function"
    add = "INSERT INTO agenda (function, key, due_at, payload, next_at) VALUES (%s, 'k', now(), '{}', now())"
    with psycopg.connect(url_of(database, "writer"), autocommit=True) as writer:
        for function in ("predict", "process_results"):
            writer.execute(add, (function,))
        with psycopg.connect(url_of(database, "forecaster"), autocommit=True) as forecaster:
            assert forecaster.execute(works).fetchall() == [("predict",)]
            for change in ("UPDATE agenda SET attempts = 3", "DELETE FROM agenda"):
                assert forecaster.execute(change.encode()).rowcount == 1
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
                forecaster.execute(add, ("settle_games",))
        with psycopg.connect(url_of(database, "reader")) as reader:
            assert reader.execute(works).fetchall() == writer.execute(works).fetchall() == [("process_results",)]


def test_scores_follow_the_result_that_is_in_force(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forecasting(database, monkeypatch) as league:
        game = league.game(START, 0, 1)
        league.line(game, -4.5, 221.5, START - 20 * HOUR, START - 10 * MINUTE)
        predict(START - 10 * HOUR)
        assert score(START + 4 * HOUR) == {"scored": 0, "players_scored": 0}
        league.contest.final(game, 110, 100, START + 3 * HOUR)
        assert score(START + 4 * HOUR)["scored"] == 5
        assert score(START + 5 * HOUR)["scored"] == 0
        [won] = league.rows("SELECT * FROM prediction_scores WHERE contestant = 'market'")
        assert (won["home_won"], won["log_loss"]) == (True, won["close_log_loss"])
        [day] = league.rows("SELECT * FROM model_daily WHERE contestant = 'no-market'")
        assert (day["games"], day["paired_games"]) == (1, 1)
        league.contest.final(game, 100, 110, START + 6 * HOUR)
        assert score(START + 7 * HOUR)["scored"] == 5
        [day_after] = league.rows("SELECT * FROM model_daily WHERE contestant = 'no-market'")
        assert day_after["log_loss"] != day["log_loss"]
        assert len(league.rows("SELECT * FROM prediction_scores")) == 10
        league.contest.reopen(game, START + 8 * HOUR)
        assert score(START + 9 * HOUR)["scored"] == 0
        assert league.rows("SELECT * FROM model_daily") == []
