"""Detects changes in a new OpenAPI document that would break a client of the old one.

The new service must accept every request that the old document allows, with the same meaning. Every new response must
match the old document's schema. Additions are compatible: a new field in a response, a new optional field or parameter
in a request, a new operation, a new error code. Error codes are stable: removing one or changing its status is a
breaking change.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from tools.openapi.compatibility import Fit, Side
from tools.openapi.raw import Json

MERGED_CODES: Mapping[str, str] = {"RATE_LIMITED": "TOO_MANY_REQUESTS"}
"""Codes that were merged into another one. Where the old document lists both for a status, clients expect either."""

METHODS = ("get", "put", "post", "delete", "patch")


def breaks(old: Json, new: Json) -> list[str]:
    """Return the breaking changes, one sentence each."""
    return list(dict.fromkeys(_breaks(old, new)))


def _breaks(old: Json, new: Json) -> Iterator[str]:
    requests, answers = Fit(Side(old), Side(new), is_answer=False), Fit(Side(new), Side(old), is_answer=True)
    if old["servers"] != new["servers"]:
        yield "servers: the base address has changed"
    yield from _security_schemes(old, new)
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
            yield from _codes(methods[method], now, at, answers)


def _security_schemes(old: Json, new: Json) -> Iterator[str]:
    """Yield the security schemes that have changed. A removed scheme is reported by the operations that used it."""
    before, after = (each["components"].get("securitySchemes", {}) for each in (old, new))
    for name in (each for each in before if each in after):
        described, now = ({**each[name], "description": ""} for each in (before, after))
        if described != now:
            yield f"security scheme {name}: has changed"


def _credentials(old: Json, new: Json, at: str) -> Iterator[str]:
    """Yield the security requirements that an operation no longer accepts. The requirement may be no credentials."""
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
        if not parameter.get("required"):
            yield from requests.defaults(parameter["schema"], after[key]["schema"], where)
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
    """Compare the success responses and the schemas of errors."""
    for status, named in old["responses"].items():
        where = f"{at}: {status}"
        if status not in new["responses"]:
            if not _is_error(status):
                yield f"{where}: is not answered any more"
            continue
        before = answers.taken.resolved(named)
        after = answers.given.resolved(new["responses"][status])
        yield from _headers(before.get("headers", {}), after.get("headers", {}), where, answers)
        for kind, media in before.get("content", {}).items():
            if kind not in after.get("content", {}):
                yield f"{where}: {kind} is not answered any more"
                continue
            given, wanted = after["content"][kind]["schema"], media["schema"]
            if _is_error(status):
                given, wanted = _with_any_code(answers.given, given), _with_any_code(answers.taken, wanted)
            yield from answers.misfits(given, wanted, f"{where} body")


def _headers(old: Json, new: Json, at: str, answers: Fit) -> Iterator[str]:
    for name, named in old.items():
        if name not in new:
            yield f"{at}: header {name} is gone"
            continue
        before, after = answers.taken.resolved(named), answers.given.resolved(new[name])
        if before.get("required") and not after.get("required"):
            yield f"{at}: header {name}: not always there any more"
        yield from answers.misfits(after.get("schema", {}), before.get("schema", {}), f"{at}: header {name}")


def _codes(old: Json, new: Json, at: str, answers: Fit) -> Iterator[str]:
    """Yield the error codes that are removed or have another status, except those that MERGED_CODES explains."""
    now = {status: _codes_in(answers.given, named) for status, named in new["responses"].items() if _is_error(status)}
    for status, named in old["responses"].items():
        before = _codes_in(answers.taken, named) if _is_error(status) else []
        for code in before:
            left = now.get(status, [])
            if code not in left and MERGED_CODES.get(code) not in set(before) & set(left):
                elsewhere = [each for each, codes in now.items() if code in codes]
                yield f"{at}: {status}: the code {code} " + (f"is a {elsewhere[0]} now" if elsewhere else "is gone")


def _codes_in(side: Side, response: Json) -> list[str]:
    """Return the codes that an error response's schema lists."""
    schemas = [side.resolved(media["schema"]) for media in side.resolved(response).get("content", {}).values()]
    return [code for each in schemas for code in each.get("properties", {}).get("code", {}).get("enum", [])]


def _with_any_code(side: Side, schema: Json) -> Json:
    """Return an error's schema without the list of its codes, to which codes may be added."""
    schema = side.resolved(schema)
    if "code" not in schema.get("properties", {}):
        return schema
    code = {name: value for name, value in schema["properties"]["code"].items() if name != "enum"}
    return {**schema, "properties": {**schema["properties"], "code": code}}


def _is_error(status: str) -> bool:
    return int(status) >= HTTPStatus.BAD_REQUEST
