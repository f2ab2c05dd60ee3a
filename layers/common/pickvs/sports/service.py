"""Lists the sports that the stage fetches, and refuses sports that are not covered. Needs no database."""

from pickvs.core.errors import FieldError, Invalid
from pickvs.sports.config import fetched_sports
from pickvs.sports.rules import SPORTS, Sport
from pickvs.sports.schemas import SportListing, Sports, Tie


def list_sports() -> Sports:
    """Return the sports whose odds and scores this stage fetches, by key."""
    return Sports(
        sports=[
            SportListing(
                key=sport.key,
                title=sport.title,
                time_zone=sport.zone,
                group=sport.group,
                markets=list(sport.markets),
                moneyline=sport.moneyline,
                tie=_tie(sport),
                overtime_counts=sport.overtime_counts,
            )
            for sport in fetched_sports()
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


def _tie(sport: Sport) -> Tie:
    if not sport.tie_possible:
        return "impossible"
    return "draw_wins" if sport.moneyline == "three_way" else "void"
