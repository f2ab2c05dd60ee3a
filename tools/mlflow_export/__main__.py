"""`python -m tools.mlflow_export REGISTRY.json[.gz] mlflow.db`: writes an exported registry into a new MLflow store.

The function export_registry makes the export. MLflow has requirements of its own: `requirements.in` beside this file.
Afterwards `mlflow ui --backend-store-uri sqlite:///mlflow.db` shows it. The store must not exist: it is made anew each
time, and can be thrown away.
"""

import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.mlflow_export.plan import ExportRefused, Plan, plan


def main(arguments: Sequence[str]) -> int:
    """Write the store that the arguments name, and return the exit status."""
    if len(arguments) != 2:  # noqa: PLR2004 - the export and the store
        sys.stderr.write("usage: python -m tools.mlflow_export REGISTRY.json[.gz] mlflow.db\n")
        return 2
    source, store = map(Path, arguments)
    if store.exists():
        sys.stderr.write(f"pickvs: {store} exists; the store is made anew, so remove it or name another one\n")
        return 2
    try:
        wanted = plan(_read(source))
    except (OSError, ValueError, ExportRefused) as error:
        sys.stderr.write(f"pickvs: {source} is no export of the registry: {error}\n")
        return 2
    try:
        import mlflow
    except ImportError:
        sys.stderr.write("pickvs: MLflow is missing; install tools/mlflow_export/requirements.in apart\n")
        return 2
    mlflow.set_tracking_uri(f"sqlite:///{store.resolve()}")
    write(wanted, mlflow.MlflowClient(), str(store.resolve().parent / "mlflow-artefacts"))
    sys.stdout.write(f"{len(wanted.versions)} versions of {len(wanted.models)} models are in {store}\n")
    return 0


def write(wanted: Plan, client: Any, artefacts: str) -> None:
    """Write a plan by an MlflowClient: an experiment and a registered model for each model, a run for each version.

    artefacts: folder for what MLflow stores as files, which is nothing.
    """
    experiments = {}
    for name, tags in wanted.models.items():
        experiments[name] = client.create_experiment(name, artifact_location=f"file://{artefacts}", tags=dict(tags))
        client.create_registered_model(name, tags=dict(tags))
    for version in wanted.versions:
        run = client.create_run(
            experiments[version.model],
            start_time=version.begun,
            tags={**version.tags, "mlflow.note.content": version.text},
            run_name=version.name,
        )
        run_id = run.info.run_id
        for name, value in version.parameters.items():
            client.log_param(run_id, name, value)
        for metric in version.metrics:
            client.log_metric(run_id, metric.name, metric.value, timestamp=version.ended, step=metric.step)
        client.set_terminated(run_id, status="FINISHED", end_time=version.ended)
        made = client.create_model_version(
            version.model,
            source=f"runs:/{run_id}/model",
            run_id=run_id,
            tags={"number": str(version.number), **version.tags},
            description=version.text,
        )
        if version.alias is not None:
            client.set_registered_model_alias(version.model, version.alias, made.version)


def _read(source: Path) -> dict[str, Any]:
    content = source.read_bytes()
    document = json.loads(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
    if not isinstance(document, dict):
        raise ExportRefused("it is no object")
    return document


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
