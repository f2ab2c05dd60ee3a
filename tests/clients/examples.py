"""Reads every example of the document with the generated client, and writes it again.

Arguments: the document. Exits with a list of the examples that are read as nothing, lose a field, or come out changed.
"""

import importlib
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from attrs import fields, has
from pick_vs_client import Client

CLIENT = Client(base_url="http://unused.example")
SPARE = "additional_properties"


def left_over(value: Any, at: str = "body") -> Iterator[str]:
    """Return the fields that no attribute of a model has. Models without attributes of their own are open objects."""
    if isinstance(value, list):
        for each in value:
            yield from left_over(each, f"{at}[]")
    elif has(type(value)):
        own = [field.name for field in fields(type(value)) if field.name != SPARE]
        if own:
            yield from (f"{at}.{name} has no attribute" for name in getattr(value, SPARE, {}))
        for name in own:
            yield from left_over(getattr(value, name), f"{at}.{name}")
    elif isinstance(value, dict):
        yield f"{at} is a plain dict"


def normal(value: Any) -> Any:
    """Return the value with all moments in one form."""
    if isinstance(value, dict):
        return {key: normal(each) for key, each in value.items()}
    if isinstance(value, list):
        return [normal(each) for each in value]
    if isinstance(value, str) and "T" in value and value[:4].isdigit():
        return datetime.fromisoformat(value).isoformat()
    return value


def wrong(operation: dict[str, Any], status: str, example: Any) -> Iterator[str]:
    """Return what is wrong with the client's reading of an example."""
    module = importlib.import_module(f"pick_vs_client.api.{operation['tags'][0]}.{operation['operationId']}")
    read = module._parse_response(client=CLIENT, response=httpx.Response(int(status), json=example))
    if read is None or isinstance(read, dict):
        yield f"read as {type(read).__name__}"
        return
    yield from left_over(read)
    if normal(read.to_dict()) != normal(example):
        yield f"written as {read.to_dict()}"
    if type(read).__name__ == "Problem":
        yield "read as any problem"


def main() -> int:
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    components = document["components"]
    found, read = [], 0
    for operation in (each for path in document["paths"].values() for each in path.values()):
        for status, answer in operation["responses"].items():
            shared = components["responses"].get(answer.get("$ref", "").rpartition("/")[2], answer)
            for media in shared.get("content", {}).values():
                named = {code: components["examples"][code]["value"] for code in media.get("examples", {})}
                for example in (*named.values(), *([media["example"]] if "example" in media else [])):
                    read += 1
                    found += [
                        f"{operation['operationId']} {status}: {each}" for each in wrong(operation, status, example)
                    ]
    print(f"{read} examples", *found, sep="\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
