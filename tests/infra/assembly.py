"""What `cdk synth` wrote for a stage, as the tests read it."""

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

type Template = dict[str, Any]

DEPLOYED = tuple((stage, database) for stage in ("dev", "prod") for database in ("neon", "aurora"))
"""What an engineer can deploy: a stage in a database mode."""
EVERY = (("local", "neon"), *DEPLOYED)
"""All that can be synthesised."""

_DIGITS = 8
"""How many of them the CDK puts behind a name."""


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
    """The templates of one stage; `templates` by the last part of the stack's name."""

    stage: str
    templates: dict[str, Template]
    folder: Path | None = None
    protected: frozenset[str] = frozenset()
    """The stacks that nobody can remove by mistake."""
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
        """The one resource of a stack whose id is so, up to the CDK's digits, or else begins so."""
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
        """What each stack exports, by the export's name: the stack, and the value as its own template has it."""
        return {
            output["Export"]["Name"]: (stack, output["Value"])
            for stack, template in self.templates.items()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def meant(self, stack: str, reference: dict[str, Any]) -> Resource:
        """The resource that a reference in a stack's template means, there or in the stack that exports it."""
        if "Fn::ImportValue" in reference:
            stack, reference = self.exports()[reference["Fn::ImportValue"]]
        return self.get(stack, reference.get("Ref") or reference["Fn::GetAtt"][0])

    def path(self, stack: str, reference: dict[str, Any]) -> str:
        """The path of the API that a reference to a path resource or to the API's root means."""
        resource = self.meant(stack, reference)
        if resource.type == "AWS::ApiGateway::RestApi":
            return ""
        return f"{self.path(resource.stack, resource.properties['ParentId'])}/{resource.properties['PathPart']}"

    def methods(self) -> dict[tuple[str, str], Resource]:
        """The methods of the API, by verb and path."""
        return {
            (each.properties["HttpMethod"], self.path(each.stack, each.properties["ResourceId"])): each
            for each in self.resources("AWS::ApiGateway::Method")
        }

    def wings(self) -> list[str]:
        """The stacks of the API's wings."""
        return [stack for stack in self.templates if stack.startswith("api-")]

    def to_damage(self, *stacks: str) -> "Assembly":
        """The same, to be changed: the templates of these stacks are its own, those of the others are not."""
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
    """Which stacks each stack waits for, by the manifest."""
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
    """The app of a stage that is configured so, not yet written; packages are not installed for it.

    validated: whether CDK looks at the templates itself, as it does on the command line; it takes longer than all else.
    """
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    made = aws_cdk.App(
        outdir=str(folder),
        context={**context, "aws:cdk:bundling-stacks": []},
        builtin_cloud_formation_validation=validated,
    )
    add_stacks(made, config=config, root=root, wings=wings)
    return tag_everything(made, config)


def synthesise(config: StageConfig, folder: Path, root: Path = ROOT, wings: Sequence[Wing] = WINGS) -> Assembly:
    make_app(config, folder, root, wings).synth()
    return read(config.name, folder, config.database.MODE)


def changes(before: Assembly, after: Assembly) -> dict[str, set[str]]:
    """What differs: the resources, and the properties that do."""
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
    """The tables of the API in which some rows, by their names, say something else in some columns."""
    return tuple(
        replace(wing, endpoints=tuple(replace(row, **columns.get(row.name, {})) for row in wing.endpoints))
        for wing in WINGS
    )
