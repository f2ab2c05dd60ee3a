"""A table of past games with closing lines: recorded row by row, and what the models then read of it."""

import csv
import gzip
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.operations.administration.operator_commands.refusals import CommandRefused
from pickvs.predictions.facts.reading import days_before
from tests.support.contest import Contest
from tests.support.functions import load
from tests.support.snapshot import everything, rows
from tools.backtest.games_table import COLUMNS, read_games
from tools.past_games.__main__ import main

NBA = "basketball_nba"
AT = datetime(2024, 1, 5, 12, tzinfo=UTC)
REASON = "seasons before the platform"
LINE = {"spread": -4.5, "total": 201.5, "home_moneyline": -190, "away_moneyline": 160}
GAME = {"date": "2019-01-16", "home": "BOS", "away": "phi", "home_points": 101, "away_points": 93}


@pytest.fixture(autouse=True)
def _ada(contest: Contest) -> None:
    ada = contest.user("Ada")
    contest.connection.execute("UPDATE users SET role = 'admin' WHERE id = %s", (ada,))


def record(*table: dict[str, Any], **more: Any) -> dict[str, Any]:
    event = {"command": "record_past_games", "username": "ada", "sport": NBA, "source": "archive", "rows": list(table)}
    return operate({**event, "reason": REASON, **more})


def operate(event: dict[str, Any]) -> dict[str, Any]:
    with clock.held_at(AT):
        return dict(load("operator/handler").handler(event, None))


def lines(database: str) -> list[tuple[Any, ...]]:
    """Return version, score and line of each recorded result."""
    found = rows(database, "SELECT * FROM past_results ORDER BY game_id DESC, version")
    names = ("version", "home_points", "away_points", "spread", "total", "home_moneyline", "away_moneyline")
    return [tuple(None if row[name] is None else float(row[name]) for name in names) for row in found]


def test_a_line_is_completed_and_nothing_known_is_replaced(database: str) -> None:
    bare, half = dict(GAME), {**GAME, "spread": -4.5}
    assert record(bare)["written"] == 1
    assert record(bare)["unchanged"] == 1
    assert record(half)["completed"] == 1
    assert record({**GAME, **LINE})["completed"] == 1
    assert record(bare, half, {**GAME, **LINE})["refused"] == [
        {"row": row, "outcome": "doubled", "why": "rows of one game say different things; leave the right one"}
        for row in (1, 2, 3)
    ]
    known: list[tuple[Any, ...]] = [
        (1, 101, 93, None, None, None, None),
        (2, 101, 93, -4.5, None, None, None),
        (3, 101, 93, -4.5, 201.5, -190, 160),
    ]
    assert lines(database) == known
    for other, why in (
        ({**GAME, "home_points": 102}, "the recorded score is 101-93"),
        ({**GAME, "spread": -5}, "the recorded spread is -4.5"),
        ({**GAME, "home": "phi", "away": "BOS"}, "home and away are the other way round"),
    ):
        assert record(other)["refused"] == [{"row": 1, "outcome": "contradicts", "why": why}]
    assert lines(database) == known
    [finding] = rows(database, "SELECT rule, severity, game_id, details, resolved_at FROM stat_anomalies")
    assert (finding["rule"], finding["severity"], finding["resolved_at"]) == ("past_game_contradicted", "error", None)
    [first, *_, last] = rows(database, "SELECT known_at, recorded_at FROM past_results ORDER BY version")
    assert (first["known_at"], last["known_at"]) == (datetime(2019, 1, 17, 14, tzinfo=UTC), AT)


def test_each_row_is_told_by_itself_what_is_wrong_with_it(contest: Contest, database: str) -> None:
    contest.game(datetime(2023, 12, 2, 0, 30, tzinfo=UTC))
    contest.connection.execute(
        "UPDATE games SET home_team_id = (SELECT id FROM teams WHERE sport = %s AND key = 'bos'),"
        " away_team_id = (SELECT id FROM teams WHERE sport = %s AND key = 'phi')",
        (NBA, NBA),
    )
    told = record(
        GAME,
        {**GAME, "date": 20190117},
        {"home": "BOS"},
        {**GAME, "date": "2019-01-18", "spread": 3.3},
        {**GAME, "date": "2019-01-19", "away_points": 101},
        {**GAME, "date": "2019-01-20", "away": "Nobody"},
        {**GAME, "date": "2019-01-21", "away": "Celtics"},
        {**GAME, "date": "2019-01-22", "home_moneyline": -190, "away_moneyline": -190},
        {**GAME, "date": "2019-01-23", "season": 2020},
        {**GAME, "date": "2023-12-01"},
        {**GAME, "date": "2024-01-05"},
        {**GAME, "date": "2019-01-24", "number": 2},
    )
    assert {each["row"]: (each["outcome"], each["why"].split(";")[0]) for each in told["refused"]} == {
        2: ("invalid", "date: must be a date such as 2025-10-21"),
        3: ("invalid", "date: is missing"),
        4: ("impossible", "spread is no half points"),
        5: ("impossible", "the sport has no ties"),
        6: ("unknown_team", "no team is known as Nobody"),
        7: ("impossible", "BOS and Celtics are one team"),
        8: ("impossible", "the moneylines have a margin outside 0 to 15%"),
        9: ("impossible", "the day is not in the season that starts in 2020"),
        10: ("not_past", "the platform's own games begin on 2023-12-01"),
        11: ("impossible", "the day is not over in the league's time zone"),
        12: ("impossible", "two teams meet once a day in this sport"),
    }
    assert (told["written"], told["invalid"], told["rows"]) == (1, 2, 12)
    [entry] = rows(database, "SELECT action, reason, after FROM audit_log")
    assert (entry["action"], entry["reason"], entry["after"]["written"]) == ("backfill_stats", REASON, 1)


def test_what_is_only_tried_or_ordered_by_nobody_changes_nothing(contest: Contest, database: str) -> None:
    contest.user("Bob")
    before = everything(database)
    assert record(GAME, dry_run=True)["written"] == 1
    for more, says in (
        ({"username": "bob"}, "bob is no administrator"),
        ({"username": "nobody"}, "nobody is no administrator"),
        ({"sport": "chess"}, "sport: must be one of: americanfootball"),
    ):
        with pytest.raises(CommandRefused, match=says):
            record(GAME, **more)
    assert everything(database) == before


def test_two_games_of_a_day_are_two_where_the_sport_has_them(database: str) -> None:
    mlb = {"sport": "baseball_mlb", "source": "archive"}
    game = {"date": "2019-07-16", "home": "BOS", "away": "NYY", "home_points": 5, "away_points": 3, "season": 2019}
    assert record(game, {**game, "number": 2, "home_points": 1}, **mlb)["written"] == 2
    assert record({**game, "number": 2, "home_points": 1}, **mlb)["unchanged"] == 1


def sheet(*table: dict[str, Any]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(table)
    return gzip.compress(text.getvalue().encode())


ROW = {
    "season": 2019,
    "date": "2019-01-16",
    "playoffs": "False",
    "away": "phi",
    "home": "bos",
    "score_away": 93,
    "score_home": 101,
    "whos_favored": "home",
    "spread": 4.5,
    "total": 201.5,
    "moneyline_away": 160,
    "moneyline_home": -190,
}


def test_a_table_becomes_events(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.past_games.__main__.MOST_ROWS", 1)
    (tmp_path / "games.csv.gz").write_bytes(sheet(ROW, {**ROW, "date": "2019-01-18"}, {**ROW, "home": "phi"}))
    wishes = [str(tmp_path / "games.csv.gz"), str(tmp_path / "events"), "--username", "ada", "--reason", REASON]
    assert main(wishes) == 0
    said = capsys.readouterr()
    assert said.out.startswith("2 games of 3 rows are in 2 events")
    assert "a team plays itself" in said.err
    for event in sorted((tmp_path / "events").iterdir()):
        assert operate(json.loads(event.read_text()))["written"] == 1
    assert lines(database)[0] == (1, 101, 93, -4.5, 201.5, -190, 160)
    assert main(wishes) == 2
    assert "is not empty" in capsys.readouterr().err
    (tmp_path / "none.csv").write_text("season\n")
    assert main([str(tmp_path / "none.csv"), str(tmp_path / "no"), *wishes[2:]]) == 2
    assert not (tmp_path / "no").exists()


def test_a_real_season_is_read_as_the_backtest_reads_it(recordings: Path, tmp_path: Path) -> None:
    """What the models read of the database is what they read of the table: teams by key, games, scores, lines."""
    with gzip.open(recordings / "nba" / "games_2008_2023.csv.gz", "rt") as file:
        header, *table = file.readlines()
    (tmp_path / "games.csv").write_text(header + "".join(row for row in table if row.startswith("2020,")))
    assert main([str(tmp_path / "games.csv"), str(tmp_path / "e"), "--username", "ada", "--reason", REASON]) == 0
    for event in sorted((tmp_path / "e").iterdir()):
        told = operate(json.loads(event.read_text()))
        assert (told["written"], told["refused"]) == (told["rows"], [])
    wanted = read_games(tmp_path / "games.csv", NBA).days
    with transaction() as connection:
        found = list(days_before(connection, NBA, AT, from_day=date.min))
    keys = {"gs": "gsw", "no": "nop", "ny": "nyk", "sa": "sas", "utah": "uta", "wsh": "was"}
    told_by_table: list[tuple[Any, ...]] = []
    told_by_database: list[tuple[Any, ...]] = []
    for facts, days in ((told_by_table, wanted), (told_by_database, found)):
        for day in days:
            for result in day.results:
                fixture, line = result.fixture, day.closing_lines.get(result.fixture.game)
                names = keys.get(fixture.home, fixture.home), keys.get(fixture.away, fixture.away)
                known = (day.day, *names, fixture.season, fixture.is_playoff, fixture.is_neutral)
                facts.append((*known, result.home_points, result.away_points, line))
    assert len(told_by_table) > 1_000
    assert sorted(told_by_database, key=str) == sorted(told_by_table, key=str)
