"""Which room emits which metrics. The platform's file names all metrics, and each room only those that it emits."""

import ast
from collections import Counter
from importlib import import_module
from pathlib import Path

from pickvs.core.metrics import Metric
from pickvs.core.platform import platform

LAYER = Path(__file__).parents[2] / "layers" / "common"
CODE = sorted((LAYER / "pickvs").rglob("*.py"))
ROOMS = [path for path in CODE if path.name == "metrics.py" and path.parent.name != "core"]


def of_room(path: Path) -> list[str]:
    module = import_module(".".join(path.relative_to(LAYER).with_suffix("").parts))
    return [each.name for each in vars(module).values() if isinstance(each, Metric)]


def test_each_metric_of_the_platform_is_emitted_by_exactly_one_room() -> None:
    assert Counter(name for path in ROOMS for name in of_room(path)) == Counter(platform().metrics.keys())


def test_a_metric_is_made_nowhere_else() -> None:
    made = [
        path
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Metric"
    ]
    assert set(made) == set(ROOMS)


def test_a_metric_s_constant_is_called_as_it_is() -> None:
    for path in ROOMS:
        module = import_module(".".join(path.relative_to(LAYER).with_suffix("").parts))
        for name, metric in vars(module).items():
            if isinstance(metric, Metric):
                assert name.replace("_", "").lower() == metric.name.lower()
