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
        INSERT INTO rating_states (version_id, day, as_of, facts_sha256, artefact_sha256, recorded_at)
        SELECT id, '2024-01-01', %(at)s, %(digest)s, %(digest)s, %(later)s FROM model_versions
        """,
        values,
    )


def fill_forecasts(connection: psycopg.Connection[Any], at: datetime, *, game: int, text: str = "a test") -> None:
    """Add a row to each table of forecasts, for a final game with a box score of a player. at: before its tip-off."""
    values = {"at": at, "game": game, "text": text, "digest": DIGEST}
    connection.execute(
        """
        INSERT INTO game_predictions (game_id, contestant, version_id, as_of, published_at, starts_at, distribution,
                                      figures, home_win, line, contributions, features_sha256)
        SELECT %(game)s, 'no-market', (SELECT max(id) FROM model_versions), %(at)s, %(at)s,
               %(at)s + interval '1 hour', jsonb_build_object('text', %(text)s::text), '{}', 0.1::float8 + 0.2, NULL,
               '[]', %(digest)s
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO player_predictions (game_id, player_id, team, version_id, as_of, published_at, starts_at,
                                        statistics, to_play, features_sha256)
        SELECT %(game)s, (SELECT max(id) FROM players), %(text)s, (SELECT max(id) FROM model_versions), %(at)s, %(at)s,
               %(at)s + interval '1 hour', '{}', NULL, %(digest)s
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO prediction_scores (prediction_id, result_id, game_id, contestant, scored_at, home_won, log_loss,
                                       brier, margin_log, margin_crps, total_crps, inside_80)
        SELECT prediction.id, result.id, prediction.game_id, contestant, %(at)s, true, 1e-17, 0.3, 3.5, 7.1, 10.2, 1
        FROM game_predictions prediction, game_results result WHERE result.game_id = prediction.game_id
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO player_prediction_scores (prediction_id, box_id, game_id, player_id, scored_at, scores)
        SELECT prediction.id, (SELECT max(id) FROM box_scores), game_id, player_id, %(at)s, '{}'
        FROM player_predictions prediction
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO model_daily (sport, contestant, day, games, paired_games, updated_at)
        VALUES ('basketball_nba', 'no-market', '2024-01-04', 1, 0, %(at)s)
        """,
        values,
    )
    connection.execute(
        """
        INSERT INTO team_ratings (sport, day, team, version_id, as_of, rating, rating_sd, line_rating, line_rating_sd,
                                  elo, games)
        SELECT 'basketball_nba', '2024-01-04', %(text)s, max(id), %(at)s, 0.1, 1e-9, -1.5, 2, 1500, 0
        FROM model_versions
        """,
        values,
    )
