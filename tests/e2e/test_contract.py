"""Schemathesis checks the whole platform against the whole OpenAPI document."""

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cdk.routes import ENDPOINTS
from tests.e2e.client import Client
from tests.e2e.teams import teams_of
from tests.e2e.test_journey import fetch_odds, game, wanted
from tests.support.laptop import ROOT, Laptop
from tests.support.odds_api import OddsApiServer
from tests.support.race_weeks import SEASON, offer_race

pytestmark = pytest.mark.xdist_group("contract")

SECONDS = 1_800
"""Maximum time of one run of schemathesis. It takes some minutes, and far more beside other work."""
NAME = "contract"
NUMBERS = range(900, 906)
"""The provider's numbers of the games that are offered."""


@pytest.fixture(scope="module")
def laptop(unthrottled: Laptop) -> Laptop:
    return unthrottled


@pytest.fixture(scope="module")
def api(laptop: Laptop) -> Client:
    return Client(laptop.base_url)


def known(laptop: Laptop, provider: OddsApiServer, api: Client) -> dict[str, Any]:
    """Existing values: games with quotes, picks that can be made, picks that were made, keys, a user."""
    user = api.register(NAME)
    tip_off = datetime.now(UTC).replace(microsecond=0) + timedelta(days=2)
    fetch_odds(laptop, provider, *(game(number, tip_off + timedelta(hours=number - 900)) for number in NUMBERS))
    homes = {teams_of(number)[0] for number in NUMBERS}
    games = [each for each in user.get("/games/upcoming").body["games"] if each["home_team"] in homes]
    can_be_made = [
        wanted(shown, market, selection, stake_units=1)
        for shown in games[:3]
        for market, selection in (("moneyline", "home"), ("spread", "away"), ("total", "over"))
    ]
    made = user.post("/picks", {"picks": can_be_made[:2]}).body["picks"]
    spare = user.make_key("picks:read")
    offer_race(laptop, 10)
    body = {"name": "The contract", "season": SEASON, "team_name": "Late Brakers", "visibility": "public"}
    league = user.post("/leagues", body).body["id"]
    other = api.register(f"{NAME}-other").post(f"/leagues/{league}/constructors", {"team_name": "Apex"}).body["id"]
    user.post(f"/leagues/{league}/start", None)
    laptop.invoke("tick_drafts")
    draft = user.get(f"/leagues/{league}/drafts").body["drafts"][0]
    drivers = user.get(f"/drafts/{draft['id']}/drivers").body["drivers"]
    constructors = [each["id"] for each in user.get(f"/leagues/{league}/constructors").body["constructors"]]
    assert other in constructors
    return {
        "picks": can_be_made[2:],
        "game_id": [each["id"] for each in games],
        "pick_id": [each["id"] for each in made],
        "key_id": [spare["id"]],
        "username": [NAME],
        "season": [SEASON],
        "league_id": [league],
        "draft_id": [draft["id"]],
        "drafted_race": [draft["race_id"]],
        "drafted_drivers": [driver["driver_id"] for driver in drivers],
        "constructor_id": constructors,
    }


@pytest.fixture(scope="module")
def environment(laptop: Laptop, provider: OddsApiServer, api: Client) -> dict[str, str]:
    """Environment variables for schemathesis. The calling account is not the one in the document's examples."""
    things = known(laptop, provider, api)
    laptop.invoke(
        "operator", {"command": "grant_role", "username": NAME, "role": "admin", "reason": "to call everything"}
    )
    session = api.post("/auth/login", {"email": f"{NAME}@example.com", "password": "correct horse battery"}).body
    key = Client(api.base, session["token"]).make_key(
        *("picks:read", "picks:write", "drafts:read", "drafts:write", "dfs:read", "dfs:write")
    )
    return {
        "CONTRACT_KNOWN": json.dumps(things),
        "CONTRACT_ACCESS_TOKEN": session["token"],
        "CONTRACT_API_KEY": key["key"],
    }


def conforms(laptop: Laptop, environment: dict[str, str], folder: Path, *options: str) -> None:
    """Run schemathesis. If it finds a problem, fail with its output."""
    done = subprocess.run(
        [
            "schemathesis",
            *("--config-file", str(ROOT / "tests/e2e/schemathesis.toml")),
            *("run", str(ROOT / "docs/openapi.json"), "--url", laptop.base_url, "--no-color"),
            *options,
        ],
        check=False,
        cwd=folder,
        env={**os.environ, **environment, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers/common'}"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_operation_keeps_the_document(laptop: Laptop, environment: dict[str, str], tmp_path: Path) -> None:
    conforms(laptop, environment, tmp_path, "--workers", "2")


def test_an_api_key_gets_what_the_document_says(laptop: Laptop, environment: dict[str, str], tmp_path: Path) -> None:
    """With valid requests: invalid ones fail as they do with an access token, after the authorizer."""
    accepting = [f"--include-operation-id={each.name}" for each in ENDPOINTS if each.scopes]
    key = {**environment, "CONTRACT_ACCESS_TOKEN": environment["CONTRACT_API_KEY"]}
    conforms(laptop, key, tmp_path, "--phases", "examples,fuzzing", "--mode", "positive", *accepting)
