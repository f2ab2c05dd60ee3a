"""Exports the registry of models as JSON. Invoked by hand; tools/mlflow_export shows the result in MLflow."""

from typing import Any

from pickvs.core.invocations import invocation
from pickvs.predictions.training_runs.exporting import export_registry


@invocation
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Store the registry in the bucket of the models, and return where."""
    return export_registry()
