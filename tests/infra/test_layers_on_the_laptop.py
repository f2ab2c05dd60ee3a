"""A laptop function with the layers `numeric` and `training` computes and trains in AWS's Runtime Interface Client."""

import json

import pytest

from cdk.layers import Layer
from tests.infra.conftest import Built
from tests.local.assemblies import AssemblyWriter
from tests.local.conftest import StartFunctions, module_assembly, start_functions, watchdog  # noqa: F401 - fixtures

pytestmark = pytest.mark.xdist_group("packages")

SOLVES = """
    import highspy

    def handler(event, context):
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        taken = [solver.addBinary() for _ in event["values"]]
        solver.addConstr(sum(w * x for w, x in zip(event["weights"], taken)) <= event["capacity"])
        solver.maximize(sum(v * x for v, x in zip(event["values"], taken)))
        return round(solver.getObjectiveValue())
"""

TRAINS = """
    import lightgbm
    import numpy as np

    def handler(event, context):
        rows = np.arange(200.0).reshape(-1, 1)
        model = lightgbm.train(
            {"objective": "regression", "min_data_in_leaf": 5, "verbose": -1, "num_threads": 1},
            lightgbm.Dataset(rows, (rows[:, 0] >= 100).astype(float)),
            num_boost_round=50,
        )
        return [round(float(value), 2) for value in model.predict(np.array([[10.0], [190.0]]))]
"""


def test_functions_that_state_the_layers_use_them(
    built: Built,
    module_assembly: AssemblyWriter,  # noqa: F811 - the fixture
    start_functions: StartFunctions,  # noqa: F811 - the fixture
) -> None:
    layers = [Layer.NUMERIC, Layer.TRAINING]
    for layer in layers:
        content = module_assembly.asset(layer, {})
        (module_assembly.folder / f"asset.{layer}").symlink_to(built(layer, here=True))
        module_assembly.api[layer.title()] = {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": content}}
    stated = [{"Ref": layer.title()} for layer in layers]
    module_assembly.function("Solves", SOLVES, Layers=stated[:1], Timeout=30)
    module_assembly.function("Trains", TRAINS, Layers=stated, Timeout=30, MemorySize=1024)
    functions = start_functions(module_assembly)

    def answer(name: str, event: dict[str, object]) -> object:
        function = functions.by_name(name)
        assert function is not None
        outcome = function.invoke(json.dumps(event).encode())
        assert outcome.failure is None, outcome
        return json.loads(outcome.payload)

    assert answer("solves", {"weights": [5, 4, 3], "values": [10, 7, 6], "capacity": 8}) == 16
    assert answer("trains", {}) == [0.0, 1.0]
