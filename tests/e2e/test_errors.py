"""Every error over HTTP is a problem document, including the gateway's own errors."""

import base64
import json
import time
from typing import Any

import jwt
import pytest

from tests.e2e.client import Client

pytestmark = pytest.mark.xdist_group("e2e")

PICK = {"game_id": 1, "market": "moneyline", "selection": "home", "quote_id": 1}


@pytest.fixture(scope="module")
def user(api: Client) -> Client:
    return api.register("err-user")


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    made = {"iss": "pickvs", "aud": "pickvs-api", "sub": "1", "username": "err-user", "role": "user", "jti": "j"}
    return made | {"iat": now, "exp": now + 600} | changes


def signed(key: str, kid: str = "1", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, "HS256", headers={"kid": kid})


def unsigned() -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none', 'kid': '1', 'typ': 'JWT'})}.{part(claims())}."


def test_a_token_made_with_the_right_key_is_let_in(api: Client, signing_key: tuple[str, str]) -> None:
    kid, key = signing_key
    assert Client(api.base, signed(key, kid)).get("/games/upcoming").status == 200


@pytest.mark.parametrize("path", ["/games/upcoming", "/picks/me"])
def test_without_a_good_token_nobody_is_let_in(api: Client, signing_key: tuple[str, str], path: str) -> None:
    kid, key = signing_key
    now = int(time.time())
    tokens = {
        "none": None,
        "garbage": "garbage",
        "expired": signed(key, kid, iat=now - 3600, exp=now - 1),
        "foreign": signed("x" * 64, kid),
        "unknown key": signed(key, "9"),
        "unsigned": unsigned(),
        "for somebody else": signed(key, kid, aud="another-api"),
    }
    for token in tokens.values():
        Client(api.base, token).get(path).problem(401, "UNAUTHENTICATED")


def test_a_scheme_that_is_not_bearer_is_refused(api: Client) -> None:
    api.send("GET", "/picks/me", headers={"Authorization": "Basic Zm9vOmJhcg=="}).problem(401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nothing"), ("GET", "/"), ("DELETE", "/leaderboard"), ("GET", "/picks"), ("GET", "/games/upcoming/x")],
)
def test_what_is_not_there_is_404(api: Client, method: str, path: str) -> None:
    api.send(method, path).problem(404, "NOT_FOUND")


@pytest.mark.parametrize("raw", [b"{", b'{"picks": [}', b"\xff\xfe", b"[" * 50_000, b'{"picks": NaN}'])
def test_malformed_json_is_400(user: Client, raw: bytes) -> None:
    answer = user.send("POST", "/picks", raw=raw)
    assert answer.status == 400
    answer.problem(400, answer.body["code"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "picks"),
        ([], "body"),
        ({"picks": []}, "picks"),
        ({"picks": [PICK] * 51}, "picks"),
        ({"picks": [PICK | {"game_id": "1"}]}, "picks[0].game_id"),
        ({"picks": [PICK | {"quote_id": 2**63}]}, "picks[0].quote_id"),
        ({"picks": [PICK, PICK | {"market": "h2h"}]}, "picks[1].market"),
        ({"picks": [PICK | {"stake_units": 0.7}]}, "picks[0].stake_units"),
        ({"picks": [PICK | {"stake_units": True}]}, "picks[0].stake_units"),
        ({"picks": [PICK | {"line": -2.5}]}, "picks[0].line"),
        ({"picks": [{key: PICK[key] for key in PICK if key != "selection"}]}, "picks[0].selection"),
    ],
)
def test_wrong_missing_and_unknown_fields_are_named(user: Client, body: Any, field: str) -> None:
    answer = user.post("/picks", body)
    answer.problem(422, "INVALID_VALUE")
    assert field in answer.fields()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "ab"}, "username"),
        ({"username": "x" * 31}, "username"),
        ({"username": "nul\x00name"}, "username"),
        ({"email": "nobody"}, "email"),
        ({"email": "x" * 250 + "@example.com"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"password": 12345678}, "password"),
        ({"admin": True}, "admin"),
    ],
)
def test_a_registration_that_does_not_fit_is_refused(api: Client, change: dict[str, Any], field: str) -> None:
    good = {"username": "newcomer", "email": "newcomer@example.com", "password": "correct horse"}
    time.sleep(0.25)  # the endpoint takes five a second
    answer = api.post("/auth/register", good | change)
    answer.problem(422, "INVALID_VALUE")
    assert field in answer.fields()


def test_a_body_that_is_not_json_is_415(api: Client) -> None:
    answer = api.send("POST", "/auth/login", raw=b"a=b", headers={"Content-Type": "application/x-www-form-urlencoded"})
    answer.problem(415, "UNSUPPORTED_MEDIA_TYPE")


def test_login_gives_one_answer_for_unknown_and_wrong(api: Client, user: Client) -> None:
    assert user.token
    wrong = api.post("/auth/login", {"email": "err-user@example.com", "password": "not the password"})
    unknown = api.post("/auth/login", {"email": "nobody@example.com", "password": "not the password"})
    assert wrong.problem(401, "INVALID_CREDENTIALS") | {"request_id": ""} == unknown.problem(
        401, "INVALID_CREDENTIALS"
    ) | {"request_id": ""}


def test_unknown_games_are_404_and_unknown_filters_422(api: Client, user: Client) -> None:
    user.post("/picks", {"picks": [PICK | {"game_id": 10**9}]}).problem(404, "GAME_NOT_FOUND")
    api.get("/leaderboard?period=decade").problem(422, "INVALID_VALUE")
    api.get("/leaderboard?cursor=made-up").problem(422, "INVALID_CURSOR")
    user.get("/picks/me?from=yesterday").problem(422, "INVALID_VALUE")
    user.get("/games/upcoming?limit=0").problem(422, "INVALID_VALUE")
