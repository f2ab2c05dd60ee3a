"""Clients of docs/openapi.json, made by the pinned generators with their default settings, in a folder of their own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.laptop import ROOT

SECONDS = 300
SOURCES = ROOT / "tests" / "clients"
DOCUMENT = ROOT / "docs" / "openapi.json"
_PYTHON = ROOT / ".clients" / "bin"
_NODE = SOURCES / "node_modules"

type Json = dict[str, Any]


class ClientError(Exception):
    """A generator, a compiler or a client failed. The message is its output."""


def missing() -> str | None:
    """Return why clients cannot be generated on this machine; None if they can."""
    tools = [_PYTHON / "openapi-python-client", _NODE / ".bin" / "openapi-typescript", _NODE / ".bin" / "tsc"]
    absent = [str(each.relative_to(ROOT)) for each in tools if not each.exists()]
    return f"{', '.join(absent)} could not be installed: make setup says why" if absent else None


def typescript(folder: Path, document: Path = DOCUMENT) -> Path:
    """Generate the TypeScript client, beside the program that uses it, and return the folder."""
    for name in ("use.ts", "tsconfig.json", "package.json"):
        shutil.copy(SOURCES / name, folder)
    (folder / "node_modules").symlink_to(_NODE)
    run(folder, "openapi-typescript", str(document), "-o", "schema.d.ts")
    return folder


def python(folder: Path, document: Path = DOCUMENT) -> Path:
    """Generate the Python client, beside the program that uses it, and return the folder."""
    for name in ("use.py", "examples.py"):
        shutil.copy(SOURCES / name, folder)
    run(folder, "openapi-python-client", "generate", "--path", str(document), "--output-path", "generated")
    (folder / "pick_vs_client").symlink_to(folder / "generated" / "pick_vs_client")
    return folder


def check_typescript(folder: Path) -> None:
    """Compile everything in the folder under the strict settings of its tsconfig.json. Raises ClientError."""
    run(folder, "tsc", "--project", ".")


def check_python(folder: Path) -> None:
    """Check the types of the client, strictly, and of the program that uses it. Raises ClientError."""
    settings = ["--config-file=", "--strict", "--cache-dir", "cache", "--python-executable", str(_PYTHON / "python")]
    run(folder, sys.executable, "-m", "mypy", *settings, "use.py", "pick_vs_client")


def use(folder: Path, program: str, *arguments: str) -> Json:
    """Run `use.ts` or `use.py` and return what it saw."""
    interpreter = "node" if program.endswith(".ts") else "python"
    seen: Json = json.loads(run(folder, interpreter, program, *arguments))
    return seen


def run(folder: Path, *command: str) -> str:
    """Run a command in the folder, with the pinned tools in front, and return its output. Raises ClientError."""
    path = os.pathsep.join([str(_PYTHON), str(_NODE / ".bin"), str(ROOT / ".venv" / "bin"), os.environ["PATH"]])
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command,
        check=False,
        cwd=folder,
        env={**inherited, "PATH": path},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    if done.returncode != 0:
        raise ClientError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
    return done.stdout


def typed_examples(document: Json) -> str:
    """Return a TypeScript module in which each example of the document has the type that its operation gives it.

    An object literal may have no field that its type lacks, so a lost field is an error. Beside each problem is one
    with a code that does not exist, and beside each request the least that is required of it.
    """
    lines = ['import type { operations } from "./schema.d.ts";', ""]
    for operation in (each for path in document["paths"].values() for each in path.values()):
        of = f'operations["{operation["operationId"]}"]'
        body = operation.get("requestBody", {"content": {}})["content"].get("application/json")
        if body is not None:
            kind = f'NonNullable<{of}["requestBody"]>["content"]["application/json"]'
            lines += _typed(kind, body["example"])
            lines += _typed(kind, least(document, body["schema"], body["example"]))
        for status, answer in operation["responses"].items():
            for media, content in _resolved(document, answer).get("content", {}).items():
                kind = f'{of}["responses"][{status}]["content"]["{media}"]'
                for example in _examples(document, content):
                    lines += _typed(kind, example)
                    if "problem" in media:
                        lines += [
                            "// @ts-expect-error - there is no such code",
                            *_typed(kind, {**example, "code": "X"}),
                        ]
    return "\n".join(lines) + "\n"


def _typed(kind: str, value: object) -> Iterator[str]:
    yield f"({json.dumps(value)}) satisfies {kind};"


def least(document: Json, schema: Json, value: Any) -> Any:
    """Return the value without the fields that are not required."""
    schema = _resolved(document, schema)
    for fitting in schema.get("anyOf") or schema.get("oneOf") or []:
        inner = _resolved(document, fitting)
        if not isinstance(value, dict) or set(inner.get("required", [])) <= set(value):
            return least(document, inner, value)
    if isinstance(value, list):
        return [least(document, schema["items"], each) for each in value]
    if isinstance(value, dict):
        return {
            name: least(document, schema["properties"][name], each)
            for name, each in value.items()
            if name in schema.get("required", [])
        }
    return value


def _examples(document: Json, content: Json) -> Iterator[Any]:
    for each in content.get("examples", {}).values():
        yield _resolved(document, each)["value"]
    if "example" in content:
        yield content["example"]


def _resolved(document: Json, value: Json) -> Json:
    while "$ref" in value:
        kind, name = value["$ref"].removeprefix("#/components/").split("/", 1)
        value = document["components"][kind][name]
    return value
