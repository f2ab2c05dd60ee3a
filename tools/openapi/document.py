"""Assembles the OpenAPI document: an operation for every row of cdk.routes.ENDPOINTS, and the shared components."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from cdk.routes import ENDPOINTS
from cdk.routes.model import Endpoint
from tools.openapi import problems
from tools.openapi.client_types import kept_by_generators
from tools.openapi.headers import HEADERS
from tools.openapi.operations import operation
from tools.openapi.raw import OPENAPI_VERSION, Json, read

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "openapi.json"
"""Document of the current code; `GET /openapi.json` serves it."""
RELEASED = ROOT / "docs" / "openapi.released.json"
"""Document of the last release, which clients rely on; breaking changes are detected against it."""

_DESCRIPTION = """\
Sports picks with a ranking that can be verified: picks are frozen at the line and price they were made at, graded from
the official score, and ranked.

JSON in UTF-8; times are RFC 3339 in UTC; prices are American odds. Unknown fields and query parameters are refused.
Every error is a problem document (RFC 9457) with a stable `code`. Lists take `limit` and `cursor`; answers may grow
new fields.

`X-Correlation-Id`, up to 64 characters of printable ASCII, may be sent with every request: it comes back, unless
caches may keep the answer, and names what belongs together when you ask about it. Anything else there is ignored.
"""

_TAGS = {
    "accounts": "Accounts, sessions, profiles and API keys.",
    "games": "Games, their odds, their teams, and the sports that are covered.",
    "picks": "Making picks, reading the ledger, and private groups.",
    "standings": "The boards.",
    "predictions": "Forecasts of games and players, published before the lock, and how good they were.",
    "fantasy_leagues": "Fantasy leagues, their constructors, drafts and boards.",
    "fantasy_races": "Races, drivers, results and scoring tables, on which fantasy leagues play.",
    "dfs": "Daily fantasy: slates with salaries, projections, and lineups that are built from them.",
    "administration": "Results by hand and names of teams, for administrators; everything is written to the audit log.",
    "service": "The state of the service, and this document.",
}

_SECURITY_SCHEMES: Mapping[str, Json] = {
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `token` from register, login or refresh, valid for 30 minutes. It allows everything that "
        "its user may do. Operations that require `admin` need a user with that role.",
    },
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "pvk_…",
        "description": "A key for programs, sent like an access token. It allows the scopes that it was created with: "
        "`picks:read`, `picks:write`, `predictions:read`, `drafts:read`, `drafts:write`, `dfs:read`, `dfs:write`. "
        "Only operations that name a scope accept an API key.",
    },
}


class NameCollisionError(Exception):
    """Two endpoints use one schema name for different schemas."""


def document(endpoints: Sequence[Endpoint] = ENDPOINTS) -> Json:
    """Return the OpenAPI document of the endpoints. The result is deterministic.

    Raises NameCollisionError, and LookupError or ValueError if an endpoint lacks information that the document needs.
    """
    paths: dict[str, Json] = {}
    schemas: dict[str, Json] = dict(problems.SCHEMAS)
    responses: dict[str, Json] = {}
    examples: dict[str, Json] = {}
    for endpoint in endpoints:
        raw, named = read(endpoint)
        codes_by_status = problems.codes_of(endpoint, raw)
        for name, schema in (named | problems.schemas_of(codes_by_status)).items():
            if schemas.setdefault(name, schema) != schema:
                raise NameCollisionError(f"{endpoint.name} has another schema called {name}; rename one of the models")
        for status, codes in codes_by_status.items():
            responses[problems.name_of(endpoint, status, codes)] = problems.response(endpoint, status, codes)
            examples.update({code: problems.example(status, code) for code in codes})
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = operation(endpoint, raw, named)
    used = {tag for path in paths.values() for each in path.values() for tag in each["tags"]}
    made = {
        "openapi": OPENAPI_VERSION,
        "info": {"title": "PickVs", "version": _version(), "description": _DESCRIPTION},
        "servers": [{"url": "/api"}],
        "tags": [{"name": name, "description": said} for name, said in _TAGS.items() if name in used],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": dict(sorted(responses.items())),
            "examples": dict(sorted(examples.items())),
            "headers": HEADERS,
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }
    return kept_by_generators(made)


def text(made: Json) -> str:
    """Return the document as the text of its file."""
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
