"""Requests: what administrators decide about races."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from pickvs.core.requests import Identifier, Key, RequestBody
from pickvs.operations.administration.requests import Reason
from pickvs.operations.administration.results.requests import DryRun

MOST_DRIVERS = 40
"""Most rows of a result."""

Session = Annotated[Literal["qualifying", "sprint", "race"], Field(description="A session that scores.")]
Place = Annotated[int, Field(ge=1, le=MOST_DRIVERS)]


class RaceOrder(RequestBody):
    """An act on a race. The reason is public, shown with the result."""

    reason: Reason
    dry_run: DryRun = False


class EnteredRow(RequestBody):
    """What a driver did in a session."""

    driver_id: Identifier
    status: Literal["classified", "dnf", "nc", "dsq", "dns"]
    position: Annotated[Place | None, Field(description="Of the classified, and only of them.")] = None
    grid: Annotated[Place | None, Field(description="Place at the start; from the pit lane the last one.")] = None
    flags: Annotated[
        tuple[Literal["fastest_lap", "no_time", "driver_of_the_day"], ...],
        Field(strict=False, max_length=3, description="What is true of the driver."),
    ] = ()
    official_points: Annotated[
        Decimal | None,
        Field(strict=False, ge=0, le=100, decimal_places=2, description="By the sport's own table."),
        WithJsonSchema(
            {"anyOf": [{"type": "number", "minimum": 0, "maximum": 100, "multipleOf": 0.01}, {"type": "null"}]}
        ),
    ] = None


class RaceResultOrder(RaceOrder):
    """The result of a session, as the sport's own document has it."""

    session: Session
    rows: Annotated[
        list[EnteredRow],
        Field(
            min_length=1,
            max_length=MOST_DRIVERS,
            description="One for each driver. Positions are 1 to the number of the classified, each once.",
            examples=[[{"driver_id": 830, "status": "classified", "position": 1, "grid": 2, "official_points": 25}]],
        ),
    ]


class ReopenOrder(RaceOrder):
    """The order to take back a decision on a session's result, or the cancellation of a race."""

    session: Annotated[Session | None, Field(description="By default the whole race: it takes place after all.")] = None


class SubstitutionOrder(RaceOrder):
    """Who scores for a driver who was drafted and does not drive."""

    driver_id: Annotated[Identifier, Field(description="The driver who was drafted.")]
    scores_as: Annotated[Identifier | None, Field(description="The driver who scores instead; null for nobody.")]


class ReviewDecision(RaceOrder):
    """The answer to a question about races."""

    choice: Annotated[
        Key,
        Field(
            description="About a result: `first` or `second` for what this source said last, or `in_force` for what "
            "counts now. About a schedule: the name of the source whose times hold. About a cancellation: `cancelled` "
            "or `held`. About an unknown driver: `new`, or `driver` with an id. About a replacement: `nobody`, or "
            "`driver` with an id.",
            examples=["second"],
        ),
    ]
    driver_id: Annotated[Identifier | None, Field(description="With the choice `driver`.")] = None
