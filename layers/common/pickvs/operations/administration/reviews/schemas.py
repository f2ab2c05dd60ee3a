"""Responses: the review list."""

from typing import Annotated, Literal

from pickvs.core.types import Moment, ResponseBody, doc

type ReviewKind = Literal["event", "game"]


class Review(ResponseBody):
    """Something that an administrator should look at."""

    kind: Annotated[
        ReviewKind,
        doc(
            "`event`: an event of a provider that belongs to no game, or whose unknown team name was taken for a team. "
            "Add the name as an alias of its team. `game`: a game that needs a decision."
        ),
    ]
    sport: str
    home_team: Annotated[str, doc("Of an event: as the provider writes it.")]
    away_team: Annotated[str, doc("Of an event: as the provider writes it.")]
    commence_time: Annotated[Moment, doc("The announced tip-off.")]
    reason: str
    game_id: Annotated[int | None, doc("The game, or the one that the event's id stands for. null if there is none.")]
    provider: Annotated[str | None, doc("Of an event.")]
    provider_id: Annotated[str | None, doc("The provider's id of the event.")]
    since: Annotated[Moment, doc("When it was first reported.")]
    seen_at: Annotated[Moment, doc("When it was last reported.")]


class Reviews(ResponseBody):
    """A page of the review list, latest tip-off first."""

    reviews: list[Review]
    next_cursor: str | None
