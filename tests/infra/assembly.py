"""What `cdk synth` wrote for a stage, as the tests read it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import aws_cdk

import app

ROOT = Path(app.__file__).resolve().parent

type Template = dict[str, Any]

DEPLOYED = tuple((stage, database) for stage in ("dev", "prod") for database in ("neon", "aurora"))
"""What an engineer can deploy: a stage in a database mode."""


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
        return dict(self.body.get("Properties", {}))

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
            for logical_id, body in template["Resources"].items():
                if stack in {None, name} and (not types or body["Type"] in types):
                    yield Resource(name, logical_id, body)

    def get(self, stack: str, logical_id: str) -> Resource:
        return Resource(stack, logical_id, self.templates[stack]["Resources"][logical_id])

    def function(self, name: str) -> Resource:
        wanted = f"pickvs-{self.stage}-{name}"
        (found,) = (each for each in self.functions() if each.properties.get("FunctionName") == wanted)
        return found

    def functions(self) -> Iterator[Resource]:
        yield from self.resources("AWS::Lambda::Function")

    def role_of(self, function: Resource) -> Resource:
        return self.get(function.stack, function.properties["Role"]["Fn::GetAtt"][0])


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


def make_app(stage: str, folder: Path, root: Path = ROOT, database: str = "neon") -> aws_cdk.App:
    """The app of a stage, not yet written; packages are not installed for it."""
    context = json.loads((ROOT / "cdk.json").read_text())["context"]
    asked = {"stage": stage, "database": database, "aws:cdk:bundling-stacks": []}
    return app.build(aws_cdk.App(outdir=str(folder), context={**context, **asked}), root)


def synthesise(stage: str, folder: Path, root: Path = ROOT, database: str = "neon") -> Assembly:
    make_app(stage, folder, root, database).synth()
    return read(stage, folder, database)
