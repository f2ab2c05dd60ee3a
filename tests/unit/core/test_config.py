from datetime import timedelta

import pytest

from pickvs.core.config import Credentials, OddsApiConfig, PickConfig, Rate, Settings, SignInLimits, settings
from pickvs.core.errors import ConfigurationError

ENVIRONMENT = {
    "PICKVS_STAGE": "prod",
    "POWERTOOLS_SERVICE_NAME": "create_picks",
    "DATABASE_SECRET_ARN": "pickvs/test/database/pooled",
    "DATABASE_TLS": "rds-roots",
    "SIGNING_KEYS_SECRET_ARN": "pickvs/test/signing-keys",
    "SECRETS_CACHE_SECONDS": "300",
    "SIGNING_KEYS_DELAY_SECONDS": "3600",
    "LOCK_MARGIN_SECONDS": "120",
    "MAX_ODDS_AGE_HOURS": "26",
    "REGISTRATIONS_PER_ADDRESS": "10/3600",
    "LOGINS_PER_ADDRESS": "30/600",
    "TRIES_PER_ACCOUNT": "1/86400",
    "REFRESHES_PER_ADDRESS": "1000000/1",
    "WEB_ORIGIN": "https://pickvs.example",
    "ODDS_API_BASE_URL": "https://api.the-odds-api.com/",
    "ODDS_API_KEY_SECRET_ARN": "pickvs/test/odds-api",
    "ODDS_API_SPORTS": "basketball_nba, icehockey_nhl,",
    "ODDS_API_REGIONS": "us",
    "SCORES_DAYS_FROM": "3",
    "RAW_ANSWERS_BUCKET": "raw-answers",
    "EXPORTS_BUCKET": "exports",
}


def test_every_setting_is_read_by_its_name():
    known = Settings(ENVIRONMENT)
    assert (known.stage, known.function) == ("prod", "create_picks")
    assert known.database_secret == "pickvs/test/database/pooled"
    assert known.database_tls == "rds-roots"
    assert known.signing_keys_secret == "pickvs/test/signing-keys"
    assert known.secrets_cache == timedelta(minutes=5)
    assert known.signing_keys_delay == timedelta(hours=1)
    assert known.picks == PickConfig(lock_margin=timedelta(minutes=2), max_odds_age=timedelta(hours=26))
    assert known.sign_in_limits == SignInLimits(
        registrations_per_address=Rate(10, timedelta(hours=1)),
        logins_per_address=Rate(30, timedelta(minutes=10)),
        tries_per_account=Rate(1, timedelta(days=1)),
        refreshes_per_address=Rate(1_000_000, timedelta(seconds=1)),
    )
    assert known.web_origin == "https://pickvs.example"
    assert known.odds_api == OddsApiConfig(
        base_url="https://api.the-odds-api.com",
        api_key_secret="pickvs/test/odds-api",
        sports=("basketball_nba", "icehockey_nhl"),
        regions=("us",),
        scores_days_from=3,
        raw_answers_bucket="raw-answers",
    )
    assert known.exports_bucket == "exports"


GROUPS = {
    "database_secret": ["DATABASE_SECRET_ARN"],
    "database_tls": ["DATABASE_TLS"],
    "signing_keys_secret": ["SIGNING_KEYS_SECRET_ARN"],
    "secrets_cache": ["SECRETS_CACHE_SECONDS"],
    "signing_keys_delay": ["SIGNING_KEYS_DELAY_SECONDS"],
    "picks": ["LOCK_MARGIN_SECONDS", "MAX_ODDS_AGE_HOURS"],
    "sign_in_limits": [
        "REGISTRATIONS_PER_ADDRESS",
        "LOGINS_PER_ADDRESS",
        "TRIES_PER_ACCOUNT",
        "REFRESHES_PER_ADDRESS",
    ],
    "exports_bucket": ["EXPORTS_BUCKET"],
    "odds_api": [
        "ODDS_API_BASE_URL",
        "ODDS_API_KEY_SECRET_ARN",
        "ODDS_API_SPORTS",
        "ODDS_API_REGIONS",
        "SCORES_DAYS_FROM",
        "RAW_ANSWERS_BUCKET",
    ],
}


@pytest.mark.parametrize(("group", "name"), [(group, name) for group, names in GROUPS.items() for name in names])
@pytest.mark.parametrize("value", [None, ""])
def test_an_absent_name_is_an_error_that_names_it(group, name, value):
    environment = {key: text for key, text in ENVIRONMENT.items() if key != name} | (
        {} if value is None else {name: value}
    )
    with pytest.raises(ConfigurationError, match=f"{name} is not set"):
        getattr(Settings(environment), group)


@pytest.mark.parametrize("group", GROUPS)
def test_a_function_needs_only_the_names_of_what_it_asks_for(group):
    own = Settings({name: ENVIRONMENT[name] for name in GROUPS[group]})
    assert getattr(own, group)
    for other in GROUPS.keys() - {group}:
        with pytest.raises(ConfigurationError):
            getattr(own, other)


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        ("database_tls", "DATABASE_TLS", "require"),
        ("database_tls", "DATABASE_TLS", "Off"),
        ("secrets_cache", "SECRETS_CACHE_SECONDS", "0"),
        ("secrets_cache", "SECRETS_CACHE_SECONDS", "3601"),
        ("signing_keys_delay", "SIGNING_KEYS_DELAY_SECONDS", "86401"),
        ("picks", "LOCK_MARGIN_SECONDS", "-1"),
        ("picks", "LOCK_MARGIN_SECONDS", "3601"),
        ("picks", "LOCK_MARGIN_SECONDS", "two"),
        ("picks", "MAX_ODDS_AGE_HOURS", "0"),
        ("picks", "MAX_ODDS_AGE_HOURS", "1.5"),
        ("sign_in_limits", "LOGINS_PER_ADDRESS", "30"),
        ("sign_in_limits", "LOGINS_PER_ADDRESS", "0/600"),
        ("sign_in_limits", "TRIES_PER_ACCOUNT", "10/0"),
        ("sign_in_limits", "TRIES_PER_ACCOUNT", "10/86401"),
        ("sign_in_limits", "REFRESHES_PER_ADDRESS", "often/60"),
        ("odds_api", "SCORES_DAYS_FROM", "0"),
        ("odds_api", "SCORES_DAYS_FROM", "4"),
        ("odds_api", "ODDS_API_SPORTS", " , "),
        ("odds_api", "ODDS_API_REGIONS", ","),
    ],
)
def test_a_value_out_of_its_range_is_an_error_that_names_it(group, name, value):
    with pytest.raises(ConfigurationError, match=f"{name} is not valid"):
        getattr(Settings({**ENVIRONMENT, name: value}), group)


@pytest.mark.parametrize("environment", [{}, {"WEB_ORIGIN": ""}])
def test_no_page_may_read_answers_where_none_is_named(environment):
    assert Settings(environment).web_origin is None


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
