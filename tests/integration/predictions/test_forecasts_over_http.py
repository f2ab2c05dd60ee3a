"""What the endpoints of forecasts answer, through their real files, against the database."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pickvs.core import clock
from pickvs.predictions.board import queries
from pickvs.predictions.distributions.rules import Joint, Runs, Student
from pickvs.predictions.showing import rules
from tests.support.databases import Databases
from tests.support.examples import examples
from tests.support.forecasts import NBA, START, League, forecasting, predict, score
from tests.support.gateway import Answer, call
from tests.support.public_reads import is_kept

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
ADA = (1, "ada")

halves = st.integers(-160, 160).map(lambda number: number / 2)


@st.composite
def joints(draw: st.DrawFn) -> Joint:
    """A distribution of a game of any sport."""
    if draw(st.booleans()):
        shape: Any = Student(
            margin_sd=draw(st.floats(3, 20)),
            margin_df=draw(st.floats(3, 30)),
            total_sd=draw(st.floats(3, 25)),
            weights=draw(st.sampled_from([(), (0.0,), (0.1, 0.9, 1.2, 2.0)])),
        )
        return Joint(margin_mean=draw(st.floats(-25, 25)), total_mean=draw(st.floats(30, 250)), shape=shape)
    shape = Runs(dispersion=draw(st.floats(0.05, 1)), weights=draw(st.sampled_from([(), (0.0,)])))
    return Joint(margin_mean=draw(st.floats(-3, 3)), total_mean=draw(st.floats(5, 14)), shape=shape)


@settings(max_examples=examples(20))
@given(joint=joints(), spread=halves, total=halves.map(abs))
def test_the_numbers_at_a_line_never_contradict_each_other(joint: Joint, spread: float, total: float) -> None:
    wins = rules.winner(joint)
    for found in (wins, rules.cover(joint, spread), rules.over(joint, total)):
        assert found.first + found.push + found.second == pytest.approx(1, abs=3e-6)
        assert min(found.first, found.push, found.second) >= 0
    assert rules.cover(joint, 0) == wins
    # More points given are covered no less often, and a higher total is passed no more often.
    assert rules.cover(joint, spread + 0.5).first >= rules.cover(joint, spread).first - 1e-6
    assert rules.over(joint, total + 0.5).first <= rules.over(joint, total).first + 1e-6
    if spread != int(spread):
        assert rules.cover(joint, spread).push == 0
    # Half a point more turns a push into a win.
    whole = float(int(spread))
    here, more = rules.cover(joint, whole), rules.cover(joint, whole + 0.5)
    assert more.first == pytest.approx(here.first + here.push, abs=3e-6)


def played(league: League) -> tuple[int, int]:
    """A game that is over, and one to come, both forecast twice."""
    over, coming = league.game(START, 0, 1), league.game(START + DAY, 2, 3)
    league.line(over, -4.5, 221.5, START - 20 * HOUR)
    predict(START - 12 * HOUR)
    league.line(over, -5.5, 220.5, START - 5 * HOUR, START - 10 * MINUTE)
    league.line(coming, 2.5, 215.5, START - 5 * HOUR)
    predict(START - 90 * MINUTE)
    league.contest.final(over, 110, 100, START + 3 * HOUR)
    score(START + 4 * HOUR)
    return over, coming


def get(operation: str, path: str, **query: str) -> Answer:
    with clock.held_at(START + 5 * HOUR):
        return call(operation, "GET", path, query=query or None)


def test_forecasts_are_shown_before_and_after_the_game(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forecasting(database, monkeypatch) as league:
        over, coming = played(league)

        upcoming = get("list_upcoming_predictions", "/predictions/upcoming", sport=NBA)
        assert [each["game"]["id"] for each in upcoming.body["games"]] == [coming]
        assert len(upcoming.body["games"][0]["forecasts"]) == 5
        assert "Nothing was trained" in upcoming.body["games"][0]["forecasts"][3]["note"]
        assert upcoming.headers["cache-control"] == "public, max-age=60"
        only = get("list_upcoming_predictions", "/predictions/upcoming", variant="elo")
        assert [each["contestant"] for each in only.body["games"][0]["forecasts"]] == ["elo"]

        first = get("get_game_predictions", f"/games/{over}/predictions", limit="6")
        rest = get("get_game_predictions", f"/games/{over}/predictions", cursor=first.body["next_cursor"])
        forecasts = first.body["forecasts"] + rest.body["forecasts"]
        assert len(forecasts) == 10
        assert [each["published_at"] for each in forecasts] == sorted(each["published_at"] for each in forecasts)
        counting = [each for each in forecasts if each["counts"]]
        assert {each["contestant"] for each in counting} == set(rules.GAMES_CONTESTANTS)
        assert all((each["score"] is not None) == each["counts"] for each in forecasts)
        assert (first.body["game"]["home_score"], first.headers["cache-control"]) == (110, "public, max-age=3600")
        still = get("get_game_predictions", f"/games/{coming}/predictions")
        assert still.headers["cache-control"] == "public, max-age=60"
        get("get_game_predictions", "/games/999/predictions").problem(404, "GAME_NOT_FOUND")

        path = f"/games/{coming}/predictions/at"
        with clock.held_at(START + 5 * HOUR):
            is_kept(lambda headers: call("get_game_predictions_at", "GET", path, headers=headers))
        at = get("get_game_predictions_at", f"/games/{coming}/predictions/at", spread="-4.5", total="221")
        by_name = {each["contestant"]: each for each in at.body["forecasts"]}
        assert at.body["cover"] == by_name["with-line"]["spread"]
        assert at.body["over_under"] == by_name["with-line"]["total"]
        assert by_name["with-line"]["caution"] is None
        assert "no probability to bet on" in by_name["no-market"]["caution"]
        assert not by_name["no-market"]["knows_the_line"]
        for text in ("-4.25", "4.7", "a", "1e2", "--3", "1234", "+3", "NaN"):
            get("get_game_predictions_at", f"/games/{coming}/predictions/at", spread=text).problem(422, "INVALID_VALUE")
        unseen = league.game(START + 30 * DAY, 6, 7)
        get("get_game_predictions_at", f"/games/{unseen}/predictions/at").problem(404, "FORECAST_NOT_FOUND")


def test_the_board_stands_on_scores_in_force(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forecasting(database, monkeypatch) as league:
        played(league)
        board = get("get_models_board", "/models/board", sport=NBA)
        rows = {each["contestant"]: each for each in board.body["rows"]}
        assert set(rows) == set(rules.GAMES_CONTESTANTS)
        losses = [each["log_loss"]["value"] for each in board.body["rows"]]
        assert losses == sorted(losses)
        market = {each["against"]: each for each in rows["market"]["paired"]}
        assert market["close"]["value"] == pytest.approx(0, abs=1e-9)
        assert market["elo"]["value"] == pytest.approx(
            rows["market"]["log_loss"]["value"] - rows["elo"]["log_loss"]["value"], abs=2e-6
        )
        assert get("get_models_board", "/models/board", sport=NBA, season="2023").body["rows"] == board.body["rows"]
        assert get("get_models_board", "/models/board", sport=NBA, season="2022").body["rows"] == []
        span = {"season": 2023, "starts_on": "2023-08-01", "ends_on": "2024-07-31"}
        assert {name: board.body[name] for name in span} == span
        day = {"from": "2024-01-05", "to": "2024-01-06"}
        assert get("get_models_board", "/models/board", sport=NBA, **day).body["rows"] == []
        # The first and the last moments that can be written are ends as well as any.
        for name, moment, has_rows in (
            ("to", "9999-12-31T23:59:59Z", True),
            ("to", "9999-12-31", True),
            ("to", "0001-01-01T00:00:00Z", False),
            ("from", "9999-12-31T23:59:59Z", False),
            ("from", "0001-01-01T00:00:00Z", True),
        ):
            for season in ({}, {"season": "2023"}):
                shown = get("get_models_board", "/models/board", sport=NBA, **{name: moment}, **season)
                assert (shown.status, bool(shown.body["rows"])) == (200, has_rows)

        calibration = get("get_model_calibration", f"/models/{NBA}-no-market/calibration")
        assert (calibration.body["games"], sum(each["games"] for each in calibration.body["bins"])) == (1, 1)
        for name in ("calibration", "profit"):
            path = f"/models/{NBA}-no-market/{name}.svg"
            drawn = get(f"get_model_{name}_svg", path)
            assert drawn.headers["content-type"] == "image/svg+xml"
            assert drawn.body.startswith("<svg ")
            assert "<script" not in drawn.body
            get(f"get_model_{name}_svg", f"/models/{NBA}-nobody/{name}.svg").problem(404, "MODEL_NOT_FOUND")


def test_without_a_season_the_latest_is_shown_and_no_more_is_read(
    databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = 366 * DAY
    with forecasting(database, monkeypatch) as league:
        for number, starts_at in enumerate((START, START + DAY, START + year)):
            game = league.game(starts_at, 0, 1)
            predict(starts_at - 10 * HOUR)
            league.contest.final(game, 110 - 20 * number, 100, starts_at + 3 * HOUR)
            score(starts_at + 4 * HOUR)
        read: list[int] = []
        scores = queries.scores
        monkeypatch.setattr(
            queries, "scores", lambda *args, **named: read.append(len(found := scores(*args, **named))) or found
        )
        for asked, season, days, games in (
            ({}, 2024, ("2024-08-01", "2025-07-31"), 1),
            ({"season": "2023"}, 2023, ("2023-08-01", "2024-07-31"), 2),
            ({"to": "2024-12-01"}, 2023, ("2023-08-01", "2024-07-31"), 2),
            ({"from": "2024-01-05", "to": "2024-02-01"}, 2023, ("2024-01-05", "2024-02-01"), 1),
            ({"season": "2023", "from": "2024-09-01"}, 2023, (None, None), 0),
        ):
            body = get("get_models_board", "/models/board", sport=NBA, **asked).body
            assert (body["season"], (body["starts_on"], body["ends_on"])) == (season, days)
            assert {row["games"] for row in body["rows"]} == ({games} if games else set())
        assert read == [3, 6, 6, 3]
        read.clear()
        name = f"/models/{NBA}-no-market"
        for query, season, games in (({}, 2024, 1), ({"season": "2023"}, 2023, 2)):
            body = get("get_model_calibration", f"{name}/calibration", **query).body
            assert (body["season"], body["games"]) == (season, games)
            for chart in ("calibration", "profit"):
                assert f"season {season}" in get(f"get_model_{chart}_svg", f"{name}/{chart}.svg", **query).body
        assert read == [1, 1, 1, 2, 2, 2]


def test_ratings_are_those_before_the_day(databases: Databases, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with forecasting(database, monkeypatch) as league:
        assert get("list_ratings", "/ratings", sport=NBA).body["teams"] == []
        played(league)
        league.game(START + 2 * DAY, 0, 1)
        predict(START + DAY)
        found = get("list_ratings", "/ratings", sport=NBA).body
        assert (found["day"], [each["team_id"] for each in found["teams"]]) == (
            "2024-01-05",
            [league.teams[0]["id"], league.teams[1]["id"]],
        )
        assert found["teams"][0]["elo"] > 1500 > found["teams"][1]["elo"]
        assert get("list_ratings", "/ratings", sport=NBA, date="2024-01-04").body["teams"] == []
        get("list_ratings", "/ratings", sport=NBA, date="2024-02-30").problem(422, "INVALID_VALUE")
