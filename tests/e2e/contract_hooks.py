"""Knowledge that schemathesis cannot take from the document: existing values, and rules that JSON schema cannot state.

Only requests that are meant to be valid are changed. CONTRACT_KNOWN is a JSON object with lists of existing values by
the name of the parameter, and in `picks` whole picks that can be made.
"""

import json
import os
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, HookContext
from schemathesis.core import NOT_SET

UNKNOWN = 10**9
"""Lower bound of ids that do not exist."""
KNOWN: dict[str, list[Any]] = json.loads(os.environ["CONTRACT_KNOWN"])

# The format allows undeliverable addresses (reserved domains such as "none.test"), which the API refuses.
schemathesis.openapi.format(
    "email", st.from_regex(r"[a-z][a-z0-9]{2,20}(\.[a-z]{1,8})?@[a-z]{3,12}\.(com|org|de)", fullmatch=True)
)


@schemathesis.hook
def before_call(context: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Replace values of a valid request by existing ones, so that it can succeed."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return
    if isinstance(case.query, dict):
        _mend_query(case.query)
        if case.operation.path == "/dfs/uploads" and case.body in (None, NOT_SET, b"", ""):
            case.query["key"] = "0" * 64  # without a body, it names a file that was sent elsewhere: this one was not
    for name, value in (case.path_parameters or {}).items():
        # A link takes an id from another response, where it can be null (in an export, the webhook of an e-mail).
        case.path_parameters[name] = UNKNOWN if value in (None, "None") else _known(name, value)
    if isinstance(case.body, dict):
        if case.operation.path == "/admin/training-runs":  # each task has settings that the other must not have
            case.body |= {"sport": "basketball_nba", "points": None, "parameters_of": None}
        if case.operation.path.startswith("/dfs"):
            _mend_lineups(case.operation.path, case.body)
        if case.operation.path.startswith("/scoring-tables"):
            _mend_table(case.body.get("table", case.body))
        _mend_body(case.operation.path, case.body)
        _mend_league(case.operation.path, case.body)
        if "Idempotency-Key" in (case.headers or {}):  # a key must not be reused with another body
            said = [case.operation.path, case.path_parameters, case.body]
            case.headers["Idempotency-Key"] = f"key-{zlib.crc32(json.dumps(said).encode())}"


def _mend_query(query: dict[str, Any]) -> None:
    if "line" in query and "statistic" not in query:  # a line is of one statistic
        del query["line"]
    if "version" in query and "session" not in query:  # versions are counted for each session
        del query["version"]
    if "date" in query:
        query["date"] = "2026-03-14"  # the pattern has days that no calendar has
    query.pop("cursor", None)  # opaque: valid ones come from responses only
    if "from" in query and "to" in query and _moment(query["to"]) <= _moment(query["from"]):
        del query["to"]


def _mend_body(path: str, body: dict[str, Any]) -> None:
    if "username" in body and "password" in body:
        body["password"] = f"{body['password'][:90]}: words of my own"  # must be neither common nor the user's name
    if path == "/auth/login":
        body |= {"login": "somebody", "email": None}  # one of both
    elif "login" in body:
        body["login"] = "somebody"  # must be a username or an e-mail address
    if path == "/webhooks":
        body["url"] = "https://example.com/pickvs"  # must name a public host
    if body.get("preferences"):  # each kind once, and only channels that can be chosen
        body["preferences"] = [{"kind": "pick.settled", "email": True}]
    if "alias" in body:
        body["alias"] = f"{str(body['alias'])[:90]} FC"  # needs a letter or a digit
    if body.get("expires_at"):
        body["expires_at"] = (datetime.now(UTC) + timedelta(days=30)).isoformat()  # must be in the future
    if body.get("picks"):
        pick = _known("picks", body["picks"][0])
        if pick != body["picks"][0]:
            body["picks"] = [pick]
        else:  # a quote that exists must be of the game, market and selection that it is named for
            body["picks"] = [{**each, "game_id": max(each["game_id"], UNKNOWN)} for each in body["picks"]]


def _mend_lineups(path: str, body: dict[str, Any]) -> None:
    """Mend what is said of daily fantasy: fields that go together."""
    if path == "/dfs/uploads/url":
        body["bytes"] = min(body["bytes"], 2_000_000)  # only a contest's standings may have more
    if path == "/dfs/projection-sets" and body["kind"] == "simulated":  # has neither
        body |= {"parent": None, "changes": []}
    elif path == "/dfs/projection-sets":  # an edit has both
        body["parent"] = body.get("parent") or UNKNOWN
        body["changes"] = body.get("changes") or [{"player_id": 1, "points": 1}]


def _mend_table(table: dict[str, Any]) -> None:
    """Use the words of a sport, each rule once: the document of the API knows no sport."""
    table["sport"] = "formula_one"
    table["rules"] = [
        {"id": f"rule_{number}", "session": "race", "kind": "by_position", "points": rule.get("points", [1])}
        for number, rule in enumerate(table["rules"])
        if rule["kind"] == "by_position"
    ] or [{"id": "lap", "session": "race", "kind": "flag", "fact": "fastest_lap", "points": 1}]


def _mend_league(path: str, body: dict[str, Any]) -> None:
    """Mend what is said of a league, a constructor or a draft: rules of names, and of fields that go together."""
    if path.startswith(("/leagues", "/constructors", "/invitations")):
        lot = zlib.crc32(json.dumps(body).encode())
        chosen = {
            "name": f"League {lot}",
            "team_name": f"Team {lot}",
            "sport": "formula_one",
            "season": KNOWN["season"][0],
            "timezone": "Europe/Vienna",
            "table": "weekend@1",
            "quiet": {"begin": "23:00", "end": "08:00"},
        }
        body |= {name: value for name, value in chosen.items() if body.get(name) is not None}
    if path.endswith("/invitations") and body.get("username") is not None:
        body.pop("email", None)  # one of both
    if path == "/invitations/accept":
        body |= {"invitation_id": UNKNOWN, "code": None}  # one of both
    if body.get("reason") and path.startswith("/drafts"):
        body["reason"] = "because of the contract"
    drafted = KNOWN["drafted_drivers"]
    if path.startswith("/constructors"):
        if "race_id" in body:  # only who is entered in the race can be picked
            body["race_id"] = KNOWN["drafted_race"][0]
        if "driver_id" in body:
            body["driver_id"] = drafted[body["driver_id"] % len(drafted)]
        if "drivers" in body:  # each once, and each exists
            body["drivers"] = drafted[: len(body["drivers"])]
    if path.endswith("/order"):  # each constructor of the draft once
        body["constructors"] = KNOWN["constructor_id"]


def _known(name: str, value: Any) -> Any:
    """Replace about half of all values by an existing one. The choice depends on the value only."""
    values = KNOWN.get(name)
    lot = zlib.crc32(json.dumps(value).encode())
    return values[lot // 2 % len(values)] if values and lot % 2 else value


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)  # a date
