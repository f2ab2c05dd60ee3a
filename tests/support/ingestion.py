"""The environment of the ingestion functions: variables, the API key, a bucket, and the provider on loopback."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import psycopg
import pytest
from moto import mock_aws
from psycopg.rows import dict_row

from pickvs.core import storage
from pickvs.markets.providers import odds_api
from pickvs.markets.providers.http_source import Patience
from tests.support.alarms import set_game_times
from tests.support.databases import secret_values
from tests.support.odds_api import OddsApiServer

KEY = "4f1c0ffee/the+key&of-the-test"
BUCKET = "raw-answers"
QUICK = Patience(pauses=(0.01, 0.01))
"""The ingestion functions' patience, without the pauses between attempts."""


@dataclass(frozen=True)
class Surroundings:
    """The resources that a test inspects afterwards."""

    server: OddsApiServer
    url: str
    """The database's connection string."""

    def rows(self, query: str) -> list[dict[str, Any]]:
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            return connection.execute(query).fetchall()

    def runs(self) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM ingestion_runs ORDER BY id")

    def facts(self) -> dict[str, list[dict[str, Any]]]:
        """Return all rows that ingestion writes, except the runs themselves."""
        tables = {
            "games": "id",
            "game_provider_ids": "provider_id",
            "game_results": "id",
            "bookmaker_odds": "game_id, bookmaker, market, selection, captured_at",
            "quotes": "id",
        }
        return {table: self.rows(f"SELECT * FROM {table} ORDER BY {key}") for table, key in tables.items()}

    def kept(self) -> dict[str, Any]:
        """Return the decompressed objects in the bucket by key. Objects that are JSON lists are parsed."""
        client = boto3.client("s3")
        found = {}
        for entry in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
            stored = client.get_object(Bucket=BUCKET, Key=entry["Key"])
            assert stored["ContentEncoding"] == "gzip"
            body = gzip.decompress(stored["Body"].read())
            found[entry["Key"]] = json.loads(body) if body.startswith(b"[") and body.endswith(b"]") else body
        return found


@contextmanager
def ingesting(
    database: str, monkeypatch: pytest.MonkeyPatch, *, sports: str = "basketball_nba"
) -> Iterator[Surroundings]:
    """Run the ingestion functions against `database`, a provider on loopback and an in-memory bucket."""
    with OddsApiServer() as server, mock_aws():
        for name, value in {
            "ODDS_API_BASE_URL": server.url,
            "ODDS_API_KEY_SECRET_ARN": "test/odds-api",
            "ODDS_API_SPORTS": sports,
            "ODDS_API_REGIONS": "us",
            "SCORES_DAYS_FROM": "3",
            "SCORES_ESPN": "off",
            "MONTHLY_CREDITS": "500",
            "ODDS_TIMES": "05:00",
            "RESULTS_A_DAY": "1",
            "RAW_ANSWERS_BUCKET": BUCKET,
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            monkeypatch.setenv(name, value)
        set_game_times(monkeypatch)
        secret_values(monkeypatch, odds_api, {"test/odds-api": {"api_key": KEY}})
        monkeypatch.setattr(odds_api, "PATIENCE", QUICK)
        storage._client.cache_clear()
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield Surroundings(server, database)
        storage._client.cache_clear()


def scheduled(event_id: str = "17f2a6c0-0000-4000-8000-000000000001") -> dict[str, Any]:
    """Return the event of a scheduled EventBridge rule."""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": "2024-01-10T12:00:00Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:000000000000:rule/fetch-odds"],
        "detail": {},
    }
