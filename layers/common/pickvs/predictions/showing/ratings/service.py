"""Shows the ratings of teams."""

from datetime import date

from pickvs.core.database import transaction
from pickvs.core.errors import FieldError, Invalid
from pickvs.predictions.showing.ratings import queries
from pickvs.predictions.showing.ratings.schemas import RatedTeam, Ratings
from pickvs.sports.service import refuse_unknown_sport


def show_ratings(sport: str, day: str | None) -> Ratings:
    """Return the ratings of a sport's teams as they stood before a day, or the latest.

    day: `2026-03-14`. A day without forecasts has the ratings of the last day before it. Raises Invalid for a sport
    that is not covered, and for a text that is no day.
    """
    refuse_unknown_sport(sport)
    try:
        asked = None if day is None else date.fromisoformat(day)
    except ValueError:
        problem = FieldError("date", "must be a date, such as 2026-03-14")
        raise Invalid("INVALID_VALUE", "Some values are not valid; see errors.", (problem,)) from None
    with transaction() as connection:
        rows = queries.ratings_on(connection, sport, asked)
    return Ratings(
        sport=sport,
        day=rows[0].day if rows else None,
        as_of=rows[0].as_of if rows else None,
        teams=[
            RatedTeam.of(
                row,
                rating=round(row.rating, 2),
                rating_sd=round(row.rating_sd, 2),
                line_rating=round(row.line_rating, 2),
                line_rating_sd=round(row.line_rating_sd, 2),
                elo=round(row.elo, 1),
            )
            for row in rows
        ],
    )
