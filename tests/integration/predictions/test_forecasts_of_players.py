"""From box scores to what is forecast of players, shown to users and keys, and scored: through the deployed files."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import exp2
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.predictions.bootstrap.rules import players_document
from pickvs.predictions.leagues.players import player_league
from pickvs.predictions.players.rules import feature_names
from pickvs.predictions.registry.rules import ModelKey
from tests.support.box_scores import MadePlayer
from tests.support.forecasts import NBA, START, predict, promote_artefact, score
from tests.support.gateway import Answer, call
from tests.support.measured import measured, measuring
from tests.support.players_nights import TEAMS, Nights, ask_who_is_hurt, ingest, newcomer, nights

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADA = (1, "ada")
DAYS = 6
TIP_OFF = START + DAYS * DAY
MORNING = TIP_OFF - 10 * HOUR
"""Of the day after the last that was played."""


@pytest.fixture
def played(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nights]:
    """Four teams with six games each, whose box scores nobody has asked for yet."""
    with nights(database, monkeypatch) as made:
        made.season(DAYS)
        yield made


def of_game(game: int, **query: str) -> Answer:
    return show("list_game_player_predictions", f"/games/{game}/player-predictions", query)


def of_player(player: int, **query: str) -> Answer:
    return show("list_player_predictions", f"/players/{player}/predictions", query)


def show(operation: str, path: str, query: dict[str, str], **who: Any) -> Answer:
    with clock.held_at(TIP_OFF - HOUR):
        return call(operation, "GET", path, query=query or None, **(who or {"user": ADA}))


def report(at: datetime) -> dict[str, int]:
    return dict(predict(at)[NBA])


def recent(lines: list[MadePlayer]) -> float:
    """Return the points of a player who plays the same time in each game, a game weighing half after twenty others."""
    weights = [exp2(-age / 20) for age in range(len(lines) - 1, -1, -1)]
    return sum(weight * line.counts["points"] for weight, line in zip(weights, lines, strict=True)) / sum(weights)


def test_box_scores_become_forecasts_and_both_lists_show_them(played: Nights) -> None:
    first, second = played.announce(DAYS, 0, 1), played.announce(DAYS, 2, 3)
    tomorrow = played.announce(DAYS + 1, 0, 2)
    ingest(MORNING - HOUR)
    assert report(MORNING)["player_forecasts"] == 60
    rows = played.league.rows("SELECT * FROM player_predictions")
    keys = {team["name"]: team["key"] for team in played.league.teams}
    players = {number: played.player(number) for number in range(1, 41)}
    expected = {
        (game, players[number]): number
        for game, sides in ((first, (0, 1)), (second, (2, 3)), (tomorrow, (0, 2)))
        for side in sides
        for number in range(10 * side + 1, 10 * side + 11)
    }
    assert {(row["game_id"], row["player_id"]) for row in rows} == set(expected)
    for row in rows:
        number = expected[row["game_id"], row["player_id"]]
        lines = played.lines(number)
        assert row["team"] == keys[TEAMS[(number - 1) // 10]]
        assert (row["as_of"], row["published_at"], row["to_play"]) == (MORNING, MORNING, None)
        assert set(row["statistics"]) == set(player_league(NBA).forecast)
        assert len(lines) == DAYS
        assert row["statistics"]["minutes"]["median"] == lines[0].minutes
        # The model adds a twentieth of a point, so that its logarithm exists.
        assert row["statistics"]["points"]["mean"] == pytest.approx(recent(lines) + 0.05, abs=0.006)
    [version] = played.league.rows("SELECT * FROM model_versions WHERE id = %s", rows[0]["version_id"])
    assert (version["recipe"], version["stage"]) == ("bootstrap", "champion")
    # Begun from the state that was kept, the same is said, and not written again.
    assert played.league.rows("SELECT day FROM rating_states WHERE version_id = %s", version["id"]) != []
    assert report(MORNING + HOUR)["player_forecasts"] == 0

    pages = [of_game(first, limit="7")]
    while pages[-1].body["next_cursor"] is not None:
        pages.append(of_game(first, limit="7", cursor=pages[-1].body["next_cursor"]))
    shown = [each for page in pages for each in page.body["forecasts"]]
    assert [len(page.body["forecasts"]) for page in pages] == [7, 7, 6]
    assert [each["player_id"] for each in shown] == sorted(players[number] for number in range(1, 21))
    assert shown == of_game(first).body["forecasts"]
    for each in shown:
        assert (each["probability_to_play"], each["version"]) == (None, 1)
        assert "Nothing was trained" in each["note"]
        for statistic in each["statistics"]:
            stored = next(row for row in rows if row["id"] == each["id"])["statistics"][statistic["statistic"]]
            assert (statistic["mean"], statistic["over"]) == (stored["mean"], None)
            levels, values = zip(*((each["level"], each["value"]) for each in statistic["quantiles"]), strict=True)
            assert levels == (0.1, 0.25, 0.5, 0.75, 0.9)
            assert list(values) == sorted(values)

    star = of_player(players[1], limit="1")
    assert [each["game_id"] for each in star.body["forecasts"]] == [tomorrow]
    rest = of_player(players[1], limit="1", cursor=star.body["next_cursor"])
    assert rest.body == {"forecasts": [shown[0]], "next_cursor": None}

    for statistic in ("points", "minutes", "blocks"):
        at = {line: over(of_player(players[1], statistic=statistic, line=line)) for line in ("0", "0.5", "1", "1.5")}
        for probabilities in at.values():
            assert sum(probabilities) == pytest.approx(1, abs=3e-6)
        assert at["0.5"][1] == at["1.5"][1] == 0
        assert at["0.5"][0] == pytest.approx(at["1"][0] + at["1"][1], abs=3e-6) or statistic == "minutes"
        assert at["0"][0] >= at["0.5"][0] >= at["1"][0] >= at["1.5"][0]
    # Half of the distribution is above the median of minutes.
    assert over(of_game(first, statistic="minutes", line="36", limit="1")) == pytest.approx((0.5, 0, 0.5), abs=1e-6)
    assert of_game(second, statistic="touchdowns").body["forecasts"][0]["statistics"] == []


def over(answer: Answer) -> tuple[float, float, float]:
    [statistic] = answer.body["forecasts"][0]["statistics"]
    found = statistic["over"]
    return found["over"], found["push"], found["under"]


def test_who_may_see_them_and_what_is_refused(played: Nights) -> None:
    game = played.announce(DAYS, 0, 1)
    unseen = played.announce(DAYS + 9, 0, 1)
    ingest(MORNING - HOUR)
    predict(MORNING)
    player = played.player(1)
    for operation, path in (
        ("list_game_player_predictions", f"/games/{game}/player-predictions"),
        ("list_player_predictions", f"/players/{player}/predictions"),
    ):
        show(operation, path, {}, user=None).problem(401, "UNAUTHENTICATED")
        refused = show(operation, path, {}, user=ADA, scopes="picks:read picks:write")
        refused.problem(403, "SCOPE_REQUIRED")
        assert show(operation, path, {}, user=ADA, scopes="picks:read predictions:read").body == (
            show(operation, path, {}).body
        )
        alone = show(operation, path, {"line": "24.5"})
        alone.problem(422, "INVALID_VALUE")
        assert alone.fields() == {"statistic"}
        for line in ("24.25", "-1", "1000", "1e1", "NaN", "x", ".5", "+3"):
            wrong = show(operation, path, {"statistic": "points", "line": line})
            wrong.problem(422, "INVALID_VALUE")
            assert wrong.fields() == {"line"}
        show(operation, path, {"cursor": "WyJub25lIl0"}).problem(422, "INVALID_CURSOR")
    of_game(game + 999).problem(404, "GAME_NOT_FOUND")
    of_player(player + 999).problem(404, "PLAYER_NOT_FOUND")
    assert of_game(unseen).body == {"forecasts": [], "next_cursor": None}


def test_who_is_out_is_forecast_still_and_leaves_his_time_to_his_team(played: Nights) -> None:
    first, second = played.announce(DAYS, 0, 1), played.announce(DAYS, 2, 3)
    ingest(MORNING - 2 * HOUR)
    assert report(MORNING)["player_forecasts"] == 40
    before = played.forecasts(first, second)
    played.espn.hurt = {1: "out", 2: "daytoday", 11: "probable"}
    ask_who_is_hurt(MORNING + HOUR)
    # His team mates are told that he is absent, though the first model makes nothing of it. Of others, who is named.
    assert report(MORNING + 2 * HOUR)["player_forecasts"] == 11
    after = played.forecasts(first, second)
    own = [(first, played.player(number)) for number in range(1, 11)]
    changed = {key for key, row in after.items() if row != before[key]}
    assert changed == {*own, (first, played.player(11))}
    for key in changed:
        assert after[key]["statistics"] == before[key]["statistics"]
    shown = {each["player_id"]: each["probability_to_play"] for each in of_game(first).body["forecasts"]}
    assert shown == {player: None for _, player in before if player in shown} | {
        played.player(1): 0.0,
        played.player(2): 0.5,
        played.player(11): 0.75,
    }

    # A version that gives a quarter of absent players' minutes to each of the others.
    league = player_league(NBA)
    document = json.loads(json.dumps(players_document(league, feature_names(league))))
    document["exposure"]["terms"].append([feature_names(league).index("vacated.exposure"), None, 0.0, 0.25])
    promote_artefact(MORNING + 3 * HOUR, ModelKey(NBA, "players"), "linear", json.dumps(document).encode())
    assert report(MORNING + 4 * HOUR)["player_forecasts"] == 40
    assert moved(before, played.forecasts(first, second)) == {
        key: pytest.approx(9 if key in own[1:] else 0, abs=0.2) for key in before
    }
    [star, *_] = of_game(first).body["forecasts"]
    assert (star["version"], star["note"]) == (2, None)

    # Who is named no more is well again.
    del played.espn.hurt[1]
    ask_who_is_hurt(MORNING + 5 * HOUR)
    assert report(MORNING + 6 * HOUR)["player_forecasts"] == 10
    well = played.forecasts(first, second)
    assert well[own[0]]["to_play"] == 1
    assert moved(before, well) == {key: pytest.approx(0, abs=0.2) for key in before}


def test_who_has_gone_to_another_team_is_forecast_with_it_before_he_plays_for_it(played: Nights) -> None:
    first, second = played.announce(DAYS, 0, 1), played.announce(DAYS, 2, 3)
    ingest(MORNING - 2 * HOUR)
    assert report(MORNING)["player_forecasts"] == 40
    star, keys = played.player(1), {team["name"]: team["key"] for team in played.league.teams}
    before = played.forecasts(first, second)
    assert before[first, star]["team"] == keys[TEAMS[0]]

    # News that is no later than his last game changes what is known of his health alone.
    played.espn.hurt, played.espn.listed = {1: "daytoday"}, {1: (TEAMS[2], START)}
    ask_who_is_hurt(MORNING + HOUR)
    assert report(MORNING + 2 * HOUR)["player_forecasts"] == 1
    assert set(played.forecasts(first, second)) == set(before)

    # He, and the nine whom he leaves his time to.
    played.espn.listed = {1: (TEAMS[2], MORNING)}
    ask_who_is_hurt(MORNING + 3 * HOUR)
    assert report(MORNING + 4 * HOUR)["player_forecasts"] == 10
    after = played.forecasts(first, second)
    assert set(after) == {*before, (second, star)}
    found = after[second, star]
    assert (found["team"], found["to_play"]) == (keys[TEAMS[2]], 0.5)
    assert found["statistics"] == before[first, star]["statistics"]
    assert report(MORNING + 5 * HOUR)["player_forecasts"] == 0


def moved(before: dict[tuple[int, int], Any], after: dict[tuple[int, int], Any]) -> dict[tuple[int, int], float]:
    """Return by how many minutes the median of each player has moved."""
    return {
        key: row["statistics"]["minutes"]["median"] - before[key]["statistics"]["minutes"]["median"]
        for key, row in after.items()
    }


def test_a_box_score_in_review_tells_nothing_until_it_is_final(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with nights(database, monkeypatch) as played:
        played.season(DAYS - 1)
        doubtful = played.announce(DAYS - 1, 2, 3)
        made = played.play(doubtful, instead={30: newcomer(91, played.lines(30)[0])})
        played.espn.wrong = {made.event}
        game = played.announce(DAYS, 2, 0)
        ingest(MORNING - HOUR)
        assert report(MORNING)["player_forecasts"] == 20
        before = played.forecasts(game)
        for number in (21, 25, 30):
            found = before[game, played.player(number)]["statistics"]
            assert found["points"]["mean"] == pytest.approx(
                recent(played.lines(number, without=doubtful)) + 0.05, abs=0.006
            )
        assert played.league.rows("SELECT FROM players WHERE name = 'New Player-91'") == []

        played.espn.wrong = set()
        ingest(MORNING + HOUR)
        # The new player, and the ten whose team has played another game. Of the other team, what its opponents are
        # worth has changed.
        assert report(MORNING + 2 * HOUR)["player_forecasts"] == 21
        after = played.forecasts(game)
        assert set(after) == {*before, (game, played.player(91))}
        for number in (21, 25, 30, 91):
            found = after[game, played.player(number)]["statistics"]
            assert found["points"]["mean"] == pytest.approx(recent(played.lines(number)) + 0.05, abs=0.006)


def test_scores_follow_the_box_score_that_counts(
    played: Nights, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    game, doubtful = played.announce(DAYS, 0, 1), played.announce(DAYS, 2, 3)
    ingest(MORNING - HOUR)
    predict(MORNING)
    early = played.forecasts(game)
    played.espn.hurt = {1: "questionable"}
    ask_who_is_hurt(MORNING + HOUR)
    assert report(MORNING + 2 * HOUR)["player_forecasts"] == 1
    counted = played.forecasts(game, doubtful)
    assert counted[game, played.player(1)]["id"] != early[game, played.player(1)]["id"]

    # The last word before the game, if it begins as announced. From the lock on, whatever is news comes too late.
    played.espn.hurt = {2: "out"}
    ask_who_is_hurt(TIP_OFF - HOUR)
    assert report(TIP_OFF - 20 * MINUTE)["player_forecasts"] == 10
    earlier, counted = counted, played.forecasts(game, doubtful)
    played.espn.hurt = {3: "out"}
    ask_who_is_hurt(TIP_OFF - 10 * MINUTE)
    assert report(TIP_OFF - timedelta(seconds=20))["player_forecasts"] == 0

    # One of the twenty sits out, and a new player, of whom nothing was forecast, has his time.
    played.play(game, instead={20: newcomer(92, played.lines(20)[0])})
    played.espn.wrong = {played.play(doubtful).event}
    assert scored(TIP_OFF + 3 * HOUR) == 0
    ingest(TIP_OFF + 4 * HOUR)
    # While another score is in force, or none, the box score is not that of the game.
    home, away = played.made[game].score
    played.league.contest.final(game, home + 1, away, TIP_OFF + 4 * HOUR)
    assert scored(TIP_OFF + 4 * HOUR) == 0
    played.league.contest.reopen(game, TIP_OFF + 4 * HOUR)
    assert scored(TIP_OFF + 4 * HOUR) == 0
    played.settle(game, TIP_OFF + 4 * HOUR)
    assert scored(TIP_OFF + 4 * HOUR) == 19
    assert scored(TIP_OFF + 5 * HOUR) == 0
    rows = played.league.rows("SELECT * FROM player_prediction_scores")
    lines = {played.player(number): played.lines(number)[-1] for number in range(1, 20)}
    assert {row["player_id"] for row in rows} == set(lines)
    for row in rows:
        line, forecast = lines[row["player_id"]], counted[game, row["player_id"]]
        assert (row["prediction_id"], row["game_id"]) == (forecast["id"], game)
        for name, found in row["scores"].items():
            assert found["happened"] == (line.minutes if name == "minutes" else line.counts[name])
            assert found["error"] == abs(forecast["statistics"][name]["median"] - found["happened"])
        assert set(row["scores"]) == set(player_league(NBA).forecast)

    played.espn.wrong = set()
    ingest(TIP_OFF + 5 * HOUR)
    assert scored(TIP_OFF + 5 * HOUR) == 20

    # A free throw more, and the score with it: the box score has another version, against which all are scored anew.
    # The game had begun before the last forecasts, so those before them count.
    star = played.lines(1)[-1]
    for name in ("points", "free_throws_made", "free_throws_attempted"):
        star.counts[name] += 1
    played.settle(game, TIP_OFF + 6 * HOUR, began_at=TIP_OFF - 30 * MINUTE)
    assert scored(TIP_OFF + 6 * HOUR) == 0
    ingest(TIP_OFF + 7 * HOUR)
    printed = measuring(monkeypatch, capsys)
    assert scored(TIP_OFF + 7 * HOUR) == 19
    assert played.league.rows("SELECT FROM player_prediction_scores")[58:] == []
    key = game, played.player(1)
    of_star = played.league.rows(
        "SELECT prediction_id, scores->'points'->'happened' AS points FROM player_prediction_scores"
        " WHERE player_id = %s ORDER BY box_id",
        key[1],
    )
    assert [row["points"] for row in of_star] == [star.counts["points"] - 1, star.counts["points"]]
    assert [row["prediction_id"] for row in of_star] == [counted[key]["id"], earlier[key]["id"]]
    assert {each["id"] for each in of_game(game).body["forecasts"]} == {
        row["id"] for key, row in earlier.items() if key[0] == game
    }
    # What was measured until then is as it was, and the share inside is that of the versions that count.
    now = played.league.rows(
        "SELECT scores FROM player_prediction_scores WHERE box_id IN (SELECT max(id) FROM box_scores GROUP BY game_id)"
    )
    inside = [found["inside_80"] for row in now for found in row["scores"].values()]
    assert len(inside) == 39 * len(player_league(NBA).forecast)
    said = {each.metric.name: each.value for each in measured(printed())}
    assert said["PlayerCover"] == pytest.approx(100 * sum(inside) / len(inside))
    assert said["ForecastsDrifted"] == (0 if 70 <= said["PlayerCover"] <= 90 else 1)


def scored(at: datetime) -> int:
    return score(at)["players_scored"]
