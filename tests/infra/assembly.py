"""Reads the output of `cdk synth` for a stage."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import aws_cdk

import app
from cdk.config import StageConfig
from cdk.platform import add_stacks
from cdk.routes import WINGS
from cdk.routes.model import Wing
from cdk.tags import tag_everything

ROOT = Path(app.__file__).resolve().parent
CONTEXT: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text())["context"]
"""The context that every synthesis has."""

type Template = dict[str, Any]

DEPLOYED = tuple((stage, database) for stage in ("dev", "prod") for database in ("neon", "aurora"))
"""Deployable combinations of stage and database mode."""
EVERY = (("local", "neon"), *DEPLOYED)
"""All combinations of stage and database mode that can be synthesised."""

_DIGITS = 8
"""Number of hash digits that the CDK appends to a logical id."""


@dataclass(frozen=True)
class Resource:
    """One resource of a template."""

    stack: str
    logical_id: str
    body: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.body["Type"])

    @property
    def properties(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body.get("Properties", {})
        return found

    def __str__(self) -> str:
        return f"{self.stack}/{self.logical_id}"


@dataclass(frozen=True)
class Assembly:
    """The templates of one stage. The keys of `templates` are the last parts of the stack names."""

    stage: str
    templates: dict[str, Template]
    folder: Path | None = None
    protected: frozenset[str] = frozenset()
    """Stacks with termination protection."""
    database: str = "neon"
    """The database mode."""

    def __str__(self) -> str:
        return f"{self.stage}-{self.database}"

    def resources(self, *types: str, stack: str | None = None) -> Iterator[Resource]:
        for name, template in self.templates.items():
            if stack in {None, name}:
                for logical_id, body in template["Resources"].items():
                    if not types or body["Type"] in types:
                        yield Resource(name, logical_id, body)

    def get(self, stack: str, logical_id: str) -> Resource:
        return Resource(stack, logical_id, self.templates[stack]["Resources"][logical_id])

    def named(self, stack: str, name: str) -> Resource:
        """Return the only resource of a stack with this id, without the CDK's digits, or else with this prefix."""
        every = list(self.templates[stack]["Resources"])
        exact = [each for each in every if name in (each, each[:-_DIGITS])]
        (found,) = exact or [each for each in every if each.startswith(name)]
        return self.get(stack, found)

    def function(self, name: str) -> Resource:
        wanted = f"pickvs-{self.stage}-{name}"
        (found,) = (each for each in self.functions() if each.properties.get("FunctionName") == wanted)
        return found

    def functions(self) -> Iterator[Resource]:
        yield from self.resources("AWS::Lambda::Function")

    def role_of(self, function: Resource) -> Resource:
        return self.get(function.stack, function.properties["Role"]["Fn::GetAtt"][0])

    def exports(self) -> dict[str, tuple[str, Any]]:
        """Return all exports by name: the exporting stack, and the value as in its template."""
        return {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, template in self.templates.items()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def meant(self, stack: str, reference: dict[str, Any]) -> Resource:
        """Resolve a reference in a stack's template to a resource of that stack or of the exporting stack."""
        if "Fn::ImportValue" in reference:
            stack, reference = self.exports()[reference["Fn::ImportValue"]]
        return self.get(stack, reference.get("Ref") or reference["Fn::GetAtt"][0])

    def path(self, stack: str, reference: dict[str, Any]) -> str:
        """Resolve a reference to a path resource, or to the API's root, to its path."""
        resource = self.meant(stack, reference)
        if resource.type == "AWS::ApiGateway::RestApi":
            return ""
        return f"{self.path(resource.stack, resource.properties['ParentId'])}/{resource.properties['PathPart']}"

    def methods(self) -> dict[tuple[str, str], Resource]:
        """Return the methods of the API by verb and path."""
        return {
            (each.properties["HttpMethod"], self.path(each.stack, each.properties["ResourceId"])): each
            for each in self.resources("AWS::ApiGateway::Method")
        }

    def wings(self) -> list[str]:
        """Return the stacks of the API's wings."""
        return [stack for stack in self.templates if stack.startswith("api-")]

    def to_damage(self, *stacks: str) -> "Assembly":
        """Return a copy to modify. Only the templates of these stacks are copied; the others are shared."""
        return replace(
            self, templates=self.templates | {stack: json.loads(json.dumps(self.templates[stack])) for stack in stacks}
        )


class Assemblies(Protocol):
    """Writes the templates of a stage, once."""

    def __call__(self, stage: str, database: str = "neon") -> Assembly: ...


def read(stage: str, folder: Path, database: str = "neon") -> Assembly:
    prefix = f"pickvs-{stage}-"
    artifacts = json.loads((folder / "manifest.json").read_text())["artifacts"]
    return Assembly(
        stage,
        {
            path.name.removeprefix(prefix).removesuffix(".template.json"): json.loads(path.read_text())
            for path in sorted(folder.glob(f"{prefix}*.template.json"))
        },
        folder,
        frozenset(
            name.removeprefix(prefix)
            for name, artifact in artifacts.items()
            if artifact.get("properties", {}).get("terminationProtection")
        ),
        database,
    )


def needs(assembly: Assembly) -> dict[str, set[str]]:
    """Return the stacks that each stack depends on according to the manifest."""
    assert assembly.folder is not None
    prefix = f"pickvs-{assembly.stage}-"
    artifacts = json.loads((assembly.folder / "manifest.json").read_text())["artifacts"]
    return {
        name.removeprefix(prefix): {
            each.removeprefix(prefix) for each in artifact["dependencies"] if not each.endswith(".assets")
        }
        for name, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }


def make_app(
    config: StageConfig,
    folder: Path,
    root: Path = ROOT,
    wings: Sequence[Wing] = WINGS,
    *,
    validated: bool = False,
) -> aws_cdk.App:
    """Return the app of a stage with this configuration. Nothing is written yet, and no packages are installed.

    validated: whether the CDK validates the templates, as on the command line. This takes longer than all other steps.
    """
    made = aws_cdk.App(
        outdir=str(folder),
        context={**CONTEXT, "aws:cdk:bundling-stacks": []},
        builtin_cloud_formation_validation=validated,
    )
    add_stacks(made, config=config, root=root, wings=wings)
    return tag_everything(made, config)


def synthesise(config: StageConfig, folder: Path, root: Path = ROOT, wings: Sequence[Wing] = WINGS) -> Assembly:
    make_app(config, folder, root, wings).synth()
    return read(config.name, folder, config.database.MODE)


def changes(before: Assembly, after: Assembly) -> dict[str, set[str]]:
    """Return the resources that differ, with the properties that differ."""
    old = {str(each): each for each in before.resources()}
    new = {str(each): each for each in after.resources()}
    changed: dict[str, set[str]] = {}
    for name in old.keys() | new.keys():
        if name not in old or name not in new:
            changed[name] = {"(new)" if name in new else "(gone)"}
        elif old[name].body != new[name].body:
            properties = old[name].properties.keys() | new[name].properties.keys()
            changed[name] = {
                each for each in properties if old[name].properties.get(each) != new[name].properties.get(each)
            }
    return changed


def tables_with(columns: Mapping[str, Mapping[str, Any]]) -> tuple[Wing, ...]:
    """Return the API's tables with other values in some columns of the rows with these names."""
    return tuple(
        replace(wing, endpoints=tuple(replace(row, **columns.get(row.name, {})) for row in wing.endpoints))
        for wing in WINGS
    )
