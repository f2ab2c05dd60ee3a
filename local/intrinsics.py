"""CloudFormation's intrinsic functions, resolved with the physical ids that the laptop cloud assigns."""

import base64
import re
from collections.abc import Callable, Mapping
from typing import Any

from local.errors import LaptopError

_VARIABLE = re.compile(r"\$\{([^}]+)\}")


class _NoValue:
    """The value of `AWS::NoValue`: the property is removed."""


_NO_VALUE = _NoValue()

_PURE: Mapping[str, Callable[[Any], Any]] = {
    "Fn::And": all,
    "Fn::Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "Fn::Equals": lambda pair: pair[0] == pair[1],
    "Fn::Join": lambda argument: str(argument[0]).join(str(part) for part in argument[1]),
    "Fn::Not": lambda argument: not argument[0],
    "Fn::Or": any,
    "Fn::Select": lambda argument: argument[1][int(argument[0])],
    "Fn::Split": lambda argument: argument[1].split(argument[0]),
}
"""Intrinsic functions that depend on their resolved argument only."""


class Resolver:
    """Resolves the values in one stack's template.

    `reference` and `attribute` return the values of `Ref` and `Fn::GetAtt` for a logical id. `exports` holds the
    exports of earlier stacks. Raises LaptopError for a value that is invalid or not supported.
    """

    def __init__(
        self,
        *,
        stack: str,
        pseudo_parameters: Mapping[str, str],
        template: Mapping[str, Any],
        reference: Callable[[str], str],
        attribute: Callable[[str, str], str],
        exports: Mapping[str, Any],
    ) -> None:
        self._stack = stack
        self._pseudo_parameters = pseudo_parameters
        self._parameters: Mapping[str, Any] = template.get("Parameters", {})
        self._mappings: Mapping[str, Any] = template.get("Mappings", {})
        self._conditions: Mapping[str, Any] = template.get("Conditions", {})
        self._reference = reference
        self._attribute = attribute
        self._exports = exports

    def resolve(self, value: Any) -> Any:
        """Return `value` with every intrinsic function replaced by its result."""
        if isinstance(value, list):
            return [item for item in map(self.resolve, value) if item is not _NO_VALUE]
        if not isinstance(value, dict):
            return self._checked(value)
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            if name in ("Ref", "Condition") or name.startswith("Fn::"):
                return self._call(name, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not _NO_VALUE}

    def condition(self, name: str) -> bool:
        """Return whether the template's condition `name` holds."""
        if name not in self._conditions:
            raise self._refused(f"there is no condition {name}")
        return bool(self.resolve(self._conditions[name]))

    def _call(self, name: str, argument: Any) -> Any:
        match name:
            case "Ref":
                return self._ref(argument)
            case "Condition":
                # A policy statement may have a `Condition` block; only a name refers to a condition of the template.
                return self.condition(argument) if isinstance(argument, str) else {name: self.resolve(argument)}
            case "Fn::If":
                return self.resolve(argument[1] if self.condition(argument[0]) else argument[2])
            case "Fn::GetAtt":
                logical_id, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
                return self._attribute(logical_id, self.resolve(attribute))
            case "Fn::Sub":
                return self._substitute(argument)
        return self._call_pure(name, self.resolve(argument))

    def _call_pure(self, name: str, argument: Any) -> Any:
        if name in _PURE:
            return _PURE[name](argument)
        if name == "Fn::FindInMap":
            table, row, column = argument[:3]
            return self.resolve(self._mappings[table][row][column])
        if name == "Fn::ImportValue":
            if argument not in self._exports:
                raise self._refused(f"no earlier stack exports {argument}")
            return self._exports[argument]
        raise self._refused(f"{name} is not supported by the laptop cloud")

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NO_VALUE
        if name in self._pseudo_parameters:
            return self._pseudo_parameters[name]
        if name in self._parameters:
            if "Default" not in self._parameters[name]:
                raise self._refused(f"the parameter {name} has no default")
            return self._parameters[name]["Default"]
        return self._reference(name)

    def _substitute(self, argument: Any) -> str:
        text, own = (argument, {}) if isinstance(argument, str) else argument

        def replace(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("!"):
                return f"${{{name[1:]}}}"
            if name in own:
                return str(self.resolve(own[name]))
            if "." in name:
                return self._attribute(*name.split(".", 1))
            return str(self._ref(name))

        return _VARIABLE.sub(replace, text)

    def _checked(self, value: Any) -> Any:
        if isinstance(value, str) and "{{resolve:" in value:
            raise self._refused("dynamic references ({{resolve:…}}) are not supported by the laptop cloud")
        return value

    def _refused(self, reason: str) -> LaptopError:
        return LaptopError(f"the template of {self._stack} cannot be resolved: {reason}")
