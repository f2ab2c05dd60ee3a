import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from pickvs.core import clock, redaction, secrets_client
from pickvs.core.errors import ConfigurationError
from pickvs.core.redaction import redact
from pickvs.core.secrets import get_secret, get_secret_anew
from tests.support.secrets_manager import in_memory

NAME = "pickvs/test/odds-api"
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
AT = NOW.isoformat()
VALUE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def store(monkeypatch):
    """An in-memory Secrets Manager, with nothing cached yet."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("SECRETS_CACHE_SECONDS", "300")
    monkeypatch.setattr(redaction, "_hidden", set())
    with in_memory(monkeypatch):
        yield boto3.client("secretsmanager")


def refuse_reading(monkeypatch, code, message):
    """Make every read of a secret fail as on AWS. moto does not enforce roles."""
    answer = json.dumps({"__type": code, "message": message}).encode()
    monkeypatch.setattr(secrets_client, "post", lambda *_, **__: (400, answer))


def test_a_secret_is_read_by_name_and_by_arn(store):
    arn = store.create_secret(Name=NAME, SecretString=json.dumps({"api_key": VALUE}))["ARN"]
    assert get_secret(NAME) == get_secret(arn) == {"api_key": VALUE}


def test_a_value_that_was_read_is_hidden_in_logs_from_then_on(store):
    store.create_secret(
        Name=NAME, SecretString=json.dumps({"api_key": VALUE, "current_kid": "2026-11-20-key", "current_from": AT})
    )
    assert redact(f"refused {VALUE}") == f"refused {VALUE}"
    get_secret(NAME)
    assert redact(f"refused {VALUE}") == "refused ***"
    assert redact(f"signed by 2026-11-20-key since {AT}") == f"signed by 2026-11-20-key since {AT}"


def test_it_is_asked_for_once_while_it_is_fresh(store, monkeypatch):
    store.create_secret(Name=NAME, SecretString=json.dumps({"api_key": VALUE}))
    get_secret(NAME)
    refuse_reading(monkeypatch, "InvalidRequestException", "away")
    assert get_secret(NAME) == {"api_key": VALUE}


def test_another_value_is_read_when_the_first_is_no_longer_fresh(store):
    store.create_secret(Name=NAME, SecretString=json.dumps({"api_key": VALUE}))
    with clock.held_at(NOW):
        assert get_secret(NAME) == {"api_key": VALUE}
    store.put_secret_value(SecretId=NAME, SecretString=json.dumps({"api_key": "another"}))
    for seconds, value in ((299.999, VALUE), (300, "another")):
        with clock.held_at(NOW + timedelta(seconds=seconds)):
            assert get_secret(NAME) == {"api_key": value}


def test_a_whole_number_is_read_as_a_text(store):
    store.create_secret(Name=NAME, SecretString=json.dumps({"host": "db", "port": 5432, "offset": -1}))
    assert get_secret(NAME) == {"host": "db", "port": "5432", "offset": "-1"}


def test_what_a_database_is_and_is_called_stays_readable_in_logs(store):
    attached = {
        "engine": "postgres",
        "username": "postgres",
        "dbname": "statistics",
        "port": 54321678,
        "password": VALUE,
    }
    store.create_secret(Name=NAME, SecretString=json.dumps(attached))
    get_secret(NAME)
    assert redact(f"postgres statistics 54321678 {VALUE}") == "postgres statistics 54321678 ***"


def test_it_can_be_read_past_the_cache(store):
    store.create_secret(Name=NAME, SecretString=json.dumps({"api_key": VALUE}))
    get_secret(NAME)
    store.put_secret_value(SecretId=NAME, SecretString=json.dumps({"api_key": "another"}))
    assert get_secret(NAME) == {"api_key": VALUE}
    assert get_secret_anew(NAME) == [{"api_key": "another"}]
    assert get_secret(NAME) == {"api_key": "another"}


def test_past_the_cache_what_a_rotation_makes_is_read_too(store):
    store.create_secret(Name=NAME, SecretString=json.dumps({"api_key": VALUE}))
    store.put_secret_value(
        SecretId=NAME, SecretString=json.dumps({"api_key": "to come", "port": 1}), VersionStages=["AWSPENDING"]
    )
    assert get_secret_anew(NAME) == [{"api_key": VALUE}, {"api_key": "to come", "port": "1"}]
    assert get_secret(NAME) == {"api_key": VALUE}


def test_one_that_cannot_be_read_anew_is_named_and_the_former_value_stays(store, monkeypatch):
    store.create_secret(Name=NAME, SecretString=json.dumps({"api_key": VALUE}))
    get_secret(NAME)
    refuse_reading(monkeypatch, "AccessDeniedException", "not authorized")
    with pytest.raises(ConfigurationError, match=f"the secret {NAME} cannot be read: .*AccessDenied"):
        get_secret_anew(NAME)
    assert get_secret(NAME) == {"api_key": VALUE}


def test_a_missing_secret_is_named(store):
    with pytest.raises(ConfigurationError, match=f"the secret {NAME} cannot be read") as missing:
        get_secret(NAME)
    assert "ResourceNotFoundException" in str(missing.value)


def test_a_refused_secret_is_named_with_the_reason(store, monkeypatch):
    store.create_secret(Name=NAME, SecretString=json.dumps({"api_key": VALUE}))
    refuse_reading(monkeypatch, "AccessDeniedException", "not authorized to perform secretsmanager:GetSecretValue")
    with pytest.raises(ConfigurationError, match=f"the secret {NAME} cannot be read: .*AccessDenied"):
        get_secret(NAME)


@pytest.mark.parametrize(
    "text",
    [
        f"api_key={VALUE}",
        f'{{"api_key": "{VALUE}"',
        f'"{VALUE}"',
        f'["{VALUE}"]',
        "null",
        "12",
        f'{{"current": {{"key": "{VALUE}"}}}}',
        f'{{"api_key": "{VALUE}", "previous": null}}',
        f'{{"api_key": "{VALUE}", "port": 5432.5}}',
        f'{{"api_key": "{VALUE}", "tls": true}}',
    ],
)
def test_a_secret_that_is_no_object_of_texts_is_refused_without_its_value(store, text):
    store.create_secret(Name=NAME, SecretString=text)
    with pytest.raises(ConfigurationError, match="is not a JSON object") as refused:
        get_secret(NAME)
    chain = []
    error: BaseException | None = refused.value
    while error is not None:
        chain.append(f"{error!r} {error.args}")
        error = None if error.__suppress_context__ else error.__context__
    assert VALUE not in " ".join(chain)


def test_a_secret_of_bytes_is_refused_without_its_value(store):
    store.create_secret(Name=NAME, SecretBinary=VALUE.encode())
    with pytest.raises(ConfigurationError) as refused:
        get_secret(NAME)
    assert VALUE not in repr(refused.value)
