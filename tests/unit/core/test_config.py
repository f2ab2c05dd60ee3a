from datetime import timedelta

import pytest

from pickvs.core.config import Credentials, Settings, names, settings, whole
from pickvs.core.errors import ConfigurationError

ENVIRONMENT = {
    "PICKVS_STAGE": "prod",
    "POWERTOOLS_SERVICE_NAME": "create_picks",
    "DATABASE_SECRET_ARN": "pickvs/test/database/pooled",
    "DATABASE_TLS": "rds-roots",
    "SECRETS_CACHE_SECONDS": "300",
}


def test_every_setting_of_the_core_is_read_by_its_name():
    known = Settings(ENVIRONMENT)
    assert (known.stage, known.function) == ("prod", "create_picks")
    assert known.database_secret == "pickvs/test/database/pooled"
    assert known.database_tls == "rds-roots"
    assert known.database_pooled
    assert not Settings({**ENVIRONMENT, "DATABASE_POOLED": "off"}).database_pooled
    assert known.secrets_cache == timedelta(minutes=5)


@pytest.mark.parametrize("environment", [{}, {"PICKVS_STAGE": "", "POWERTOOLS_SERVICE_NAME": ""}])
def test_outside_of_a_stage_there_is_neither_stage_nor_function(environment):
    known = Settings(environment)
    assert (known.stage, known.function) == (None, "")


GROUPS = {
    "database_secret": "DATABASE_SECRET_ARN",
    "database_tls": "DATABASE_TLS",
    "secrets_cache": "SECRETS_CACHE_SECONDS",
}


@pytest.mark.parametrize(("group", "name"), GROUPS.items())
@pytest.mark.parametrize("value", [None, ""])
def test_an_absent_name_is_an_error_that_names_it(group, name, value):
    environment = {key: text for key, text in ENVIRONMENT.items() if key != name} | (
        {} if value is None else {name: value}
    )
    with pytest.raises(ConfigurationError, match=f"{name} is not set"):
        getattr(Settings(environment), group)


@pytest.mark.parametrize("group", GROUPS)
def test_a_function_needs_only_the_names_of_what_it_asks_for(group):
    own = Settings({GROUPS[group]: ENVIRONMENT[GROUPS[group]]})
    assert getattr(own, group)
    for other in GROUPS.keys() - {group}:
        with pytest.raises(ConfigurationError):
            getattr(own, other)


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        ("database_tls", "DATABASE_TLS", "require"),
        ("database_tls", "DATABASE_TLS", "Off"),
        ("database_pooled", "DATABASE_POOLED", "Off"),
        ("secrets_cache", "SECRETS_CACHE_SECONDS", "0"),
        ("secrets_cache", "SECRETS_CACHE_SECONDS", "86401"),
    ],
)
def test_a_value_out_of_its_range_is_an_error_that_names_it(group, name, value):
    with pytest.raises(ConfigurationError, match=f"{name} is not valid"):
        getattr(Settings({**ENVIRONMENT, name: value}), group)


def test_a_room_s_own_name_is_read_as_the_room_reads_it():
    known = Settings({"SEATS": "12", "COLOURS": "red, blue,"})
    assert known.require("SEATS", whole(1, 12)) == 12
    assert known.require("COLOURS", names) == ("red", "blue")
    assert (known.optional("SEATS"), known.optional("ROWS")) == ("12", None)
    with pytest.raises(ConfigurationError, match="SEATS is not valid"):
        known.require("SEATS", whole(1, 11))
    with pytest.raises(ConfigurationError, match="ROWS is not set"):
        known.require("ROWS", str)


KEYS = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (KEYS, Credentials("AKID", "s", "t")),
        ({**KEYS, "AWS_SESSION_TOKEN": ""}, Credentials("AKID", "s", None)),
        ({**KEYS, "AWS_SECRET_ACCESS_KEY": ""}, None),
        ({"AWS_SESSION_TOKEN": "t"}, None),
        ({}, None),
    ],
)
def test_the_role_s_credentials_are_whole_or_elsewhere(environment, expected):
    assert Settings(environment).aws_credentials == expected


def test_the_region_is_what_lambda_says():
    assert Settings({"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "us-east-1"}).aws_region == "eu-central-1"
    assert Settings({"AWS_DEFAULT_REGION": "us-east-1"}).aws_region == "us-east-1"
    assert Settings({"AWS_REGION": ""}).aws_region is None


def test_another_secrets_manager_goes_before_aws():
    one, other = "http://127.0.0.1:5000", "https://secrets.example"
    assert Settings({"AWS_ENDPOINT_URL": one + "/"}).secrets_manager_url == one
    both = Settings({"AWS_ENDPOINT_URL": one, "AWS_ENDPOINT_URL_SECRETS_MANAGER": other})
    assert both.secrets_manager_url == other
    assert Settings({"AWS_ENDPOINT_URL": ""}).secrets_manager_url is None


@pytest.mark.parametrize(
    "url",
    ["127.0.0.1:5000", "ftp://host", "http://", "http://host:x", "http://host/path", "http://a:b@host", "http:host"],
)
def test_another_secrets_manager_has_an_address_and_no_more(url):
    with pytest.raises(ConfigurationError, match="AWS_ENDPOINT_URL is not valid"):
        _ = Settings({"AWS_ENDPOINT_URL": url}).secrets_manager_url


def test_settings_are_those_of_the_environment(monkeypatch):
    settings.cache_clear()
    monkeypatch.setenv("DATABASE_SECRET_ARN", "from/the/environment")
    try:
        assert settings().database_secret == "from/the/environment"
    finally:
        settings.cache_clear()
