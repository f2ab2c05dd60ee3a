"""Benchmarks the wing `predictions`: training on 23,000 games and 250,000 lines of players, forecasts, and reading.

Training is the function `train` on one core, twice for each kind: both runs must make the same artefacts. The forecasts
are those of the function `predict`, for a slate of fifteen games and all their players, with the trained versions. A
reading is compared with that of the game itself, both warm and in turn.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import psycopg

from bench import past_seasons
from bench.table import Line, spread
from tests.support.database_roles import acting_as, role_of
from tests.support.databases import Databases
from tests.support.functions import load
from tests.support.gateway import send

NBA = past_seasons.NBA
SLATE, ROUNDS = 15, 201
TRAINING_SECONDS, TRAINING_MB = 600, 2_048
FORECAST_SECONDS, FORECAST_MB = 3.0, 256
AGAINST_GAME = 1.2
_ROOT = Path(__file__).parents[1]
_CHILD_SECONDS = 3_600
_WARM_UP = 20


@dataclass(frozen=True, slots=True)
class _Done:
    cpu: float
    mb: float
    report: dict[str, Any]


def measure(databases: Databases) -> list[Line]:
    """Train, forecast and read, and report what it took."""
    with tempfile.TemporaryDirectory(prefix="pickvs-bench-") as folder, databases.fresh() as url:
        last = past_seasons.write(url)
        at = datetime.combine(last + timedelta(days=5), time_of_day(18), UTC)
        lines = [line for kind in ("games", "players") for line in _training(url, at, Path(folder), kind)]
        game = _slate(url, at)
        lines += _forecasts(url, at, Path(folder))
        with databases.in_use(url):
            lines += _reading(game)
    return lines


def _training(url: str, at: datetime, folder: Path, kind: str) -> list[Line]:
    done, digests = [], []
    for run in (1, 2):
        _execute(
            url,
            "INSERT INTO training_runs (task, sport, kind, status, as_of, seed, spec, requested_at, reason)"
            " VALUES ('train', %s, %s, 'queued', %s, 0, '{}', %s, 'bench')",
            *(NBA, kind, at, at + timedelta(seconds=run)),
        )
        done.append(_child("train", url, at + timedelta(minutes=run), folder))
        assert done[-1].report["status"] == "succeeded", done[-1].report
        [[metrics]] = _execute(url, "SELECT metrics FROM training_runs WHERE id = %s", done[-1].report["run"])
        digests.append({each["model"] + " " + each["recipe"]: each["sha256"] for each in metrics["trained"]})
    shared = digests[0].keys() & digests[1].keys()
    assert shared
    assert all(digests[0][name] == digests[1][name] for name in shared), digests
    seconds, memory = max(each.cpu for each in done), max(each.mb for each in done)
    what = f"train, {kind}: {metrics['games']:,} games, {metrics['lines']:,} lines, {len(shared)} equal artefacts"
    return [
        Line(f"{what}, against {TRAINING_SECONDS} s", seconds, seconds / TRAINING_SECONDS, 1.0),
        Line(f"  memory, against {TRAINING_MB} MB", memory, memory / TRAINING_MB, 1.0, unit="MB"),
    ]


def _slate(url: str, at: datetime) -> int:
    """Announce a slate of all teams on the next evening, with lines, and return a game of it."""
    teams = _execute(url, "SELECT id, name FROM teams WHERE sport = %s AND listed ORDER BY id", NBA)
    games = []
    for number in range(SLATE):
        (home, home_name), (away, away_name) = teams[2 * number : 2 * number + 2]
        starts = at + timedelta(hours=30, minutes=10 * number)
        [[game]] = _execute(
            url,
            "INSERT INTO games (sport, home_team, away_team, home_team_id, away_team_id, local_date, commence_time,"
            " created_at, updated_at)"
            " VALUES (%s, %s, %s, %s, %s, (%s AT TIME ZONE 'America/New_York')::date, %s, %s, %s) RETURNING id",
            *(NBA, home_name, away_name, home, away, starts, starts, at, at),
        )
        games.append(game)
        for market, selection, line, price in (
            *(("spread", "home", -3.5, -110), ("spread", "away", 3.5, -110), ("total", "over", 221.5, -110)),
            *(("total", "under", 221.5, -110), ("moneyline", "home", None, -160), ("moneyline", "away", None, 140)),
        ):
            _execute(
                url,
                "INSERT INTO quotes (game_id, market, selection, line, price, probability, books, made_at, captured_at)"
                " VALUES (%s, %s, %s, %s, %s, 0.5, 9, %s, %s)",
                *(game, market, selection, line, price, at, at + timedelta(hours=1)),
            )
    return int(games[0])


def _forecasts(url: str, at: datetime, folder: Path) -> list[Line]:
    first = _child("predict", url, at + timedelta(hours=2), folder)
    _execute(url, "UPDATE quotes SET captured_at = captured_at + interval '2 hours'")
    usual = _child("predict", url, at + timedelta(hours=4), folder)
    told = first.report[NBA]
    [[players]] = _execute(url, "SELECT count(DISTINCT player_id) FROM player_predictions")
    assert (told["games"], told["broken"]) == (SLATE, 0), told
    what = f"predict, {SLATE} games, {players} players"
    return [
        Line(f"{what}, of a new stage, which reads all facts", first.cpu),
        Line("  memory", first.mb, unit="MB"),
        Line(f"{what}, as usual, against {FORECAST_SECONDS:.0f} s", usual.cpu, usual.cpu / FORECAST_SECONDS, 1.0),
        Line(f"  memory, against {FORECAST_MB} MB", usual.mb, usual.mb / FORECAST_MB, 1.0, unit="MB"),
    ]


def _reading(game: int) -> list[Line]:
    paths = {"get_game": f"/games/{game}", "get_game_predictions": f"/games/{game}/predictions"}
    taken: dict[str, list[float]] = {name: [] for name in paths}
    for number in range(ROUNDS + _WARM_UP):
        for name, path in paths.items():
            app = load(f"api/{name}").app
            with acting_as(role_of(name)):
                began = time.process_time()
                answer = send(app, "GET", path)
                seconds = time.process_time() - began
            assert answer.status == 200, answer.body
            if number >= _WARM_UP:
                taken[name].append(seconds)
    game_seconds, seconds = (statistics.median(each) for each in taken.values())
    return [
        Line("GET /games/{id}, processor time of the function", game_seconds, spread=spread(taken["get_game"])),
        Line(
            "GET /games/{id}/predictions, against it",
            seconds,
            seconds / game_seconds,
            AGAINST_GAME,
            spread(taken["get_game_predictions"]),
        ),
    ]


def _child(function: str, url: str, at: datetime, folder: Path) -> _Done:
    done = subprocess.run(
        [sys.executable, "-m", "bench.predictions_process", function, url, at.isoformat(), str(folder)],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join((str(_ROOT / "layers" / "common"), str(_ROOT)))},
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=_CHILD_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3_000:]
    told = json.loads(done.stdout.splitlines()[-1])
    return _Done(told["cpu"], told["mb"], told["report"])


def _execute(url: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description else []
