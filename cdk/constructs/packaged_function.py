from pathlib import Path

from cdk.layers import Layer, lock_of
from cdk.packages import PackageRecipe

_NOT_SHIPPED = {"requirements.in", "requirements.txt", "__pycache__"}


def function_recipe(name: str, wheel_platform: str | None, root: Path) -> PackageRecipe:
    """Return the recipe of a function that carries packages of its own: its files, and what the common layer lacks."""
    folder = root / "functions" / name
    return PackageRecipe(
        lock=folder / "requirements.txt",
        sources=tuple(sorted(path for path in folder.iterdir() if path.name not in _NOT_SHIPPED)),
        mounted_at="/var/task",
        wheel_platform=wheel_platform,
        carried_by=(lock_of(Layer.COMMON, root),),
    )
