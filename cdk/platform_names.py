"""Names on which the deployment and the functions must agree.

Both read them from `layers/common/pickvs/platform.json`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cdk.errors import DeploymentError

_FILE = Path(__file__).parents[1] / "layers" / "common" / "pickvs" / "platform.json"
_NAMES: Mapping[str, Any] = json.loads(_FILE.read_text("utf-8"))

METRICS_NAMESPACE: str = _NAMES["metrics_namespace"]
"""CloudWatch namespace of all metrics that the functions write."""

METRICS: frozenset[str] = frozenset(_NAMES["metrics"])
"""Names of these metrics in CloudWatch."""


def dimensions_of(metric: str) -> frozenset[str]:
    """Return the dimensions of a metric, which include `stage`. Raises DeploymentError for an unknown metric."""
    if metric not in METRICS:
        raise DeploymentError(f"no function writes a metric {metric}; see layers/common/pickvs/platform.json")
    return frozenset({"stage", *_NAMES["metrics"][metric].get("dimensions", ())})


SECURITY_HEADERS: Mapping[str, str] = _NAMES["security_headers"]
"""Headers of every answer, including the gateway's own."""
