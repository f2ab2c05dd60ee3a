"""Models over HTTP: what anybody sees of them, and what administrators do to them."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from pickvs.core import clock
from pickvs.core.database import transaction
from pickvs.predictions.registry import service as registry
from pickvs.predictions.registry.rules import ModelKey
from pickvs.predictions.training_runs.exporting import registry_document
from tests.support.administration import make_admin
from tests.support.contest import TIP_OFF, Contest
from tests.support.gateway import Answer, call
from tests.support.public_reads import is_kept
from tests.support.registry import DIGEST, fill_registry
from tests.support.snapshot import everything

NAME = "basketball_nba-no-market"
AT = TIP_OFF + timedelta(days=2)


@pytest.fixture(autouse=True)
def _wakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUNCTIONS_TO_WAKE", '{"train": "arn of train"}')


@pytest.fixture
def admin(contest: Contest, database: str) -> int:
    """An administrator, and a model with the champion 1 and the challengers 2 and 3."""
    user = make_admin(contest, database)
    fill_registry(contest.connection, TIP_OFF, user=user)
    for number in (2, 3):
        contest.connection.execute(
            "INSERT INTO model_versions (model_id, number, run_id, recipe, artefact_sha256, artefact_bytes, figures,"
            " gate, explanation, stage, created_at)"
            " SELECT max(model.id), %s, max(run.id), 'ridge', %s, 9, '{}', '{\"outcome\": \"stays challenger\"}',"
            " 'words', 'challenger', %s FROM models model, training_runs run",
            (number, f"{number}" * 64, TIP_OFF),
        )
    return user


def send(
    admin: int, operation: str, method: str, path: str, body: dict[str, Any] | None = None, **query: str
) -> Answer:
    with clock.held_at(AT):
        return call(operation, method, path, body=body, query=query, user=(admin, "the-admin"), role="admin")


def promote(admin: int, number: int, **more: Any) -> Answer:
    body = {"version": number, "reason": "it is better at home", **more}
    return send(admin, "promote_model", "POST", f"/admin/models/{NAME}/promotions", body)


def roll_back(admin: int, **more: Any) -> Answer:
    return send(admin, "roll_back_model", "POST", f"/admin/models/{NAME}/rollback", {"reason": "worse", **more})


def champion() -> int:
    with transaction() as connection:
        found = registry.champion(connection, ModelKey("basketball_nba", "games", "no-market"))
    assert found is not None
    return found.number


def test_a_version_is_promoted_and_each_roll_back_leads_one_back(admin: int, database: str) -> None:
    assert promote(admin, 2).body["after"] == 2
    assert promote(admin, 3).body == {
        "dry_run": False,
        "model": NAME,
        "before": 2,
        "after": 3,
        "recipe": "ridge",
        "explanation": "words",
    }
    assert champion() == 3
    assert [roll_back(admin).body["after"] for _ in range(2)] == [2, 1]
    assert champion() == 1
    refused = roll_back(admin)
    assert (refused.status, refused.body["code"]) == (409, "NO_PREDECESSOR")
    with psycopg.connect(database) as owner:
        stages = owner.execute("SELECT number, stage FROM model_versions ORDER BY number").fetchall()
        log = owner.execute("SELECT action, before, after FROM audit_log ORDER BY id").fetchall()
    assert stages == [(1, "champion"), (2, "retired"), (3, "retired")]
    assert [entry[0] for entry in log] == ["promote_model"] * 2 + ["roll_back_model"] * 2
    assert log[-1][1:] == ({"model": NAME, "version": 2}, {"model": NAME, "version": 1})
    is_kept(lambda headers: call("get_model", "GET", f"/models/{NAME}", headers=headers))
    shown = call("get_model", "GET", f"/models/{NAME}").body
    assert [(each["act"], each["number"]) for each in shown["promotions"]] == [
        ("rollback", 1),
        ("rollback", 2),
        ("forced", 3),
        ("forced", 2),
        ("bootstrap", 1),
    ]


def test_a_dry_run_tells_the_same_and_changes_nothing(admin: int, database: str, woken: list[str]) -> None:
    before = everything(database)
    told = promote(admin, 2, dry_run=True).body
    train = {"sport": "basketball_nba", "kind": "games", "reason": "to see", "dry_run": True}
    asked = send(admin, "order_training", "POST", "/admin/training-runs", train)
    assert (asked.status, asked.body["run_id"]) == (202, None)
    assert everything(database) == before
    assert woken == []
    assert promote(admin, 2).body == {**told, "dry_run": False}


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        (lambda admin: promote(admin, 9), 404, "VERSION_NOT_FOUND"),
        (lambda admin: promote(admin, 1), 409, "ALREADY_CHAMPION"),
        (roll_back, 409, "NO_PREDECESSOR"),
        (lambda admin: send(admin, "roll_back_model", "POST", "/admin/models/no-model/rollback",
                            {"reason": "worse"}), 404, "MODEL_NOT_FOUND"),
        (lambda _: call("get_model", "GET", "/models/no-model"), 404, "MODEL_NOT_FOUND"),
        (lambda _: call("get_model", "GET", "/models/NOT A NAME"), 422, "INVALID_VALUE"),
        (lambda admin: send(admin, "get_training_run", "GET", "/admin/training-runs/99"), 404,
         "TRAINING_RUN_NOT_FOUND"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(admin: int, database: str, answer: Any, status: int, code: str) -> None:
    before = everything(database)
    found = answer(admin)
    assert (found.status, found.body["code"]) == (status, code)
    assert everything(database) == before


def test_a_training_is_queued_with_the_parameters_of_a_search(admin: int, database: str, woken: list[str]) -> None:
    with psycopg.connect(database) as owner:
        row = owner.execute("SELECT id FROM training_runs").fetchone()
        owner.execute('UPDATE training_runs SET metrics = \'{"parameters": {"x": 1}}\'')
    assert row is not None
    body = {"sport": "basketball_nba", "kind": "games", "parameters_of": row[0], "seed": 5, "reason": "searched"}
    answer = send(admin, "order_training", "POST", "/admin/training-runs", body)
    assert answer.status == 202
    assert woken == ["arn of train"]
    shown = send(admin, "get_training_run", "GET", f"/admin/training-runs/{answer.body['run_id']}").body
    assert shown["spec"] == {"parameters": {"x": 1}, "parameters_of": row[0]}
    assert (shown["run"]["status"], shown["run"]["seed"], shown["run"]["reason"]) == ("queued", 5, "searched")
    for wrong in (
        {**body, "sport": "icehockey_nhl"},
        {**body, "kind": "players"},
        {**body, "points": 3},
        {**body, "task": "tune"},
        {**body, "seed": -1},
    ):
        refused = send(admin, "order_training", "POST", "/admin/training-runs", wrong)
        assert (refused.status, refused.body["code"]) == (422, "INVALID_VALUE"), wrong
    pages = send(admin, "list_training_runs", "GET", "/admin/training-runs", limit="1").body
    assert pages["runs"][0]["id"] == answer.body["run_id"]
    rest = send(admin, "list_training_runs", "GET", "/admin/training-runs", cursor=pages["next_cursor"]).body
    assert [each["id"] for each in rest["runs"]] == [row[0]]
    assert send(admin, "list_training_runs", "GET", "/admin/training-runs", status="failed").body["runs"] == []


def test_anybody_sees_models_with_their_hashes(admin: int) -> None:
    [model] = call("list_models", "GET", "/models").body["models"]
    assert (model["name"], model["variant"], model["champion"]["artefact_sha256"]) == (NAME, "no-market", DIGEST)
    page = call("get_model", "GET", f"/models/{NAME}", query={"limit": "2"}).body
    assert [each["number"] for each in page["versions"]] == [3, 2]
    assert page["versions"][0]["rows_sha256"] == DIGEST
    rest = call("get_model", "GET", f"/models/{NAME}", query={"cursor": page["next_cursor"]}).body
    assert [each["number"] for each in rest["versions"]] == [1]
    assert rest["next_cursor"] is None


def test_who_is_no_administrator_changes_nothing(admin: int, contest: Contest, database: str) -> None:
    user = contest.user("somebody")
    before = everything(database)
    body = {"reason": "because I can", "version": 2}
    for role in ("user", "admin"):  # a token may be older than the account's role
        answer = call("promote_model", "POST", f"/admin/models/{NAME}/promotions", body=body,
                      user=(user, "somebody"), role=role)  # fmt: skip
        assert (answer.status, answer.body["code"]) == (403, "ROLE_REQUIRED")
    assert everything(database) == before


def test_the_export_has_everything_and_nobody(admin: int) -> None:
    promote(admin, 2)
    document = registry_document(AT)
    [model] = document["models"]
    assert [each["number"] for each in model["versions"]] == [3, 2, 1]
    assert [each["act"] for each in model["promotions"]] == ["bootstrap", "forced"]
    assert [each["id"] for each in document["runs"]] == [model["versions"][0]["run_id"]]
    assert "the-admin" not in str(document)
    assert not {"actor_id", "requested_by"} & {*model["promotions"][0], *document["runs"][0]}
