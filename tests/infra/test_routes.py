"""ENDPOINTS, the files in functions/api and the synthesised routes agree."""

import json
import re

import pytest

from cdk.config import stage_config
from cdk.routes import ENDPOINTS, WING_OF, WINGS
from cdk.routes.model import Auth
from cdk.secret_names import DATABASE_SECRETS, OWNER_SECRETS, ROLE_SECRETS, SECRET_VARIABLES, SecretName
from cdk.settings.fantasy import LeagueLimits
from cdk.settings.functions import FunctionSettings
from cdk.settings.game_clock import GameClock
from cdk.settings.groups import GroupLimits
from cdk.settings.notices import WebhookTargets
from cdk.settings.odds_api import OddsApi
from cdk.settings.pick_rules import PickRules
from cdk.settings.sign_in import SignInLimits, UserLimits
from cdk.settings.stats_sources import StatsSources
from pickvs.core import database
from tests.infra.assembly import ROOT, Assemblies, Assembly, Resource
from tests.infra.house_rules import functions_named, readable_secrets
from tests.support.functions import load

pytestmark = pytest.mark.xdist_group("infra")

SETTINGS: dict[type[FunctionSettings], set[str]] = {
    GameClock: {"CLOSING_LEAD_SECONDS", "CLOSING_REACH_SECONDS", "FIRST_CHECK_SECONDS", "CHECK_EVERY_SECONDS"},
    GroupLimits: {"GROUP_JOINS_PER_USER"},
    LeagueLimits: {"LEAGUE_CODES_PER_ADDRESS", "SCORING_TABLES_PER_USER"},
    OddsApi: {
        *("ODDS_API_BASE_URL", "ODDS_API_SPORTS", "ODDS_API_REGIONS", "SCORES_DAYS_FROM"),
        *("MAX_RESULTS_AGE_HOURS", "MONTHLY_CREDITS", "ODDS_TIMES", "RESULTS_A_DAY"),
    },
    StatsSources: {"STATS_SOURCES"},
    PickRules: {"LOCK_MARGIN_SECONDS", "MAX_ODDS_AGE_HOURS"},
    WebhookTargets: {"WEBHOOK_TARGETS"},
    SignInLimits: {
        "REGISTRATIONS_PER_ADDRESS",
        "LOGINS_PER_ADDRESS",
        "TRIES_PER_ACCOUNT_AND_ADDRESS",
        "DAILY_TRIES_PER_ACCOUNT_AND_ADDRESS",
        "TRIES_PER_ACCOUNT",
        "REFRESHES_PER_ADDRESS",
        "MAILS_PER_ACCOUNT",
        "CONFIRMATIONS_PER_EMAIL_AND_ADDRESS",
        "CONFIRMATIONS_PER_EMAIL",
    },
    UserLimits: {
        "PASSWORDS_PER_USER",
        "SUBMISSIONS_PER_USER",
        "KEYS_PER_USER",
        "EXPORT_PAGES_PER_USER",
        "EMAIL_CHANGES_PER_USER",
        "CONFIRMATIONS_PER_USER_AND_EMAIL",
        "WEBHOOK_ORDERS_PER_USER",
    },
}


def test_the_table_is_the_contract() -> None:
    """Method, path, allowed callers, and accepted API key scopes."""
    assert {(each.method, each.path, each.auth.value, " ".join(each.scopes)) for each in ENDPOINTS} == {
        ("POST", "/auth/register", "public", ""),
        ("POST", "/auth/login", "public", ""),
        ("POST", "/auth/refresh", "public", ""),
        ("POST", "/auth/logout", "user", ""),
        ("POST", "/auth/confirm-email", "user", ""),
        ("POST", "/auth/password/forgotten", "public", ""),
        ("POST", "/auth/password/reset", "public", ""),
        ("GET", "/users/me", "user", ""),
        ("PUT", "/users/me/password", "user", ""),
        ("PUT", "/users/me/email", "user", ""),
        ("PUT", "/users/me/username", "user", ""),
        ("GET", "/users/me/sessions", "user", ""),
        ("DELETE", "/users/me/sessions/{session_id}", "user", ""),
        ("DELETE", "/users/me", "user", ""),
        ("GET", "/users/me/export", "user", ""),
        ("GET", "/users/me/picks.csv", "user", ""),
        ("GET", "/users/{username}", "public", ""),
        ("POST", "/api-keys", "user", ""),
        ("GET", "/api-keys", "user", ""),
        ("GET", "/api-keys/{key_id}", "user", ""),
        ("DELETE", "/api-keys/{key_id}", "user", ""),
        ("GET", "/notices", "user", ""),
        ("POST", "/notices/read", "user", ""),
        ("GET", "/notices/preferences", "user", ""),
        ("PUT", "/notices/preferences", "user", ""),
        ("POST", "/notices/unsubscribe", "public", ""),
        ("POST", "/webhooks", "user", ""),
        ("GET", "/webhooks", "user", ""),
        ("GET", "/webhooks/{webhook_id}", "user", ""),
        ("DELETE", "/webhooks/{webhook_id}", "user", ""),
        ("POST", "/webhooks/{webhook_id}/test", "user", ""),
        ("GET", "/webhooks/{webhook_id}/deliveries", "user", ""),
        ("POST", "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay", "user", ""),
        ("GET", "/games/upcoming", "user", "picks:read picks:write"),
        ("GET", "/games", "public", ""),
        ("GET", "/games/{game_id}", "public", ""),
        ("GET", "/games/{game_id}/odds", "public", ""),
        ("GET", "/sports", "public", ""),
        ("GET", "/teams", "public", ""),
        ("GET", "/teams/{team_id}", "public", ""),
        ("GET", "/models", "public", ""),
        ("GET", "/models/{name}", "public", ""),
        ("GET", "/models/board", "public", ""),
        ("GET", "/models/{name}/calibration", "public", ""),
        ("GET", "/models/{name}/calibration.svg", "public", ""),
        ("GET", "/models/{name}/profit.svg", "public", ""),
        ("GET", "/predictions/upcoming", "public", ""),
        ("GET", "/games/{game_id}/predictions", "public", ""),
        ("GET", "/games/{game_id}/predictions/at", "public", ""),
        ("GET", "/games/{game_id}/player-predictions", "user", "predictions:read"),
        ("GET", "/players/{player_id}/predictions", "user", "predictions:read"),
        ("GET", "/ratings", "public", ""),
        ("GET", "/teams/{team_id}/games", "public", ""),
        ("GET", "/players", "public", ""),
        ("GET", "/players/{player_id}", "public", ""),
        ("GET", "/players/{player_id}/games", "public", ""),
        ("GET", "/games/{game_id}/box-score", "public", ""),
        ("POST", "/picks", "user", "picks:write"),
        ("GET", "/picks/me", "user", "picks:read"),
        ("GET", "/picks/public", "public", ""),
        ("GET", "/picks/public.csv", "public", ""),
        ("GET", "/picks/{pick_id}", "user", "picks:read"),
        ("GET", "/picks/{pick_id}/explanation", "user", "picks:read"),
        ("GET", "/leaderboard", "public", ""),
        ("GET", "/leaderboard/me", "user", "picks:read"),
        ("POST", "/groups", "user", ""),
        ("GET", "/groups", "user", "picks:read"),
        ("POST", "/groups/join", "user", ""),
        ("GET", "/groups/{group_id}", "user", "picks:read"),
        ("PUT", "/groups/{group_id}", "user", ""),
        ("DELETE", "/groups/{group_id}", "user", ""),
        ("POST", "/groups/{group_id}/code", "user", ""),
        ("POST", "/groups/{group_id}/handover", "user", ""),
        ("GET", "/groups/{group_id}/leaderboard", "user", "picks:read"),
        ("GET", "/groups/{group_id}/members", "user", "picks:read"),
        ("DELETE", "/groups/{group_id}/members/{username}", "user", ""),
        ("GET", "/races", "public", ""),
        ("GET", "/races/{race_id}", "public", ""),
        ("GET", "/races/{race_id}/results", "public", ""),
        ("GET", "/races/{race_id}/points", "public", ""),
        ("GET", "/drivers", "public", ""),
        ("GET", "/drivers/rankings", "public", ""),
        ("GET", "/drivers/{driver_id}", "public", ""),
        ("GET", "/scoring-tables", "public", ""),
        ("GET", "/scoring-tables/{table_id}", "public", ""),
        ("POST", "/scoring-tables", "user", ""),
        ("POST", "/scoring-tables/check", "user", ""),
        ("PUT", "/admin/races/{race_id}/results", "admin", ""),
        ("POST", "/admin/races/{race_id}/cancel", "admin", ""),
        ("POST", "/admin/races/{race_id}/reopen", "admin", ""),
        ("POST", "/admin/races/{race_id}/substitutions", "admin", ""),
        ("GET", "/admin/reviews/races", "admin", ""),
        ("POST", "/admin/reviews/{review_id}/decide", "admin", ""),
        ("POST", "/admin/leagues/{league_id}/rescore", "admin", ""),
        ("POST", "/leagues", "user", ""),
        ("GET", "/leagues", "public", ""),
        ("GET", "/leagues/me", "user", ""),
        ("GET", "/leagues/{league_id}", "user", ""),
        ("PATCH", "/leagues/{league_id}", "user", ""),
        ("DELETE", "/leagues/{league_id}", "user", ""),
        ("POST", "/leagues/{league_id}/start", "user", ""),
        ("POST", "/leagues/{league_id}/handover", "user", ""),
        ("POST", "/leagues/{league_id}/constructors", "user", ""),
        ("GET", "/leagues/{league_id}/constructors", "user", ""),
        ("GET", "/leagues/{league_id}/members", "user", ""),
        ("PATCH", "/leagues/{league_id}/members/{username}", "user", ""),
        ("DELETE", "/leagues/{league_id}/members/{username}", "user", ""),
        ("POST", "/leagues/{league_id}/invitations", "user", ""),
        ("GET", "/leagues/{league_id}/invitations", "user", ""),
        ("DELETE", "/invitations/{invitation_id}", "user", ""),
        ("GET", "/invitations/me", "user", ""),
        ("POST", "/invitations/accept", "user", ""),
        ("POST", "/invitations/decline", "user", ""),
        ("GET", "/leagues/{league_id}/log", "user", ""),
        ("GET", "/leagues/{league_id}/leaderboard", "user", ""),
        ("GET", "/leagues/{league_id}/drafts", "user", "drafts:read"),
        ("GET", "/drafts/{draft_id}", "user", "drafts:read"),
        ("GET", "/drafts/{draft_id}/drivers", "user", "drafts:read"),
        ("POST", "/drafts/{draft_id}/pause", "user", ""),
        ("POST", "/drafts/{draft_id}/resume", "user", ""),
        ("POST", "/drafts/{draft_id}/undo", "user", ""),
        ("POST", "/drafts/{draft_id}/clock", "user", ""),
        ("PUT", "/drafts/{draft_id}/order", "user", ""),
        ("GET", "/constructors/{constructor_id}", "user", ""),
        ("PATCH", "/constructors/{constructor_id}", "user", ""),
        ("POST", "/constructors/{constructor_id}/drafts", "user", "drafts:write"),
        ("GET", "/constructors/{constructor_id}/drafts", "user", "drafts:read"),
        ("PATCH", "/constructors/{constructor_id}/drafts/{pick_id}", "user", ""),
        ("GET", "/constructors/{constructor_id}/queue", "user", "drafts:read"),
        ("PUT", "/constructors/{constructor_id}/queue", "user", "drafts:write"),
        ("GET", "/constructors/{constructor_id}/points", "user", ""),
        ("GET", "/admin/training-runs", "admin", ""),
        ("POST", "/admin/training-runs", "admin", ""),
        ("GET", "/admin/training-runs/{run_id}", "admin", ""),
        ("POST", "/admin/models/{name}/promotions", "admin", ""),
        ("POST", "/admin/models/{name}/rollback", "admin", ""),
        ("PUT", "/admin/games/{game_id}/result", "admin", ""),
        ("POST", "/admin/games/{game_id}/void", "admin", ""),
        ("POST", "/admin/games/{game_id}/reopen", "admin", ""),
        ("POST", "/admin/games/{game_id}/regrade", "admin", ""),
        ("PUT", "/admin/games/{game_id}/start", "admin", ""),
        ("POST", "/admin/games/{game_id}/merge", "admin", ""),
        ("POST", "/admin/games/{game_id}/unmerge", "admin", ""),
        ("GET", "/admin/reviews", "admin", ""),
        ("POST", "/admin/teams/{team_id}/aliases", "admin", ""),
        ("GET", "/admin/data-quality", "admin", ""),
        ("POST", "/admin/anomalies/{anomaly_id}/resolution", "admin", ""),
        ("POST", "/admin/backfills", "admin", ""),
        ("GET", "/admin/credits", "admin", ""),
        ("GET", "/admin/ingestion-runs", "admin", ""),
        ("GET", "/admin/attention", "admin", ""),
        ("GET", "/admin/audit-log", "admin", ""),
        ("GET", "/dfs/slates", "user", "dfs:read"),
        ("GET", "/dfs/slates/{slate_id}", "user", "dfs:read"),
        ("GET", "/dfs/slates/{slate_id}/players", "user", "dfs:read"),
        ("GET", "/dfs/slates/{slate_id}/weather", "user", "dfs:read"),
        ("GET", "/dfs/injuries", "user", "dfs:read"),
        ("GET", "/dfs/projection-sets", "user", "dfs:read"),
        ("GET", "/dfs/projection-sets/{projection_set_id}", "user", "dfs:read"),
        ("POST", "/dfs/projection-sets", "user", "dfs:write"),
        ("GET", "/dfs/builds", "user", "dfs:read"),
        ("POST", "/dfs/builds", "user", "dfs:write"),
        ("GET", "/dfs/builds/{build_id}", "user", "dfs:read"),
        ("DELETE", "/dfs/builds/{build_id}", "user", "dfs:write"),
        ("GET", "/dfs/builds/{build_id}/lineups", "user", "dfs:read"),
        ("GET", "/dfs/builds/{build_id}/lineups.csv", "user", "dfs:read"),
        ("GET", "/dfs/builds/{build_id}/export", "user", "dfs:read"),
        ("POST", "/dfs/uploads", "user", "dfs:write"),
        ("POST", "/dfs/uploads/url", "user", "dfs:write"),
        ("GET", "/dfs/uploads/{upload_id}", "user", "dfs:read"),
        ("PUT", "/dfs/aliases", "user", "dfs:write"),
        ("POST", "/dfs/contests", "user", "dfs:write"),
        ("GET", "/dfs/contests", "user", "dfs:read"),
        ("GET", "/dfs/contests/{contest_id}", "user", "dfs:read"),
        ("POST", "/dfs/contests/{contest_id}/results", "user", "dfs:write"),
        ("GET", "/dfs/contests/{contest_id}/results", "user", "dfs:read"),
        ("POST", "/dfs/contest-runs", "user", "dfs:write"),
        ("GET", "/dfs/contest-runs", "user", "dfs:read"),
        ("GET", "/dfs/contest-runs/{contest_run_id}", "user", "dfs:read"),
        ("DELETE", "/dfs/contest-runs/{contest_run_id}", "user", "dfs:write"),
        ("GET", "/dfs/contest-runs/{contest_run_id}/lineups", "user", "dfs:read"),
        ("GET", "/dfs/calibration", "user", "dfs:read"),
        ("GET", "/openapi.json", "public", ""),
        ("GET", "/docs", "public", ""),
        ("GET", "/health", "public", ""),
    }
    assert len({each.name for each in ENDPOINTS}) == len(ENDPOINTS)


def test_each_row_has_its_file_and_each_file_its_row() -> None:
    """The file is in the folder of its wing. The asset has the files that the row names, and no others."""
    folder = ROOT / "functions" / "api"
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {each for each in files if not each.endswith(".pyc")} == {
        f"{wing.name}/{file}" for wing in WINGS for each in wing.endpoints for file in (f"{each.name}.py", *each.files)
    }


def test_the_file_says_its_method_and_path() -> None:
    for endpoint in ENDPOINTS:
        text = (ROOT / "functions" / "api" / WING_OF[endpoint.name] / f"{endpoint.name}.py").read_text()
        assert text.startswith(f'"""{endpoint.method} {endpoint.path}'), endpoint.name
        path = re.sub(r"\{(\w+)\}", r"<\1>", endpoint.path)
        assert f'@app.{endpoint.method.lower()}("{path}"' in text, endpoint.name


def test_the_function_lets_in_whom_its_row_names() -> None:
    for endpoint in ENDPOINTS:
        access = load(f"api/{endpoint.name}").app.access
        assert access.role == ("admin" if endpoint.auth is Auth.ADMIN else None), endpoint.name
        assert access.scopes == {scope.value for scope in endpoint.scopes}, endpoint.name


def test_public_reads_and_no_others_may_be_kept() -> None:
    for endpoint in ENDPOINTS:
        is_kept = endpoint.method == "GET" and endpoint.auth is Auth.PUBLIC and endpoint.name != "get_health"
        assert (load(f"api/{endpoint.name}").app.max_age is not None) == is_kept, endpoint.name


@pytest.fixture
def routes(assembly: Assembly) -> dict[tuple[str, str], Resource]:
    return assembly.methods()


def test_the_templates_have_the_routes_of_the_tables_and_no_others(
    assembly: Assembly, routes: dict[tuple[str, str], Resource]
) -> None:
    asked_first = stage_config(assembly.stage).edge.web_origin is not None
    preflights = {("OPTIONS", each.path) for each in ENDPOINTS} if asked_first else set()
    assert set(routes) == {(each.method, each.path) for each in ENDPOINTS} | preflights
    # No route exists twice, in two stacks.
    assert len(list(assembly.resources("AWS::ApiGateway::Method"))) == len(routes)


def test_a_route_calls_its_function(assembly: Assembly, routes: dict[tuple[str, str], Resource]) -> None:
    for wing in WINGS:
        for endpoint in wing.endpoints:
            method = routes[endpoint.method, endpoint.path]
            function = assembly.function(endpoint.name)
            assert method.stack == function.stack == wing.stack
            assert method.properties["OperationName"] == endpoint.name
            assert method.properties["Integration"]["Type"] == "AWS_PROXY"
            # Lambda is always invoked by POST, regardless of the request's method.
            assert method.properties["Integration"]["IntegrationHttpMethod"] == "POST"
            assert list(functions_named(assembly, method.stack, method.properties["Integration"]["Uri"])) == [function]
            assert function.properties["Handler"] == f"{endpoint.name}.app"
            assert function.properties["MemorySize"] == endpoint.memory_mb
            assert function.properties["Timeout"] == endpoint.timeout_seconds


def test_no_function_is_ended_while_it_waits_for_the_database(assembly: Assembly) -> None:
    users = [each for each in assembly.functions() if reads_the_database(each)]
    assert len(users) > len(ENDPOINTS) // 2
    for function in users:
        assert function.properties["Timeout"] >= database._BEGIN_SECONDS + 3, function


def reads_the_database(function: Resource) -> bool:
    return "DATABASE_SECRET_ARN" in function.properties.get("Environment", {}).get("Variables", {})


def test_a_route_asks_for_what_its_row_says(assembly: Assembly, routes: dict[tuple[str, str], Resource]) -> None:
    (authorizer,) = assembly.resources("AWS::ApiGateway::Authorizer")
    for endpoint in ENDPOINTS:
        method = routes[endpoint.method, endpoint.path]
        asked = method.properties.get("AuthorizerId")
        found = None if asked is None else assembly.meant(method.stack, asked)
        expected = ("NONE", None) if endpoint.auth is Auth.PUBLIC else ("CUSTOM", authorizer)
        assert (method.properties["AuthorizationType"], found) == expected, endpoint.name


def test_a_route_is_throttled_as_its_row_says(assembly: Assembly) -> None:
    (stage,) = assembly.resources("AWS::ApiGateway::Stage")
    throttles = {
        (each["HttpMethod"], each["ResourcePath"]): (each["ThrottlingRateLimit"], each["ThrottlingBurstLimit"])
        for each in stage.properties["MethodSettings"]
    }
    del throttles["*", "/*"]
    assert throttles == {
        (each.method, "/" + each.path.replace("/", "~1")): (each.throttle.rate, each.throttle.burst)
        for each in ENDPOINTS
    }


def test_a_function_knows_what_its_row_says_and_no_more(assembly: Assembly) -> None:
    known = {secret: _secret(assembly, secret) for endpoint in ENDPOINTS for secret in endpoint.all_secrets}
    for endpoint in ENDPOINTS:
        function = assembly.function(endpoint.name)
        variables = set(function.properties["Environment"]["Variables"])
        common = {"PICKVS_STAGE", "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"}
        origin = {"WEB_ORIGIN"} if stage_config(assembly.stage).edge.web_origin else set()
        settings = {name for group in endpoint.settings for name in SETTINGS[group]}
        secrets = {SECRET_VARIABLES[secret] for secret in endpoint.all_secrets}
        cache = {"SECRETS_CACHE_SECONDS"} if secrets else set()
        tls = set() if DATABASE_SECRETS.isdisjoint(endpoint.all_secrets) else {"DATABASE_TLS", "DATABASE_POOLED"}
        waking = {"FUNCTIONS_TO_WAKE"} if endpoint.wakes else set()
        alarms = {"ALARM_CLOCKS"} if endpoint.sets_alarms_of else set()
        files = {"UPLOADS_BUCKET"} if endpoint.uploads else set()
        assert variables == common | origin | settings | secrets | cache | tls | waking | alarms | files, endpoint.name
        assert readable_secrets(assembly, function) == {known[secret] for secret in endpoint.all_secrets}, endpoint.name


def _secret(assembly: Assembly, name: SecretName) -> str:
    """Return another stack's reference to the secret `name`. With Aurora the owner has one secret for both names."""
    called = "database" if assembly.database == "aurora" and name in OWNER_SECRETS else name.value
    (resource,) = (
        each
        for each in assembly.resources("AWS::SecretsManager::Secret")
        if each.properties["Name"] == f"pickvs/{assembly.stage}/{called}"
    )
    (export,) = (
        output["Export"]["Name"]
        for output in assembly.templates["data"]["Outputs"].values()
        if output["Value"] == {"Ref": resource.logical_id}
    )
    return json.dumps({"Fn::ImportValue": export})


@pytest.mark.parametrize(
    ("function", "secrets"),
    [
        ("authorizer", {SecretName.SIGNING_KEYS, SecretName.DATABASE_AUTHORIZER}),
        ("migrate", {*OWNER_SECRETS, *ROLE_SECRETS.values()}),
        ("fetch_odds", {SecretName.DATABASE_WRITER, SecretName.ODDS_API}),
        ("process_results", {SecretName.DATABASE_WRITER, SecretName.ODDS_API}),
        ("operator", {SecretName.DATABASE_WRITER}),
        ("rotate_signing_keys", {SecretName.SIGNING_KEYS}),
    ],
)
def test_the_other_functions_read_their_secrets_alone(
    assembly: Assembly, function: str, secrets: set[SecretName]
) -> None:
    expected = {_secret(assembly, secret) for secret in secrets}
    assert readable_secrets(assembly, assembly.function(function)) == expected


def test_only_who_issues_checks_or_rotates_reads_the_signing_keys(assembly_of: Assemblies) -> None:
    assembly = assembly_of("prod")
    keys = _secret(assembly, SecretName.SIGNING_KEYS)
    readers = {
        function.properties["FunctionName"].removeprefix("pickvs-prod-")
        for function in assembly.functions()
        if keys in readable_secrets(assembly, function)
    }
    assert readers == {"authorizer", "register", "login", "refresh", "reset_password", "rotate_signing_keys"}


def test_hashing_a_password_has_the_memory_it_needs() -> None:
    hashing = [each for each in ENDPOINTS if each.name in {"register", "login", "delete_me"}]
    assert len(hashing) == 3
    for endpoint in hashing:
        assert endpoint.memory_mb >= 1024
