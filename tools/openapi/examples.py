"""Generates examples of bodies from their schemas. A value is the field's own example, or a default for its type."""

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import Draft202012Validator

from tools.openapi.raw import Json

_VALUES: Mapping[str, Any] = {
    "Accepted.detail": "A mail is on its way to the address.",
    "AccountToken.expires_at": "2026-03-15T23:30:00Z",
    "Confirmation.token": "dGhpcyBpcyBub3QgYSBvbmUtdGltZSB0b2tlbi4uLi4",
    "Credentials.email": None,
    "OwnSession.id": "0c1e6f9a-3b57-4a8e-9a51-6d1d3c1f7e20",
    "PasswordReset.token": "dGhpcyBpcyBub3QgYSBvbmUtdGltZSB0b2tlbi4uLi4",
    "WantedUsername.username": "ada_lovelace",
    "ApiKey.scopes": ["picks:read", "picks:write"],
    "TrainingOrder.points": None,
    "TrainingOrder.parameters_of": None,
    "Cause.reason": None,
    "Explanation.rule": "A spread pick wins when its team's score plus its line is above the other team's score.",
    "GameDetail.status": "finished",
    "GameListing.away_score": None,
    "GameListing.home_score": None,
    "GameListing.status": "scheduled",
    "GameResult.outcome": "final",
    "GameResult.reason": None,
    "GameDetail.merged_into": None,
    "LineMove.event": "move",
    "NewApiKey.key": "pvk_9f3Kx2QaVb7Lw0TzRy5HcN8mPq1JdUeS4gXiOk6Et",
    "OfferedSide.captured_at": "2026-03-14T05:00:04Z",
    "PickedGame.status": "finished",
    "Review.reason": "Inglewood Sails is not known; it is taken for Los Angeles Clippers",
    "RememberedAnswer.key": "evening-of-2026-03-14",
    "RatedTeam.team": "Boston Celtics",
    "PointsForecast.low_80": -11.9,
    "PointsForecast.high_80": 21.2,
    "ForecastAtLine.spread": None,
    "PlayerForecast.name": "Jayson Tatum",
    "ForecastGame.status": "scheduled",
    "ForecastGame.home_score": None,
    "ForecastGame.away_score": None,
    "MarketLine.spread": -4.5,
    "MarketLine.total": 221.5,
    "MarketLine.home_moneyline": -190,
    "MarketLine.away_moneyline": 160,
    "ForecastsAtLine.spread": -4.5,
    "ForecastsAtLine.total": 221,
    "OverProbabilities.line": 24.5,
    "ForecastQuantile.value": 24,
    "CalibrationBin.low": 0.6,
    "CalibrationBin.high": 0.7,
    "CalibrationBin.games": 2481,
    "Calibration.model": "basketball_nba-past-lines",
    "MeanFigure.value": 0.6041,
    "PairedFigure.value": 0.0099,
    "ForecastContribution.value": 5.1,
    "ForecastContribution.points": 2.1,
    "SpreadProbabilities.home_covers": 0.502,
    "SpreadProbabilities.away_covers": 0.498,
    "SpreadProbabilities.push": 0,
    "TotalProbabilities.over": 0.495,
    "TotalProbabilities.push": 0.022,
    "TotalProbabilities.under": 0.483,
    "OverProbabilities.over": 0.478,
    "OverProbabilities.push": 0,
    "OverProbabilities.under": 0.522,
    "GameForecast.tie": 0,
    "HistoricForecast.tie": 0,
    "ForecastAtLine.tie": 0,
    "BoardUnits.units": -1.31,
    "Ratings.day": "2026-03-14",
    "BoardRow.games": 1230,
    "accuracy": 0.671,
    "against": "close",
    "away_win": 0.335,
    "bias": 0.0041,
    "brier": 0.2084,
    "caution": None,
    "close_log_loss": 0.4308,
    "close_margin_crps": 5.97,
    "contestant": "past-lines",
    "cover_80": 0.801,
    "dispersion": 2.31,
    "ece": 0.0112,
    "elo": 1583.2,
    "error": 0.0011,
    "feature": "line_margin",
    "features_sha256": "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",
    "forecast": 0.648,
    "happened": 0.655,
    "home_win": 0.665,
    "interval_high": 0.668,
    "interval_low": 0.628,
    "level": 0.5,
    "line_rating": 4.31,
    "line_rating_sd": 1.02,
    "log_loss": 0.6041,
    "luck_high": 6.2,
    "luck_low": -9.4,
    "margin_crps": 7.05,
    "mean": 4.7,
    "median": 4.9,
    "model": "basketball_nba-past-lines",
    "note": None,
    "probability_to_play": 0.75,
    "published_at": "2026-03-14T21:40:02Z",
    "rating": 3.94,
    "rating_sd": 1.87,
    "slope": 0.97,
    "statistic": "points",
    "team": "boston_celtics",
    "total_crps": 10.2,
    "words": "Elo rating, home advantage included (3.57) moves the margin by 3.6 points towards the home team.",
    "above": [],
    "action": "set_result",
    "actor": "grace",
    "actor_id": 12,
    "age_seconds": 5400,
    "answer": {"status": "success", "picks_created": 1},
    "as_of": "2026-03-15T09:00:12Z",
    "attempts": 1,
    "away_score": 104,
    "away_team": "Miami Heat",
    "began_at": "2026-03-14T23:11:30Z",
    "below": [],
    "body_hash": "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",
    "bookmaker": "draftkings",
    "bookmakers": ["draftkings", "fanduel"],
    "books": 9,
    "captured_at": "2026-03-14T05:00:04Z",
    "closed_at": None,
    "current_password": "nine purple teapots",
    "closing_line": -5.5,
    "closing_price": -110,
    "clv_percent": 1.85,
    "clv_points": None,
    "clv_reason": None,
    "commence_time": "2026-03-14T23:10:00Z",
    "comparison": "home 112 + line -4.5 = 107.5 against away 104: ahead by 3.5 -> win",
    "created_at": "2025-10-20T18:04:11Z",
    "confirmed": True,
    "delivery_id": 41,
    "email": "ada@example.com",
    "ended_at": "2026-03-15T09:00:14Z",
    "expires_at": "2026-04-13T17:25:40Z",
    "expires_in": 1800,
    "game_id": 41,
    "graded_at": "2026-03-15T09:00:12Z",
    "home_score": 112,
    "home_team": "Boston Celtics",
    "id": 41,
    "index": 0,
    "into": 42,
    "joined_at": "2026-02-01T19:12:45Z",
    "key": "basketball_nba",
    "last_error": None,
    "last_status": 204,
    "last_success": "2026-03-14T05:00:04Z",
    "line": -4.5,
    "losses": 51,
    "market": "spread",
    "multiplicative": 0.5238,
    "name": "model on my server",
    "next_at": None,
    "next_cursor": "WyIyMDI2LTAzLTE0VDIzOjEwOjAwWiIsNDFd",
    "new_password": "seven green kettles",
    "password": "nine purple teapots",
    "payment": "1 x 100 / 110 = 0.9091",
    "picks": 118,
    "picks_created": 1,
    "picks_missing": 0,
    "placed_at": "2026-03-14T17:25:40Z",
    "power": 0.5241,
    "prefix": "pvk_9f3Kx2Qa",
    "price": -110,
    "probability": 0.5238,
    "provider": "the_odds_api",
    "queued_at": "2026-03-15T09:00:12Z",
    "read_at": None,
    "provider_id": "4cbe1751fe901456fd9712b5b1010a4d",
    "provider_updated_at": "2026-03-14T04:58:30Z",
    "pushes": 3,
    "quote_id": 9001,
    "rank": 7,
    "raw_object": "the_odds_api/odds/2026/03/14/050004-basketball_nba.json",
    "reason": "The scorer's table corrected the official score.",
    "recorded_at": "2026-03-15T09:00:09Z",
    "refresh_token": "zJ9v0c0H3yV5b8Jr1nQm7T2kX4wLfPqS6dGhYtRzUaE",
    "result": "win",
    "result_units": 0.9091,
    "revoked_at": None,
    "roi": 6.3,
    "schema_version": "0008",
    "scopes": ["picks:read", "picks:write"],
    "selection": "home",
    "settled_at": "2026-03-15T09:00:12Z",
    "shin": 0.5239,
    "sides": "same",
    "skill": 0.0214,
    "skill_high": 0.0611,
    "skill_low": -0.0183,
    "source": "the_odds_api",
    "sport": "basketball_nba",
    "stake_units": 1,
    "subject": None,
    "time_zone": "America/New_York",
    "title": "NBA",
    "token": "eyJhbGciOiJIUzI1NiIsImtpZCI6IjEiLCJ0eXAiOiJKV1QifQ.e30.c2lnbmF0dXJl",
    "total_units": 7.4313,
    "total_wagered": 118,
    "trigger_id": "5f0f9f1c-3f53-4ad4-8c0f-5d1f5c0f5f3a",
    "units": 0.9091,
    "used_at": None,
    "username": "ada",
    "void_reason": None,
    "wagered": 1,
    "win_rate": 55.65,
    "wins": 64,
}
"""Example values by field, or by schema and field if the field's name is ambiguous."""


_BY_KIND: Mapping[tuple[str, str | None], Any] = {
    ("boolean", None): True,
    ("integer", None): 1,
    ("number", None): 1,
    ("object", None): {},
    ("string", "date"): "2026-03-14",
    ("string", "date-time"): "2026-03-14T17:25:40Z",
    ("string", "uuid"): "0b0c9a1e-6f0e-4c55-9d0a-5a4b8f3f7c21",
}
"""Default example values by type and format."""


def example(schema: Json, schemas: Mapping[str, Json], *, name: str = "", owner: str = "") -> Any:
    """Return a value that matches the schema. `name` is the field that it is for, and `owner` the field's schema.

    Raises LookupError if there is no example for a field. Add `Field(examples=[...])` to it, or an entry to _VALUES.
    """
    if schema.get("examples"):
        return schema["examples"][0]
    for known in (f"{owner}.{name}", name):
        if known in _VALUES and _fits(_VALUES[known], schema, schemas):
            return _VALUES[known]
    for choice in schema.get("anyOf") or schema.get("oneOf") or []:
        if choice.get("type") != "null":
            return example(choice, schemas, name=name, owner=owner)
    if "$ref" in schema:
        kind = schema["$ref"].rpartition("/")[2]
        return example(schemas[kind], schemas, name=name, owner=kind)
    return _made(schema, schemas, name, owner)


def _made(schema: Json, schemas: Mapping[str, Json], name: str, owner: str) -> Any:
    match schema:
        case {"const": value} | {"default": value} | {"enum": [value, *_]}:
            return value
        case {"properties": fields}:
            return {field: example(inner, schemas, name=field, owner=owner) for field, inner in fields.items()}
        case {"items": items}:
            return [example(items, schemas, name=name, owner=owner)]
        case {"type": str(kind)} if (kind, schema.get("format")) in _BY_KIND:
            return _BY_KIND[kind, schema.get("format")]
    raise LookupError(f"{owner}.{name} has no example, and tools/openapi/examples.py knows none")


def _fits(value: Any, schema: Json, schemas: Mapping[str, Json]) -> bool:
    whole = {**schema, "components": {"schemas": dict(schemas)}}
    return Draft202012Validator(whole, validate_formats=True).is_valid(value)
