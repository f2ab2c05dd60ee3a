"""Every endpoint x every kind of caller, over HTTP. The expected outcome follows from the endpoint's row.

A new endpoint is in the matrix by its row in cdk/routes.py. If its path has a parameter, or its method takes a body,
that the samples below do not have, the test fails and says so.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from typing import Any

import pytest

from cdk.routes import ENDPOINTS, dfs, fantasy_leagues
from cdk.routes.model import Auth, Endpoint, Scope
from tests.e2e.callers import PASSWORD, RECEIVER, SCOPE, STRANGERS, Account, Callers, Kind
from tests.e2e.client import Client
from tests.e2e.conftest import signing_key_of
from tests.e2e.offers import offer_game, pick_of
from tests.support.gateway import Answer
from tests.support.laptop import Laptop
from tests.support.odds_api import OddsApiServer
from tests.support.race_weeks import SEASON, offer_race

pytestmark = pytest.mark.xdist_group("contract")

type Game = Mapping[str, Any]
type Body = Callable[[Account, Game], dict[str, Any]]

REFUSALS = {"UNAUTHENTICATED", "FORBIDDEN", "API_KEY_NOT_ACCEPTED", "SCOPE_REQUIRED", "ROLE_REQUIRED"}

PARAMETERS: dict[str, Callable[[Account, Game], object]] = {
    "game_id": lambda _, game: game["id"],
    "pick_id": lambda account, _: account.pick_id,
    "key_id": lambda account, _: account.key_id,
    "group_id": lambda account, _: account.group_id,
    "session_id": lambda account, _: account.session,
    "username": lambda account, _: account.name,
    "team_id": lambda *_: 1,
    "player_id": lambda *_: 1,
    "anomaly_id": lambda *_: 1,
    "webhook_id": lambda account, _: account.webhook_id,
    "delivery_id": lambda account, _: account.delivery_id,
    "run_id": lambda *_: 1,
    "league_id": lambda account, _: account.league_id,
    "constructor_id": lambda account, _: account.constructor_id,
    "invitation_id": lambda account, _: account.invitation_id,
    "draft_id": lambda *_: 2**62,
    "name": lambda *_: "basketball_nba-no-market",
    "race_id": lambda *_: 1,
    "driver_id": lambda *_: 1,
    "review_id": lambda *_: 1,
    "table_id": lambda *_: "weekend@1",
    "upload_id": lambda *_: 2**62,
    "slate_id": lambda *_: 2**62,
    "projection_set_id": lambda *_: 2**62,
    "build_id": lambda *_: 2**62,
    "contest_id": lambda *_: 2**62,
    "contest_run_id": lambda *_: 2**62,
}
"""A valid value for each path parameter."""

OWNED = {
    "pick_id": "PICK_NOT_FOUND",
    "key_id": "API_KEY_NOT_FOUND",
    "session_id": "SESSION_NOT_FOUND",
    "group_id": "GROUP_NOT_FOUND",
    "webhook_id": "WEBHOOK_NOT_FOUND",
}
"""Error code for a resource of another user (a pick on a game that has not locked, an API key, and so on)."""

_TABLE = {
    "sport": "formula_one",
    "rules": [{"id": "first", "session": "race", "kind": "by_position", "points": [1]}],
}
_WHY = {"reason": "the authorization matrix"}
_DRY_RUN = {"reason": "the authorization matrix", "dry_run": True}
_numbers = count(1)


def _newcomer(account: Account, game: Game) -> dict[str, Any]:
    name = f"newcomer-{next(_numbers)}"
    return {"username": name, "email": f"{name}@example.com", "password": PASSWORD}


BODIES: dict[tuple[str, str], Body | None] = {
    ("POST", "/auth/register"): _newcomer,
    ("POST", "/auth/login"): lambda account, _: {"email": f"{account.name}@example.com", "password": PASSWORD},
    ("POST", "/auth/refresh"): lambda account, _: {"refresh_token": account.refresh_token},
    ("POST", "/auth/logout"): lambda *_: {"everywhere": True},
    ("DELETE", "/users/me"): lambda *_: {"password": PASSWORD},
    ("POST", "/auth/confirm-email"): lambda *_: {"token": "of nobody"},
    ("POST", "/auth/password/forgotten"): lambda account, _: {"login": account.name},
    ("POST", "/auth/password/reset"): lambda *_: {"token": "of nobody", "password": "seven green kettles"},
    ("PUT", "/users/me/password"): lambda *_: {"current_password": PASSWORD, "new_password": "seven green kettles"},
    ("PUT", "/users/me/email"): lambda account, _: {"email": f"{account.name}@example.com", "password": PASSWORD},
    ("PUT", "/users/me/username"): lambda account, _: {"username": account.name, "password": PASSWORD},
    ("DELETE", "/users/me/sessions/{session_id}"): None,
    ("POST", "/api-keys"): lambda *_: {"name": "of the matrix", "scopes": ["picks:read"], "password": PASSWORD},
    ("DELETE", "/api-keys/{key_id}"): None,
    ("POST", "/picks"): lambda _, game: {"picks": [pick_of(dict(game), "spread", "away")]},
    ("POST", "/notices/read"): lambda *_: {"up_to": 1},
    ("PUT", "/notices/preferences"): lambda *_: {"preferences": []},
    ("POST", "/notices/unsubscribe"): None,
    ("POST", "/webhooks"): lambda *_: {"url": RECEIVER},
    ("DELETE", "/webhooks/{webhook_id}"): None,
    ("POST", "/webhooks/{webhook_id}/test"): None,
    ("POST", "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay"): None,
    ("POST", "/groups"): lambda *_: {"name": "of the matrix"},
    ("POST", "/groups/join"): lambda account, _: {"code": account.group_code},
    ("PUT", "/groups/{group_id}"): lambda *_: {"name": "renamed by the matrix"},
    ("DELETE", "/groups/{group_id}"): None,
    ("POST", "/groups/{group_id}/code"): None,
    ("POST", "/groups/{group_id}/handover"): lambda account, _: {"username": account.name},
    ("DELETE", "/groups/{group_id}/members/{username}"): None,
    ("POST", "/leagues"): lambda *_: {
        "name": f"League {next(_numbers)} of the matrix",
        "season": SEASON,
        "team_name": "Late Brakers",
    },
    ("PATCH", "/leagues/{league_id}"): lambda *_: {"description": "Of the matrix."},
    ("DELETE", "/leagues/{league_id}"): None,
    ("POST", "/leagues/{league_id}/start"): None,
    ("POST", "/leagues/{league_id}/handover"): lambda account, _: {"username": account.name},
    ("POST", "/leagues/{league_id}/constructors"): lambda *_: {"team_name": "Apex"},
    ("PATCH", "/leagues/{league_id}/members/{username}"): lambda *_: {"role": "member"},
    ("DELETE", "/leagues/{league_id}/members/{username}"): None,
    ("POST", "/leagues/{league_id}/invitations"): lambda *_: {},
    ("DELETE", "/invitations/{invitation_id}"): None,
    ("POST", "/invitations/accept"): lambda *_: {"code": "4F7KA-9QXMB", "team_name": "Apex"},
    ("POST", "/invitations/decline"): lambda *_: {"invitation_id": 2**62},
    ("POST", "/drafts/{draft_id}/pause"): lambda *_: _WHY,
    ("POST", "/drafts/{draft_id}/resume"): lambda *_: _WHY,
    ("POST", "/drafts/{draft_id}/undo"): lambda *_: {"to_slot": 1, **_WHY},
    ("POST", "/drafts/{draft_id}/clock"): lambda *_: {"seconds": 3600, **_WHY},
    ("PUT", "/drafts/{draft_id}/order"): lambda *_: {"constructors": [1, 2], **_WHY},
    ("PATCH", "/constructors/{constructor_id}"): lambda *_: {"team_name": "Late Brakers"},
    ("POST", "/constructors/{constructor_id}/drafts"): lambda *_: {"race_id": 1, "driver_id": 1},
    ("PATCH", "/constructors/{constructor_id}/drafts/{pick_id}"): lambda *_: {"driver_id": 1},
    ("PUT", "/constructors/{constructor_id}/queue"): lambda *_: {"drivers": []},
    ("PUT", "/admin/games/{game_id}/result"): lambda *_: {"home_score": 101, "away_score": 99, **_DRY_RUN},
    ("POST", "/admin/games/{game_id}/void"): lambda *_: _DRY_RUN,
    ("POST", "/admin/training-runs"): lambda *_: {"sport": "basketball_nba", "kind": "games", **_DRY_RUN},
    ("POST", "/admin/models/{name}/promotions"): lambda *_: {"version": 1, **_DRY_RUN},
    ("POST", "/admin/models/{name}/rollback"): lambda *_: _DRY_RUN,
    ("POST", "/admin/games/{game_id}/reopen"): lambda *_: _DRY_RUN,
    ("POST", "/admin/games/{game_id}/regrade"): lambda *_: _DRY_RUN,
    ("POST", "/admin/teams/{team_id}/aliases"): lambda *_: {
        "alias": f"team {next(_numbers)} of the matrix",
        "reason": "the authorization matrix",
    },
    ("POST", "/admin/anomalies/{anomaly_id}/resolution"): lambda *_: {
        "resolution": "accepted",
        "reason": "the authorization matrix",
    },
    ("POST", "/admin/backfills"): lambda *_: {
        "sport": "basketball_nba",
        "from": "2024-01-04",
        "to": "2024-01-05",
        "reason": "the authorization matrix",
    },
    ("PUT", "/admin/games/{game_id}/start"): lambda *_: {"began_at": "2026-01-01T00:00:00Z", **_DRY_RUN},
    ("POST", "/admin/games/{game_id}/merge"): lambda _, game: {"into": game["id"], **_DRY_RUN},
    ("POST", "/admin/games/{game_id}/unmerge"): lambda *_: _DRY_RUN,
    ("POST", "/dfs/uploads"): None,
    ("POST", "/dfs/uploads/url"): lambda *_: {"kind": "dk_standings", "bytes": 1, "sha256": "0" * 64},
    ("PUT", "/dfs/aliases"): lambda *_: {"slate_id": 2**62, "player_id": 1, "alias": "A. Matrix"},
    ("POST", "/scoring-tables"): lambda *_: _TABLE,
    ("POST", "/scoring-tables/check"): lambda *_: {"table": _TABLE},
    ("PUT", "/admin/races/{race_id}/results"): lambda *_: {
        "session": "race",
        "rows": [{"driver_id": 1, "status": "dns"}],
        **_DRY_RUN,
    },
    ("POST", "/admin/races/{race_id}/cancel"): lambda *_: _DRY_RUN,
    ("POST", "/admin/races/{race_id}/reopen"): lambda *_: _DRY_RUN,
    ("POST", "/admin/races/{race_id}/substitutions"): lambda *_: {"driver_id": 1, "scores_as": None, **_DRY_RUN},
    ("POST", "/admin/reviews/{review_id}/decide"): lambda *_: {"choice": "in_force", **_DRY_RUN},
    ("POST", "/admin/leagues/{league_id}/rescore"): lambda *_: _DRY_RUN,
    ("POST", "/dfs/projection-sets"): lambda *_: {
        "slate_id": 2**62,
        "kind": "edited",
        "parent": 2**62,
        "changes": [{"player_id": 1, "points": 31.5}],
    },
    ("POST", "/dfs/builds"): lambda *_: {"slate_id": 2**62, "projection_set_id": 2**62},
    ("DELETE", "/dfs/builds/{build_id}"): None,
    ("POST", "/dfs/contests"): lambda *_: {
        "slate_id": 2**62,
        "name": "A contest",
        "size": 10,
        "fee_cents": 100,
        "payouts": [{"first": 1, "last": 1, "cents": 900}],
    },
    ("POST", "/dfs/contests/{contest_id}/results"): lambda *_: {"upload_id": 2**62},
    ("POST", "/dfs/contest-runs"): lambda *_: {"contest_id": 2**62, "build_id": 2**62},
    ("DELETE", "/dfs/contest-runs/{contest_run_id}"): None,
}
"""A valid body for each method and path that takes one; None for a method that could take one and does not."""

QUERIES = {
    ("POST", "/notices/unsubscribe"): f"?token=1.pick.settled.{'0' * 32}",
    ("GET", "/models/board"): "?sport=basketball_nba",
    ("GET", "/ratings"): "?sport=basketball_nba",
    ("POST", "/dfs/uploads"): f"?kind=dk_standings&key={'0' * 64}",
    ("GET", "/dfs/projection-sets"): "?slate_id=1",
    ("GET", "/dfs/injuries"): "?sport=basketball_nba",
}
"""A query for each method and path that needs one."""

SPENDS_THE_ACCOUNT = {
    ("DELETE", "/users/me"),
    ("POST", "/auth/logout"),
    ("POST", "/auth/refresh"),
    ("PUT", "/users/me/password"),
    ("DELETE", "/users/me/sessions/{session_id}"),
    ("DELETE", "/groups/{group_id}"),
    ("DELETE", "/groups/{group_id}/members/{username}"),
    ("POST", "/webhooks"),
    ("DELETE", "/webhooks/{webhook_id}"),
    ("DELETE", "/leagues/{league_id}"),
    ("DELETE", "/leagues/{league_id}/members/{username}"),
    ("DELETE", "/invitations/{invitation_id}"),
}
"""Operations that use up the account or what it has; a caller who is let in gets a new account for each."""

STORES_NOTHING = {
    ("POST", "/auth/logout"): "it ends sessions, and of an erased account there are none",
    ("POST", "/scoring-tables/check"): "it computes, and stores nothing",
}
"""Operations that write without checking that the account still exists, with the reason why that is harmless."""

NEEDS_A_LIVING_SESSION = {
    ("POST", "/picks"),
    ("POST", "/api-keys"),
    ("POST", "/webhooks"),
    ("POST", "/auth/confirm-email"),
    ("POST", "/auth/logout"),
    ("PUT", "/users/me/password"),
    ("PUT", "/users/me/email"),
    ("PUT", "/users/me/username"),
    ("DELETE", "/users/me/sessions/{session_id}"),
    ("DELETE", "/api-keys/{key_id}"),
    ("DELETE", "/users/me"),
    ("POST", "/scoring-tables"),
    ("POST", "/groups"),
    ("POST", "/groups/join"),
    ("PUT", "/groups/{group_id}"),
    ("DELETE", "/groups/{group_id}"),
    ("POST", "/groups/{group_id}/code"),
    ("POST", "/groups/{group_id}/handover"),
    ("DELETE", "/groups/{group_id}/members/{username}"),
    *((each.method, each.path) for each in ENDPOINTS if each.auth is Auth.ADMIN and each.method != "GET"),
    *((each.method, each.path) for each in fantasy_leagues.WING.endpoints if each.method != "GET"),
    *((each.method, each.path) for each in dfs.WING.endpoints if each.method != "GET"),
}
"""Operations whose effect outlives the access token. An access token of an ended session allows all others until it
expires."""

SHOWS_THE_ACCOUNT = {
    ("GET", "/users/me"),
    ("GET", "/users/me/export"),
    ("GET", "/users/me/picks.csv"),
    ("GET", "/leaderboard/me"),
    ("GET", "/notices/preferences"),
}
"""Reads that need an existing account. An access token allows all other reads until it expires."""

SERVED = [endpoint for endpoint in ENDPOINTS if not endpoint.retired]
each_endpoint = pytest.mark.parametrize("endpoint", SERVED, ids=lambda endpoint: endpoint.name)


def expected_refusal(endpoint: Endpoint, kind: Kind) -> tuple[int, str] | None:
    """Return the status and code that the row implies for this kind of caller; None if the caller is let in."""
    if endpoint.auth is Auth.PUBLIC:
        return None
    if kind in STRANGERS:
        return 401, "UNAUTHENTICATED"
    if kind in SCOPE and SCOPE[kind] not in endpoint.scopes:
        return 403, "SCOPE_REQUIRED" if endpoint.scopes else "API_KEY_NOT_ACCEPTED"
    is_ended = kind is Kind.ENDED_SESSION and (endpoint.method, endpoint.path) in NEEDS_A_LIVING_SESSION
    if is_ended or (kind is Kind.ERASED and needs_account(endpoint)):
        return 401, "UNAUTHENTICATED"
    if endpoint.auth is Auth.ADMIN and kind not in {Kind.ADMIN, Kind.ENDED_SESSION}:
        return 403, "ROLE_REQUIRED"
    return None


def needs_account(endpoint: Endpoint) -> bool:
    """Return whether the endpoint must check that the account exists, because it writes or reads account data."""
    row = (endpoint.method, endpoint.path)
    is_written = endpoint.method != "GET" and row not in STORES_NOTHING
    return is_written or row in SHOWS_THE_ACCOUNT or endpoint.auth is Auth.ADMIN


def parameters(endpoint: Endpoint) -> list[str]:
    return re.findall(r"\{(\w+)\}", endpoint.path)


def sample(endpoint: Endpoint, account: Account, game: Game) -> tuple[str, dict[str, Any] | None]:
    """Return a path and a body for the endpoint that name the account's own resources."""
    unknown = [name for name in parameters(endpoint) if name not in PARAMETERS]
    if unknown:
        pytest.fail(f"{endpoint.name}: no sample for {', '.join(unknown)} of {endpoint.path}; add it to PARAMETERS")
    path = endpoint.path.format_map({name: PARAMETERS[name](account, game) for name in parameters(endpoint)})
    path += QUERIES.get((endpoint.method, endpoint.path), "")
    if endpoint.method == "GET":
        return path, None
    if (endpoint.method, endpoint.path) not in BODIES:
        pytest.fail(f"{endpoint.name}: no body for {endpoint.method} {endpoint.path}; add one, or None, to BODIES")
    body = BODIES[endpoint.method, endpoint.path]
    return path, body(account, game) if body else None


@pytest.fixture(scope="module")
def callers(unthrottled: Laptop, provider: OddsApiServer) -> Callers:
    api = Client(unthrottled.base_url)
    offer_race(unthrottled, 10)
    return Callers(unthrottled, api, offer_game(unthrottled, provider, api, 906), signing_key_of(unthrottled))


def knock(callers: Callers, endpoint: Endpoint, credentials: str | None, account: Account) -> Answer:
    path, body = sample(endpoint, account, callers.game)
    return callers.send(credentials, endpoint.method, path, body)


@each_endpoint
def test_an_endpoint_lets_in_whom_its_row_names(callers: Callers, endpoint: Endpoint) -> None:
    found = {kind: objection(partial(check_the_door, callers, endpoint, kind)) for kind in Kind}
    wrong = [f"{endpoint.name}, {kind.value}: {what}" for kind, what in found.items() if what is not None]
    assert not wrong, "\n".join(wrong)


def check_the_door(callers: Callers, endpoint: Endpoint, kind: Kind) -> None:
    refusal = expected_refusal(endpoint, kind)
    spends = (endpoint.method, endpoint.path) in SPENDS_THE_ACCOUNT and refusal is None
    caller = callers.fresh(kind) if spends else callers.kept(kind)
    answer = knock(callers, endpoint, caller.credentials, caller.account)
    if refusal is not None:
        answer.problem(*refusal)
        return
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    assert code not in REFUSALS, answer.body
    assert answer.status not in {400, 415, 422}, f"the sample for {endpoint.name} does not fit: {answer.body}"
    assert answer.status < 500, answer.body


@pytest.mark.parametrize(
    "endpoint",
    [each for each in SERVED if OWNED.keys() & parameters(each) and each not in fantasy_leagues.WING.endpoints],
    ids=lambda endpoint: endpoint.name,
)
def test_what_belongs_to_a_user_is_there_for_them_alone(callers: Callers, endpoint: Endpoint) -> None:
    """Of leagues and drafts, tests/integration/fantasy_leagues tries everybody in every relation to them."""
    let_in = [kind for kind in (Kind.USER, Kind.ADMIN, *SCOPE) if expected_refusal(endpoint, kind) is None]
    found = {kind: objection(partial(check_the_owner, callers, endpoint, kind)) for kind in let_in}
    wrong = [f"{endpoint.name}, {kind.value}: {what}" for kind, what in found.items() if what is not None]
    assert found
    assert not wrong, "\n".join(wrong)


def check_the_owner(callers: Callers, endpoint: Endpoint, kind: Kind) -> None:
    spends = (endpoint.method, endpoint.path) in SPENDS_THE_ACCOUNT
    caller = callers.fresh(kind) if spends else callers.kept(kind)
    [code] = [OWNED[name] for name in parameters(endpoint) if name in OWNED]
    knock(callers, endpoint, caller.credentials, callers.another).problem(404, code)
    assert knock(callers, endpoint, caller.credentials, caller.account).status in {200, 202, 204}


def objection(check: Callable[[], None]) -> str | None:
    """Return how a check failed, so that the checks of the other kinds go on; None if it passed."""
    try:
        check()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def test_every_sample_is_of_an_endpoint() -> None:
    rows = {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}
    assert (
        set(BODIES)
        | set(QUERIES)
        | SPENDS_THE_ACCOUNT
        | set(STORES_NOTHING)
        | SHOWS_THE_ACCOUNT
        | NEEDS_A_LIVING_SESSION
        <= rows
    )
    assert PARAMETERS.keys() <= {name for endpoint in ENDPOINTS for name in parameters(endpoint)}
    assert OWNED.keys() <= PARAMETERS.keys()
    assert set(SCOPE.values()) == set(Scope), "there is no kind of key with a scope"
