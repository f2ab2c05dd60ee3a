"""Training in tests: a small league in the database, a bucket in memory, and the function `train` at a given time."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

import boto3
import psycopg
import pytest
from moto import mock_aws
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from pickvs.core import clock, storage
from pickvs.core.alarm_clock import EVENT
from pickvs.predictions.facts.rules import Day
from pickvs.predictions.leagues.players import player_league
from tests.support.functions import load
from tests.support.small_league import TEAMS

NBA = "basketball_nba"
BUCKET = "models"


class Context:
    """What Lambda tells a function. It has an hour left."""

    aws_request_id = "00000000-0000-4000-8000-000000000000"
    function_name = "pickvs-test-train"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that is left."""
        return 3_600_000


class Trainer:
    """The database, the bucket, and the function."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.bucket = boto3.client("s3")
        self.bucket.create_bucket(Bucket=BUCKET)

    def rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Execute a statement as the owner, and return its rows."""
        with psycopg.connect(self.database, row_factory=dict_row) as owner:
            cursor = owner.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def learn(self, days: Sequence[Day], *, players: bool = False) -> None:
        """Write days of a small league as games of the past; with `players`, each team's nine lines of players."""
        with psycopg.connect(self.database, row_factory=dict_row) as owner:
            known = owner.execute(
                "SELECT id FROM teams WHERE sport = %s AND listed ORDER BY key LIMIT %s", (NBA, len(TEAMS))
            ).fetchall()
            teams = {name: row["id"] for name, row in zip(TEAMS, known, strict=True)}
            for season in {result.fixture.season for day in days for result in day.results}:
                owner.execute(
                    "INSERT INTO seasons VALUES (%s, %s, %s, %s, now()) ON CONFLICT DO NOTHING",
                    (NBA, season, f"{season}-08-01", f"{season + 1}-07-31"),
                )
            roster = _roster(owner, teams) if players else {}
            draw = random.Random(3)  # noqa: S311 - no secret
            for day in days:
                for result in day.results:
                    _write(owner, day, result, teams, roster, draw)

    def run(self, at: datetime, event: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the function at a time, woken or with another event."""
        with clock.held_at(at):
            answer = load("train/handler").handler(dict(EVENT) if event is None else event, Context())
        return dict(answer)

    def versions(self) -> list[dict[str, Any]]:
        """Return all versions with their model's name, in their order."""
        return self.rows(
            "SELECT model.name, version.* FROM model_versions version JOIN models model ON model.id = model_id"
            " ORDER BY version.id"
        )

    def champions(self) -> dict[str, tuple[int, str]]:
        """Return number and recipe of each model's champion."""
        return {
            row["name"]: (row["number"], row["recipe"]) for row in self.versions() if row["stage"] == "champion"
        }  # fmt: skip


@contextmanager
def training(database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Trainer]:
    """Run the function against `database` and an in-memory bucket."""
    with mock_aws():
        for name, value in {
            "MODELS_BUCKET": BUCKET,
            "PREDICTED_SPORTS": NBA,
            "AWS_DEFAULT_REGION": "us-east-1",
            "FUNCTIONS_TO_WAKE": '{"train": "arn of train", "deliver_notices": "arn of deliver_notices"}',
        }.items():
            monkeypatch.setenv(name, value)
        storage._client.cache_clear()
        yield Trainer(database)
        storage._client.cache_clear()


def ask(trainer: Trainer, at: datetime, *, kind: str = "games", task: str = "train", **spec: Any) -> int:
    """Queue a run that learns from what was known at `at`, and return its id."""
    [row] = trainer.rows(
        "INSERT INTO training_runs (task, sport, kind, status, as_of, seed, spec, requested_at, reason)"
        " VALUES (%s, %s, %s, 'queued', %s, 0, %s, %s, 'a test') RETURNING id",
        *(task, NBA, kind, at, Jsonb(spec), at),
    )
    return int(row["id"])


def after(days: Sequence[Day]) -> datetime:
    """Return a time at which all of the days are known, and the next day has not begun to play."""
    return datetime.combine(days[-1].day, time(20), UTC) + timedelta(days=1)


def _roster(owner: psycopg.Connection[Any], teams: dict[str, int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for team in teams:
        for number in range(9):
            row = owner.execute(
                "INSERT INTO players (sport, name, normal, created_at, updated_at)"
                " VALUES (%s, %s, %s, '2010-01-01', '2010-01-01') RETURNING id",
                (NBA, f"{team} {number}", f"{team}{number}"),
            ).fetchone()
            assert row is not None
            found.setdefault(team, []).append(row["id"])
    return found


def _write(
    owner: psycopg.Connection[Any],
    day: Day,
    result: Any,
    teams: dict[str, int],
    roster: dict[str, list[int]],
    draw: random.Random,
) -> None:
    fixture = result.fixture
    starts = datetime.combine(fixture.day, time(23), UTC)
    known = starts + timedelta(hours=15)
    row = owner.execute(
        "INSERT INTO past_games (sport, season, local_date, home_team_id, away_team_id, starts_at, phase, is_neutral,"
        " recorded_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
        (
            *(NBA, fixture.season, fixture.day, teams[fixture.home], teams[fixture.away], starts),
            *("playoffs" if fixture.is_playoff else "regular", fixture.is_neutral, known),
        ),
    ).fetchone()
    assert row is not None
    game = row["id"]
    line = day.closing_lines.get(fixture.game)
    prices = (line.spread, line.total, line.home_moneyline, line.away_moneyline) if line else (None,) * 4
    owner.execute(
        "INSERT INTO past_results VALUES (%s, 1, %s, %s, %s, %s, %s, %s, 'test', %s, %s)",
        (game, result.home_points, result.away_points, *prices, known, known),
    )
    if roster:
        _write_box(owner, game, result, teams, roster, known, draw)


def _write_box(
    owner: psycopg.Connection[Any],
    game: int,
    result: Any,
    teams: dict[str, int],
    roster: dict[str, list[int]],
    known: datetime,
    draw: random.Random,
) -> None:
    fixture, statistics = result.fixture, player_league(NBA).statistics
    box = owner.execute(
        "INSERT INTO box_scores (game_id, version, sport, season, state, reasons, source, confirmed_by, home_points,"
        " away_points, checksum, event_time, known_at, recorded_at)"
        " VALUES (%s, 1, %s, %s, 'final', '{}', 'test', '{}', %s, %s, 'x', %s, %s, %s) RETURNING id",
        (
            *(game, NBA, fixture.season, result.home_points, result.away_points),
            *(known - timedelta(hours=15), known, known),
        ),
    ).fetchone()
    assert box is not None
    lines = []
    for team, opponent, is_home in ((fixture.home, fixture.away, True), (fixture.away, fixture.home, False)):
        for number, player in enumerate(roster[team]):
            counts = {name: max(0, round(draw.gauss(9 - number, 2))) for name in statistics}
            lines.append(
                (
                    *(box["id"], game, fixture.season, 1, player, teams[team], teams[opponent], is_home),
                    *(60 * max(1, round(draw.gauss(38 - 3 * number, 3))), Jsonb(counts), "test", known),
                )
            )
    with owner.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO player_games VALUES ({', '.join(['%s'] * 12)})".encode(),
            lines,
        )
