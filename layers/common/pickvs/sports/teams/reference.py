"""Loads the reference data of teams into the database. The function migrate calls it after the migrations."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from pickvs.sports.teams import queries
from pickvs.sports.teams.rules import ListedName, ListedTeam, spellings

_LISTED = {"yes": True, "no": False}


def load_reference(connection: psycopg.Connection[Any], folder: Path, at: datetime) -> None:
    """Make teams and names those of `teams.csv` and `team_aliases.csv`, in the caller's transaction. Idempotent.

    A renamed team keeps its id, and its former name. Nothing is deleted, and what administrators added stays. Raises
    ReferenceDataError if the data contradict themselves.
    """
    teams = [
        ListedTeam(
            sport=row["sport"],
            key=row["key"],
            name=row["name"],
            short_name=row["short_name"],
            abbreviation=row["abbreviation"],
            city=row["city"] or None,
            time_zone=row["time_zone"],
            listed=_LISTED[row["listed"]],
        )
        for row in _rows(folder / "teams.csv")
    ]
    aliases = [
        ListedName(row["sport"], row["team"], row["provider"], row["alias"])
        for row in _rows(folder / "team_aliases.csv")
    ]
    names = spellings(teams, aliases)
    queries.load_teams(connection, teams, at)
    queries.load_names(connection, names, at)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
