"""The life cycle of API keys, through the real authorizer and the real gateway."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.e2e.client import Client
from tests.e2e.offers import offer_game, pick_of
from tests.support.laptop import Laptop
from tests.support.odds_api import OddsApiServer

pytestmark = pytest.mark.xdist_group("e2e")


def test_a_program_makes_and_reads_picks_with_its_keys(laptop: Laptop, provider: OddsApiServer, api: Client) -> None:
    user = api.register("key-holder")
    game = offer_game(laptop, provider, api, 901)

    def make(*scopes: str) -> tuple[Client, str]:
        made = user.make_key(*scopes)
        return Client(api.base, made["key"]), f"/api-keys/{made['id']}"

    reader, reading = make("picks:read")
    writer, writing = make("picks:write")
    _, unused = make("picks:read", "picks:write")

    assert game["id"] in [found["id"] for found in writer.get("/games/upcoming").body["games"]]
    body = {"picks": [pick_of(game, "total", "over")]}
    made = writer.post("/picks", body)
    assert (made.status, made.body["picks_created"]) == (201, 1), made.body
    assert reader.get("/picks/me").body["picks"] == user.get("/picks/me").body["picks"] == made.body["picks"]

    assert "picks:read" in writer.get("/picks/me").problem(403, "SCOPE_REQUIRED")["detail"]
    assert "picks:write" in reader.post("/picks", body).problem(403, "SCOPE_REQUIRED")["detail"]
    reader.get("/users/me").problem(403, "API_KEY_NOT_ACCEPTED")
    reader.get("/api-keys").problem(403, "API_KEY_NOT_ACCEPTED")

    listed = user.get("/api-keys").body["api_keys"]
    assert [(key["scopes"], key["last_used_at"] is not None) for key in listed] == [
        (["picks:read", "picks:write"], False),
        (["picks:write"], True),
        (["picks:read"], True),
    ]
    for address in (reading, writing, unused):
        assert user.send("DELETE", address).status == 204
    assert all(key["revoked_at"] for key in user.get("/api-keys").body["api_keys"])


def test_a_key_that_was_revoked_before_its_first_use_opens_nothing(api: Client) -> None:
    user = api.register("key-revoker")
    made = user.make_key("picks:read")
    assert user.send("DELETE", f"/api-keys/{made['id']}").status == 204
    Client(api.base, made["key"]).get("/picks/me").problem(401, "UNAUTHENTICATED")


@contextmanager
def without_database(laptop: Laptop) -> Iterator[None]:
    """Cut all connections to the laptop's database and refuse new ones until the block ends."""
    server, _, name = laptop.database_url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        try:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            yield
        finally:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def test_while_the_database_is_away_a_key_is_told_when_to_come_back(laptop: Laptop, api: Client) -> None:
    user = api.register("key-waiter")
    made = user.make_key("picks:read")
    program = Client(api.base, made["key"])
    with without_database(laptop):
        told = [client.get("/picks/me") for client in (program, user)]
    for answer in told:
        answer.problem(503, "UNAVAILABLE")
        assert answer.headers["retry-after"] == "5"
    # Each role has connections of its own, and the tests that follow need all of them.
    address = f"/api-keys/{made['id']}"
    for call in (lambda: program.get("/picks/me"), lambda: user.get("/users/me"), lambda: user.send("DELETE", address)):
        deadline = time.monotonic() + int(told[0].headers["retry-after"])
        while (status := call().status) == 503:
            assert time.monotonic() < deadline
            time.sleep(0.25)  # who asks faster meets the throttle instead
        assert status in {200, 204}


def test_no_log_has_a_key_in_it(laptop: Laptop, api: Client) -> None:
    user = api.register("key-logger")
    made = user.make_key("picks:read")
    assert Client(api.base, made["key"]).get("/picks/me").status == 200
    Client(api.base, made["key"][:-1]).get("/picks/me").problem(401, "UNAUTHENTICATED")
    secret = made["key"][12:]
    logs = {name: laptop.logs(name) for name in ("access", "authorizer", "create_api_key", "list_my_picks")}
    assert all(logs.values()), logs.keys()
    assert not [name for name, text in logs.items() if secret[:-1] in text]
    assert f'"api_key_id":"{made["id"]}"' in logs["access"].replace('": "', '":"')
