"""Administrators for tests, and their operations through the deployed files at a given time."""

from datetime import datetime, timedelta
from typing import Any, Literal

import psycopg

from pickvs.core import clock
from pickvs.standings.board_updates import service as standings
from tests.support.boards import kept
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call
from tests.support.snapshot import everything, row

type Act = Literal["result", "void", "reopen", "regrade"]

OVER = TIP_OFF + timedelta(hours=5)
REASON = "the league said so"

_FILES: dict[Act, tuple[str, str]] = {
    "result": ("set_game_result", "PUT"),
    "void": ("void_game", "POST"),
    "reopen": ("reopen_game", "POST"),
    "regrade": ("regrade_game", "POST"),
}


def promote(url: str, user: int, role: str = "admin") -> None:
    """Give a user a role, as the operator does, without an entry in the audit log."""
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE users SET role = %s WHERE id = %s", (role, user))


def make_admin(contest: Contest, url: str, name: str = "the-admin") -> int:
    user = contest.user(name)
    promote(url, user)
    return user


def act(
    admin: int,
    what: Act,
    game: object,
    score: tuple[int, int] | None = None,
    *,
    at: datetime = OVER,
    role: str = "admin",
    **body: Any,
) -> Answer:
    """Send an operation as `admin`, with REASON unless `body` has another or None. `role` is the role in the token."""
    points = {"home_score": score[0], "away_score": score[1]} if score else {}
    sent = {name: value for name, value in {"reason": REASON, **points, **body}.items() if value is not None}
    operation, method = _FILES[what]
    with clock.held_at(at):
        return call(
            operation,
            method,
            f"/admin/games/{game}/{what}",
            body=sent,
            user=(admin, "the-admin"),
            role=role,
        )


def set_start(admin: int, game: int, began_at: datetime, *, at: datetime, **more: Any) -> Answer:
    """Send the order to set the start of a game, with REASON."""
    body = {"began_at": f"{began_at:%Y-%m-%dT%H:%M:%SZ}", "reason": REASON, **more}
    with clock.held_at(at):
        return call(
            "set_game_start",
            "PUT",
            f"/admin/games/{game}/start",
            body=body,
            user=(admin, "the-admin"),
            role="admin",
        )


def merge(admin: int, absorbed: int, into: int, *, at: datetime = OVER, **body: Any) -> Answer:
    """Send the order to merge a game into another one, with REASON."""
    return _order(admin, "merge_games", f"/admin/games/{absorbed}/merge", {"into": into, **body}, at)


def unmerge(admin: int, absorbed: int, *, at: datetime = OVER) -> Answer:
    """Send the order to undo a merge, with REASON."""
    return _order(admin, "unmerge_games", f"/admin/games/{absorbed}/unmerge", {}, at)


def _order(admin: int, operation: str, path: str, body: dict[str, Any], at: datetime) -> Answer:
    sent = {"reason": REASON, **body}
    with clock.held_at(at):
        return call(operation, "POST", path, body=sent, user=(admin, "the-admin"), role="admin")


def team_id(contest: Contest, name: str, sport: str = "basketball_nba") -> int:
    """Return the id of a team of the reference data."""
    found = contest.connection.execute("SELECT id FROM teams WHERE sport = %s AND name = %s", (sport, name)).fetchone()
    assert found is not None, name
    return int(found["id"])


def add_alias(admin: int, team: object, alias: str, *, at: datetime = OVER, role: str = "admin", **body: Any) -> Answer:
    """Send the order to add an alias, with REASON unless `body` has another or None."""
    sent = {name: value for name, value in {"alias": alias, "reason": REASON, **body}.items() if value is not None}
    with clock.held_at(at):
        return call(
            "add_team_alias",
            "POST",
            f"/admin/teams/{team}/aliases",
            body=sent,
            user=(admin, "the-admin"),
            role=role,
        )


def tried_and_done(url: str, admin: int, what: Act, game: int, score: tuple[int, int] | None = None) -> dict[str, Any]:
    """Send an operation as a dry run and then for real. Assert that both agree with each other and with the ledger.

    Returns the response.
    """
    before = everything(url)
    dry = act(admin, what, game, score, dry_run=True)
    assert dry.status == 200, dry.body
    assert everything(url) == before
    done = act(admin, what, game, score)
    assert done.status == 200, done.body
    assert dry.body == {**done.body, "dry_run": True}
    assert everything(url) != before
    hold_to_the_ledger(url)
    return dict(done.body)


def hold_to_the_ledger(url: str) -> None:
    """Assert that rebuilding the standings as of their last change changes nothing."""
    changed_at = row(url, "SELECT max(updated_at) AS at FROM boards")["at"]
    before = kept(url)
    with clock.held_at(changed_at):
        standings.rebuild()
    assert kept(url) == before


def audit_log(admin: int, *, role: str = "admin", **query: str) -> Answer:
    return call("list_audit_log", "GET", "/admin/audit-log", query=query or None, user=(admin, "the-admin"), role=role)


def ingestion_runs(admin: int, *, role: str = "admin", **query: str) -> Answer:
    return call(
        "list_ingestion_runs",
        "GET",
        "/admin/ingestion-runs",
        query=query or None,
        user=(admin, "the-admin"),
        role=role,
    )


def credits_of_the_month(admin: int, *, role: str = "admin") -> Answer:
    return call("get_credits", "GET", "/admin/credits", user=(admin, "the-admin"), role=role)
