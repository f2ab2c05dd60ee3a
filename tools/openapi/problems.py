"""The errors of an operation: its codes, their statuses, and their meanings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from cdk.routes.model import Auth, Endpoint
from pickvs.core.types import ResponseBody
from pickvs.picks.schemas import MovedQuote
from tools.openapi import examples
from tools.openapi.headers import named
from tools.openapi.raw import Json, app_of, schema_of

CONTENT_TYPE = "application/problem+json"

MEANINGS: Mapping[str, str] = {
    # the gateway and every endpoint
    "BAD_REQUEST": "The request cannot be processed.",
    "GONE": "This operation has been retired.",
    "FORBIDDEN": "These credentials do not allow this.",
    "INTERNAL_ERROR": "Something went wrong on our side. If it persists, report the request_id.",
    "INVALID_CURSOR": "The cursor is not valid.",
    "INVALID_VALUE": "Some values are not valid; see errors.",
    "MALFORMED_JSON": "The body is not valid JSON.",
    "NOT_FOUND": "There is nothing here.",
    "PAYLOAD_TOO_LARGE": "The body is too large.",
    "TOO_MANY_REQUESTS": "Too many requests or attempts. Try again after the time in the Retry-After header.",
    "UNAUTHENTICATED": "A valid bearer token is needed for this.",
    "UNAVAILABLE": "The service did not answer in time. Try again soon.",
    "UNSUPPORTED_MEDIA_TYPE": "The body is not of the media type that this operation reads.",
    # credentials
    "API_KEY_NOT_ACCEPTED": "API keys are not accepted here. Log in and send an access token.",
    "ROLE_REQUIRED": "Only users with the role admin may do this.",
    "SCOPE_REQUIRED": "This API key does not have the required scope.",
    # accounts
    "EMAIL_TAKEN": "Another account has confirmed this e-mail address.",
    "INVALID_CREDENTIALS": "The e-mail address, the username or the password is incorrect.",
    "INVALID_TOKEN": "The token was used, has expired, or a newer one has taken its place. Ask for a new mail.",
    "PASSWORD_REQUIRED": "Send the password of your account.",
    "SESSION_NOT_FOUND": "You have no such session; it may have ended.",
    "USERNAME_CHANGED_RECENTLY": "A username changes once in 30 days.",
    "API_KEY_NOT_FOUND": "You have no such API key.",
    "INVALID_REFRESH_TOKEN": "The refresh token is not valid; log in again.",
    "SESSION_UNKNOWN": "This access token does not name its session. Refresh it first, or end all sessions.",
    "TOO_MANY_KEYS": "You have the maximum number of keys; revoke one first.",
    "USERNAME_TAKEN": "This username is in use; choose another.",
    "USER_NOT_FOUND": "There is no user with this name.",
    "WRONG_PASSWORD": "This is not the password of your account.",
    # files of daily fantasy
    "COLUMN_MISSING": "The file lacks a column that it must have; see detail.",
    "COUNTS_DIFFER": "There are more lineups than entries, or fewer. Ask again with partial=true.",
    "ENTRIES_OF_OTHER_SLATE": "The file of entries is of another slate or kind of contest.",
    "ENTRY_FILE_NOT_FOUND": "You have no such file of entries.",
    "FILE_GONE": "The file itself is not kept any more. Upload it again.",
    "FILE_NOT_SENT": "No file with this SHA-256 has arrived at the signed address.",
    "FORMAT_UNKNOWN": "The players' slots are of no kind of contest that lineups are built for.",
    "HEADER_NOT_FOUND": "The file does not have the titles of its kind.",
    "SLATE_INVALID": "The file does not make a slate; see errors.",
    "SLOTS_LOCKED": "A locked slot of an entry would change; `entries` names them. Build a late swap.",
    "TOO_LARGE": "The file is too large for its kind.",
    "TOO_MANY_ROWS": "The file has too many lines.",
    "TOO_MANY_UPLOADS": "You have the maximum number of uploads.",
    "UPLOAD_NOT_FOUND": "You have no such upload.",
    "WRONG_SLATE": "The file is of another slate.",
    # groups
    "GROUP_FULL": "The group has as many members as it may have.",
    "GROUP_NOT_FOUND": "There is no such group, or you are not in it; no group has this code.",
    "MEMBER_NOT_FOUND": "Nobody in this group or league has this username.",
    "OWNER_CANNOT_LEAVE": "You own this group. Hand it over to another member, or delete it.",
    "OWNER_REQUIRED": "Only the owner of the group may do this.",
    "TOO_MANY_GROUPS": "You are in the maximum number of groups; leave one first.",
    # leagues
    "ALREADY_MEMBER": "This user has a constructor in the league already, or had one that has retired.",
    "CODE_REFUSED": "This invitation does not exist, has expired or was used up. Ask for a new one.",
    "COMMISSIONER_ALREADY": "You lead this league already.",
    "COMMISSIONER_STAYS": "The commissioner hands the league over to another member first.",
    "CONSTRUCTOR_NOT_FOUND": "There is no such constructor, or its league is private.",
    "CONSTRUCTOR_OWNER_REQUIRED": "Only the owner of the constructor may do this.",
    "INVITATION_NOT_FOUND": "There is no such invitation, or it has ended.",
    "LEAGUE_FROZEN": "These settings are frozen since the league's start.",
    "LEAGUE_FULL": "The league has as many constructors as it holds.",
    "LEAGUE_NAME_TAKEN": "Another league of this season has this name. Choose another one.",
    "LEAGUE_NOT_FOUND": "There is no such league, or it is private and you are not in it.",
    "LEAGUE_OVER": "This league is over.",
    "LEAGUE_ROLE_REQUIRED": "This takes another role in the league.",
    "LEAGUE_STARTED": "The league has started.",
    "POOL_TOO_SMALL": "The races have too few entries for these rounds. Ask for fewer.",
    "POOL_UNKNOWN": "Nobody is entered in a race of the season yet. Start the league later.",
    "TEAM_NAME_TAKEN": "Another constructor of this league has this name. Choose another one.",
    "TOO_FEW_CONSTRUCTORS": "A league starts with at least two constructors. Invite somebody.",
    "TOO_MANY_CODES": "The league has the maximum number of codes; revoke one first.",
    "TOO_MANY_LEAGUES": "You are in the maximum number of leagues; leave one first.",
    # daily fantasy
    "BUILDS_RUNNING": "As many of your builds as may be are queued or running.",
    "BUILD_NOT_FOUND": "There is no such build, or it is somebody else's.",
    "BUILD_NOT_RUNNING": "The build has ended.",
    "BUILD_OF_OTHER_SLATE": "The build is of another slate than the contest.",
    "BUILD_WITHOUT_LINEUPS": "The build has not ended, or has no complete lineups.",
    "CONTEST_IN_PLAY": "Somebody in the contest has players left to play.",
    "CONTEST_NOT_FOUND": "There is no such contest, or it is somebody else's.",
    "CONTEST_RUN_NOT_FOUND": "There is no such simulation, or it is somebody else's.",
    "CONTEST_TOO_SMALL": "The lineups leave no place for others in the contest.",
    "INFEASIBLE": "Arithmetic shows that no lineups keep the rules; `conflict` says why.",
    "NOT_SIMULATED": "PickVs forecasts too few statistics of the sport to make projections for the site.",
    "NO_FORECASTS": "No player of the slate is forecast yet.",
    "PAYOUTS_DO_NOT_ADD_UP": "The payouts are not those of a contest; the detail says why.",
    "PROJECTION_SET_NOT_FOUND": "There is no such set of projections, or it is somebody else's.",
    "RESULTS_NOT_FOUND": "The contest's finished standings have not been uploaded.",
    "RUNS_RUNNING": "As many of your simulations as may be are queued or running.",
    "RUN_NOT_RUNNING": "The simulation has ended.",
    "SET_OF_OTHER_SLATE": "The set of projections is of another slate.",
    "SLATE_LOCKED": "The slate's first game has begun; for a late swap, its last one.",
    "SLATE_NOT_FOUND": "There is no such slate, or somebody else has uploaded it.",
    "STANDINGS_OF_OTHER_CONTEST": "The standings cannot be those of the contest; the detail says why.",
    "TOO_MANY_CONTESTS": "You have as many contests for the slate as one may have.",
    "TOO_MANY_SETS": "You have as many sets of projections for the slate as one may have.",
    # drafts
    "DRAFT_LOCKED": "The draft is locked; nobody picks any more.",
    "DRAFT_NOT_FOUND": "There is no such draft, or its league is private.",
    "DRAFT_NOT_OPEN": "The draft is not open yet.",
    "DRAFT_NOT_PAUSED": "The draft is not paused.",
    "DRAFT_OPEN": "A draft of this league is open. Join when it is locked.",
    "DRAFT_PAUSED": "The draft is paused. A commissioner can resume it.",
    "DRAFT_VOID": "The draft is not held.",
    "DRIVER_NOT_IN_POOL": "The driver is not entered in the race; see errors.",
    "DRIVER_TAKEN": "This driver is taken. Pick another one.",
    "DRIVER_UNKNOWN": "The queue names somebody who does not exist; see errors.",
    "NOTHING_TO_UNDO": "Nothing was picked in this slot.",
    "NOT_A_PERMUTATION": "An order names each constructor of the draft once; see errors.",
    "NOT_IN_DRAFT": "This constructor is not in the draft. It is in the next one.",
    "NOT_THIS_SLOT": "The slot is not this constructor's, or it is filled already. Read the draft anew.",
    "NOT_YOUR_TURN": "It is another constructor's turn.",
    "NO_SWAPS_LEFT": "No free swap is left for this race.",
    "ORDER_FIXED": "The order is fixed by the first pick.",
    "PICKS_COMPLETE": "All slots of this constructor are filled.",
    "RACE_NOT_FOUND": "There is no such race.",
    "REASON_REQUIRED": "A commissioner who picks for somebody gives a reason.",
    "TURN_EXPIRED": "The turn's clock has run out; see slot and driver_id for what was picked.",
    # races
    "CHOICE_UNKNOWN": "The question has no such answer.",
    "DRIVER_NOT_ENTERED": "The driver is not entered in this race.",
    "DRIVER_NOT_FOUND": "There is no such driver.",
    "NOTHING_TO_DECIDE": "There are no such facts. Choose other ones, or enter the result.",
    "NOTHING_TO_REOPEN": "No decision or cancellation is in force. The race follows its sources already.",
    "RACE_SESSION_NOT_FOUND": "The race has no such session that scores.",
    "RACE_VOID": "The race is cancelled already.",
    "RESULT_FROZEN": "The season's results are frozen. Nothing about them can be changed any more.",
    "RESULT_VERSION_NOT_FOUND": "The result has no such version.",
    "RESULT_VOID": "The session was cancelled. Reopen it first.",
    "REVIEW_CLOSED": "This question has been decided, or has settled by itself.",
    "REVIEW_NOT_FOUND": "There is no such question.",
    "SAME_DRIVER": "A driver cannot replace himself or herself.",
    "SCORING_TABLE_INVALID": "The scoring table cannot be used; see errors.",
    "SCORING_TABLE_NOT_FOUND": "There is no such scoring table.",
    # models
    "ALREADY_CHAMPION": "This version forecasts already.",
    "NO_PREDECESSOR": "No other version forecast before this one.",
    "SEARCH_NOT_DONE": "The run is no search that has ended; it has no best parameters.",
    "TRAINING_RUN_NOT_FOUND": "There is no such training run.",
    "VERSION_NOT_FOUND": "The model has no such version.",
    # notices
    "DELIVERY_NOT_FOUND": "There is no such delivery to this webhook.",
    "TOO_MANY_WEBHOOKS": "You have the maximum number of webhooks; delete one first.",
    "UNSUBSCRIBE_TOKEN_UNKNOWN": "This link is not valid. Log in to change what you are told.",
    "WEBHOOK_NOT_FOUND": "You have no such webhook.",
    # games and picks
    "DUPLICATE_PICK": "A market of a game can be picked only once; see errors. No pick was made.",
    "GAME_NOT_STARTED": "The game has not tipped off, so it cannot have a score yet.",
    "GAME_LOCKED": "A game does not accept picks; see errors. No pick was made.",
    "ALIAS_EXISTS": "The team has this name already.",
    "ALIAS_TAKEN": "The name means another team or player already.",
    "GAME_NOT_FOUND": "There is no such game.",
    "IDEMPOTENCY_KEY_REUSED": "This key was already used with a different body.",
    "GAME_MERGED": "The game is merged into another one, or has absorbed one.",
    "NOT_MERGED": "The game has not been merged into another one.",
    "NOT_THE_SURVIVOR": "The game has begun and the other one has not. Merge them the other way round.",
    "NO_RESULT": "The game has no result to reopen or to regrade by.",
    "ODDS_MOVED": "Odds have moved; see quotes for the current ones. No pick was made.",
    "ODDS_STALE": "Odds are withdrawn or too old; see errors. No pick was made.",
    "PICK_NOT_FOUND": "There is no such pick, or its game has not locked yet.",
    "TEAM_NOT_FOUND": "There is no such team.",
    "FORECAST_NOT_FOUND": "The game has no forecast.",
    "MODEL_NOT_FOUND": "There is no such model.",
    "PLAYER_NOT_FOUND": "There is no such player.",
    "BOX_SCORE_NOT_FOUND": "There is no box score of this game.",
    "NO_SOURCE": "No source of statistics that this stage asks knows the sport.",
    "ANOMALY_NOT_FOUND": "There is no such anomaly.",
    "OTHER_SPORT": "The games are of different sports, so they are not one game.",
    "SAME_GAME": "A game cannot be merged into itself. Name two games.",
    "SIDES_DIFFER": "The sides do not match the teams of the games. Leave `sides` out.",
    "SIDES_UNKNOWN": "The games are of different teams. Send `sides` if a team has two records.",
    "START_IN_FUTURE": "A start is in the past. For a game that has not begun, wait for the provider.",
    "RESULT_UNCHANGED": "The game already has this result. To grade its picks again, regrade it.",
}
"""Meaning of each code, for readers of the document. A test fails if a declared code is missing here."""

_ERRORS: Mapping[str, list[Json]] = {
    "DUPLICATE_PICK": [{"field": "picks[0].market", "message": "picked already"}],
    "GAME_LOCKED": [{"field": "picks[0].game_id", "message": "the game has locked"}],
    "IDEMPOTENCY_KEY_REUSED": [
        {"field": "Idempotency-Key", "message": "already used for a different request; use a new key"}
    ],
    "INVALID_CURSOR": [{"field": "cursor", "message": "not a cursor of this list"}],
    "INVALID_VALUE": [{"field": "limit", "message": "must be a whole number from 1 to 100"}],
    "MALFORMED_JSON": [{"field": "body", "message": "Expecting value, at character 1"}],
    "ODDS_MOVED": [{"field": "picks[0].quote_id", "message": "no longer what is offered"}],
    "ODDS_STALE": [{"field": "picks[0].quote_id", "message": "withdrawn"}],
    "UNSUPPORTED_MEDIA_TYPE": [{"field": "Content-Type", "message": "must be application/json in UTF-8"}],
    "USERNAME_TAKEN": [{"field": "username", "message": "already in use, regardless of case"}],
}


@dataclass(frozen=True)
class Member:
    """An extra member of a problem document: its name, the type of the items in its list, and if it is always there."""

    name: str
    description: str
    items: type[ResponseBody]
    is_always_there: bool


_QUOTES = "The quotes in force for the picks whose odds have moved."
_MOVED, _MOVED_TOO = (Member("quotes", _QUOTES, MovedQuote, is_always_there=always) for always in (True, False))
MEMBERS: Mapping[str, Member] = {
    "ODDS_MOVED": _MOVED,
    # Codes that are reported first if they apply to one pick of a submission, and moved odds to another.
    "DUPLICATE_PICK": _MOVED_TOO,
    "GAME_LOCKED": _MOVED_TOO,
    "ODDS_STALE": _MOVED_TOO,
}
"""Extra member by code."""

RATE_LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_AFTER_A_TRY = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Statuses of a request that may have counted as an attempt; then the response has the rate limit headers."""
_RETRY_AFTER = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}

PROBLEM: Json = {
    "type": "object",
    "description": "The format of every error (RFC 9457), including the gateway's own.",
    "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:pickvs:problem:[a-z0-9-]+$", "description": "The code as a URN."},
        "title": {"type": "string", "description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "The status of the response."},
        "detail": {"type": "string", "description": "What is wrong, and what to do. For people; it may change."},
        "code": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$", "description": "For programs; it never changes."},
        "request_id": {"type": "string", "description": "The same value as X-Request-Id."},
        "errors": {
            "type": "array",
            "description": "The invalid values, if they can be named.",
            "items": {"$ref": "#/components/schemas/FieldError"},
        },
    },
}

_FIELD_ERROR: Json = {
    "type": "object",
    "description": "An invalid value.",
    "required": ["field", "message"],
    "properties": {
        "field": {"type": "string", "description": "A path into the request, such as picks[2].quote_id."},
        "message": {"type": "string"},
    },
}

SCHEMAS: Mapping[str, Json] = {"Problem": PROBLEM, "FieldError": _FIELD_ERROR}
"""Schemas that the problems of all codes share."""


def codes_of(endpoint: Endpoint, operation: Json) -> dict[HTTPStatus, list[str]]:
    """Return the codes of an operation by status: those that its parts imply, and those that its app declares."""
    parameters = operation.get("parameters", [])
    found: dict[int, set[str]] = {
        400: {"BAD_REQUEST"},
        422: {"INVALID_VALUE"},
        429: {"TOO_MANY_REQUESTS"},
        500: {"INTERNAL_ERROR"},
        503: {"UNAVAILABLE"},
    }
    if "requestBody" in operation:
        found[400] |= {"MALFORMED_JSON"} if "application/json" in operation["requestBody"]["content"] else set()
        found[413] = {"PAYLOAD_TOO_LARGE"}
        found[415] = {"UNSUPPORTED_MEDIA_TYPE"}
    if any(each["in"] == "path" for each in parameters):
        found[404] = {"NOT_FOUND"}
    if any(each["name"] == "cursor" for each in parameters):
        found[422].add("INVALID_CURSOR")
    if endpoint.auth is not Auth.PUBLIC:
        found[401] = {"UNAUTHENTICATED"}
        found[403] = {"FORBIDDEN", "SCOPE_REQUIRED" if endpoint.scopes else "API_KEY_NOT_ACCEPTED"}
        found[403] |= {"ROLE_REQUIRED"} if endpoint.auth is Auth.ADMIN else set()
    if endpoint.retired:
        found[410] = {"GONE"}
    for status, codes in app_of(endpoint).problems.items():
        found.setdefault(status, set()).update(codes)
    return {HTTPStatus(status): sorted(codes) for status, codes in sorted(found.items())}


def meaning(code: str) -> str:
    """Return the meaning of a code, or the code itself in words if MEANINGS has no entry."""
    return MEANINGS.get(code, f"{code.replace('_', ' ').capitalize()}.")


def counts_tries(endpoint: Endpoint) -> bool:
    """Return whether an operation itself limits attempts, besides the gateway, and reports how many are left."""
    return "TOO_MANY_REQUESTS" in app_of(endpoint).problems.get(HTTPStatus.TOO_MANY_REQUESTS, ())


def _says_what_is_left(endpoint: Endpoint, status: HTTPStatus) -> bool:
    """Return whether an error has the rate limit headers: it may come after the request was counted."""
    return counts_tries(endpoint) and (app_of(endpoint).admit is not None or status in _AFTER_A_TRY)


def name_of(endpoint: Endpoint, status: HTTPStatus, codes: list[str]) -> str:
    """Return the component name under which operations share the Response Object of these codes."""
    counted = ["counted"] if _says_what_is_left(endpoint, status) else []
    return ".".join([str(int(status)), *codes, *counted])


def schemas_of(codes_by_status: Mapping[HTTPStatus, Iterable[str]]) -> dict[str, Json]:
    """Return by name the schemas of these problems, one for each code, and those that they refer to."""
    found: dict[str, Json] = {}
    for status, codes in codes_by_status.items():
        for code in codes:
            found[_schema_name(code)] = _schema(status, code)
            if code in MEMBERS:
                model = MEMBERS[code].items
                schema, referred_to = schema_of(model)
                found |= referred_to | {model.__name__: schema}
    return found


def _schema_name(code: str) -> str:
    return "".join(word.capitalize() for word in code.split("_")) + "Problem"


def _schema(status: HTTPStatus, code: str) -> Json:
    """Return the schema of a code's problem.

    It is written out, without reference to PROBLEM, because generators of clients drop what stands beside a `$ref`, and
    openapi-python-client cannot narrow a string to a constant in `allOf`.
    """
    properties = PROBLEM["properties"]
    narrowed = {"type": _type_of(code), "status": int(status), "code": code}
    made: Json = {
        "type": "object",
        "description": meaning(code),
        "required": list(PROBLEM["required"]),
        "properties": {
            **properties,
            **{
                name: {"type": properties[name]["type"], "const": value, "description": properties[name]["description"]}
                for name, value in narrowed.items()
            },
        },
    }
    if code in MEMBERS:
        member = MEMBERS[code]
        items = {"$ref": f"#/components/schemas/{member.items.__name__}"}
        made["properties"][member.name] = {"type": "array", "description": member.description, "items": items}
        made["required"] += [member.name] if member.is_always_there else []
    return made


def _type_of(code: str) -> str:
    return f"urn:pickvs:problem:{code.lower().replace('_', '-')}"


def response(endpoint: Endpoint, status: HTTPStatus, codes: list[str]) -> Json:
    """Return the Response Object for the errors of one status: one schema, or a union that the code tells apart."""
    counted = RATE_LIMIT_HEADERS if _says_what_is_left(endpoint, status) else ()
    headers = named(
        ("X-Request-Id", *(["Retry-After"] if status in _RETRY_AFTER else [])),
        may_lack=("X-Correlation-Id", *counted),
    )
    references = {code: f"#/components/schemas/{_schema_name(code)}" for code in codes}
    schemas = [{"$ref": reference} for reference in references.values()]
    union = {"oneOf": schemas, "discriminator": {"propertyName": "code", "mapping": references}}
    return {
        "description": "\n".join(f"- `{code}`: {meaning(code)}" for code in codes),
        "headers": headers,
        "content": {
            CONTENT_TYPE: {
                "schema": union if len(codes) > 1 else schemas[0],
                "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
            }
        },
    }


def example(status: HTTPStatus, code: str) -> Json:
    """Return the Example Object of a code."""
    members: Json = {}
    if code in MEMBERS and MEMBERS[code].is_always_there:
        model = MEMBERS[code].items
        members[MEMBERS[code].name] = [examples.example(*schema_of(model), owner=model.__name__)]
    return {
        "value": {
            "type": _type_of(code),
            "title": status.phrase,
            "status": int(status),
            "detail": meaning(code),
            "code": code,
            "request_id": "7f4a1c1e-5b0c-4d0e-9a57-2f6f6f0d8a11",
            "errors": _ERRORS.get(code, []),
            **members,
        }
    }
