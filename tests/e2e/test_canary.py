"""The canary on the laptop cloud: every step succeeds, or it reports the step that fails. No account is left behind."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from pickvs.operations.canary.rules import WAY
from tests.e2e.client import Client
from tests.e2e.offers import offer_game
from tests.support.laptop import Laptop
from tests.support.odds_api import OddsApiServer

pytestmark = pytest.mark.xdist_group("e2e")

NAMES = [step.name for step in WAY]


def canaries(laptop: Laptop) -> int:
    """Return the number of canary accounts that are not erased."""
    with psycopg.connect(laptop.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM users WHERE username LIKE 'canary-%'").fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def refusing(laptop: Laptop, table: str, what: str) -> Iterator[None]:
    """Make the database refuse changes to a table, so that the steps that need them fail."""
    with psycopg.connect(laptop.database_url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION break_down() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'broken for a test'; END $$"
        )
        connection.execute(
            f"CREATE TRIGGER break_down BEFORE {what} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION break_down()"
        )
        try:
            yield
        finally:
            connection.execute("DROP FUNCTION break_down CASCADE")


def test_the_way_is_open_and_nobody_is_left(laptop: Laptop, provider: OddsApiServer, api: Client) -> None:
    offer_game(laptop, provider, api, 901)
    report = laptop.invoke("canary")
    assert (report["passed"], report["failed"], report["account_left"], report["notes"]) == (True, None, None, [])
    assert [step["step"] for step in report["steps"]] == NAMES
    assert [step["status"] for step in report["steps"]] == [step.status for step in WAY]
    assert all(step["seconds"] >= 0 and step["request_id"] for step in report["steps"])
    assert canaries(laptop) == 0
    # All requests of a run share a correlation id in the logs, and the logs have no credentials.
    assert report["walk"] in laptop.logs("delete_me")
    log = laptop.logs("canary")
    assert report["walk"] in log
    assert '"CanaryFailures":[0' in log.replace(" ", "")
    assert f'"CanarySteps":[{len(WAY)}' in log.replace(" ", "")
    assert "Bearer" not in log
    assert "eyJ" not in log


@pytest.mark.parametrize(
    ("table", "what", "step"),
    [("users", "INSERT", "register"), ("picks", "INSERT", "create_picks")],
)
def test_a_broken_step_is_named_and_nobody_is_left(
    laptop: Laptop, provider: OddsApiServer, api: Client, table: str, what: str, step: str
) -> None:
    offer_game(laptop, provider, api, 902)
    with refusing(laptop, table, what):
        report = laptop.invoke("canary")
    wanted = next(each.status for each in WAY if each.name == step)
    assert report["passed"] is False
    assert report["failed"] == {
        "step": step,
        "why": f"answered 500 INTERNAL_ERROR, and the contract says {wanted}",
    }
    assert report["account_left"] is None
    assert canaries(laptop) == 0
    assert '"CanaryFailures":[1' in laptop.logs("canary").replace(" ", "")


def test_an_account_that_cannot_be_erased_is_named(laptop: Laptop, provider: OddsApiServer, api: Client) -> None:
    offer_game(laptop, provider, api, 903)
    with refusing(laptop, "users", "UPDATE"):
        report = laptop.invoke("canary")
    assert report["failed"]["step"] == "delete_me"
    assert report["account_left"] == report["walk"]
    with psycopg.connect(laptop.database_url) as connection:
        connection.execute("UPDATE users SET username = 'left-by-test' WHERE username = %s", (report["walk"],))
    assert canaries(laptop) == 0
    assert json.dumps(report).count("password") == 0
