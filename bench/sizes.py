"""How large what is deployed is, as `prod` gets it: for AWS's processors, with byte code."""

from collections.abc import Iterable
from pathlib import Path

from bench.deployed import CACHE, Deployed
from bench.table import Line
from cdk.config import STAGES
from cdk.constructs.common_layer import layer_recipe
from cdk.packages import find_uv
from tests.support.laptop import ROOT

LAYER_MB, ASSET_KB = 45, 8
_KB, _MB = 1024, 1024 * 1024


def measure(deployed: Deployed) -> list[Line]:
    """Weigh the layer as unzipped, each of its largest parts, and each endpoint's own asset."""
    layer = prod_layer()
    weight = _bytes(layer.rglob("*")) / _MB
    lines = [Line("layer, unzipped, against 45 MB", weight, weight / LAYER_MB, 1.0, unit="MB")]
    parts = sorted(
        ((_bytes([part, *part.rglob("*")]), part.name) for part in (layer / "python").iterdir()), reverse=True
    )
    lines += [Line(f"  {name}", size / _MB, unit="MB") for size, name in parts[:6]]
    assets = sorted(
        ((_bytes(function.code.rglob("*")), operation) for operation, function in deployed.ours.items()), reverse=True
    )
    for size, operation in assets:
        if size > ASSET_KB * _KB or operation == assets[-1][1]:
            lines.append(
                Line(f"{operation}, its asset, against 8 KB", size / _KB, size / _KB / ASSET_KB, 1.0, unit="KB")
            )
    return lines


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
