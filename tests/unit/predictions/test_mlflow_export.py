"""The registry in MLflow: what is written where, and that nothing else is read."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tools.mlflow_export.__main__ import main, write
from tools.mlflow_export.plan import ExportRefused, Metric, plan

DIGEST = "ab" * 32
RUN: dict[str, Any] = {
    "id": 3,
    "started_at": "2026-03-16T11:00:04Z",
    "ended_at": "2026-03-16T11:04:04Z",
    "seed": 0,
    "as_of": "2026-03-16T11:00:03Z",
    "rows_sha256": "cd" * 32,
    "code_sha256": "ef" * 32,
    "packages": {"numpy": "2.3.4"},
    "metrics": {
        "trained": [{"model": "nba-no-market", "sha256": DIGEST, "parameters": {"fitting": {"ridge": 20.0}}}],
    },
}


def version(number: int, stage: str, **more: Any) -> dict[str, Any]:
    return {
        "number": number,
        "run_id": 3,
        "recipe": "ridge",
        "stage": stage,
        "created_at": "2026-03-16T11:04:04Z",
        "artefact_sha256": DIGEST,
        "artefact_bytes": 9,
        "figures": {"games": 12, "log_loss": {"value": 0.6, "error": None}, "seasons": {"2025": {"games": 5}}},
        "gate": {"outcome": "promoted"},
        "explanation": "It won.",
        **more,
    }


def document(*versions: dict[str, Any]) -> dict[str, Any]:
    model = {"name": "nba-no-market", "sport": "nba", "kind": "games", "variant": "no-market", "versions": versions}
    return {"format": 1, "models": [{**model, "promotions": []}], "runs": [RUN]}


def test_each_version_is_a_run_with_all_that_it_takes_to_repeat_it() -> None:
    found = plan(document(version(2, "champion"), version(1, "retired"), version(3, "challenger")))
    assert found.models == {"nba-no-market": {"sport": "nba", "kind": "games", "variant": "no-market"}}
    assert [(each.number, each.alias) for each in found.versions] == [(1, None), (2, "champion"), (3, "challenger")]
    first = found.versions[0]
    assert first.parameters == {"fitting.ridge": "20.0"}
    assert first.metrics == (
        Metric(name="games", value=12.0),
        Metric(name="log_loss.value", value=0.6),
        Metric(name="season.games", value=5.0, step=2025),
    )
    assert first.ended - first.begun == 240_000
    assert first.tags["rows_sha256"] == RUN["rows_sha256"]
    assert first.tags["package.numpy"] == "2.3.4"
    assert first.text == "It won."


def test_only_the_latest_challenger_has_the_alias() -> None:
    found = plan(document(version(1, "challenger"), version(2, "challenger")))
    assert [each.alias for each in found.versions] == [None, "challenger"]


def test_a_bootstrap_has_no_run() -> None:
    [found] = plan(document(version(1, "champion", run_id=None, figures={}, gate=None))).versions
    assert (found.parameters, found.metrics, found.begun) == ({}, (), found.ended)


@pytest.mark.parametrize("broken", [{}, {"format": 2}, {"format": 1}, {"format": 1, "models": [{}], "runs": []}])
def test_anything_else_is_refused(broken: dict[str, Any]) -> None:
    with pytest.raises(ExportRefused):
        plan(broken)


class Client:
    """Notes what MLflow's client would be told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        def tell(*values: Any, **named: Any) -> Any:
            self.told.append((name, values))
            return SimpleNamespace(info=SimpleNamespace(run_id="r"), version=len(self.told), named=named)

        return tell


def test_the_client_is_told_in_order() -> None:
    client = Client()
    write(plan(document(version(1, "champion"))), client, "/nowhere")
    assert [name for name, _ in client.told] == [
        *("create_experiment", "create_registered_model", "create_run", "log_param"),
        *("log_metric", "log_metric", "log_metric", "set_terminated", "create_model_version"),
        "set_registered_model_alias",
    ]


def test_a_store_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, store = tmp_path / "registry.json", tmp_path / "mlflow.db"
    source.write_text(json.dumps(document()))
    store.write_text("another's")
    assert main([str(source), str(store)]) == 2
    assert "made anew" in capsys.readouterr().err
    assert store.read_text() == "another's"
    assert main([str(tmp_path / "none"), str(tmp_path / "new.db")]) == 2
    assert main([]) == 2
