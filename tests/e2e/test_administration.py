"""An administrator on the laptop cloud: appointed by the operator; tries, corrects and reopens a result."""

import json
import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.e2e.offers import pick_of
from tests.e2e.teams import teams_of
from tests.support.boards import kept
from tests.support.gateway import Answer
from tests.support.laptop import ROOT, Laptop, LaptopError
from tests.support.odds_api import OddsApiServer, Reply, event, h2h, score, spreads, totals
from tests.support.snapshot import everything

pytestmark = pytest.mark.xdist_group("e2e")

TEAMS = teams_of(700)
REASON = "the league corrected the score"


class Evening:
    """One game that tips off in a moment; anna is on the home team, bert on the other."""

    def __init__(self, laptop: Laptop, provider: OddsApiServer, api: Client) -> None:
        self.laptop, self.provider, self.api = laptop, provider, api
        self.tip_off = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=12)
        markets = [h2h(-120, 105), spreads(-2.5), totals(220.5)]
        books = dict.fromkeys(("betmgm", "draftkings", "fanduel"), markets)
        provider.answer("odds", Reply([event(700, *TEAMS, self.rfc3339, books=books)]))
        [run] = laptop.invoke("fetch_odds")["runs"]
        assert run["status"] == "succeeded", run
        [self.game] = api.get(f"/games?team={TEAMS[0].replace(' ', '%20')}").body["games"]
        self.anna, self.bert = api.register("disputed-anna"), api.register("disputed-bert")
        for user, selection in ((self.anna, "home"), (self.bert, "away")):
            made = user.post("/picks", {"picks": [pick_of(self.game, "moneyline", selection)]})
            assert made.status == 201, made.body

    @property
    def rfc3339(self) -> str:
        return f"{self.tip_off:%Y-%m-%dT%H:%M:%SZ}"

    def wait_for_tip_off(self) -> None:
        while datetime.now(UTC) <= self.tip_off:
            time.sleep(0.2)

    def provider_says(self, home: int, away: int) -> dict[str, Any]:
        self.provider.answer("scores", Reply([score(700, *TEAMS, home, away, tip_off=self.rfc3339)]))
        [run] = self.laptop.invoke("process_results")["runs"]
        assert run["status"] == "succeeded", run
        return dict(run["counts"])

    def results(self) -> tuple[str | None, str | None]:
        """Return the results of anna's and bert's picks."""
        [anna], [bert] = (user.get("/picks/me").body["picks"] for user in (self.anna, self.bert))
        return anna["result"], bert["result"]


def appoint(laptop: Laptop, username: str, role: str = "admin") -> Any:
    return laptop.invoke(
        "operator", {"command": "grant_role", "username": username, "role": role, "reason": "of this test"}
    )


def login(api: Client, name: str) -> Client:
    answer = api.post("/auth/login", {"email": f"{name}@example.com", "password": "correct horse battery"})
    return Client(api.base, answer.body["token"])


def test_a_result_is_tried_corrected_and_reopened(laptop: Laptop, provider: OddsApiServer, api: Client) -> None:
    evening = Evening(laptop, provider, api)
    address, url = f"/admin/games/{evening.game['id']}", laptop.database_url
    plain = api.register("chief")
    assert appoint(laptop, "CHIEF") == {"username": "chief", "before": "user", "after": "admin"}
    # The older token still has the role of the time when it was issued.
    plain.post(f"{address}/void", {"reason": REASON}).problem(403, "ROLE_REQUIRED")
    chief = login(api, "chief")

    def put(body: dict[str, Any], *, dry_run: bool) -> Answer:
        return chief.send("PUT", f"{address}/result", body={**body, "reason": REASON, "dry_run": dry_run})

    put({"home_score": 1, "away_score": 0}, dry_run=True).problem(409, "GAME_NOT_STARTED")
    evening.wait_for_tip_off()
    evening.provider_says(112, 104)
    assert evening.results() == ("win", "loss")

    other_score = {"home_score": 104, "away_score": 112}
    before = everything(url)
    tried = put(other_score, dry_run=True)
    assert tried.status == 200, tried.body
    assert everything(url) == before
    done = put(other_score, dry_run=False)
    assert {**done.body, "dry_run": True} == tried.body
    assert [(pick["username"], pick["after"]["result"]) for pick in done.body["picks"]] == [
        ("disputed-anna", "loss"),
        ("disputed-bert", "win"),
    ]
    assert {row["username"] for row in done.body["ranks"]} >= {"disputed-anna", "disputed-bert"}
    assert evening.results() == ("loss", "win")

    counts = evening.provider_says(112, 104)
    assert (counts["decided"], counts["picks_graded"]) == (1, 0)
    assert evening.results() == ("loss", "win")

    assert chief.post(f"{address}/reopen", {"reason": "the league takes it back"}).status == 200
    assert evening.results() == (None, None)
    assert evening.provider_says(112, 104)["picks_graded"] == 2
    assert evening.results() == ("win", "loss")

    found = chief.get(f"/admin/audit-log?game_id={evening.game['id']}").body["entries"]
    assert [(entry["actor"], entry["action"], entry["reason"]) for entry in found] == [
        ("chief", "reopen_game", "the league takes it back"),
        ("chief", "set_result", REASON),
    ]
    corrected = found[1]
    assert (corrected["before"]["home_score"], corrected["after"]["home_score"]) == (112, 104)
    assert corrected["after"]["picks_changed"] == 2
    [run] = chief.get("/admin/ingestion-runs?job=process_results&limit=1").body["runs"]
    assert run["counts"]["picks_graded"] == 2

    before_rebuild = kept(url)
    laptop.invoke("operator", {"command": "rebuild_standings"})
    assert kept(url) == before_rebuild


def test_nobody_else_administers(laptop: Laptop, api: Client) -> None:
    user = api.register("curious")
    for path in ("/admin/audit-log", "/admin/credits", "/admin/ingestion-runs"):
        user.get(path).problem(403, "ROLE_REQUIRED")
        api.get(path).problem(401, "UNAUTHENTICATED")
    appoint(laptop, "curious")
    admin = login(api, "curious")
    assert admin.get("/admin/audit-log?subject=curious").body["entries"][0]["action"] == "grant_role"
    appoint(laptop, "curious", "user")
    # The token still says admin; the database does not.
    admin.get("/admin/audit-log").problem(403, "ROLE_REQUIRED")


def test_the_documented_commands(laptop: Laptop, api: Client) -> None:
    api.register("made-admin")
    done = subprocess.run(
        ["make", "-s", "admin", "USERNAME=made-admin"],
        cwd=ROOT,
        env={**os.environ, "PICKVS_STATE": str(laptop.state), "MAKEFLAGS": ""},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"username": "made-admin", "before": "user", "after": "admin"}
    assert login(api, "made-admin").get("/admin/audit-log?limit=1").status == 200
    with pytest.raises(LaptopError, match=r"CommandRefused: .*Send \{\"command\": \"grant_role\""):
        laptop.invoke("operator")
