"""Request bodies about contests."""

from typing import Annotated

from pydantic import Field

from pickvs.core.requests import Identifier, RequestBody, Worded
from pickvs.dfs.contests.rules import MOST_PAYOUTS, MOST_SIMULATIONS, SIMULATIONS

# No control characters, including those for the direction of text: lists show the text, and PostgreSQL holds no NUL.
_Line = Annotated[
    str,
    Field(pattern="^[^\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]+$"),
    Worded("must be one line without control characters"),
]
_Cents = Annotated[int, Field(ge=0, le=10**11)]
_Place = Annotated[int, Field(ge=1, le=10**7)]


class WantedPayout(RequestBody):
    """What each of some places is paid."""

    first: Annotated[_Place, Field(description="First of the places.", examples=[2])]
    last: Annotated[_Place, Field(description="Last of the places.", examples=[5])]
    cents: Annotated[_Cents, Field(description="Prize of each place, in cents.", examples=[75000])]


class WantedContest(RequestBody):
    """A contest as the site describes it."""

    slate_id: Identifier
    name: Annotated[_Line, Field(min_length=1, max_length=300, examples=["NBA $40K Sharpshooter [20 Entry Max]"])]
    external_id: Annotated[
        Annotated[_Line, Field(min_length=1, max_length=60)] | None,
        Field(description="The site's number.", examples=["171691346"]),
    ] = None
    size: Annotated[int, Field(ge=2, le=10**7, description="Entries.", examples=[15854])]
    fee_cents: Annotated[_Cents, Field(description="Fee of one entry, in cents.", examples=[300])]
    payouts: Annotated[
        list[WantedPayout],
        Field(min_length=1, max_length=MOST_PAYOUTS, description="From place 1, without a gap; no place that pays 0."),
    ]
    prizes_cents: Annotated[
        _Cents | None, Field(description="What the prizes sum up to, as the site states it.", examples=[4000000])
    ] = None


class WantedRun(RequestBody):
    """A simulation of a contest with the lineups of a build."""

    contest_id: Identifier
    build_id: Identifier
    simulations: Annotated[int, Field(ge=1, le=MOST_SIMULATIONS)] = SIMULATIONS
    trust: Annotated[
        float | None,
        Field(
            strict=False,
            ge=0,
            le=1,
            description="Weight of your own projections beside the field's. Left out: what your finished contests say.",
            examples=[0.5],
        ),
    ] = None
    seed: Annotated[
        int | None, Field(ge=0, lt=2**31, description="The same seed gives the same figures.", examples=[7])
    ] = None


class WantedResults(RequestBody):
    """The finished standings of a contest."""

    upload_id: Annotated[Identifier, Field(description="An upload of the site's standings.")]
