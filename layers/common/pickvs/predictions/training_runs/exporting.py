"""Exports the registry as one document of JSON, for the tool that shows it in MLflow. Nothing of a user is in it."""

from datetime import datetime
from typing import Any

import msgspec

from pickvs.core import clock, storage
from pickvs.core.database import transaction
from pickvs.predictions.registry import queries
from pickvs.predictions.registry.config import models_bucket
from pickvs.predictions.training_runs import service as runs
from pickvs.predictions.training_runs.values import RunFilter

FORMAT = 1
_MOST_RUNS = 10_000
_RUN_FIELDS = (
    *("id", "task", "sport", "kind", "status", "as_of", "seed", "spec", "requested_at", "reason", "started_at"),
    *("ended_at", "seconds", "rows_sha256", "code_sha256", "packages", "metrics", "explanation", "error"),
)
_VERSION_FIELDS = (
    *("number", "run_id", "recipe", "stage", "created_at", "artefact_sha256", "artefact_bytes", "figures", "gate"),
    "explanation",
)
_PROMOTION_FIELDS = ("at", "act", "number", "previous_number", "reason")


def export_registry() -> dict[str, Any]:
    """Store the whole registry in the bucket of the models, and return its key and the number of its parts.

    Raises StorageUnavailable and DatabaseUnavailable.
    """
    at = clock.now()
    document = registry_document(at)
    key = f"registry/{at:%Y%m%dT%H%M%S%f}Z.json.gz"
    storage.keep(models_bucket(), key, msgspec.json.encode(document), content_type="application/json")
    counts = {"models": len(document["models"]), "runs": len(document["runs"])}
    return {"bucket": models_bucket(), "key": key, **counts}


def registry_document(at: datetime) -> dict[str, Any]:
    """Return the registry as it is now: models with versions and promotions, and the training runs. at: now."""
    with transaction(snapshot=True) as connection:
        models = queries.models(connection)
        versions = queries.versions(connection, [model.id for model in models])
        promotions = {model.id: queries.promotions(connection, model.id) for model in models}
        found = runs.list_runs(connection, RunFilter(), before=None, limit=_MOST_RUNS)
    return {
        "format": FORMAT,
        "exported_at": at,
        "models": [
            {
                "name": model.name,
                "sport": model.sport,
                "kind": model.kind,
                "variant": model.variant,
                "versions": [_fields(each, _VERSION_FIELDS) for each in versions if each.model_id == model.id],
                "promotions": [_fields(each, _PROMOTION_FIELDS) for each in promotions[model.id]],
            }
            for model in models
        ],
        "runs": [_fields(run, _RUN_FIELDS) for run in reversed(found)],
    }


def _fields(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
