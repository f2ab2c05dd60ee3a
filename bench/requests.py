"""A valid request to each endpoint, as API Gateway's proxy event. Values that must be unique are new in each event."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from bench.dataset import PASSWORD, PLAYED, UPCOMING, Dataset
from tests.support.gateway import proxy_event

type Event = dict[str, Any]

PUBLIC_GAME = PLAYED + 1
PICKS = 10
"""Number of picks in one submission."""

_BOB = (2, "user-2")
_ADMIN = (1, "user-1")


def request(operation: str, dataset: Dataset) -> Event:
    """Return the event of a new request to `operation`."""
    return _REQUESTS[operation](dataset)


def submission(dataset: Dataset, turn: int = 0) -> list[dict[str, Any]]:
    """Return ten picks on tonight's games. Each turn picks other markets, until no game has any left."""
    wanted = [
        (PLAYED + 1 + number % UPCOMING, ("moneyline", "spread", "total")[number // UPCOMING])
        for number in range(turn * PICKS, (turn + 1) * PICKS)
    ]
    quotes = _quotes(dataset)
    return [{"game_id": game, "market": market, **quotes[game, market], "stake_units": 1.5} for game, market in wanted]


_known: dict[str, dict[tuple[int, str], dict[str, Any]]] = {}


def _quotes(dataset: Dataset) -> Mapping[tuple[int, str], dict[str, Any]]:
    if dataset.url not in _known:
        rows = dataset.rows("SELECT game_id, market, selection, id FROM quotes WHERE selection IN ('home', 'over')")
        _known[dataset.url] = {
            (int(str(game)), str(market)): {"selection": selection, "quote_id": quote}
            for game, market, selection, quote in rows
        }
    return _known[dataset.url]


def _get(path: str, **request: Any) -> Callable[[Dataset], Event]:
    return lambda _: proxy_event("GET", path, **request)


def _address(dataset: Dataset) -> str:
    number = next(dataset.numbers)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def _as_somebody_new(dataset: Dataset) -> dict[str, Any]:
    user = dataset.fresh_user()
    return {"user": (user, f"fresh-{user}")}


def _register(dataset: Dataset) -> Event:
    name = f"new-{next(dataset.numbers)}"
    body = {"username": name, "email": f"{name}@example.com", "password": PASSWORD}
    return proxy_event("POST", "/auth/register", body=body, address=_address(dataset))


def _login(dataset: Dataset) -> Event:
    number = next(dataset.numbers) % 1_000 + 100
    body = {"email": f"user-{number}@example.com", "password": PASSWORD}
    return proxy_event("POST", "/auth/login", body=body, address=_address(dataset))


def _refresh(dataset: Dataset) -> Event:
    token = secrets.token_urlsafe(32)
    dataset.rows(
        "INSERT INTO refresh_tokens (token_hash, user_id, family_id, issued_at, expires_at)"
        " VALUES (%s, 2, gen_random_uuid(), now() - interval '1 hour', now() + interval '1 day')",
        hashlib.sha256(token.encode()).digest(),
    )
    return proxy_event("POST", "/auth/refresh", body={"refresh_token": token}, address=_address(dataset))


def _logout(dataset: Dataset) -> Event:
    return proxy_event("POST", "/auth/logout", body={"everywhere": True}, **_as_somebody_new(dataset))


def _delete_me(dataset: Dataset) -> Event:
    return proxy_event("DELETE", "/users/me", body={"password": PASSWORD}, **_as_somebody_new(dataset))


def _create_api_key(dataset: Dataset) -> Event:
    wanted = {"name": "bench", "scopes": ["picks:read"], "password": PASSWORD}
    user = dataset.fresh_user()
    [[found]] = dataset.rows(
        "INSERT INTO refresh_tokens (token_hash, user_id, family_id, issued_at, expires_at)"
        " VALUES (%s, %s, gen_random_uuid(), now(), now() + interval '1 day') RETURNING family_id::text",
        secrets.token_bytes(32),
        user,
    )
    return proxy_event("POST", "/api-keys", body=wanted, session=str(found), user=(user, f"fresh-{user}"))


def _key(dataset: Dataset) -> tuple[str, tuple[int, str]]:
    user = dataset.fresh_user()
    [[key]] = dataset.rows(
        "INSERT INTO api_keys (user_id, name, prefix, key_hash, scopes, created_at)"
        " VALUES (%s, 'bench', 'pvk_AAAAAAAA', %s, '{picks:read}', now()) RETURNING id",
        user,
        secrets.token_bytes(32),
    )
    return f"/api-keys/{key}", (user, "somebody")


def _get_api_key(dataset: Dataset) -> Event:
    path, user = _key(dataset)
    return proxy_event("GET", path, user=user)


def _revoke_api_key(dataset: Dataset) -> Event:
    path, user = _key(dataset)
    return proxy_event("DELETE", path, user=user)


def _create_picks(dataset: Dataset) -> Event:
    return proxy_event("POST", "/picks", body={"picks": submission(dataset)}, **_as_somebody_new(dataset))


def _admin(method: str, path: str, **order: Any) -> Callable[[Dataset], Event]:
    body = {"reason": "for the benchmark", "dry_run": True, **order}
    return lambda _: proxy_event(method, path, body=body, user=_ADMIN, role="admin")


_REQUESTS: dict[str, Callable[[Dataset], Event]] = {
    "register": _register,
    "login": _login,
    "refresh": _refresh,
    "logout": _logout,
    "get_me": _get("/users/me", user=_BOB),
    "delete_me": _delete_me,
    "export_me": _get("/users/me/export", user=_BOB),
    "export_my_picks_csv": _get("/users/me/picks.csv", user=_BOB),
    "get_profile": _get("/users/user-2"),
    "create_api_key": _create_api_key,
    "list_api_keys": _get("/api-keys", user=_BOB),
    "get_api_key": _get_api_key,
    "revoke_api_key": _revoke_api_key,
    "list_upcoming_games": _get("/games/upcoming", user=_BOB),
    "list_games": _get("/games", query={"status": "finished"}),
    "get_game": _get(f"/games/{PUBLIC_GAME}"),
    "get_line_history": _get(f"/games/{PUBLIC_GAME}/odds"),
    "list_sports": _get("/sports"),
    "create_picks": _create_picks,
    "list_my_picks": _get("/picks/me", user=_BOB),
    "list_public_picks": _get("/picks/public"),
    "list_public_picks_csv": _get("/picks/public.csv"),
    "get_pick": _get("/picks/31", user=_BOB),
    "explain_pick": _get("/picks/31/explanation", user=_BOB),
    "get_leaderboard": _get("/leaderboard"),
    "get_my_standing": _get("/leaderboard/me", user=_BOB),
    "set_game_result": _admin("PUT", "/admin/games/1/result", home_score=99, away_score=98),
    "void_game": _admin("POST", "/admin/games/1/void"),
    "reopen_game": _admin("POST", "/admin/games/1/reopen"),
    "regrade_game": _admin("POST", "/admin/games/1/regrade"),
    "list_ingestion_runs": _get("/admin/ingestion-runs", user=_ADMIN, role="admin"),
    "list_audit_log": _get("/admin/audit-log", user=_ADMIN, role="admin"),
    "get_openapi": _get("/openapi.json"),
    "get_docs": _get("/docs"),
    "get_health": _get("/health"),
}

OPERATIONS = tuple(_REQUESTS)

_NEVER_THE_SAME = {"age_seconds", "token", "refresh_token"}
_NEW_EACH_TIME = {"create_picks": {"placed_at"}, "get_leaderboard": {"next_cursor"}}
"""Fields that differ, by operation. Each side signs a board's cursor differently."""


def comparable(operation: str, answer: Mapping[str, Any]) -> tuple[int, Any]:
    """Return the status, and the body without the fields that differ between requests."""
    body = answer["body"]
    if answer.get("isBase64Encoded"):
        body = base64.b64decode(body).decode()
    found = json.loads(body)
    if operation == "create_picks":
        for pick in found["picks"]:
            del pick["id"]
    return answer["statusCode"], _without(found, _NEVER_THE_SAME | _NEW_EACH_TIME.get(operation, set()))


def _without(value: Any, names: set[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: None if name in names and inner is not None else _without(inner, names)
            for name, inner in value.items()
        }
    return [_without(one, names) for one in value] if isinstance(value, list) else value
