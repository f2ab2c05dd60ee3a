"""What the first check cannot see is refused while the rows are loaded, and none of them stays."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from pickvs.operations.recovery import queries
from pickvs.operations.recovery.restoring import RestoreRefused
from tests.support.databases import Databases
from tests.support.exports import Bucket, elsewhere

SOMEBODY = (
    "INSERT INTO users (username, email, password_hash, created_at) VALUES ('eve', 'e@x.org', '$argon2id$', now())"
)


@pytest.fixture
def other(export: str, databases: Databases) -> Iterator[str]:
    with elsewhere(databases) as url:
        yield url


def users(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [name for (name,) in connection.execute("SELECT username FROM users")]


@pytest.mark.parametrize("wrong_by", [-1, 1])
def test_other_rows_than_the_manifest_says(export: str, bucket: Bucket, other: str, wrong_by: int) -> None:
    def change(manifest: dict[str, Any]) -> None:
        [table] = (each for each in manifest["tables"] if each["table"] == "users")
        table["rows"] += wrong_by

    bucket.forge(export, change)
    with pytest.raises(RestoreRefused, match=r"users\.copy\.gz has \d+ rows instead of \d+"):
        bucket.restore(export)
    assert users(other) == []


def test_a_row_that_came_after_the_first_check(
    export: str, bucket: Bucket, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = queries.lock

    def meddle(*arguments: Any) -> None:
        with psycopg.connect(other) as stranger:
            stranger.execute(SOMEBODY)
        lock(*arguments)

    monkeypatch.setattr(queries, "lock", meddle)
    with pytest.raises(RestoreRefused, match="the database is not empty: there are rows in users"):
        bucket.restore(export)
    assert users(other) == ["eve"]
