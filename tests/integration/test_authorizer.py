"""The Lambda authorizer, with events as API Gateway sends them."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import jwt
import pytest

from pickvs.accounts import tokens
from pickvs.accounts.tokens import SigningKeys, Subject
from pickvs.core import clock
from pickvs.core.errors import ConfigurationError
from tests.support.accounts import SIGNING_KEYS, SIGNING_KEYS_SECRET, access_token, use_signing_keys
from tests.support.databases import secret_values
from tests.support.functions import load
from tests.support.logs import logged

NOW = datetime(2024, 1, 15, 19, 30, tzinfo=UTC)
ADA = (41, "Ada")
STAGE = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/api"


@pytest.fixture(autouse=True)
def authorizer(monkeypatch):
    module = load("authorizer/handler")
    use_signing_keys(monkeypatch, module)
    with clock.held_at(NOW):
        yield module


@pytest.fixture
def log():
    with logged() as lines:
        yield lines


def ask(headers, *, route="/GET/picks/me"):
    event = {
        "type": "REQUEST",
        "methodArn": STAGE + route,
        "resource": "/picks/me",
        "path": "/picks/me",
        "httpMethod": "GET",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in (headers or {}).items()},
        "queryStringParameters": {},
        "pathParameters": {},
        "stageVariables": {},
        "requestContext": {"requestId": "request-1", "stage": "api"},
    }
    return load("authorizer/handler").handler(event, None)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def claims(**changes):
    issued = int(NOW.timestamp())
    whole = {
        "iss": "pickvs",
        "aud": "pickvs-api",
        "sub": "41",
        "username": "Ada",
        "role": "user",
        "iat": issued,
        "exp": issued + 1800,
        "jti": "1",
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def signed(claims, *, key=SIGNING_KEYS_SECRET["current_key"], kid="2026-11", alg="HS256"):
    return jwt.encode(claims, key, alg, headers={"kid": kid} if kid else None)


def test_a_good_token_opens_the_whole_api_to_its_user():
    assert ask(bearer(access_token(ADA))) == {
        "principalId": "41",
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{STAGE}/*"}],
        },
        "context": {
            "user_id": "41",
            "username": "Ada",
            "role": "user",
            "session": "",
            "scopes": "",
            "api_key_id": "",
            "expires_at": str(int(NOW.timestamp()) + 1800),
        },
    }


def test_the_session_is_handed_on():
    session = UUID("3f2b8c1e-5a44-4e0b-9a3c-0d6a1f7e9b21")
    token = tokens.issue(Subject(*ADA, "user", session), SIGNING_KEYS, at=NOW)
    assert ask(bearer(token))["context"]["session"] == str(session)


@pytest.mark.parametrize(
    "route", ["/GET/picks/me", "/POST/picks", "/GET/", "/DELETE/api-keys/7/x/y", "/GET/users/a:b*"]
)
def test_the_policy_is_the_same_for_every_route_of_the_stage(route):
    answer = ask(bearer(access_token(ADA)), route=route)
    assert answer["policyDocument"]["Statement"][0]["Resource"] == f"{STAGE}/*"


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER   "])
def test_name_and_scheme_are_read_in_any_case(name, scheme):
    assert ask({"Host": "x", name: scheme + access_token(ADA)})["principalId"] == "41"


def test_the_role_is_handed_on():
    token = tokens.issue(Subject(1, "root", "admin"), SIGNING_KEYS, at=NOW)
    assert ask(bearer(token))["context"]["role"] == "admin"


def test_the_previous_key_is_still_accepted():
    token = signed(claims(), key=SIGNING_KEYS_SECRET["previous_key"], kid="2026-10")
    assert ask(bearer(token))["principalId"] == "41"


def test_a_dropped_key_is_not(authorizer, monkeypatch):
    token = signed(claims(), key=SIGNING_KEYS_SECRET["previous_key"], kid="2026-10")
    alone = {**SIGNING_KEYS_SECRET, "previous_kid": "", "previous_key": ""}
    secret_values(monkeypatch, authorizer, {"test/signing-keys": alone})
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(bearer(token))


REFUSED = {
    "no headers": lambda: None,
    "no header": lambda: {"Host": "x"},
    "an empty header": lambda: {"Authorization": ""},
    "no token": lambda: {"Authorization": "Bearer"},
    "an empty token": lambda: {"Authorization": "Bearer  "},
    "no scheme": lambda: {"Authorization": access_token(ADA)},
    "another scheme": lambda: {"Authorization": "Basic YWRhOnNlY3JldA=="},
    "two tokens": lambda: {"Authorization": f"Bearer {access_token(ADA)} {access_token(ADA)}"},
    "two headers in one": lambda: {"Authorization": f"Bearer {access_token(ADA)}, Bearer {access_token(ADA)}"},
    "garbage": lambda: bearer("garbage"),
    "a long text": lambda: bearer("a" * 9_000),
    "expired": lambda: bearer(access_token(ADA, at=NOW - timedelta(minutes=30))),
    "not yet issued": lambda: bearer(access_token(ADA, at=NOW + timedelta(minutes=1))),
    "signed by another": lambda: bearer(signed(claims(), key="x" * 40)),
    "signed by the other key": lambda: bearer(signed(claims(), kid="2026-10")),
    "a kid of nobody": lambda: bearer(signed(claims(), kid="2026-12")),
    "no kid": lambda: bearer(signed(claims(), kid=None)),
    "alg none": lambda: bearer(signed(claims(), key=None, alg="none")),
    "alg HS512": lambda: bearer(signed(claims(), key="x" * 64, alg="HS512")),
    "another audience": lambda: bearer(signed(claims(aud="another"))),
    "another issuer": lambda: bearer(signed(claims(iss="another"))),
    **{
        f"no {name}": lambda name=name: bearer(signed(claims(**{name: None})))
        for name in ("exp", "iat", "sub", "aud", "iss", "jti", "username", "role")
    },
}


@pytest.mark.parametrize("headers", REFUSED.values(), ids=REFUSED.keys())
def test_every_other_credential_is_refused_with_the_gateway_s_word(log, headers):
    sent = headers()
    with pytest.raises(Exception, match=r"^Unauthorized$") as refused:
        ask(sent)
    assert refused.type is Exception
    [line] = log()
    assert (line["level"], line["message"], line["request_id"]) == ("INFO", "token refused", "request-1")
    assert line["reason"]
    for text in (sent or {}).values():
        token = text.removeprefix("Bearer ")
        assert len(token) < 10 or token not in json.dumps(line)


@pytest.mark.parametrize(
    ("sent", "correlation_id"), [("mine", "mine"), ("two\nlines", "request-1"), (None, "request-1")]
)
def test_a_refusal_is_found_by_the_id_that_the_caller_chose(log, sent, correlation_id):
    headers = bearer("abc") | ({"X-Correlation-Id": sent} if sent else {})
    with pytest.raises(Exception, match="Unauthorized"):
        ask(headers)
    [line] = log()
    assert (line["correlation_id"], line["request_id"]) == (correlation_id, "request-1")


def test_the_end_of_a_token_is_the_end(authorizer):
    headers = bearer(access_token(ADA))
    with clock.held_at(NOW + timedelta(minutes=29, seconds=59)):
        assert ask(headers)["principalId"] == "41"
    with clock.held_at(NOW + timedelta(minutes=30)), pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(headers)


@pytest.mark.parametrize("headers", [None, {"Authorization": "Bearer garbage"}, {"Authorization": "good"}])
@pytest.mark.parametrize("secret", [{}, {"current_kid": "a", "current_key": "short"}])
def test_keys_that_cannot_be_used_are_not_the_caller_s_fault(authorizer, monkeypatch, secret, headers):
    secret_values(monkeypatch, authorizer, {"test/signing-keys": secret})
    with pytest.raises(ConfigurationError):
        ask(headers)


def test_a_secret_that_cannot_be_read_is_not_the_caller_s_fault(authorizer, monkeypatch):
    def refuse(name):
        raise ConfigurationError(f"the secret {name} cannot be read")

    monkeypatch.setattr(authorizer, "get_secret", refuse)
    with pytest.raises(ConfigurationError, match="test/signing-keys cannot be read"):
        ask(bearer(access_token(ADA)))


def test_a_key_made_for_the_test_is_none_of_the_keys():
    stranger = SigningKeys("2026-11", {"2026-11": b"s" * 32})
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        ask(bearer(tokens.issue(Subject(41, "Ada", "user"), stranger, at=NOW)))
