"""Venues of the sports that are played outdoors: where they are, and whether they have a roof.

A table that is kept by hand. A circuit of Formula 1 is found by the name that Ergast's tables give it.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from pickvs.sports.neutral_sites import neutral_zone

_TABLE = Path(__file__).with_name("venues.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """A venue. latitude, longitude: degrees, WGS 84, to about a kilometre. roof: open, retractable or closed."""

    key: str
    name: str
    latitude: Decimal
    longitude: Decimal
    roof: str
    timezone: str


@cache
def venues() -> Mapping[str, Venue]:
    """Return all venues by key."""
    return {venue.key: venue for venue in _homes().values()}


def venue_of(sport: str, home: str, away: str, starts_at: datetime) -> Venue | None:
    """Return where a game is played. None for a neutral site, and where the home team's place is not known.

    home, away: canonical names of the teams.
    """
    if neutral_zone(sport, home, away, starts_at) is not None:
        return None
    return _homes().get((sport, home))


def circuit(name: str) -> Venue | None:
    """Return a circuit of Formula 1. None if it is not known."""
    return _homes().get(("formula_one", name))


@cache
def _homes() -> Mapping[tuple[str, str], Venue]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {
            (row["sport"], row["home"]): Venue(
                key=row["key"],
                name=row["name"],
                latitude=Decimal(row["latitude"]),
                longitude=Decimal(row["longitude"]),
                roof=row["roof"],
                timezone=row["timezone"],
            )
            for row in csv.DictReader(file)
        }
