"""The scoring tables that every league may choose, as rules."""

from collections.abc import Mapping
from functools import cache

from pickvs.fantasy.scoring.presets import VOCABULARIES, bodies
from pickvs.fantasy.scoring.requests import table_of
from pickvs.fantasy.scoring.rules import Table


@cache
def presets() -> Mapping[str, Table]:
    """The tables by name and version, such as `weekend@1`."""
    return {name: table_of(body, VOCABULARIES[body.sport]) for name, body in bodies().items()}
