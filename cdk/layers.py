"""Lambda layers and their contents."""

from enum import StrEnum
from pathlib import Path

from cdk.omissions import COMMON_OMISSIONS, NUMERIC_OMISSIONS, TRAINING_LIBRARIES, TRAINING_OMISSIONS
from cdk.packages import PackageRecipe

MAX_UNZIPPED_BYTES = 262_144_000
"""Lambda's limit in bytes for a function with all its layers, unzipped (250 MiB)."""


class Layer(StrEnum):
    """Layer. The value is the name of its folder in `layers/`."""

    COMMON = "common"
    """All business logic and its dependencies. Every function has this layer."""
    NUMERIC = "numeric"
    """numpy and highspy, for functions that compute."""
    TRAINING = "training"
    """LightGBM and scipy, for functions that train models. It requires NUMERIC, which a function must list as well."""


def lock_of(layer: Layer, root: Path) -> Path:
    """Return the path of a layer's pinned requirements."""
    return root / "layers" / layer / "requirements.txt"


def layer_recipe(layer: Layer, *, wheel_platform: str | None, root: Path) -> PackageRecipe:
    """Return the recipe of a layer."""
    carried_by, omissions, sources = {
        Layer.COMMON: ((), COMMON_OMISSIONS, (root / "layers" / "common" / "pickvs",)),
        Layer.NUMERIC: ((), NUMERIC_OMISSIONS, ()),
        Layer.TRAINING: ((Layer.NUMERIC,), TRAINING_OMISSIONS, ()),
    }[layer]
    return PackageRecipe(
        lock=lock_of(layer, root),
        sources=sources,
        folder="python",
        mounted_at="/opt/python",
        wheel_platform=wheel_platform,
        carried_by=tuple(lock_of(each, root) for each in carried_by),
        omissions=omissions,
        shared_libraries=TRAINING_LIBRARIES if layer is Layer.TRAINING else (),
    )
