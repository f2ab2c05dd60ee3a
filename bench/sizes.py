"""Measures the size of the deployed code as built for `prod`: for AWS's processors, with byte code."""

from collections.abc import Iterable
from pathlib import Path

from bench.deployed import CACHE, Deployed
from bench.table import Line
from cdk.config import STAGES
from cdk.layers import Layer, layer_recipe
from cdk.packages import find_uv
from tests.support import ceilings
from tests.support.laptop import ROOT

_KB, _MB = 1_000, 1_000_000


def measure(deployed: Deployed) -> list[Line]:
    """Report the unzipped size of the layer, of its largest packages, and of the largest endpoint's code.

    Files that a row names beside the code, such as the API document, do not count: nobody imports them.
    """
    layer = prod_layer()
    parts = sorted(
        ((_bytes([part, *part.rglob("*")]), part.name) for part in (layer / "python").iterdir()), reverse=True
    )
    weight = _bytes(layer.rglob("*"))
    largest, operation = max((_bytes(each.code.rglob("*.py")), name) for name, each in deployed.ours.items())
    return [
        Line(f"layer, unzipped, of {ceilings.LAYER / _MB:g} MB", weight / _MB, weight / ceilings.LAYER, 1.0, unit="MB"),
        *(Line(f"  {name}", size / _MB, unit="MB") for size, name in parts[:6]),
        Line(
            f"largest code of {len(deployed.ours)} endpoints, {operation}, of {ceilings.ENDPOINT_ASSET / _KB:g} KB",
            largest / _KB,
            largest / ceilings.ENDPOINT_ASSET,
            1.0,
            unit="KB",
        ),
    ]


def prod_layer() -> Path:
    """Return the layer as built for prod, cached by its inputs."""
    recipe = layer_recipe(Layer.COMMON, wheel_platform=STAGES["prod"].runtime.wheel_platform, root=ROOT)
    asset = CACHE / f"layer-{recipe.digest()[:16]}"
    if not asset.is_dir():
        unfinished = asset.with_suffix(".unfinished")
        recipe.build(unfinished, find_uv(ROOT))
        unfinished.rename(asset)
    return asset


def _bytes(paths: Iterable[Path]) -> int:
    return sum(path.stat().st_size for path in paths if path.is_file())
