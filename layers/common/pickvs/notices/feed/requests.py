"""Request bodies of the feed."""

from typing import Annotated

from pydantic import Field

from pickvs.core.requests import Identifier, RequestBody

MOST_IDS = 100


class Read(RequestBody):
    """Which notices the user has read: all up to one, and some others. Without either, all that there are."""

    up_to: Annotated[Identifier | None, Field(description="Id of the newest notice that was read.", examples=[41])] = (
        None
    )
    ids: Annotated[
        list[Identifier] | None,
        Field(description="Ids of the notices that were read.", min_length=1, max_length=MOST_IDS, examples=[None]),
    ] = None
