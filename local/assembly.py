"""Reads the output of `cdk synth`: the stacks in deployment order, and the folders of their assets."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.errors import LaptopError

ACCOUNT = "123456789012"
"""Account id of the laptop cloud; the one that moto uses."""
REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Stack:
    """One synthesised stack."""

    name: str
    template: dict[str, Any]
    assets: dict[str, Path]
    """Folder of each file asset, by the S3 object key that the template uses for it."""


def read_assembly(folder: Path) -> list[Stack]:
    """Return the stacks in `folder`, each after its dependencies.

    Raises LaptopError if the folder is not a complete cloud assembly.
    """
    manifest = _read_json(folder / "manifest.json", folder)
    artifacts: dict[str, Any] = manifest.get("artifacts", {})
    ordered: dict[str, None] = {}

    def visit(artifact: str, above: tuple[str, ...] = ()) -> None:
        if artifact in above:
            raise LaptopError(f"the stacks in {folder} have a circular dependency: {', '.join(above)}")
        for dependency in artifacts.get(artifact, {}).get("dependencies", []):
            visit(dependency, (*above, artifact))
        ordered.setdefault(artifact)

    for artifact in artifacts:
        visit(artifact)
    stacks = [
        _stack(folder, artifact, artifacts)
        for artifact in ordered
        if artifacts[artifact]["type"] == "aws:cloudformation:stack"
    ]
    if not stacks:
        raise LaptopError(f"there is no stack in {folder}; write it again with `cdk synth -c stage=local -o {folder}`")
    return stacks


def _stack(folder: Path, artifact: str, artifacts: dict[str, Any]) -> Stack:
    properties = artifacts[artifact]["properties"]
    assets: dict[str, Path] = {}
    for dependency in artifacts[artifact].get("dependencies", []):
        if artifacts[dependency]["type"] == "cdk:asset-manifest":
            assets |= _assets(folder, artifacts[dependency]["properties"]["file"])
    return Stack(
        name=properties.get("stackName", artifact),
        template=_read_json(folder / properties["templateFile"], folder),
        assets=assets,
    )


def _assets(folder: Path, manifest: str) -> dict[str, Path]:
    return {
        destination["objectKey"]: (folder / asset["source"]["path"]).resolve()
        for asset in _read_json(folder / manifest, folder).get("files", {}).values()
        if "path" in asset["source"]
        for destination in asset["destinations"].values()
    }


def _read_json(file: Path, folder: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LaptopError(
            f"{file} is missing; write the assembly with `cdk synth -c stage=local -o {folder}`"
        ) from None
    except (OSError, ValueError) as error:
        raise LaptopError(f"{file} cannot be read: {error}") from None
    return content
