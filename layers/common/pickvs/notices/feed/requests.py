"""Request bodies of the feed."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from pickvs.core.requests import Identifier, RequestBody

MOST_IDS = 100


class Read(RequestBody):
    """Which notices the user has read: all up to one, or some. Exactly one of the two members is required."""

    up_to: Annotated[Identifier | None, Field(description="Id of the newest notice that was read.", examples=[41])] = (
        None
    )
    ids: Annotated[
        list[Identifier] | None,
        Field(description="Ids of the notices that were read.", min_length=1, max_length=MOST_IDS, examples=[None]),
    ] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.up_to is None) == (self.ids is None):
            raise ValueError("must have either up_to or ids")
        return self
