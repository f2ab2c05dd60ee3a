"""All resources of an assembly, with their properties resolved as CloudFormation would resolve them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from local.assembly import ACCOUNT, REGION, Stack
from local.errors import LaptopError
from local.intrinsics import Resolver
from local.resource_types import LEFT_OUT, RUN, describe, suffix


@dataclass(frozen=True)
class Resource:
    """One resource of one stack."""

    stack: "DeployedStack"
    logical_id: str
    kind: str

    @cached_property
    def properties(self) -> dict[str, Any]:
        """The properties, with all intrinsic functions resolved."""
        resolved: dict[str, Any] = self.stack.resolver.resolve(
            self.stack.template["Resources"][self.logical_id].get("Properties", {})
        )
        return resolved

    @property
    def name(self) -> str:
        """The physical name."""
        return self.stack.physical_name(self.logical_id)

    @property
    def reference(self) -> str:
        """The value of `Ref`."""
        return self.stack.reference(self.logical_id)

    @property
    def arn(self) -> str:
        """The ARN, which is the value of `Fn::GetAtt` for `Arn`."""
        return self.stack.attribute(self.logical_id, "Arn")

    def asset(self, location: Any) -> Path:
        """Return the folder of the asset at `location` (an S3Bucket and an S3Key)."""
        key = location.get("S3Key")
        if key not in self.stack.assets or not self.stack.assets[key].is_dir():
            raise LaptopError(f"the code of {self.name} is not a folder in the assembly; run `cdk synth` again")
        return self.stack.assets[key]


class DeployedStack:
    """The physical names, references and attributes of one stack's resources."""

    def __init__(self, stack: Stack, exports: dict[str, Any]) -> None:
        self.name = stack.name
        self.template = stack.template
        self.assets = stack.assets
        self.resolver = Resolver(
            stack=stack.name,
            pseudo_parameters={
                "AWS::AccountId": ACCOUNT,
                "AWS::Region": REGION,
                "AWS::Partition": "aws",
                "AWS::URLSuffix": "amazonaws.com",
                "AWS::StackName": stack.name,
                "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack.name}/local",
            },
            template=stack.template,
            reference=self.reference,
            attribute=self.attribute,
            exports=exports,
        )
        for output in stack.template.get("Outputs", {}).values():
            if "Export" in output:
                exports[self.resolver.resolve(output["Export"]["Name"])] = self.resolver.resolve(output["Value"])

    def resources(self) -> Iterator[Resource]:
        """Yield the resources whose conditions hold. Raises LaptopError for an unknown resource type."""
        unknown: list[str] = []
        for logical_id, body in self.template.get("Resources", {}).items():
            if "Condition" in body and not self.resolver.condition(body["Condition"]):
                continue
            kind = body["Type"]
            if kind in RUN:
                yield Resource(self, logical_id, kind)
            elif kind not in LEFT_OUT:
                unknown.append(f"{kind} ({logical_id})")
        if unknown:
            raise LaptopError(
                f"the stack {self.name} has resources that the laptop cloud neither runs nor leaves out knowingly: "
                f"{', '.join(unknown)}; see local/resource_types.py"
            )

    def physical_name(self, logical_id: str) -> str:
        """Return the name that the template sets, or one built from the stack's name and the logical id."""
        kind = describe(self._body(logical_id)["Type"])
        properties = self._body(logical_id).get("Properties", {})
        if kind.name_property in properties:
            name = str(self.resolver.resolve(properties[kind.name_property]))
            # The template may give a function's ARN in place of its name.
            return name.rpartition(":function:")[2].split(":")[0] if ":function:" in name else name
        name = f"{self.name}-{logical_id}"
        return name.lower()[:63] if self._body(logical_id)["Type"] == "AWS::S3::Bucket" else name

    def reference(self, logical_id: str) -> str:
        """Return the value of `Ref` for `logical_id`."""
        match describe(self._body(logical_id)["Type"]).reference:
            case "arn":
                return self.attribute(logical_id, "Arn")
            case "url":
                return self.attribute(logical_id, "QueueUrl")
            case "name":
                return self.physical_name(logical_id)

    def attribute(self, logical_id: str, attribute: str) -> str:
        """Return the value of `Fn::GetAtt`. Raises LaptopError for an unknown attribute."""
        kind_name = self._body(logical_id)["Type"]
        kind = describe(kind_name)
        patterns = {"Arn": kind.arn, **(kind.attributes or {})}
        name = self.physical_name(logical_id)
        if not patterns.get(attribute):
            if kind_name in RUN:
                raise LaptopError(f"the laptop cloud does not know the attribute {attribute} of {kind_name}")
            return f"{name}.{attribute}"
        return patterns[attribute].format(region=REGION, account=ACCOUNT, name=name, suffix=suffix(name))

    def _body(self, logical_id: str) -> dict[str, Any]:
        try:
            body: dict[str, Any] = self.template["Resources"][logical_id]
        except KeyError:
            raise LaptopError(f"the stack {self.name} refers to {logical_id}, which is not in its template") from None
        return body


class Deployment:
    """All resources of all stacks."""

    def __init__(self, stacks: Sequence[Stack]) -> None:
        exports: dict[str, Any] = {}
        self._resources = [resource for stack in stacks for resource in DeployedStack(stack, exports).resources()]

    def of_kind(self, kind: str) -> list[Resource]:
        """Return the resources of one type, in deployment order of their stacks."""
        return [resource for resource in self._resources if resource.kind == kind]
