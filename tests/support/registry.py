"""Rows of the registry of models for tests that need one in each table."""

from datetime import datetime, timedelta
from typing import Any

import psycopg

DIGEST = "0123456789abcdef" * 4


def fill_registry(connection: psycopg.Connection[Any], at: datetime, *, user: int, text: str = "a test") -> None:
    """Add a row to each table of the registry. user: who asked for the training. text: where a text is free."""
    connection.execute(
        """
        INSERT INTO models (name, sport, kind, variant, created_at)
        VALUES ('basketball_nba-no-market', 'basketball_nba', 'games', 'no-market', %(at)s);
        """,
        {"at": at},
    )
    values = {"at": at, "user": user, "text": text, "digest": DIGEST, "later": at + timedelta(hours=1)}
    connection.execute(
        """
        INSERT INTO training_runs (task, sport, kind, status, as_of, seed, spec, requested_at, requested_by, reason,
                                   attempts, started_at, ended_at, seconds, rows_sha256, code_sha256, packages, metrics,
                                   explanation)
        VALUES ('tune', 'basketball_nba', 'games', 'succeeded', %(at)s, 1, '{"points": 2}', %(at)s, %(user)s, %(text)s,
                1, %(at)s, %(later)s, 1.5, %(digest)s, %(digest)s, '{}', '{"best": 1}', %(text)s)
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO tuning_points (run_id, number, parameters, attempts, begun_at, loss, seconds, done_at, error)
        SELECT max(id), 1, '{}', 1, %(at)s, 0.1, 2.5, %(later)s, NULL FROM training_runs
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO model_versions (model_id, number, run_id, recipe, artefact_sha256, artefact_bytes, figures, gate,
                                    explanation, stage, created_at)
        SELECT max(id), 1, NULL, 'bootstrap', %(digest)s, 1, '{}', NULL, %(text)s, 'champion', %(at)s FROM models
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO promotions (model_id, version_id, act, reason, at)
        SELECT model_id, id, 'bootstrap', %(text)s, %(at)s FROM model_versions
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO rating_states (version_id, day, as_of, artefact_sha256, recorded_at)
        SELECT id, '2024-01-01', %(at)s, %(digest)s, %(later)s FROM model_versions
        """,
        values,
    )
