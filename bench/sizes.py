"""How large what is deployed is, as `prod` gets it: for AWS's processors, with byte code."""

from collections.abc import Iterable
from pathlib import Path

from bench.deployed import CACHE, Deployed
from bench.table import Line
from cdk.config import STAGES
from cdk.constructs.common_layer import layer_recipe
from cdk.packages import find_uv
from tests.support import ceilings
from tests.support.laptop import ROOT

_KB, _MB = 1_000, 1_000_000


def measure(deployed: Deployed) -> list[Line]:
    """Weigh the layer as unzipped, its largest parts, and the largest of the endpoints' own assets."""
    layer = prod_layer()
    parts = sorted(
        ((_bytes([part, *part.rglob("*")]), part.name) for part in (layer / "python").iterdir()), reverse=True
    )
    weight = _bytes(layer.rglob("*"))
    largest, operation = max((_bytes(each.code.rglob("*")), name) for name, each in deployed.ours.items())
    return [
        Line(f"layer, unzipped, of {ceilings.LAYER / _MB:g} MB", weight / _MB, weight / ceilings.LAYER, 1.0, unit="MB"),
        *(Line(f"  {name}", size / _MB, unit="MB") for size, name in parts[:6]),
        Line(
            f"largest asset of {len(deployed.ours)} endpoints, {operation}, of {ceilings.ENDPOINT_ASSET / _KB:g} KB",
            largest / _KB,
            largest / ceilings.ENDPOINT_ASSET,
            1.0,
            unit="KB",
        ),
    ]


def prod_layer() -> Path:
    """Return the layer as prod gets it, built once for the same inputs."""
    recipe = layer_recipe(STAGES["prod"], ROOT)
    asset = CACHE / f"layer-{recipe.digest()[:16]}"
    if not asset.is_dir():
        unfinished = asset.with_suffix(".unfinished")
        recipe.build(unfinished, find_uv(ROOT))
        unfinished.rename(asset)
    return asset


def _bytes(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths if path.is_file())
