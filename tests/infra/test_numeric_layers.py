"""The layers `numeric` and `training` work despite their omitted and moved files.

Their packages are not in the tests' own environment. The tests import what this machine's functions would get.
"""

import json
import os
import subprocess
import sys

import pytest

from cdk.layers import Layer
from cdk.omissions import NUMERIC_OMISSIONS, TRAINING_LIBRARIES, TRAINING_OMISSIONS
from cdk.packages import Omission
from tests.infra.conftest import Built

pytestmark = pytest.mark.xdist_group("packages")


def _run(script: str, built: Built, *layers: Layer) -> str:
    """Run `script` with the packages of these layers and no others, as Lambda mounts them; return its last line."""
    assets = [built(each, here=True) for each in layers]
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        env={
            "PYTHONPATH": os.pathsep.join(str(asset / "python") for asset in assets),
            "LD_LIBRARY_PATH": os.pathsep.join(str(asset / "lib") for asset in assets),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *_, last = done.stdout.splitlines()
    return last


COMPUTING = """
from numpy import *
import numpy as np
from numpy import fft, linalg, ma, polynomial, random, testing
import highspy

numbers = random.default_rng(7)
matrix = numbers.normal(size=(40, 40))
assert np.allclose(linalg.inv(matrix) @ matrix, np.eye(40))
assert np.allclose(fft.ifft(fft.fft(matrix)).real, matrix)
assert np.isclose(linalg.svd(matrix, compute_uv=False)[0], linalg.norm(matrix, 2))
assert ma.masked_less(np.arange(4), 2).sum() == 5
assert np.array(["2026-11-20"], dtype="datetime64[D]").astype(str)[0] == "2026-11-20"

# A knapsack whose best choice is known: 8 of the weights 5, 4, 3 with the values 10, 7, 6.
solver = highspy.Highs()
solver.setOptionValue("output_flag", False)
chosen = [solver.addBinary() for _ in range(3)]
solver.addConstr(5 * chosen[0] + 4 * chosen[1] + 3 * chosen[2] <= 8)
solver.maximize(10 * chosen[0] + 7 * chosen[1] + 6 * chosen[2])
assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
assert [round(solver.val(each)) for each in chosen] == [1, 0, 1]
assert round(solver.getObjectiveValue()) == 16
print("computed")
"""

TRAINING = """
import json, sys
import numpy as np
import lightgbm
from scipy import linalg, optimize, sparse, special, stats

numbers = np.random.default_rng(7)
rows = numbers.normal(size=(400, 3))
wanted = (rows[:, 0] + rows[:, 1] ** 2 > 0.5).astype(int)
settings = {"objective": "binary", "num_leaves": 7, "min_data_in_leaf": 5, "seed": 7, "num_threads": 2, "verbose": -1}
model = lightgbm.train(settings, lightgbm.Dataset(rows, wanted), num_boost_round=30)
found = model.predict(rows)
assert ((found > 0.5) == wanted).mean() > 0.95
again = lightgbm.Booster(model_str=model.model_to_string())
assert np.array_equal(again.predict(rows), found)
assert np.allclose(model.predict(sparse.csr_matrix(rows)), found)
folds = lightgbm.cv(settings, lightgbm.Dataset(rows, wanted), num_boost_round=5, nfold=2, stratified=False)
assert folds

assert round(stats.norm.cdf(1.96), 3) == 0.975
assert round(stats.ttest_ind(rows[:200, 0], rows[200:, 0]).pvalue, 6) >= 0
assert optimize.minimize(lambda x: ((x - 3) ** 2).sum(), np.zeros(2)).success
assert optimize.linprog([-1, -2], A_ub=[[1, 1]], b_ub=[4]).fun == -8
assert optimize.milp([-1, -2], constraints=optimize.LinearConstraint([[1, 1]], ub=4.5), integrality=[1, 1]).fun == -8
assert round(special.expit(0), 1) == 0.5
assert np.allclose(linalg.cholesky(np.eye(3)), np.eye(3))

with open("/proc/self/maps") as maps:
    mapped = sorted({line.split()[-1] for line in maps if "libgomp" in line})
print(json.dumps({"mapped": mapped, "missing": [name for name in ("sklearn", "joblib") if name in sys.modules]}))
"""


def test_the_numeric_layer_computes_and_solves(built: Built) -> None:
    assert _run(COMPUTING, built, Layer.NUMERIC) == "computed"


def test_the_training_layer_trains_with_the_library_that_it_brings(built: Built) -> None:
    """The machine's own copy is not used, because Lambda does not guarantee one."""
    said = json.loads(_run(TRAINING, built, Layer.NUMERIC, Layer.TRAINING))
    (library,) = TRAINING_LIBRARIES
    assert said == {"mapped": [str(built(Layer.TRAINING, here=True) / "lib" / library.name)], "missing": []}


IMPORTING = """
import importlib, json, pkgutil
import lightgbm, narwhals, numpy, scipy

missing = {}
for package in (numpy, scipy, lightgbm):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.", onerror=lambda name: None):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            missing[module.name] = error.name
        except SystemExit:  # a program
            pass
print(json.dumps(missing))
"""


def test_no_module_that_stays_misses_what_is_left_out(built: Built) -> None:
    """Other missing modules are in none of these wheels: only the packages' tests or developers use them."""
    missing = json.loads(_run(IMPORTING, built, Layer.NUMERIC, Layer.TRAINING))
    ours = ("numpy", "scipy", "lightgbm", "highspy", "narwhals", "sklearn", "joblib", "cloudpickle", "threadpoolctl")
    # A script that generates a table, as its omission states.
    assert {module: name for module, name in missing.items() if name.split(".")[0] in ours} == {
        "scipy.special._precompute.hyp2f1_data": "scipy.special.tests"
    }
    assert set(missing.values()) > {"pytest"}


@pytest.mark.parametrize(
    ("layer", "omissions"), [(Layer.NUMERIC, NUMERIC_OMISSIONS), (Layer.TRAINING, TRAINING_OMISSIONS)]
)
def test_what_is_left_out_is_gone_and_says_why(built: Built, layer: Layer, omissions: tuple[Omission, ...]) -> None:
    """The build checks that each omission matches files, for this machine and for prod's platform."""
    for packages in (built(layer) / "python", built(layer, here=True) / "python"):
        for each in omissions:
            for pattern in (*each.folders, *each.files):
                assert not list(packages.glob(pattern)), pattern
            assert len(each.why) > 40


def test_licences_stay(built: Built) -> None:
    """Including the licence of the package of which only one library remains."""
    for layer in (Layer.NUMERIC, Layer.TRAINING):
        packages = built(layer) / "python"
        infos = list(packages.glob("*.dist-info"))
        assert len(infos) >= 2
        for info in infos:
            assert list(info.rglob("*LICEN*")) or list(info.rglob("COPYING*")), info.name
    assert [path.name for path in (built(Layer.TRAINING) / "lib").iterdir()] == ["libgomp.so.1"]
    assert list((built(Layer.TRAINING) / "python").glob("scikit_learn-*.dist-info"))
    assert not (built(Layer.TRAINING) / "python" / "sklearn").exists()
