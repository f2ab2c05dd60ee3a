"""Request bodies of preferences."""

from typing import Annotated

from pydantic import Field

from pickvs.core.requests import RequestBody
from pickvs.notices.rules import CHOOSABLE_KINDS


class WantedPreference(RequestBody):
    """What a user chooses for a kind of notice. A channel that is left out follows its default."""

    kind: Annotated[
        str,
        Field(
            max_length=100,
            description="Kind of notice.",
            json_schema_extra={"enum": list(CHOOSABLE_KINDS)},
            examples=["pick.settled"],
        ),
    ]
    email: Annotated[bool | None, Field(description="Whether it comes by mail.", examples=[True])] = None
    webhook: Annotated[bool | None, Field(description="Whether it goes to webhooks.", examples=[False])] = None


class WantedPreferences(RequestBody):
    """All that a user chooses. A kind that is not named follows its defaults."""

    preferences: Annotated[list[WantedPreference], Field(max_length=100)]
