"""Detects changes in a new OpenAPI document that would break a client of the old one.

The new service must accept every request that the old document allows, with the same meaning. Every new response must
match the old document's schema. Additions are compatible: a new field in a response, a new optional field or parameter
in a request, a new operation, a new error code, a new value in OPEN_VALUES. Error codes are stable: removing one or
changing its status is a breaking change.
"""

from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus

from tools.openapi.compatibility import Fit, Side
from tools.openapi.raw import Json
from tools.openapi.superseded import whole

OPEN_VALUES = frozenset(
    {
        "GET /admin/audit-log: 200 body.entries[].action",
        "GET /admin/ingestion-runs: 200 body.runs[].job",
        "GET /api-keys: 200 body.api_keys[].scopes[]",
        "GET /api-keys/{key_id}: 200 body.scopes[]",
        "POST /api-keys: 201 body.scopes[]",
    }
)
"""Enumerations in responses that grow with the product, as error codes do. Their descriptions say so."""

MERGED_CODES: Mapping[str, str] = {"RATE_LIMITED": "TOO_MANY_REQUESTS"}
"""Codes that were merged into another one. Where the old document lists both for a status, clients expect either."""

METHODS = ("get", "put", "post", "delete", "patch")


def breaks(old: Json, new: Json) -> list[str]:
    """Return the breaking changes, one sentence each."""
    return list(dict.fromkeys(_breaks(old, new)))


def _breaks(old: Json, new: Json) -> Iterator[str]:
    requests = Fit(Side(old), Side(new), is_answer=False)
    answers = Fit(Side(new), Side(old), is_answer=True, open_values=OPEN_VALUES)
    if old["servers"] != new["servers"]:
        yield "servers: the base address has changed"
    yield from _security_schemes(old, new)
    for path, methods in old["paths"].items():
        for method in (each for each in METHODS if each in methods):
            at = f"{method.upper()} {path}"
            if method not in new["paths"].get(path, {}):
                yield f"{at}: is gone"
                continue
            before, now = whole(methods[method]), whole(new["paths"][path][method])
            yield from _credentials(before, now, at)
            yield from _parameters(before, now, at, requests)
            yield from _body(before, now, at, requests)
            yield from _answers(before, now, at, answers)
            yield from _codes(before, now, at, answers)


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
                yield from _problems(given, wanted, f"{where} body", answers)
            else:
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
    schemas = [media["schema"] for media in side.resolved(response).get("content", {}).values()]
    return [code for schema in schemas for each in side.variants(schema) for code in _codes_of(each)]


def _problems(given: Json, wanted: Json, at: str, answers: Fit) -> Iterator[str]:
    """Compare the problems of the codes that were promised. A problem of a new code must be one all the same."""
    found = answers.given.variants(given)
    known: list[str] = []
    for each in answers.taken.variants(wanted):
        codes = _codes_of(each)
        known += codes
        yield from answers.misfits({"oneOf": _of_codes(found, codes.__contains__)}, each, at)
    new = _of_codes(found, lambda code: code not in known)
    common = answers.taken.document["components"]["schemas"].get("Problem", True)
    yield from answers.misfits({"oneOf": new}, common, at)


def _of_codes(problems: list[Json], is_meant: Callable[[str], bool]) -> list[Json]:
    """Return the schemas of problems with the codes that are meant, and with no other codes."""
    found = []
    for each in problems:
        codes = [code for code in _codes_of(each) if is_meant(code)]
        if codes:
            code = {**each["properties"]["code"], "enum": codes}
            found.append({**each, "properties": {**each["properties"], "code": code}})
    return found


def _codes_of(problem: Json) -> list[str]:
    """Return the codes that the schema of a problem lists."""
    code = problem.get("properties", {}).get("code", {})
    return [code["const"]] if "const" in code else list(code.get("enum", []))


def _is_error(status: str) -> bool:
    return int(status) >= HTTPStatus.BAD_REQUEST
