"""The settings that each room reads from the environment, in its `config.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pickvs.accounts.config import signing_keys_delay, signing_keys_secret
from pickvs.accounts.limits.config import Rate, SignInLimits, UserLimits, sign_in_limits, user_limits
from pickvs.agenda.config import alarm_clock, function_to_wake
from pickvs.core.alarm_clock import AlarmClock
from pickvs.core.config import settings
from pickvs.core.errors import ConfigurationError
from pickvs.core.mail import Sender
from pickvs.dfs.entries.config import uploads_bucket
from pickvs.dfs.slates.providers.config import SlateSource, slate_source
from pickvs.dfs.weather.config import WeatherConfig, weather_config
from pickvs.fantasy.collecting.config import RaceSources, race_hour, race_sources
from pickvs.fantasy.leagues.config import codes_per_address
from pickvs.fantasy.scoring.config import tables_per_user
from pickvs.groups.config import joins_per_user
from pickvs.http.config import web_origin
from pickvs.jobs.config import raw_answers_bucket
from pickvs.markets.config import PickTimes, pick_times
from pickvs.markets.credits.config import Plan
from pickvs.markets.credits.config import plan as credits_plan
from pickvs.markets.game_clock.config import game_times
from pickvs.markets.game_clock.rules import GameTimes
from pickvs.markets.providers.config import OddsApiConfig, odds_api_config
from pickvs.notices import config as notices
from pickvs.notices.config import public_targets_only
from pickvs.operations.administration.attention.config import max_results_age
from pickvs.operations.canary.config import api_base_url
from pickvs.operations.database_roles.config import address_secret, role_secrets
from pickvs.operations.recovery.config import exports_bucket
from pickvs.predictions.registry.config import models_bucket
from pickvs.predictions.statistics.config import StatsConfig, stats_config
from pickvs.predictions.training_runs.config import predicted_sports
from pickvs.sports.config import fetched_sports
from pickvs.sports.rules import SPORTS

ROOMS = Path(__file__).parents[2] / "layers" / "common"


@dataclass(frozen=True)
class Group:
    """Settings that are read together: each name with a value, and the expected result."""

    read: Callable[[], Any]
    environment: Mapping[str, str]
    expected: object


GROUPS = {
    "stats_config": Group(
        stats_config,
        {
            "STATS_SOURCES": "balldontlie,espn",
            "STATS_ESPN_URL": "https://espn.example/",
            "STATS_BALLDONTLIE_URL": "https://balldontlie.example",
            "STATS_CONTACT": "ops@pickvs.example",
            "BALLDONTLIE_KEY_SECRET_ARN": "pickvs/test/balldontlie",
        },
        StatsConfig(
            base_urls={"espn": "https://espn.example", "balldontlie": "https://balldontlie.example"},
            contact="ops@pickvs.example",
            key_secret="pickvs/test/balldontlie",
        ),
    ),
    "signing_keys_secret": Group(
        signing_keys_secret, {"SIGNING_KEYS_SECRET_ARN": "pickvs/test/signing-keys"}, "pickvs/test/signing-keys"
    ),
    "signing_keys_delay": Group(signing_keys_delay, {"SIGNING_KEYS_DELAY_SECONDS": "3600"}, timedelta(hours=1)),
    "sign_in_limits": Group(
        sign_in_limits,
        {
            "REGISTRATIONS_PER_ADDRESS": "10/3600",
            "LOGINS_PER_ADDRESS": "30/600",
            "TRIES_PER_ACCOUNT_AND_ADDRESS": "10/900",
            "DAILY_TRIES_PER_ACCOUNT_AND_ADDRESS": "40/86400",
            "TRIES_PER_ACCOUNT": "1/86400",
            "REFRESHES_PER_ADDRESS": "1000000/1",
            "MAILS_PER_ACCOUNT": "3/3600",
            "CONFIRMATIONS_PER_EMAIL_AND_ADDRESS": "5/86400",
            "CONFIRMATIONS_PER_EMAIL": "20/86400",
        },
        SignInLimits(
            registrations_per_address=Rate(10, timedelta(hours=1)),
            logins_per_address=Rate(30, timedelta(minutes=10)),
            tries_per_account_and_address=Rate(10, timedelta(minutes=15)),
            daily_tries_per_account_and_address=Rate(40, timedelta(days=1)),
            tries_per_account=Rate(1, timedelta(days=1)),
            refreshes_per_address=Rate(1_000_000, timedelta(seconds=1)),
            mails_per_account=Rate(3, timedelta(hours=1)),
            confirmations_per_email_and_address=Rate(5, timedelta(days=1)),
            confirmations_per_email=Rate(20, timedelta(days=1)),
        ),
    ),
    "user_limits": Group(
        user_limits,
        {
            "PASSWORDS_PER_USER": "10/900",
            "SUBMISSIONS_PER_USER": "600/3600",
            "KEYS_PER_USER": "20/86400",
            "EXPORT_PAGES_PER_USER": "300/3600",
            "EMAIL_CHANGES_PER_USER": "10/86400",
            "CONFIRMATIONS_PER_USER_AND_EMAIL": "3/3600",
            "WEBHOOK_ORDERS_PER_USER": "60/3600",
        },
        UserLimits(
            passwords_per_user=Rate(10, timedelta(minutes=15)),
            submissions_per_user=Rate(600, timedelta(hours=1)),
            keys_per_user=Rate(20, timedelta(days=1)),
            export_pages_per_user=Rate(300, timedelta(hours=1)),
            email_changes_per_user=Rate(10, timedelta(days=1)),
            confirmations_per_user_and_email=Rate(3, timedelta(hours=1)),
            webhook_orders_per_user=Rate(60, timedelta(hours=1)),
        ),
    ),
    "alarm_clock": Group(
        lambda: alarm_clock("housekeeping"),
        {"ALARM_CLOCKS": '{"housekeeping": {"function_arn": "arn:f", "role_arn": "arn:r", "group": "g"}}'},
        AlarmClock(function_arn="arn:f", role_arn="arn:r", group="g"),
    ),
    "function_to_wake": Group(
        lambda: function_to_wake("deliver_notices"),
        {"FUNCTIONS_TO_WAKE": '{"deliver_notices": "arn:d"}'},
        "arn:d",
    ),
    "weather_config": Group(
        weather_config,
        {
            "WEATHER_SOURCES": "open_meteo,nws",
            "WEATHER_NWS_URL": "https://nws.example/",
            "WEATHER_OPEN_METEO_URL": "https://open-meteo.example",
            "WEATHER_CONTACT": "ops@pickvs.example",
        },
        WeatherConfig(
            base_urls={"nws": "https://nws.example", "open_meteo": "https://open-meteo.example"},
            contact="ops@pickvs.example",
            pace=1.0,
        ),
    ),
    "slate_source": Group(
        slate_source,
        {
            "DFS_SLATE_SPORTS": "NBA,NFL",
            "DRAFTKINGS_URL": "https://lobby.example/",
            "DRAFTKINGS_API_URL": "https://api.example",
            "DFS_CONTACT": "ops@pickvs.example",
        },
        SlateSource(
            lobby_url="https://lobby.example",
            api_url="https://api.example",
            sports=("NBA", "NFL"),
            contact="ops@pickvs.example",
            pace=1.0,
        ),
    ),
    "race_sources": Group(
        race_sources,
        {
            "FANTASY_SOURCES": "jolpica,f1db",
            "JOLPICA_BASE_URL": "https://jolpica.example/",
            "F1DB_BASE_URL": "https://f1db.example",
            "FANTASY_CONTACT": "ops@pickvs.example",
        },
        RaceSources(
            places={"jolpica": "first", "f1db": "second"},
            base_urls={"jolpica": "https://jolpica.example", "f1db": "https://f1db.example"},
            contact="ops@pickvs.example",
            pace=1.0,
        ),
    ),
    "race_hour": Group(race_hour, {}, timedelta(hours=1)),
    "codes_per_address": Group(
        codes_per_address, {"LEAGUE_CODES_PER_ADDRESS": "20/3600"}, Rate(20, timedelta(hours=1))
    ),
    "tables_per_user": Group(tables_per_user, {"SCORING_TABLES_PER_USER": "20/86400"}, Rate(20, timedelta(days=1))),
    "joins_per_user": Group(joins_per_user, {"GROUP_JOINS_PER_USER": "30/3600"}, Rate(30, timedelta(hours=1))),
    "raw_answers_bucket": Group(raw_answers_bucket, {"RAW_ANSWERS_BUCKET": "raw-answers"}, "raw-answers"),
    "pick_times": Group(
        pick_times,
        {"LOCK_MARGIN_SECONDS": "120", "MAX_ODDS_AGE_HOURS": "26"},
        PickTimes(lock_margin=timedelta(minutes=2), max_odds_age=timedelta(hours=26)),
    ),
    "game_times": Group(
        game_times,
        {
            "CLOSING_LEAD_SECONDS": "480",
            "CLOSING_REACH_SECONDS": "1320",
            "FIRST_CHECK_SECONDS": "0",
            "CHECK_EVERY_SECONDS": "600",
        },
        GameTimes(
            closing_lead=timedelta(minutes=8),
            closing_reach=timedelta(minutes=22),
            first_check=None,
            check_every=timedelta(minutes=10),
        ),
    ),
    "odds_api_config": Group(
        odds_api_config,
        {
            "ODDS_API_BASE_URL": "https://api.the-odds-api.com/",
            "ODDS_API_KEY_SECRET_ARN": "pickvs/test/odds-api",
            "ODDS_API_SPORTS": "basketball_nba, icehockey_nhl,",
            "ODDS_API_REGIONS": "us",
            "SCORES_DAYS_FROM": "3",
        },
        OddsApiConfig(
            base_url="https://api.the-odds-api.com",
            api_key_secret="pickvs/test/odds-api",
            sports=("basketball_nba", "icehockey_nhl"),
            regions=("us",),
            scores_days_from=3,
        ),
    ),
    "credits_plan": Group(
        credits_plan,
        {"MONTHLY_CREDITS": "500", "ODDS_TIMES": "05:00, 17:30", "RESULTS_A_DAY": "2"},
        Plan(500, (timedelta(hours=5), timedelta(hours=17, minutes=30)), 2),
    ),
    "address_secret": Group(
        address_secret, {"DATABASE_POOLED_SECRET_ARN": "pickvs/test/database/pooled"}, "pickvs/test/database/pooled"
    ),
    "role_secrets": Group(
        role_secrets,
        {f"DATABASE_{role}_SECRET_ARN": f"arn-of-{role}" for role in ("WRITER", "READER", "AUTHORIZER", "FORECASTER")},
        {
            "writer": "arn-of-WRITER",
            "reader": "arn-of-READER",
            "authorizer": "arn-of-AUTHORIZER",
            "forecaster": "arn-of-FORECASTER",
        },
    ),
    "fetched_sports": Group(
        fetched_sports,
        {"ODDS_API_SPORTS": "basketball_nba, icehockey_nhl,"},
        [SPORTS["basketball_nba"], SPORTS["icehockey_nhl"]],
    ),
    "public_targets_only": Group(public_targets_only, {"WEBHOOK_TARGETS": "public"}, True),
    "address_in_mails": Group(
        notices.api_base_url, {"API_BASE_URL": "https://api.example/api/"}, "https://api.example/api"
    ),
    "max_results_age": Group(max_results_age, {"MAX_RESULTS_AGE_HOURS": "26"}, timedelta(hours=26)),
    "models_bucket": Group(models_bucket, {"MODELS_BUCKET": "models"}, "models"),
    "uploads_bucket": Group(uploads_bucket, {"UPLOADS_BUCKET": "uploads"}, "uploads"),
    "predicted_sports": Group(
        predicted_sports, {"PREDICTED_SPORTS": "basketball_nba, baseball_mlb,"}, ("basketball_nba", "baseball_mlb")
    ),
    "exports_bucket": Group(exports_bucket, {"EXPORTS_BUCKET": "exports"}, "exports"),
    "api_base_url": Group(api_base_url, {"API_BASE_URL": "https://api.example/api/"}, "https://api.example/api"),
}
EVERYTHING = {name: value for group in GROUPS.values() for name, value in group.environment.items()}


def let_be(environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the function's environment with this one."""
    monkeypatch.setattr(settings(), "_environment", environment)


@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
def test_every_setting_is_read_by_its_name(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    let_be(EVERYTHING, monkeypatch)
    assert group.read() == group.expected


@pytest.mark.parametrize(
    ("group", "name"), [(group, name) for group, each in GROUPS.items() for name in each.environment]
)
@pytest.mark.parametrize("value", [None, ""])
def test_an_absent_name_is_an_error_that_names_it(
    group: str, name: str, value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {key: text for key, text in EVERYTHING.items() if key != name}
    let_be(others if value is None else {**others, name: value}, monkeypatch)
    with pytest.raises(ConfigurationError, match=f"{name} is not set"):
        GROUPS[group].read()


@pytest.mark.parametrize("group", GROUPS)
def test_a_function_needs_only_the_names_of_what_it_asks_for(group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    let_be(GROUPS[group].environment, monkeypatch)
    assert GROUPS[group].read()
    for other in GROUPS.keys() - {group}:
        if GROUPS[other].environment.keys() <= GROUPS[group].environment.keys():
            continue
        with pytest.raises(ConfigurationError):
            GROUPS[other].read()


@pytest.mark.parametrize(
    ("group", "name", "value"),
    [
        ("signing_keys_delay", "SIGNING_KEYS_DELAY_SECONDS", "86401"),
        ("pick_times", "LOCK_MARGIN_SECONDS", "-1"),
        ("pick_times", "LOCK_MARGIN_SECONDS", "3601"),
        ("pick_times", "LOCK_MARGIN_SECONDS", "two"),
        ("pick_times", "MAX_ODDS_AGE_HOURS", "0"),
        ("pick_times", "MAX_ODDS_AGE_HOURS", "1.5"),
        ("game_times", "CLOSING_LEAD_SECONDS", "29"),
        ("game_times", "CLOSING_REACH_SECONDS", "1801"),
        ("game_times", "FIRST_CHECK_SECONDS", "-1"),
        ("game_times", "CHECK_EVERY_SECONDS", "0"),
        ("sign_in_limits", "LOGINS_PER_ADDRESS", "30"),
        ("sign_in_limits", "LOGINS_PER_ADDRESS", "0/600"),
        ("sign_in_limits", "TRIES_PER_ACCOUNT", "10/0"),
        ("sign_in_limits", "TRIES_PER_ACCOUNT", "10/86401"),
        ("sign_in_limits", "REFRESHES_PER_ADDRESS", "often/60"),
        ("joins_per_user", "GROUP_JOINS_PER_USER", "30"),
        ("max_results_age", "MAX_RESULTS_AGE_HOURS", "0"),
        ("odds_api_config", "SCORES_DAYS_FROM", "0"),
        ("odds_api_config", "SCORES_DAYS_FROM", "4"),
        ("odds_api_config", "ODDS_API_SPORTS", " , "),
        ("odds_api_config", "ODDS_API_REGIONS", ","),
        ("credits_plan", "MONTHLY_CREDITS", "0"),
        ("credits_plan", "ODDS_TIMES", "noon"),
        ("credits_plan", "RESULTS_A_DAY", "0"),
        ("fetched_sports", "ODDS_API_SPORTS", ","),
        ("public_targets_only", "WEBHOOK_TARGETS", "all"),
        ("address_in_mails", "API_BASE_URL", "api.example"),
        *(("stats_config", "STATS_PACE_SECONDS", pace) for pace in ("-1", "nan", "61", "often")),
        *(("weather_config", "WEATHER_SOURCES", sources) for sources in ("nws,", "all", "none,nws")),
        *(("weather_config", "WEATHER_PACE_SECONDS", pace) for pace in ("-1", "nan", "61", "often")),
        *(("slate_source", "DFS_SLATE_SPORTS", sports) for sports in ("nba", "NBA,", "none,NBA")),
        *(("slate_source", "DFS_PACE_SECONDS", pace) for pace in ("-1", "nan", "61")),
        *(("race_sources", "FANTASY_SOURCES", sources) for sources in ("f1db", "f1db,jolpica", "all")),
        *(("race_sources", "FANTASY_PACE_SECONDS", pace) for pace in ("-1", "nan", "61", "often")),
        *(("race_hour", "FANTASY_HOUR_SECONDS", seconds) for seconds in ("0", "nan", "3601", "often")),
        ("alarm_clock", "ALARM_CLOCKS", "[]"),
        ("alarm_clock", "ALARM_CLOCKS", '{"housekeeping": {"group": "g"}}'),
        ("function_to_wake", "FUNCTIONS_TO_WAKE", "arn:d"),
        ("function_to_wake", "FUNCTIONS_TO_WAKE", "[]"),
    ],
)
def test_a_value_out_of_its_range_is_an_error_that_names_it(
    group: str, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_be({**EVERYTHING, name: value}, monkeypatch)
    with pytest.raises(ConfigurationError, match=f"{name} is not valid"):
        GROUPS[group].read()


@pytest.mark.parametrize(
    ("environment", "origin"),
    [({"WEB_ORIGIN": "https://pickvs.example"}, "https://pickvs.example"), ({"WEB_ORIGIN": ""}, None), ({}, None)],
)
def test_no_page_may_read_answers_where_none_is_named(
    environment: Mapping[str, str], origin: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_be(environment, monkeypatch)
    assert web_origin() == origin


def test_a_stage_without_a_sender_sends_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    let_be({}, monkeypatch)
    assert notices.sender() is None
    let_be({"MAIL_SENDER": "PickVs <notices@pickvs.example>", "MAIL_CONFIGURATION_SET": "pickvs-test"}, monkeypatch)
    assert notices.sender() == Sender(address="PickVs <notices@pickvs.example>", configuration_set="pickvs-test")
    let_be({"MAIL_SENDER": "PickVs <notices@pickvs.example>"}, monkeypatch)
    with pytest.raises(ConfigurationError, match="MAIL_CONFIGURATION_SET is not set"):
        notices.sender()


@pytest.mark.parametrize(
    ("origin", "page"), [("https://pickvs.example", "https://pickvs.example"), ("*", None), ("", None)]
)
def test_mails_lead_to_a_page_where_the_stage_names_one(
    origin: str, page: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_be({"WEB_ORIGIN": origin}, monkeypatch)
    assert notices.web_page() == page


def test_sources_are_asked_once_a_second_unless_a_stage_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    known = GROUPS["stats_config"].environment
    for pace, seconds in ((None, 1.0), ("0", 0.0), ("0.5", 0.5)):
        let_be({**known, **({} if pace is None else {"STATS_PACE_SECONDS": pace})}, monkeypatch)
        assert stats_config().pace == seconds


def test_races_are_asked_about_and_played_as_fast_as_a_stage_says(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**GROUPS["race_sources"].environment, "FANTASY_SOURCES": "jolpica"}
    let_be({**known, "FANTASY_PACE_SECONDS": "0.5", "FANTASY_HOUR_SECONDS": "36"}, monkeypatch)
    assert race_sources() == RaceSources(
        places={"jolpica": "first"},
        base_urls={"jolpica": "https://jolpica.example"},
        contact="ops@pickvs.example",
        pace=0.5,
    )
    assert race_hour() == timedelta(seconds=36)


def test_no_room_s_settings_are_forgotten_here() -> None:
    rooms = {
        ".".join(path.relative_to(ROOMS).with_suffix("").parts)
        for path in (ROOMS / "pickvs").rglob("config.py")
        if path.parent.name != "core"
    }
    here = {alarm_clock.__module__, web_origin.__module__}
    assert {group.read.__module__ for group in GROUPS.values()} - {__name__} | here == rooms
