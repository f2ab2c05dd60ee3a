"""The scoring tables that every league may choose, by name and version. Each sport brings its own."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from pickvs.fantasy.events.formula_one.presets import preset_bodies
from pickvs.fantasy.events.formula_one.rules import FORMULA_ONE
from pickvs.fantasy.events.rules import Vocabulary
from pickvs.fantasy.scoring.requests import TableBody

DEFAULT = "weekend@1"
VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType({FORMULA_ONE.sport: FORMULA_ONE})
"""The sports that can be played, by name."""


@cache
def bodies() -> Mapping[str, TableBody]:
    """Return the tables by name and version, such as `weekend@1`, as a league would send them."""
    return MappingProxyType({name: TableBody.model_validate(body) for name, body in preset_bodies().items()})
