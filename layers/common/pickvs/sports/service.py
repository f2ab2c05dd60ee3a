"""Lists the covered sports and refuses others. The sports are constants, so this needs no database."""

from pickvs.core.errors import FieldError, Invalid
from pickvs.sports.rules import SPORTS
from pickvs.sports.schemas import SportListing, Sports


def list_sports() -> Sports:
    """Return the covered sports, by key."""
    return Sports(
        sports=[
            SportListing(key=sport.key, title=sport.title, time_zone=sport.time_zone.key)
            for _, sport in sorted(SPORTS.items())
        ]
    )


def refuse_unknown_sport(sport: str | None) -> None:
    """Raise Invalid if the sport is not covered. None stands for all sports."""
    if sport is not None and sport not in SPORTS:
        covered = ", ".join(sorted(SPORTS))
        raise Invalid(
            "INVALID_VALUE",
            "Some values are not valid; see errors.",
            (FieldError("sport", f"must be one of: {covered}"),),
        )
