"""Answers of DraftKings' lobby in the recorded shapes, with made-up players."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

NFL = ["QB", "RB", "RB", "WR", "WR", "WR", "TE", "FLEX", "DST"]
SHOWDOWN = ["CPT", "UTIL", "UTIL", "UTIL", "UTIL", "UTIL"]


def moment(at: datetime) -> str:
    """Write a time as the site does, with seven digits of a second."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.0000000Z"


def lobby(sport: str, groups: Sequence[tuple[int, datetime, str]]) -> dict[str, Any]:
    """Return a lobby with draft groups: number, start, and name of the kind of contest."""
    kinds = {"Classic": 1, "Showdown Captain Mode": 114, "Tiers": 9}
    return {
        "SelectedSport": sport,
        "Contests": [],
        "DraftGroups": [
            {
                "DraftGroupId": number,
                "StartDate": moment(at),
                "Sport": sport,
                "GameTypeId": kinds[kind],
                "ContestStartTimeSuffix": " (Main)",
            }
            for number, at, kind in groups
        ],
        "GameTypes": [{"GameTypeId": number, "Name": name} for name, number in kinds.items()],
    }


def rules(slots: Sequence[str], cap: int = 50_000) -> dict[str, Any]:
    """Return the rules of a kind of contest. A slot's number is 60 and its place among the names."""
    names = list(dict.fromkeys(slots))
    return {
        "salaryCap": {"isEnabled": True, "minValue": 0, "maxValue": cap},
        "lineupTemplate": [
            {"rosterSlot": {"id": 60 + names.index(slot), "name": slot}, "order": place}
            for place, slot in enumerate(slots, start=1)
        ],
    }


def row(number: int, player: int, slot: int, salary: int, game: int = 1, **more: Any) -> dict[str, Any]:
    """Return a player's row for a slot."""
    return {
        "draftableId": number,
        "playerId": player,
        "displayName": f"Player {player}",
        "position": "WR",
        "rosterSlotId": slot,
        "salary": salary,
        "status": "None",
        "isSwappable": True,
        "isDisabled": False,
        "competition": {"competitionId": game},
        "draftStatAttributes": [{"id": -2, "value": "18th"}, {"id": 90, "value": "12.5"}],
        "teamAbbreviation": "HOU",
        **more,
    }


def draftables(rows: Sequence[Mapping[str, Any]], games: Mapping[int, tuple[datetime, str]]) -> dict[str, Any]:
    """Return who can be drafted. games: start and state by number."""
    return {
        "draftables": list(rows),
        "competitions": [
            {
                "competitionId": number,
                "homeTeam": {"abbreviation": "DET"},
                "awayTeam": {"abbreviation": "HOU"},
                "name": "HOU @ DET",
                "startTime": moment(at),
                "competitionState": state,
            }
            for number, (at, state) in games.items()
        ],
        "draftStats": [{"id": 90, "abbr": "FPPG"}, {"id": -2, "abbr": "OPRK"}],
    }


def document(of_rules: Mapping[str, Any], of_players: Mapping[str, Any]) -> bytes:
    """Return the document that the client makes of both."""
    return json.dumps({"rules": of_rules, "draftables": of_players}).encode()
