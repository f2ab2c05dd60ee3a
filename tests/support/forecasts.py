"""A league whose games are forecast: teams, games with quotes, and the deployed function `predict` with a bucket."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from moto import mock_aws

from pickvs.core import clock, storage
from pickvs.core.config import settings
from pickvs.core.database import transaction
from pickvs.predictions.bootstrap.rules import games_artefact
from pickvs.predictions.forecasts import champions
from pickvs.predictions.leagues.games import game_league
from pickvs.predictions.registry import artefacts
from pickvs.predictions.registry import service as registry
from pickvs.predictions.registry.rules import ModelKey
from pickvs.predictions.scoring.service import score_settled
from pickvs.sports.rules import local_date
from tests.support.alarms import watch_clocks
from tests.support.contest import Contest
from tests.support.database_roles import acting_as
from tests.support.functions import load

NBA = "basketball_nba"
MODELS = "models"
START = datetime(2024, 1, 5, 0, 30, tzinfo=UTC)
"""19:30 on 4 January in New York."""
LOCK_SECONDS = 30
FACTS = {
    "game_predictions": "home_win",
    "player_predictions": "statistics",
    "prediction_scores": "log_loss",
    "player_prediction_scores": "scores",
    "team_ratings": "rating",
}
"""Tables of which no row ever changes, each with a column. The tests of forecasts try them."""


class League:
    """Games between the teams of the NBA, and what happens to them."""

    def __init__(self, url: str) -> None:
        self.contest = Contest(url)
        self.db = self.contest.connection
        rows = self.db.execute("SELECT id, key, name FROM teams WHERE sport = %s AND listed ORDER BY key", (NBA,))
        self.teams = rows.fetchall()

    def game(self, starts_at: datetime, home: int, away: int) -> int:
        """Insert a game between two teams, by their place in the list, as it is known three days before."""
        one, other = self.teams[home], self.teams[away]
        known = starts_at - timedelta(days=3)
        row = self.db.execute(
            """
            INSERT INTO games (sport, home_team, away_team, home_team_id, away_team_id, local_date, commence_time,
                               created_at, updated_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
            """,
            (
                *(NBA, one["name"], other["name"], one["id"], other["id"], local_date(NBA, starts_at), starts_at),
                *(known, known),
            ),
        ).fetchone()
        assert row is not None
        return int(row["id"])

    def line(self, game: int, spread: float, total: float, at: datetime, seen: datetime | None = None) -> None:
        """Quote a line from `at` on, in place of the one in force. seen: when it was last captured."""
        self.db.execute(
            "UPDATE quotes SET captured_at = greatest(captured_at, %(at)s - interval '1 minute'),"
            " superseded_at = %(at)s WHERE game_id = %(game)s AND superseded_at IS NULL",
            {"at": at, "game": game},
        )
        sides: tuple[tuple[str, str, Decimal | None, int], ...] = (
            ("spread", "home", Decimal(str(spread)), -110),
            ("spread", "away", -Decimal(str(spread)), -110),
            ("total", "over", Decimal(str(total)), -110),
            ("total", "under", Decimal(str(total)), -110),
            ("moneyline", "home", None, -160),
            ("moneyline", "away", None, 140),
        )
        for market, selection, line, price in sides:
            self.contest.quote(game, market, selection, line, price, made_at=at, captured_at=seen or at)

    def move(self, game: int, starts_at: datetime) -> None:
        """Move a game's tip-off within its day."""
        self.db.execute("UPDATE games SET commence_time = %s WHERE id = %s", (starts_at, game))

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        return self.db.execute(query, values).fetchall()

    def predictions(self) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM game_predictions ORDER BY id")

    def close(self) -> None:
        self.contest.close()


@contextmanager
def forecasting(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[League]:
    """Yield a league in the database at `url`, with what the functions of forecasts need."""
    with mock_aws():
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        for name, value in (
            ("MODELS_BUCKET", MODELS),
            ("PREDICTED_SPORTS", NBA),
            ("MAX_ODDS_AGE_HOURS", "24"),
            ("LOCK_MARGIN_SECONDS", str(LOCK_SECONDS)),
        ):
            monkeypatch.setenv(name, value)
        watch_clocks(monkeypatch, "predict")
        settings.cache_clear()
        storage._client.cache_clear()
        champions.forget()
        boto3.client("s3").create_bucket(Bucket=MODELS)
        league = League(url)
        yield league
        league.close()
        storage._client.cache_clear()


def predict(at: datetime, event: dict[str, str] | None = None) -> dict[str, Any]:
    """Run the function `predict` at a moment."""
    with clock.held_at(at):
        return dict(load("predict/handler").handler({} if event is None else event, None))


def score(at: datetime) -> dict[str, int]:
    """Score what is to be scored at a moment, as the role that settles games."""
    with clock.held_at(at), acting_as("writer"):
        return score_settled()


def promote(at: datetime, intercept: float) -> None:
    """Register another version of the model `no-market`, and let it forecast from `at` on, as `train` does."""
    first = games_artefact(game_league(NBA), "no-market")
    content = replace(first, kind="ridge", margin=replace(first.margin, intercept=intercept)).to_bytes()
    promote_artefact(at, ModelKey(NBA, "games", "no-market"), "ridge", content)


def promote_artefact(at: datetime, key: ModelKey, recipe: str, content: bytes) -> None:
    """Register a version of a model, unless it is there, and let it forecast from `at` on, as `train` does."""
    with acting_as("forecaster"), transaction() as connection:
        model = registry.ensure_model(connection, key, at)
        registry.take_turn(connection, model)
        current = registry.champion(connection, key)
        run = connection.execute(
            "INSERT INTO training_runs (task, sport, kind, status, as_of, seed, spec, requested_at, reason)"
            " VALUES ('train', %s, %s, 'queued', %s, 0, '{}', %s, 'a test') RETURNING id",
            (key.sport, key.kind, at, at),
        ).fetchone()
        assert run is not None
        candidate = registry.Candidate(
            recipe=recipe,
            artefact=artefacts.store(key.name, content),
            figures={},
            gate=None,
            explanation="for a test",
            stage="candidate",
        )
        version = registry.register(connection, model, candidate, run_id=run["id"], at=at)
        if current is None or current.id != version.id:
            registry.make_champion(connection, model, version, act="gate", actor_id=None, reason="a test", at=at)
