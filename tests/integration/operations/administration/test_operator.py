"""The operator's function: role changes with their audit log entry, rebuilt standings, and refused requests."""

from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from pickvs.operations.administration.operator_commands.refusals import CommandRefused
from tests.support.boards import kept
from tests.support.contest import Contest
from tests.support.functions import load
from tests.support.ledger import SETTLED_AT, moneyline, settle_now
from tests.support.snapshot import everything, row, rows

REASON = "one of us"


def operate(event: Any) -> dict[str, Any]:
    return dict(load("operator/handler").handler(event, None))


def grant(username: str, role: str) -> dict[str, Any]:
    return operate({"command": "grant_role", "username": username, "role": role, "reason": REASON})


def test_a_role_is_given_and_taken(contest: Contest, database: str) -> None:
    ada = contest.user("Ada")
    assert grant("ada", "admin") == {"username": "Ada", "before": "user", "after": "admin"}
    assert row(database, "SELECT role FROM users WHERE id = %s", ada)["role"] == "admin"
    assert grant("ADA", "user") == {"username": "Ada", "before": "admin", "after": "user"}
    assert row(database, "SELECT role FROM users WHERE id = %s", ada)["role"] == "user"
    entries = rows(database, "SELECT * FROM audit_log ORDER BY id")
    assert [(entry["before"], entry["after"]) for entry in entries] == [
        ({"role": "user"}, {"role": "admin"}),
        ({"role": "admin"}, {"role": "user"}),
    ]
    assert {(entry["actor_id"], entry["subject_id"], entry["reason"]) for entry in entries} == {(None, ada, REASON)}


def test_the_role_somebody_has_is_no_change(contest: Contest, database: str) -> None:
    contest.user("Ada")
    before = everything(database)
    assert grant("ada", "user") == {"username": "Ada", "before": "user", "after": "user"}
    assert everything(database) == before


def test_nobody_becomes_somebody(contest: Contest, database: str) -> None:
    with pytest.raises(CommandRefused, match="there is no user called ada"):
        grant("ada", "admin")
    contest.connection.execute(
        "UPDATE users SET email = NULL, password_hash = NULL, erased_at = created_at WHERE id = %s",
        (contest.user("deleted-1"),),
    )
    with pytest.raises(CommandRefused, match="there is no user called deleted-1"):
        grant("deleted-1", "admin")
    assert rows(database, "SELECT FROM audit_log") == []


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ({}, "command: is missing. Send"),
        (None, "command: must be an object. Send"),
        (
            {"command": "drop_everything"},
            "command: must be one of: grant_role, rebuild_standings, record_past_games, replay_draft. Send",
        ),
        ({"rebuild_standings": True}, "command"),
        ({"command": "rebuild_standings", "twice": True}, "twice"),
        ({"command": "grant_role"}, "username: is missing; role: is missing; reason: is missing. Send"),
        (
            {"command": "grant_role", "username": "a b", "role": "admin", "reason": REASON},
            "username: must have only the",
        ),
        (
            {"command": "grant_role", "username": "ada", "role": "owner", "reason": REASON},
            "role: must be one of: user, admin.",
        ),
        ({"command": "grant_role", "username": "ada", "role": "admin", "reason": ""}, "reason"),
    ],
)
def test_what_is_no_command_is_answered_with_what_to_send(contest: Contest, event: Any, says: str) -> None:
    contest.user("ada")
    with pytest.raises(CommandRefused) as caught:
        operate(event)
    assert says in str(caught.value)
    assert str(caught.value).endswith('or {"command": "rebuild_standings"}.')


def test_standings_that_went_wrong_are_rebuilt(contest: Contest, database: str) -> None:
    for _ in range(2):
        game = contest.game()
        moneyline(contest, contest.user(), game)
        contest.final(game, 100, 90)
    settle_now()
    right = kept(database)
    contest.connection.execute("UPDATE standings SET total_units = total_units + 1, wins = 9")
    assert kept(database) != right
    with clock.held_at(SETTLED_AT):
        assert operate({"command": "rebuild_standings"}) == {"users_rebuilt": 2}
    assert kept(database) == right


def test_the_audit_log_refuses_to_be_edited(contest: Contest, database: str) -> None:
    contest.user("ada")
    grant("ada", "admin")
    with psycopg.connect(database, autocommit=True) as connection:
        for statement in ("UPDATE audit_log SET reason = 'none'", "DELETE FROM audit_log", "TRUNCATE audit_log"):
            with pytest.raises(psycopg.errors.RestrictViolation, match="never change"):
                connection.execute(statement)
