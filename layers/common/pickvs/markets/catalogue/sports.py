"""Shows the sports that are covered. They are code: no database is asked."""

from pickvs.markets.catalogue.schemas import SportListing, Sports
from pickvs.markets.rules import SPORTS


def list_sports() -> Sports:
    """Return the sports that are covered, by key."""
    return Sports(
        sports=[
            SportListing(key=sport.key, title=sport.title, time_zone=sport.time_zone.key)
            for _, sport in sorted(SPORTS.items())
        ]
    )
