"""Resources in the templates of a cloud assembly."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.cost.errors import CostError

_FUNCTION_NAMES = {"AWS::Lambda::Alias", "AWS::Lambda::Version"}
"""Types that stand for a function. Their property `FunctionName` names it."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Resource of a stack."""

    stack: str
    logical_id: str
    type: str
    properties: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.stack}/{self.logical_id}"


@dataclass(frozen=True, slots=True)
class Inventory:
    """All resources of all stacks of an assembly."""

    by_id: dict[tuple[str, str], Resource]
    """Resources by stack and logical id."""

    def of(self, *types: str) -> list[Resource]:
        """Return the resources of the given types. Without types, return all resources."""
        return [resource for resource in self.by_id.values() if not types or resource.type in types]

    def function_in(self, stack: str, value: Any) -> Resource | None:
        """Return the function in `stack` that `value` names, directly or by an alias; None if there is none."""
        for logical_id in _named(value):
            resource = self.by_id.get((stack, logical_id))
            if resource is not None and resource.type in _FUNCTION_NAMES:
                return self.function_in(stack, resource.properties.get("FunctionName"))
            if resource is not None and resource.type == "AWS::Lambda::Function":
                return resource
        return None

    def named_by(self, resource: Resource, name: str) -> Resource | None:
        """Return the resource in the same stack that a property of `resource` names. None if there is none."""
        for logical_id in _named(resource.properties.get(name)):
            if (found := self.by_id.get((resource.stack, logical_id))) is not None:
                return found
        return None


def read_inventory(folder: Path) -> Inventory:
    """Return the inventory of the assembly in `folder`. Raises CostError if the assembly is incomplete."""
    artifacts: dict[str, Any] = _read(folder / "manifest.json").get("artifacts", {})
    templates = {
        name: _read(folder / artifact["properties"]["templateFile"])
        for name, artifact in artifacts.items()
        if artifact.get("type") == "aws:cloudformation:stack"
    }
    if not templates:
        raise CostError(f"there is no stack in {folder}")
    return inventory_of(templates)


def inventory_of(templates: dict[str, dict[str, Any]]) -> Inventory:
    """Return the inventory of templates, given by the name of their stack."""
    return Inventory(
        {
            (stack, logical_id): Resource(stack, logical_id, body["Type"], body.get("Properties", {}))
            for stack, template in templates.items()
            for logical_id, body in template.get("Resources", {}).items()
        }
    )


def _named(value: Any) -> Iterator[str]:
    """Yield the logical ids to which a value refers."""
    if isinstance(value, list):
        for item in value:
            yield from _named(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref":
                yield inner
            elif key == "Fn::GetAtt":
                yield inner[0] if isinstance(inner, list) else inner.split(".")[0]
            else:
                yield from _named(inner)


def _read(file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CostError(f"{file} is missing; write the templates with `make synth`") from None
    except (OSError, ValueError) as error:
        raise CostError(f"{file} cannot be read: {error}") from None
    return content
