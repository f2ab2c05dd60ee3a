"""The signing keys are rotated while others use the API: nobody is logged out."""

import json
import time
from typing import Any

import jwt
import pytest

from local.assembly import ACCOUNT as ACCOUNT_ID
from local.assembly import REGION
from local.resource_types import suffix
from tests.e2e.client import Client
from tests.support.gateway import Answer
from tests.support.laptop import Laptop

pytestmark = pytest.mark.xdist_group("e2e")

ACCOUNT = {"username": "rotating", "email": "rotating@example.com", "password": "correct horse battery"}
SECRET = "pickvs/local/signing-keys"
SIGNS_WITHIN = 60
OLD_TOKENS = 20


def kid(tokens: Any) -> str:
    return str(jwt.get_unverified_header(tokens["token"])["kid"])


def is_let_in(api: Client, tokens: Any) -> bool:
    answer: Answer = Client(api.base, tokens["token"]).get("/users/me")
    return answer.status == 200 and answer.body["username"] == ACCOUNT["username"]


def test_a_rotation_in_the_middle_of_the_run_logs_nobody_out(laptop: Laptop, api: Client) -> None:
    def log_in() -> Any:
        answer = api.post("/auth/login", {"email": ACCOUNT["email"], "password": ACCOUNT["password"]})
        assert answer.status == 200, answer.body
        return answer.body

    def refreshed(tokens: Any) -> Any:
        answer = api.post("/auth/refresh", {"refresh_token": tokens["refresh_token"]})
        assert answer.status == 200, answer.body
        return answer.body

    session = api.post("/auth/register", ACCOUNT).body
    before = kid(session)
    # A token that is not used yet, because the gateway caches the authorizer's result for a used one.
    unused = [session]
    while len(unused) < OLD_TOKENS:
        unused.append(refreshed(unused[-1]))
    session = unused[-1]
    assert {kid(tokens) for tokens in unused} == {before}

    done = laptop.rotate("signing-keys")
    assert done.returncode == 0, done.stderr
    step = json.loads(done.stdout)
    assert step["step"] == "finishSecret"
    assert step["kid"] != before

    signed_by = {before: 0, step["kid"]: 0}
    deadline = time.monotonic() + SIGNS_WITHIN
    while signed_by[step["kid"]] < 5:
        assert time.monotonic() < deadline, signed_by
        session = refreshed(session)
        for tokens in (session, log_in()):
            signed_by[kid(tokens)] += 1
            assert is_let_in(api, tokens)
        if len(unused) > 5:
            assert is_let_in(api, unused.pop())
        time.sleep(0.7)
    assert signed_by[before] > 0, "the new key signed before everybody knew it"
    assert all(is_let_in(api, tokens) for tokens in unused), "what the old key signed lives on"

    again = laptop.rotate("signing-keys")
    assert again.returncode == 1
    assert "tokens of the key before the current one may be in use until" in again.stderr
    assert is_let_in(api, log_in())


def test_what_was_rotated_is_what_the_laptop_keeps(laptop: Laptop, api: Client) -> None:
    kept = json.loads((laptop.state / "secrets.json").read_text(encoding="utf-8"))
    (keys,) = (json.loads(value) for name, value in kept.items() if name.endswith("/signing-keys"))
    account = {"username": "kept", "email": "kept@example.com", "password": "correct horse battery"}
    assert kid(api.post("/auth/register", account).body) in {keys["current_kid"], keys["previous_kid"]}


def test_only_a_rotation_that_secrets_manager_began_is_carried_out(laptop: Laptop) -> None:
    event = {
        "Step": "finishSecret",
        "SecretId": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT_ID}:secret:{SECRET}-{suffix(SECRET)}",
        "ClientRequestToken": "0f4a2c1e-93b5-4a59-8a4e-6f3a2b1c0d9e",
    }
    done = laptop.run_invoke("rotate_signing_keys", event)
    assert done.returncode == 1
    assert "RotationRefused: no rotation is making the version 0f4a2c1e" in done.stderr
    for secret, said in (("odds-api", "is rotated"), ("nothing", "is rotated")):
        refused = laptop.rotate(secret)
        assert refused.returncode == 2
        assert said in refused.stderr
        assert "pickvs/local/signing-keys" in refused.stderr
