"""POST /constructors/{constructor_id}/drafts and GET /drafts/{draft_id}, for leagues without quiet hours and queues.

The same rows are written as by our functions, with the same plan of statements, by somebody who keeps no engine apart
from the tables: the draft is locked, its slots are read, and the next turn is worked out in place.
"""

# mypy: disable-error-code="import-not-found, untyped-decorator, no-any-return"

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from .database import transaction
from .problems import Problem
from .schemas import Body, Identifier, Moment
from .web import Caller

router = APIRouter()

_GRACE = timedelta(seconds=3)
_REMINDED_FROM_SECONDS = 480

_CONSTRUCTOR = """
    SELECT constructor.id, constructor.league_id, constructor.user_id, constructor.group_no, constructor.retired_at
    FROM constructors constructor JOIN users owner ON owner.id = constructor.user_id
    WHERE constructor.id = $1
"""
_LEAGUE = """
    SELECT league.id, league.sport, league.name, league.visibility, league.method, league.clock_seconds,
           league.quiet_begin, league.on_expiry, league.state, scored.name AS table_name
    FROM leagues league JOIN scoring_tables scored ON scored.id = league.table_id
    WHERE league.id = $1 AND league.state <> 'cancelled'
"""
_ROLE = "SELECT role FROM league_members WHERE league_id = $1 AND user_id = $2"
_DRAFT_OF_RACE = "SELECT id FROM drafts WHERE league_id = $1 AND event_id = $2 AND group_no = $3"
_DRAFT = """
    SELECT id, league_id, event_id, phase, is_paused, version, lock_at, clock_seconds, turn_slot, expires_at
    FROM drafts WHERE id = $1 FOR UPDATE
"""
_TEAMS = """
    SELECT constructor.id, constructor.user_id, constructor.retired_at, team.auto, queue.mode,
           ARRAY(SELECT contestant_id FROM draft_queue_items item
                 WHERE item.constructor_id = constructor.id ORDER BY place) AS wanted
    FROM constructors constructor
    LEFT JOIN draft_teams team ON team.draft_id = $1 AND team.constructor_id = constructor.id
    LEFT JOIN draft_queues queue ON queue.constructor_id = constructor.id
    WHERE constructor.league_id = $2 AND constructor.group_no = $3
"""
_SLOTS = """
    SELECT slot.slot_no, slot.round, slot.constructor_id, slot.is_skipped, pick.contestant_id
    FROM draft_slots slot
    LEFT JOIN draft_picks pick
      ON pick.draft_id = slot.draft_id AND pick.slot_no = slot.slot_no AND pick.voided_seq IS NULL
    WHERE slot.draft_id = $1
    ORDER BY slot.slot_no
"""
_POOL = "SELECT contestant_id, is_withdrawn FROM draft_pool WHERE draft_id = $1 ORDER BY rank"
_ACT = "INSERT INTO draft_acts (draft_id, seq, at, user_id, kind, payload) VALUES ($1, $2, $3, $4, 'picked', $5)"
_PICK = """
    INSERT INTO draft_picks (draft_id, seq, slot_no, constructor_id, contestant_id, made_by, swaps)
    VALUES ($1, $2, $3, $4, $5, 'owner', 0) RETURNING id
"""
_UPDATE = """
    UPDATE drafts SET version = $2, last_at = $3, is_touched = true, next_slot = $4, turn_slot = $4,
      turn_started_at = $5, expires_at = $6, remind_at = $7
    WHERE id = $1
"""
_EVENT = "SELECT id, name FROM events WHERE id = $1"
_CONTESTANT = "SELECT id, name FROM contestants WHERE id = $1"
_MEMBERS = """
    SELECT member.user_id, users.username FROM league_members member JOIN users ON users.id = member.user_id
    WHERE member.league_id = $1
"""
_LAST_NOTICE = "SELECT coalesce(max(id), 0) FROM notices"
_NOTICES = """
    INSERT INTO notices (user_id, kind, cause, data, in_feed, told_at)
    SELECT reader.id, said.kind, said.cause, said.data, true, $2
    FROM jsonb_to_recordset($1) AS said (kind text, cause text, data jsonb, readers bigint[], place integer)
    JOIN users reader ON reader.id = ANY(said.readers) AND reader.erased_at IS NULL
    ORDER BY said.place, reader.id
    ON CONFLICT (user_id, cause) DO NOTHING
"""
_DELIVERIES = """
    WITH target AS (
      SELECT id, user_id FROM webhooks
      WHERE user_id IN (SELECT user_id FROM notices WHERE id > $1 AND told_at = $2)
      ORDER BY id FOR KEY SHARE
    )
    INSERT INTO deliveries (notice_id, webhook_id, queued_at, next_at)
    SELECT notice.id, target.id, $2, $2
    FROM target
    JOIN notices notice ON notice.user_id = target.user_id AND notice.id > $1 AND notice.told_at = $2
    LEFT JOIN notice_preferences chosen
      ON (chosen.user_id, chosen.kind, chosen.channel) = (notice.user_id, notice.kind, 'webhook')
    WHERE coalesce(chosen.is_on, true)
    UNION ALL
    SELECT notice.id, NULL, $2, $2
    FROM notices notice
    LEFT JOIN notice_preferences chosen
      ON (chosen.user_id, chosen.kind, chosen.channel) = (notice.user_id, notice.kind, 'email')
    WHERE notice.id > $1 AND notice.told_at = $2 AND coalesce(chosen.is_on, notice.kind = 'draft.turn')
    ON CONFLICT (notice_id, webhook_id, address) DO NOTHING
"""
_AGENDA = """
    INSERT INTO agenda AS known (function, key, due_at, payload, next_at)
    VALUES ('tick_drafts', $1, $2, $3, $2)
    ON CONFLICT (function, key) DO UPDATE SET
      due_at = excluded.due_at, payload = excluded.payload, next_at = excluded.next_at, attempts = 0,
      last_error = NULL, given_up_at = NULL
"""


class WantedDriver(Body):
    race_id: Identifier
    driver_id: Identifier
    expected_slot: Annotated[int | None, Field(gt=0, le=1000)] = None


class NextTurn(BaseModel):
    slot: int
    constructor_id: int
    expires_at: Moment | None


class MadePick(BaseModel):
    id: int
    draft_id: int
    slot: int
    round: int
    constructor_id: int
    driver_id: int
    driver: str
    next_turn: NextTurn | None
    version: int


@router.post("/constructors/{constructor_id}/drafts", status_code=201)
async def make_draft_pick(constructor_id: Annotated[int, Path(gt=0)], wanted: WantedDriver, caller: Caller) -> MadePick:
    async with transaction() as connection:
        held = await connection.fetchval("SELECT 1 FROM users WHERE id = $1 AND erased_at IS NULL FOR SHARE", caller.id)
        if held is None:
            raise Problem(401, "UNAUTHENTICATED", "The account of this token does not exist any more.")
        constructor = await connection.fetchrow(_CONSTRUCTOR, constructor_id)
        league = constructor and await connection.fetchrow(_LEAGUE, constructor["league_id"])
        role = league and await connection.fetchval(_ROLE, league["id"], caller.id)
        if role is None:
            raise Problem(404, "CONSTRUCTOR_NOT_FOUND", "There is no such constructor.")
        if constructor["user_id"] != caller.id or constructor["retired_at"] is not None:
            raise Problem(403, "CONSTRUCTOR_OWNER_REQUIRED", "Only the owner picks.")
        draft_id = await connection.fetchval(_DRAFT_OF_RACE, league["id"], wanted.race_id, constructor["group_no"])
        draft = draft_id and await connection.fetchrow(_DRAFT, draft_id)
        if draft is None:
            raise Problem(409, "DRAFT_NOT_OPEN", "There is no draft yet.")
        return await _pick(connection, league, constructor, draft, wanted)


async def _pick(connection: Any, league: Any, constructor: Any, draft: Any, wanted: WantedDriver) -> MadePick:
    at = datetime.now(UTC)
    teams = {
        row["id"]: row for row in await connection.fetch(_TEAMS, draft["id"], league["id"], constructor["group_no"])
    }
    slots = await connection.fetch(_SLOTS, draft["id"])
    pool = await connection.fetch(_POOL, draft["id"])
    _refuse(draft, slots, pool, constructor["id"], wanted, at)
    slot, version = slots[draft["turn_slot"] - 1], draft["version"] + 1
    payload = {"slot": slot["slot_no"], "contestant": wanted.driver_id, "made_by": "owner", "reason": ""}
    await connection.execute(_ACT, draft["id"], version, at, constructor["user_id"], json.dumps(payload))
    pick = await connection.fetchval(_PICK, draft["id"], version, slot["slot_no"], constructor["id"], wanted.driver_id)
    turn = _next_turn(draft, slots, slot["slot_no"], at)
    if turn is None:
        await connection.execute(_UPDATE, draft["id"], version, at, None, None, None, None)
    else:
        await connection.execute(
            _UPDATE, draft["id"], version, at, turn["slot"], at, turn["expires_at"], turn["remind_at"]
        )
    race = await connection.fetchrow(_EVENT, draft["event_id"])
    driver = await connection.fetchrow(_CONTESTANT, wanted.driver_id)
    own = {"league_id": league["id"], "league": league["name"], "draft_id": draft["id"], "event_id": race["id"]}
    picked = {"slot": slot["slot_no"], "constructor_id": constructor["id"], "contestant_id": driver["id"]}
    said = [_news("draft.picked", f"{version}", {**own, "event": race["name"], **picked, "contestant": driver["name"]})]
    if turn is not None:
        ends = None if turn["expires_at"] is None else min(turn["expires_at"], draft["lock_at"])
        on_turn = {"slot": turn["slot"], "constructor_id": turn["constructor_id"], "expires_at": _written(ends)}
        said.append(_news("draft.turn", f"turn:{version}", {**own, "event": race["name"], **on_turn}))
        said[1]["readers"] = [teams[turn["constructor_id"]]["user_id"]]
    members = [row["user_id"] for row in await connection.fetch(_MEMBERS, league["id"])]
    said[0]["readers"] = [user for user in members if user != constructor["user_id"]]
    after = await connection.fetchval(_LAST_NOTICE)
    await connection.execute(_NOTICES, json.dumps(said), at)
    await connection.execute(_DELIVERIES, after, at)
    moments = [draft["lock_at"]]
    if turn is not None and turn["expires_at"] is not None:
        moments += [turn["expires_at"] + _GRACE, *filter(None, [turn["remind_at"]])]
    await connection.execute(_AGENDA, f"draft:{draft['id']}", min(moments), json.dumps({"draft_id": draft["id"]}))
    return MadePick(
        id=pick,
        draft_id=draft["id"],
        slot=slot["slot_no"],
        round=slot["round"],
        constructor_id=constructor["id"],
        driver_id=driver["id"],
        driver=driver["name"],
        next_turn=None if turn is None else NextTurn(**turn),
        version=version,
    )


def _refuse(draft: Any, slots: Any, pool: Any, constructor: int, wanted: WantedDriver, at: datetime) -> None:
    """Raise Problem for a pick that may not be made."""
    code = None
    mine = [slot for slot in slots if slot["constructor_id"] == constructor]
    on_turn = draft["turn_slot"]
    if draft["phase"] != "open" or at >= draft["lock_at"]:
        code = "DRAFT_LOCKED"
    elif draft["is_paused"]:
        code = "DRAFT_PAUSED"
    elif draft["expires_at"] is not None and at >= draft["expires_at"] + _GRACE:
        code = "TURN_EXPIRED"
    elif all(slot["contestant_id"] is not None for slot in mine):
        code = "PICKS_COMPLETE"
    elif wanted.expected_slot not in {None, on_turn}:
        code = "NOT_THIS_SLOT"
    elif on_turn is None or slots[on_turn - 1]["constructor_id"] != constructor:
        code = "NOT_YOUR_TURN"
    elif wanted.driver_id in {slot["contestant_id"] for slot in slots}:
        code = "DRIVER_TAKEN"
    elif wanted.driver_id not in {row["contestant_id"] for row in pool if not row["is_withdrawn"]}:
        raise Problem(422, "DRIVER_NOT_IN_POOL", "The driver is not entered.")
    if code is not None:
        raise Problem(409, code, "The pick was not made.")


def _next_turn(draft: Any, slots: Any, filled: int, at: datetime) -> dict[str, Any] | None:
    following = next(
        (
            slot
            for slot in slots
            if slot["contestant_id"] is None and slot["slot_no"] > filled and not slot["is_skipped"]
        ),
        None,
    )
    if following is None:
        return None
    seconds = draft["clock_seconds"]
    expires_at = None if seconds is None else at + timedelta(seconds=seconds)
    reminded = seconds is not None and seconds >= _REMINDED_FROM_SECONDS
    return {
        "slot": following["slot_no"],
        "constructor_id": following["constructor_id"],
        "expires_at": expires_at,
        "remind_at": at + timedelta(seconds=seconds - seconds / 4) if reminded else None,
    }


def _news(kind: str, cause: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": kind,
        "cause": f"draft:{data['draft_id']}:{cause}",
        "data": data,
        "place": 1 + (kind == "draft.turn"),
    }


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
