"""Requests: merges of games."""

from typing import Annotated

from pydantic import Field

from pickvs.core.requests import Identifier
from pickvs.markets.merging.rules import Sides
from pickvs.operations.administration.results.requests import Order


class MergeOrder(Order):
    """The game that goes on, and why both are one game."""

    into: Annotated[Identifier, Field(description="Id of the game that goes on.")]
    sides: Annotated[
        Sides | None,
        Field(
            description="Whether both games have the same home team (`same`) or not (`swapped`). Required only if a "
            "team has two records, so that the games seem to be of different teams."
        ),
    ] = None
