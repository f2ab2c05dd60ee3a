"""What many users are told at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString


@dataclass(frozen=True, slots=True)
class News:
    """A query whose rows are notices, so that telling a million users takes no loop.

    Another room writes it over its own tables. Its columns are user_id, kind (one of rules.KINDS), cause and data
    (jsonb), as in `service.tell`. It leaves out erased users.
    """

    query: LiteralString
    parameters: Mapping[str, Any]
