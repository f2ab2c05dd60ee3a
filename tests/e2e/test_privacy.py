"""An account from its first pick to its erasure, over HTTP, through the synthesised stack."""

import pytest

from tests.e2e.client import Client
from tests.e2e.offers import offer_game, pick_of
from tests.support.laptop import Laptop
from tests.support.odds_api import OddsApiServer

pytestmark = pytest.mark.xdist_group("e2e")

LOGIN = {"email": "gone@example.com", "password": "correct horse battery"}


def test_an_account_is_exported_and_erased(laptop: Laptop, provider: OddsApiServer, api: Client) -> None:
    game = offer_game(laptop, provider, api, 7001)
    gone = api.register("gone")
    slip = {"picks": [pick_of(game, "spread", "away")]}
    made = gone.send("POST", "/picks", body=slip, headers={"Idempotency-Key": "the first"})
    assert made.status == 201, made.body
    key = gone.post("/api-keys", {"name": "bot", "scopes": ["picks:write"], "password": LOGIN["password"]})
    assert key.status == 201, key.body

    export = gone.get("/users/me/export").body
    assert (export["account"]["username"], export["account"]["email"]) == ("gone", LOGIN["email"])
    assert [pick["id"] for pick in export["picks"]] == [made.body["picks"][0]["id"]]
    assert [each["answer"] for each in export["idempotency_keys"]] == [made.body]
    assert [each["prefix"] for each in export["api_keys"]] == [key.body["prefix"]]
    assert (len(export["sessions"]), export["next_cursor"]) == (1, None)
    table = gone.get("/users/me/export?format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.body.splitlines()) == 2

    profile = api.get("/users/GONE").body
    assert (profile["username"], profile["totals"]["picks"], profile["latest_picks"]) == ("gone", 0, [])

    gone.send("DELETE", "/users/me", body={"password": "a guess"}).problem(403, "WRONG_PASSWORD")
    erased = gone.send("DELETE", "/users/me", body={"password": LOGIN["password"]})
    assert (erased.status, erased.body) == (204, None)

    other = {"picks": [pick_of(game, "total", "over")]}
    gone.post("/picks", other).problem(401, "UNAUTHENTICATED")
    Client(api.base, key.body["key"]).post("/picks", other).problem(401, "UNAUTHENTICATED")
    gone.get("/users/me/export").problem(401, "UNAUTHENTICATED")
    api.post("/auth/login", LOGIN).problem(401, "INVALID_CREDENTIALS")
    api.get("/users/gone").problem(404, "USER_NOT_FOUND")

    again = api.register("gone")
    assert again.get("/picks/me").body["picks"] == []
    assert api.post("/auth/login", LOGIN).status == 200
