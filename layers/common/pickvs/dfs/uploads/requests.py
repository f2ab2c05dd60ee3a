"""Request bodies about uploads."""

from typing import Annotated

from pydantic import Field

from pickvs.core.requests import Identifier, RequestBody, Worded
from pickvs.dfs.uploads.rules import LONGEST_ALIAS, UploadKind


class WantedAddress(RequestBody):
    """A file that a client is going to send to a signed address."""

    kind: UploadKind
    bytes: Annotated[int, Field(ge=1, le=25_000_000, description="Its size.", examples=[4_012_388])]
    sha256: Annotated[
        str,
        Field(pattern="^[0-9a-f]{64}$", description="Its SHA-256, in hexadecimal.", examples=["0" * 64]),
        Worded("must be 64 hexadecimal digits"),
    ]


class WantedAlias(RequestBody):
    """How your files write the name of a player."""

    slate_id: Identifier
    player_id: Annotated[Identifier, Field(description="The player of the slate who is meant.")]
    alias: Annotated[str, Field(min_length=1, max_length=LONGEST_ALIAS, examples=["Alex Sarr"])]
