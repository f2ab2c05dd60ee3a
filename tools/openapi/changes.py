"""What in a new OpenAPI document would break a client of the old one. Growth is no break.

A client sends what the old document allows, and reads what the old document promises. So every old request must still
be accepted, and every new answer must still be one that the old document describes; a new field in an answer, a new
optional field or parameter in a request, a new operation and a new error code are growth.
"""

from collections.abc import Iterator
from http import HTTPStatus

from tools.openapi.compatibility import Fit, Side
from tools.openapi.raw import Json

METHODS = ("get", "put", "post", "delete", "patch")


def breaks(old: Json, new: Json) -> list[str]:
    """Return what would break, one sentence each; none if nothing would."""
    return list(_breaks(old, new))


def _breaks(old: Json, new: Json) -> Iterator[str]:
    requests, answers = Fit(Side(old), Side(new), is_answer=False), Fit(Side(new), Side(old), is_answer=True)
    if old["servers"] != new["servers"]:
        yield "servers: the base address has changed"
    for path, methods in old["paths"].items():
        for method in (each for each in METHODS if each in methods):
            at = f"{method.upper()} {path}"
            now = new["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{at}: is gone"
                continue
            yield from _credentials(methods[method], now, at)
            yield from _parameters(methods[method], now, at, requests)
            yield from _body(methods[method], now, at, requests)
            yield from _answers(methods[method], now, at, answers)


def _credentials(old: Json, new: Json, at: str) -> Iterator[str]:
    """Yield the credentials, or none, that were enough and are not any more."""
    for way in old["security"] or [{}]:
        still = [
            each
            for each in new["security"] or [{}]
            if each.keys() <= way.keys() and all(set(roles) <= set(way[name]) for name, roles in each.items())
        ]
        if not still:
            yield f"{at}: {way or 'no credentials'} is not enough any more"


def _parameters(old: Json, new: Json, at: str, requests: Fit) -> Iterator[str]:
    before = {(each["in"], each["name"]): each for each in old.get("parameters", [])}
    after = {(each["in"], each["name"]): each for each in new.get("parameters", [])}
    for key, parameter in before.items():
        where = f"{at}: {key[0]} parameter {key[1]}"
        if key not in after:
            yield f"{where}: is refused now"
            continue
        yield from requests.misfits(parameter["schema"], after[key]["schema"], where)
    for key, parameter in after.items():
        if parameter.get("required") and not before.get(key, {}).get("required"):
            yield f"{at}: {key[0]} parameter {key[1]}: has become required"


def _body(old: Json, new: Json, at: str, requests: Fit) -> Iterator[str]:
    before, after = old.get("requestBody"), new.get("requestBody")
    if after is None:
        if before is not None:
            yield f"{at}: a body is not read any more"
        return
    if after.get("required") and not (before or {}).get("required"):
        yield f"{at}: a body has become required"
    for kind, media in (before or {"content": {}})["content"].items():
        if kind not in after["content"]:
            yield f"{at}: {kind} is refused now"
        else:
            yield from requests.misfits(media["schema"], after["content"][kind]["schema"], f"{at}: body")


def _answers(old: Json, new: Json, at: str, answers: Fit) -> Iterator[str]:
    """Compare the good answers, and the shape of errors. Which errors there are may change."""
    for status, named in old["responses"].items():
        where = f"{at}: {status}"
        if status not in new["responses"]:
            if int(status) < HTTPStatus.BAD_REQUEST:
                yield f"{where}: is not answered any more"
            continue
        before = answers.taken.resolved(named)
        after = answers.given.resolved(new["responses"][status])
        for name in before.get("headers", {}):
            if name not in after.get("headers", {}):
                yield f"{where}: header {name} is gone"
        for kind, media in before.get("content", {}).items():
            if kind not in after.get("content", {}):
                yield f"{where}: {kind} is not answered any more"
            else:
                wanted, given = (_without_code(each["schema"]) for each in (media, after["content"][kind]))
                yield from answers.misfits(given, wanted, f"{where} body")


def _without_code(schema: Json) -> Json:
    """Return the schema of an error without the list of its codes, which may grow."""
    properties = schema.get("properties", {})
    if "$ref" not in schema or "code" not in properties:
        return schema
    rest = {name: each for name, each in properties.items() if name not in {"code", "status"}}
    return {"$ref": schema["$ref"], **({"properties": rest} if rest else {})}
