"""Seasons and the provider that plays them: recorded ones are read, generated ones are fair, answers fit the time."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest
from werkzeug.test import Client

from local.errors import LaptopError
from local.odds_api_door import KEY
from local.replay.generated import GeneratedSeason
from local.replay.oracle import consensus, decimal_odds, grade
from local.replay.provider import SeasonProvider
from local.replay.recorded import read_recorded
from local.replay.season import Fixture, Season
from local.schedules import last_time

RULE = "cron(0 5 * * ? *)"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def event(identity: str, tip_off: str, home: str = "Home", price: int = -110) -> dict[str, Any]:
    outcomes = [{"name": "Away", "price": price}, {"name": home, "price": price}]
    books = [{"key": book, "title": book, "markets": [{"key": "h2h", "outcomes": outcomes}]} for book in "ab"]
    return {
        "id": identity * 32,
        "sport_key": "basketball_nba",
        "sport_title": "NBA",
        "commence_time": tip_off,
        "home_team": home,
        "away_team": "Away",
        "bookmakers": books,
    }


def final(identity: str, tip_off: str, home: int, away: int) -> dict[str, Any]:
    scores = [{"name": "Home", "score": str(home)}, {"name": "Away", "score": str(away)}]
    return {**event(identity, tip_off), "completed": True, "scores": scores}


ANSWERS = [
    {
        "timestamp": "2024-01-10T11:55:00Z",
        "data": [event("a", "2024-01-11T00:30:00Z"), event("b", "2024-01-12T00:00:00Z")],
    },
    {"timestamp": "2024-01-11T11:55:00Z", "data": [event("b", "2024-01-14T00:00:00Z", price=-120)]},
    {"timestamp": "2024-01-12T11:55:00Z", "data": [event("c", "2024-01-14T00:10:00Z", home="New Home")]},
]
SCORES = [final("a", "2024-01-11T00:30:00Z", 101, 99), final("c", "2024-01-14T00:10:00Z", 90, 95)]


@pytest.fixture
def recorded(tmp_path: Path) -> Season:
    with gzip.open(tmp_path / "x_odds.jsonl.gz", "wt") as odds:
        odds.writelines(json.dumps(answer) + "\n" for answer in ANSWERS)
    (tmp_path / "x_scores.jsonl").write_text("\n".join(map(json.dumps, SCORES)), encoding="utf-8")
    return read_recorded(tmp_path, lambda moment: last_time(RULE, moment))


def listed(season: Season, moment: str) -> dict[str, int]:
    """Return the number of bookmakers of each listed game."""
    return {offer.fixture.id[0]: len(offer.bookmakers) for offer in season.offers(at(moment))}


def test_a_recorded_morning_is_played_from_the_evening_before(recorded: Season) -> None:
    assert recorded.begins == at("2024-01-09T17:00")
    assert listed(recorded, "2024-01-10T05:00") == {"a": 2, "b": 2}
    # The next morning's answer does not name a game that was over by then; in the evening its last line counts.
    assert listed(recorded, "2024-01-11T00:29") == {"a": 2, "b": 2}
    assert listed(recorded, "2024-01-11T00:31") == {"a": 0, "b": 2}
    assert listed(recorded, "2024-01-11T05:00") == {"b": 2}
    # A game that is still to come and no longer named has been withdrawn.
    assert listed(recorded, "2024-01-12T05:00") == {"c": 2}


def test_a_recorded_tip_off_moves_and_a_game_without_a_result_never_begins(recorded: Season) -> None:
    moved = recorded.fixtures["b" * 32]
    assert moved.starts is None
    assert moved.tip_off(at("2024-01-10T16:00")) == at("2024-01-12T00:00")
    assert moved.tip_off(at("2024-01-10T18:00")) == at("2024-01-14T00:00")
    played = recorded.fixtures["a" * 32]
    assert played.live_score(at("2024-01-11T00:00")) is None
    assert played.live_score(at("2024-01-11T06:00")) == (101, 99)


@pytest.mark.parametrize(
    "files", [[], ["x_odds.jsonl"], ["x_odds.jsonl", "x_scores.jsonl", "y_odds.jsonl", "y_scores.jsonl"]]
)
def test_a_path_must_name_one_recording(tmp_path: Path, files: list[str]) -> None:
    for name in files:
        (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(LaptopError, match="must name one season"):
        read_recorded(tmp_path, lambda moment: moment)


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x_odds.jsonl").write_text('{"timestamp": "2024-01-10T11:55:00Z"}', encoding="utf-8")
    (tmp_path / "x_scores.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(LaptopError, match="cannot be read"):
        read_recorded(tmp_path / "x", lambda moment: moment)


@pytest.mark.parametrize(
    ("odds", "scores"),
    [
        ("[]", ""),
        ("7", ""),
        ('{"timestamp": 5, "data": []}', ""),
        ('{"timestamp": "2024-01-10T11:55:00", "data": []}', ""),
        ('{"timestamp": "0001-01-01T00:00:00+23:00", "data": []}', ""),
        ("[" * 200_000, ""),
        (json.dumps(ANSWERS[0])[:-9], ""),
        (json.dumps(ANSWERS[0]), "[1]"),
        (json.dumps(ANSWERS[0]), json.dumps({**SCORES[0], "scores": [{"name": "Home", "score": ""}]})),
        (json.dumps(ANSWERS[0]).replace("-110", "1.91"), ""),
        (json.dumps(ANSWERS[0]).replace('"price"', '"prize"'), ""),
        (json.dumps(ANSWERS[0]), json.dumps([*SCORES, *SCORES])),
    ],
    ids=lambda text: text[:30] or "nothing",
)
def test_damage_is_told_in_a_line(tmp_path: Path, odds: str, scores: str) -> None:
    (tmp_path / "x_odds.jsonl").write_text(odds, encoding="utf-8")
    (tmp_path / "x_scores.jsonl").write_text(scores, encoding="utf-8")
    with pytest.raises(LaptopError, match="cannot be read") as refused:
        read_recorded(tmp_path, lambda moment: last_time(RULE, moment))
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize("cut", [slice(0, 60), slice(10, None), slice(0, 0)])
def test_a_damaged_archive_is_told_in_a_line(tmp_path: Path, cut: slice) -> None:
    packed = gzip.compress("\n".join(map(json.dumps, ANSWERS)).encode())
    (tmp_path / "x_odds.jsonl.gz").write_bytes(packed[cut])
    (tmp_path / "x_scores.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(LaptopError, match=r"cannot be read|has no game"):
        read_recorded(tmp_path, lambda moment: last_time(RULE, moment))
    (tmp_path / "x_odds.jsonl.gz").write_bytes(packed[:40] + bytes(20) + packed[60:])
    with pytest.raises(LaptopError, match="cannot be read"):
        read_recorded(tmp_path, lambda moment: last_time(RULE, moment))


@pytest.mark.parametrize("name", ["", ".", "..", "-rf", "a\nb"])
def test_a_season_s_name_is_no_other_folder(tmp_path: Path, name: str) -> None:
    """The folder of that name is emptied. `..` would be the user's state, with the database of `make run`."""
    for part in ("odds", "scores"):
        (tmp_path / f"{name}_{part}.jsonl").write_text("", encoding="utf-8")
    for path in (tmp_path, tmp_path / f"{name}_odds.jsonl"):
        with pytest.raises(LaptopError, match="must name one season"):
            read_recorded(path, lambda moment: moment)


@pytest.mark.parametrize("path", ["~nobody-has-this-name/x", "x" * 5_000, "/nonexistent", ""])
def test_a_path_that_cannot_be_is_told_in_a_line(path: str) -> None:
    with pytest.raises(LaptopError) as refused:
        read_recorded(Path(path), lambda moment: moment)
    assert len(str(refused.value)) < 600


def test_a_whole_name_wins_and_other_files_do_not_count(tmp_path: Path) -> None:
    for name in ("x", "x_b"):
        for part, lines in (("odds", ANSWERS), ("scores", SCORES)):
            text = "\n".join(map(json.dumps, lines))
            (tmp_path / f"{name}_{part}.jsonl").write_text(text, encoding="utf-8")
            (tmp_path / f"{name}_{part}.jsonl.gz.md5").write_text("0", encoding="utf-8")
    for path in ("x", "x_odds.jsonl", "x_scores.jsonl"):
        assert read_recorded(tmp_path / path, lambda moment: last_time(RULE, moment)).name == "x"


def season_of(tmp_path: Path, answers: list[Any], scores: list[Any]) -> Season:
    for part, lines in (("odds", answers), ("scores", scores)):
        (tmp_path / f"x_{part}.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return read_recorded(tmp_path, lambda moment: last_time(RULE, moment))


def swapped(told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "home_team": told["away_team"], "away_team": told["home_team"]}


def test_ids_with_swapped_sides_are_one_game_and_no_new_names(tmp_path: Path) -> None:
    tip_off = "2024-01-13T00:30:00Z"
    answers = [
        {"timestamp": "2024-01-10T11:55:00Z", "data": [event("a", tip_off)]},
        {"timestamp": "2024-01-11T11:55:00Z", "data": [swapped(event("a", tip_off)), swapped(event("b", tip_off))]},
    ]
    season = season_of(tmp_path, answers, [swapped(final("b", tip_off, 101, 99))])
    assert season.renames == []
    assert {(each.home, each.away) for each in season.fixtures.values()} == {("Home", "Away")}
    assert [(each.home, each.away) for each in season.fixtures["b" * 32].finals] == [(101, 99)]


def test_a_new_name_is_a_rename_unless_another_team_has_it(tmp_path: Path) -> None:
    tip_off = "2024-01-13T00:30:00Z"
    answers = [
        {"timestamp": "2024-01-10T11:55:00Z", "data": [event("a", tip_off), event("b", tip_off, home="Other")]},
        {"timestamp": "2024-01-11T11:55:00Z", "data": [event("a", tip_off, home="Other")]},
        {"timestamp": "2024-01-12T11:55:00Z", "data": [event("b", tip_off, home="Another")]},
    ]
    assert [(each.old, each.new) for each in season_of(tmp_path, answers, []).renames] == [("Other", "Another")]


def test_what_the_oracle_does_not_know_is_refused(tmp_path: Path) -> None:
    first, second = "2024-01-13T18:00:00Z", "2024-01-13T22:00:00Z"
    answers = [{"timestamp": "2024-01-10T11:55:00Z", "data": [event("a", first), event("b", second)]}]
    with pytest.raises(LaptopError, match="doubleheader"):
        season_of(tmp_path, answers, [final("a", first, 3, 4), final("b", second, 7, 0)])
    assert season_of(tmp_path, answers, [final("a", first, 3, 4), final("b", second, 3, 4)]).fixtures
    other = {**event("c", second), "sport_key": "icehockey_nhl"}
    with pytest.raises(LaptopError, match="several sports"):
        season_of(tmp_path, [{**answers[0], "data": [event("a", first), other]}], [])


def test_the_recorded_season_is_whole(recordings: Path) -> None:
    season = read_recorded(recordings / "odds_api" / "nba_2023_24", lambda moment: last_time(RULE, moment))
    assert len(season.fixtures) == 1355
    assert sum(bool(fixture.finals) for fixture in season.fixtures.values()) == 1351
    offered = {
        fixture.id
        for fixture in season.fixtures.values()
        if fixture.starts
        and any(o.fixture is fixture and o.bookmakers for o in season.offers(fixture.starts - timedelta(minutes=8)))
    }
    # 32 games stand under two ids, of which bookmakers keep one.
    assert len(offered) >= 1351 - 32, "the last line is there minutes before the tip-off"


def test_a_generated_season_is_the_same_for_the_same_seed_only() -> None:
    first, same, other = (GeneratedSeason(seed=seed, days=6) for seed in (3, 3, 4))
    assert first.fixtures == same.fixtures
    assert first.offers(first.begins) == same.offers(first.begins)
    assert first.fixtures.keys().isdisjoint(other.fixtures)


def picked(season: GeneratedSeason, fixture: Fixture, moment: datetime) -> list[float]:
    """Return what a stake of 1 on each side of each market returns, at the quotes of a moment."""
    offer = season.offer(fixture, moment)
    score = (fixture.finals[-1].home, fixture.finals[-1].away)
    returns = []
    for (market, selection), quote in consensus(offer).items():
        profit = {"win": float(decimal_odds(quote.price)) - 1, "loss": -1.0}
        returns.append(profit.get(grade(selection, market, quote.line, score), 0.0))
    return returns


def test_the_generated_close_has_no_value_but_the_margin_and_is_sharper_than_the_opener() -> None:
    season = GeneratedSeason(seed=11, days=240)
    close_errors, open_errors, returns = [], [], []
    for fixture in season.fixtures.values():
        if len(fixture.announced) > 1:
            continue
        tip_off = fixture.announced[-1].tip_off
        lead = fixture.finals[-1].home - fixture.finals[-1].away
        for moment, errors in (
            (tip_off - timedelta(minutes=1), close_errors),
            (tip_off - timedelta(hours=45), open_errors),
        ):
            line = consensus(season.offer(fixture, moment)).get(("spread", "home"))
            if line is not None and line.line is not None:
                errors.append((lead + float(line.line)) ** 2)
        returns += picked(season, fixture, tip_off - timedelta(minutes=1))
    assert fmean(close_errors) < fmean(open_errors) - 2
    # Both sides of all markets lose the margin together; the deviation of the mean is about half a percent.
    assert fmean(returns) == pytest.approx(1 / 1.045 - 1, abs=0.015)


class Playing:
    """The provider of a season, at a time of its own."""

    def __init__(self, season: Season, plan: int | None = None) -> None:
        self.now = season.begins
        self.provider = SeasonProvider(season, monthly_credits=plan, now=lambda: self.now)
        self.client = Client(self.provider)

    def get(self, call: str, moment: datetime, **more: str) -> Any:
        self.now = moment
        query = {"apiKey": KEY, "regions": "us", "markets": "h2h,spreads,totals", "oddsFormat": "american", **more}
        self.answer = self.client.get(f"/v4/sports/basketball_nba/{call}", query_string=query)
        return self.answer.json


def test_a_game_is_offered_then_in_play_then_over_and_its_score_is_corrected() -> None:
    season = GeneratedSeason(seed=2, days=6)
    [fixture] = [each for each in season.fixtures.values() if len(each.finals) > 1]
    first, corrected = fixture.finals
    assert fixture.starts
    playing = Playing(season)

    def of(events: list[dict[str, Any]]) -> dict[str, Any]:
        return next(each for each in events if each["id"] == fixture.id)

    before = fixture.tip_off(season.begins) - timedelta(minutes=8)
    assert len(of(playing.get("odds", before))["bookmakers"]) == 7
    to_come = of(playing.get("scores", before, daysFrom="3"))
    assert (to_come["completed"], to_come["scores"], to_come["last_update"]) == (False, None, None)
    live = of(playing.get("scores", fixture.starts + timedelta(hours=1), daysFrom="3"))
    assert live["commence_time"] == f"{fixture.starts:%Y-%m-%dT%H:%M:%SZ}", (
        "the announced tip-off became the real start"
    )
    assert (live["completed"], len(live["scores"])) == (False, 2)
    assert of(playing.get("odds", fixture.starts + timedelta(hours=1)))["bookmakers"] == []
    for known in (first, corrected):
        over = of(playing.get("scores", known.at, daysFrom="3"))
        points = {each["name"]: each["score"] for each in over["scores"]}
        assert over["completed"]
        assert points == {fixture.home: str(known.home), fixture.away: str(known.away)}
    ids = [each["id"] for each in playing.get("scores", fixture.starts + timedelta(days=3, hours=1), daysFrom="3")]
    assert fixture.id not in ids


def test_a_postponed_game_and_a_renamed_team() -> None:
    season = GeneratedSeason(seed=2, days=8)
    [moved] = [each for each in season.fixtures.values() if len(each.announced) > 1]
    announced, later = moved.announced
    playing = Playing(season)
    for moment, tip_off in ((later.since - timedelta(minutes=1), announced.tip_off), (later.since, later.tip_off)):
        stated = {each["id"]: each["commence_time"] for each in playing.get("odds", moment)}
        assert stated[moved.id] == f"{tip_off:%Y-%m-%dT%H:%M:%SZ}"
    [rename] = season.renames
    before = playing.get("odds", rename.since - timedelta(seconds=1))
    after = playing.get("odds", rename.since)

    def names(events: list[dict[str, Any]]) -> set[str]:
        sides = {event[side] for event in events for side in ("home_team", "away_team")}
        return sides | {
            outcome["name"]
            for event in events
            for book in event["bookmakers"]
            for market in book["markets"]
            for outcome in market["outcomes"]
        }

    assert rename.old in names(before)
    assert rename.new not in names(before)
    assert rename.old not in names(after)
    assert rename.new in names(after)


def test_credits_are_counted_by_the_month_and_end() -> None:
    season = GeneratedSeason(seed=2, days=12)
    playing = Playing(season, plan=4)
    day = season.begins + timedelta(hours=12)
    playing.get("odds", day)
    assert playing.answer.headers["x-requests-remaining"] == "1"
    playing.get("scores", day, daysFrom="3")
    assert (playing.answer.status_code, playing.answer.headers["x-requests-remaining"]) == (200, "-1")
    refused = playing.get("odds", day)
    assert (playing.answer.status_code, refused["error_code"]) == (401, "OUT_OF_USAGE_CREDITS")
    playing.get("odds", at("2024-11-01T00:00"))
    assert playing.answer.headers["x-requests-remaining"] == "1"
